// SPDX-License-Identifier: Apache-2.0
#include "hierarchy/parameters.h"

#include <fmt/format.h>

#include <charconv>

namespace anon::internal {
namespace {

std::optional<std::int64_t> WholeNumber(std::string_view text) {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (text.empty() || error != std::errc() || stop != end) return std::nullopt;
  return number;
}

}  // namespace

const std::string* Parameters::Find(const std::string& name) const {
  const auto found = spec_.parameters.find(name);
  return found == spec_.parameters.end() ? nullptr : &found->second;
}

void Parameters::Complain(const std::string& name, std::string_view wanted) {
  if (!status_.ok()) return;
  status_ =
      PolicyError(fmt::format("{} needs {} for {}", spec_.rule, wanted, name));
}

std::vector<std::string> Parameters::Split(std::string_view text,
                                           char separator) {
  std::vector<std::string> parts;
  for (;;) {
    const std::size_t end = std::min(text.find(separator), text.size());
    std::string_view part = text.substr(0, end);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    parts.emplace_back(part);
    if (end == text.size()) return parts;
    text.remove_prefix(end + 1);
  }
}

void Parameters::Read(const std::string& name, std::string& target) {
  if (const std::string* const text = Find(name)) target = *text;
}

void Parameters::Read(const std::string& name, char& target) {
  const std::string* const text = Find(name);
  if (text == nullptr) return;
  if (text->size() != 1) return Complain(name, "one ASCII character");
  target = (*text)[0];
}

void Parameters::Read(const std::string& name, bool& target) {
  Read(name, Words<bool>{{"true", true}, {"false", false}}, target);
}

void Parameters::Read(const std::string& name, std::int64_t& target) {
  const std::string* const text = Find(name);
  if (text == nullptr) return;
  const auto number = WholeNumber(*text);
  if (!number) return Complain(name, "a whole number");
  target = *number;
}

void Parameters::Read(const std::string& name,
                      std::optional<std::string>& target) {
  if (const std::string* const text = Find(name)) target = *text;
}

void Parameters::Read(const std::string& name, LabelLanguage& target) {
  Read(name,
       Words<LabelLanguage>{{"ja", LabelLanguage::kJapanese},
                            {"en", LabelLanguage::kEnglish}},
       target);
}

void Parameters::Read(const std::string& name,
                      std::vector<std::string>& target) {
  if (const std::string* const text = Find(name)) target = Split(*text, ',');
}

void Parameters::Read(const std::string& name,
                      std::vector<std::int64_t>& target) {
  const std::string* const text = Find(name);
  if (text == nullptr) return;
  target.clear();
  for (const std::string& part : Split(*text, ',')) {
    const auto number = WholeNumber(part);
    if (!number) return Complain(name, "whole numbers with commas between");
    target.push_back(*number);
  }
}

void Parameters::Read(const std::string& name,
                      std::vector<std::vector<std::string>>& target) {
  const std::string* const text = Find(name);
  if (text == nullptr) return;
  target.clear();
  for (const std::string& list : Split(*text, '|')) {
    target.push_back(Split(list, ','));
  }
}

}  // namespace anon::internal
