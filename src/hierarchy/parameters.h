// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: parameters of a rule, from text to what its options
// hold.
#ifndef ANON_SRC_HIERARCHY_PARAMETERS_H_
#define ANON_SRC_HIERARCHY_PARAMETERS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "anon/hierarchy/hierarchy_rule.h"

namespace anon::internal {

// Each Read leaves `target` as it is if there is no such parameter. The first
// error stays in status().
class Parameters {
 public:
  explicit Parameters(const HierarchyRuleSpec& spec) : spec_(spec) {}

  void Read(const std::string& name, std::string& target);
  void Read(const std::string& name, char& target);
  void Read(const std::string& name, bool& target);
  void Read(const std::string& name, std::int64_t& target);
  void Read(const std::string& name, std::optional<std::string>& target);
  void Read(const std::string& name, LabelLanguage& target);
  void Read(const std::string& name, std::vector<std::string>& target);
  void Read(const std::string& name, std::vector<std::int64_t>& target);
  // Lists with "|" between them.
  void Read(const std::string& name,
            std::vector<std::vector<std::string>>& target);

  template <typename E>
  using Words = std::vector<std::pair<std::string, E>>;
  // One of `words`, or a list of them.
  template <typename E>
  void Read(const std::string& name, const Words<E>& words, E& target);
  template <typename E>
  void Read(const std::string& name, const Words<E>& words,
            std::vector<E>& target);

  const absl::Status& status() const { return status_; }
  void Complain(const std::string& name, std::string_view wanted);

 private:
  const std::string* Find(const std::string& name) const;
  static std::vector<std::string> Split(std::string_view text, char separator);
  template <typename E>
  std::optional<E> Word(const std::string& name, const Words<E>& words,
                        const std::string& text);

  const HierarchyRuleSpec& spec_;
  absl::Status status_;
};

template <typename E>
std::optional<E> Parameters::Word(const std::string& name,
                                  const Words<E>& words,
                                  const std::string& text) {
  std::string known;
  for (const auto& [word, value] : words) {
    if (word == text) return value;
    known += (known.empty() ? "" : ", ") + word;
  }
  Complain(name, "one of " + known);
  return std::nullopt;
}

template <typename E>
void Parameters::Read(const std::string& name, const Words<E>& words,
                      E& target) {
  if (const std::string* const text = Find(name)) {
    target = Word(name, words, *text).value_or(target);
  }
}

template <typename E>
void Parameters::Read(const std::string& name, const Words<E>& words,
                      std::vector<E>& target) {
  const std::string* const text = Find(name);
  if (text == nullptr) return;
  target.clear();
  for (const std::string& part : Split(*text, ',')) {
    const auto word = Word(name, words, part);
    if (!word) return;
    target.push_back(*word);
  }
}

}  // namespace anon::internal

#endif  // ANON_SRC_HIERARCHY_PARAMETERS_H_
