// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: a small typed reader over yaml-cpp nodes. It never
// throws and never stops at an error: it complains and gives nothing.
#ifndef ANON_SRC_POLICY_YAML_READER_H_
#define ANON_SRC_POLICY_YAML_READER_H_

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/complaints.h"

namespace anon::internal {

enum class Need { kOptional, kRequired };

// What a YAML node is, by the core schema of YAML 1.2. A plain scalar such as
// 5 or true is a number or a boolean; in quotes it is text.
enum class YamlKind {
  kNothing,
  kText,
  kInteger,
  kNumber,
  kBoolean,
  kList,
  kMap
};
YamlKind KindOf(const YAML::Node& node);
std::string_view Described(YamlKind kind);  // "a whole number"

// Neither blank nor broken by line breaks, tabs or control characters.
bool IsOneLine(std::string_view text);

// Text to be shown to people: complains unless it is one line of text.
std::optional<std::string> ReadText(Complaints& complaints,
                                    const YAML::Node& node,
                                    std::string_view what);

// The words a key takes and what they stand for.
template <typename E>
using Words = std::vector<std::pair<std::string_view, E>>;

// One mapping of the file, asked key by key. A mapping that is absent or is no
// mapping answers every question with nothing, and nobody is blamed twice.
class MapReader {
 public:
  // Answers nothing.
  explicit MapReader(Complaints& complaints) : complaints_(&complaints) {}

  // Complains if `node` is not a mapping, holds a key twice, or a key that is
  // not in `keys`. `path` names it in messages ("release.contact"; empty for
  // the whole file). `open_keys` leaves all other keys to the caller.
  MapReader(Complaints& complaints, const YAML::Node& node, std::string path,
            const std::vector<std::string>& keys, bool open_keys = false);

  explicit operator bool() const { return is_map_; }
  const YAML::Mark& mark() const { return mark_; }
  const std::string& path() const { return path_; }
  Complaints& complaints() const { return *complaints_; }

  struct Entry {
    std::string key;
    YAML::Mark mark;  // of the key
    YAML::Node value;
  };
  const std::vector<Entry>& entries() const { return entries_; }

  bool Has(std::string_view key) const { return FindEntry(key) != nullptr; }
  // Neither there nor, it seems, misspelt: that has been complained of.
  bool Lacks(std::string_view key) const {
    return is_map_ && !Has(key) && !misspelt_.contains(key);
  }
  // Where `key` stands, or the mapping itself.
  const YAML::Mark& MarkOf(std::string_view key) const;
  // "release.contact" of `key` "contact".
  std::string PathOf(std::string_view key) const;

  // The node of `key`. Complains if it is missing and needed.
  std::optional<YAML::Node> Find(std::string_view key, Need need) const;
  std::optional<std::string> Text(std::string_view key, Need need) const;
  std::optional<std::int64_t> Integer(std::string_view key, Need need) const;
  std::optional<bool> Boolean(std::string_view key, Need need) const;
  // A scalar of any kind, as it is written.
  std::optional<std::string> Scalar(std::string_view key, Need need,
                                    std::string_view expected) const;
  MapReader Map(std::string_view key, Need need,
                const std::vector<std::string>& keys) const;
  // The elements of a list that is not empty.
  std::vector<YAML::Node> List(std::string_view key, Need need) const;

  template <typename E>
  std::optional<E> Choice(std::string_view key, Need need,
                          const Words<E>& words) const {
    std::vector<std::string> names;
    for (const auto& word : words) names.emplace_back(word.first);
    const auto index = ChoiceIndex(key, need, names);
    if (!index) return std::nullopt;
    return words[*index].second;
  }

  // Complains if the key asks for a secret, which no policy may hold.
  bool ComplainOfSecret(const Entry& entry) const;
  // Complains about `key` (or, if it is missing, about the mapping).
  void Complain(std::string_view key, std::string_view sentence) const;

 private:
  const Entry* FindEntry(std::string_view key) const;
  void ComplainOfUnknown(const Entry& entry,
                         const std::vector<std::string>& keys);
  void ComplainOfKind(std::string_view key, const YAML::Node& node,
                      std::string_view expected) const;
  std::optional<std::size_t> ChoiceIndex(
      std::string_view key, Need need,
      const std::vector<std::string>& names) const;

  Complaints* complaints_;
  bool is_map_ = false;
  std::string path_;
  YAML::Mark mark_;
  std::vector<Entry> entries_;
  std::set<std::string, std::less<>> misspelt_;
};

// The documents of `text`: one, or a complaint.
std::optional<YAML::Node> ParseYaml(Complaints& complaints,
                                    const std::string& text);

}  // namespace anon::internal

#endif  // ANON_SRC_POLICY_YAML_READER_H_
