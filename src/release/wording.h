// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: the sentences of wording.inc.
#ifndef ANON_SRC_RELEASE_WORDING_H_
#define ANON_SRC_RELEASE_WORDING_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "anon/release/terms.h"

namespace anon::internal {

enum class Word {
#define WORDING(key, ja, en) key,
#include "release/wording.inc"
#undef WORDING
};

struct Wording {
  Word word;
  std::string_view key;
  std::string_view ja;
  std::string_view en;
};

// The whole table, in its order.
const std::vector<Wording>& AllWordings();

// What is put in the place of {name}, in both languages.
using Fillings = std::vector<std::pair<std::string_view, BilingualText>>;

// The sentences of one document: those of the table, but for the ones that a
// publisher words differently.
class Wordbook {
 public:
  Wordbook() = default;
  // Keys and sentences have passed CheckWording.
  explicit Wordbook(const std::map<std::string, BilingualText>& own);

  // The sentence with each {name} replaced. What is filled in is not looked at
  // again, so a value that holds braces stays as it is.
  BilingualText operator()(Word word, const Fillings& fillings = {}) const;

 private:
  std::map<Word, BilingualText> own_;
};

// The word whose key is `prefix` and `name`: "class_location".
std::optional<Word> WordOf(std::string_view prefix, std::string_view name);

// The word of technique `verb`, or nothing if it is not on the closed list.
std::optional<Word> TechniqueWord(std::string_view verb);
std::vector<std::string> TechniqueVerbs();

}  // namespace anon::internal

#endif  // ANON_SRC_RELEASE_WORDING_H_
