// SPDX-License-Identifier: Apache-2.0
#include "policy/yaml_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <exception>

#include "anon/base/text.h"

namespace anon::internal {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// YAML 1.2.2, section 10.3.2: [-+]?[0-9]+ | 0o[0-7]+ | 0x[0-9a-fA-F]+
bool LooksInteger(std::string_view text) {
  const auto all_of = [](std::string_view digits, std::string_view allowed) {
    return !digits.empty() &&
           digits.find_first_not_of(allowed) == std::string_view::npos;
  };
  if (text.starts_with("0o")) return all_of(text.substr(2), "01234567");
  if (text.starts_with("0x")) {
    return all_of(text.substr(2), "0123456789abcdefABCDEF");
  }
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return all_of(text, "0123456789");
}

// [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?, infinity, not a number
bool LooksNumber(std::string_view text) {
  const std::set<std::string_view> kNotANumber = {".nan", ".NaN", ".NAN"};
  if (kNotANumber.contains(text)) return true;
  const auto skip_sign = [&text] {
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  };
  const auto skip_digits = [&text] {
    const auto from = text.size();
    while (!text.empty() && IsDigit(text.front())) text.remove_prefix(1);
    return from - text.size();
  };
  skip_sign();
  if (text == ".inf" || text == ".Inf" || text == ".INF") return true;
  auto digits = skip_digits();
  const bool whole = digits > 0;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    digits += skip_digits();
  }
  if (digits == 0 && !whole) return false;
  if (text.empty()) return true;
  if (text.front() != 'e' && text.front() != 'E') return false;
  text.remove_prefix(1);
  skip_sign();
  return skip_digits() > 0 && text.empty();
}

bool IsBlank(std::string_view text) {
  constexpr std::string_view kIdeographicSpace = "\u3000";
  while (!text.empty()) {
    if (text.front() == ' ') {
      text.remove_prefix(1);
    } else if (text.starts_with(kIdeographicSpace)) {
      text.remove_prefix(kIdeographicSpace.size());
    } else {
      return false;
    }
  }
  return true;
}

// C0 and C1 controls, line breaks and tabs among them.
bool HoldsControls(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7F) return true;
    if (byte == 0xC2 && i + 1 < text.size() &&
        static_cast<unsigned char>(text[i + 1]) < 0xA0) {
      return true;
    }
  }
  return false;
}

// "?" is an untagged plain node and "!" an untagged quoted one.
bool HasExplicitTag(const YAML::Node& node) {
  return !node.Tag().empty() && node.Tag() != "?" && node.Tag() != "!";
}

std::string Lowered(std::string_view text) {
  std::string lowered(text);
  for (char& c : lowered) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == '-') c = '_';
  }
  return lowered;
}

// Whether a key asks for a secret, which no policy may hold.
bool NamesSecret(std::string_view key) {
  static constexpr std::array<std::string_view, 14> kWords = {
      "key",    "keys",   "keyring", "salt",     "salts",      "seed",  "seeds",
      "pepper", "secret", "secrets", "password", "passphrase", "token", "hmac"};
  const std::string name = Lowered(key);
  return std::ranges::any_of(kWords, [&](std::string_view word) {
    return name == word || name.ends_with("_" + std::string(word)) ||
           (word != "key" && name.starts_with(std::string(word) + "_"));
  });
}

}  // namespace

YamlKind KindOf(const YAML::Node& node) {
  switch (node.Type()) {
    case YAML::NodeType::Undefined:
    case YAML::NodeType::Null:
      return YamlKind::kNothing;
    case YAML::NodeType::Sequence:
      return YamlKind::kList;
    case YAML::NodeType::Map:
      return YamlKind::kMap;
    case YAML::NodeType::Scalar:
      break;
  }
  if (node.Tag() == "!") return YamlKind::kText;
  const std::string& text = node.Scalar();
  if (text == "true" || text == "True" || text == "TRUE" || text == "false" ||
      text == "False" || text == "FALSE") {
    return YamlKind::kBoolean;
  }
  if (LooksInteger(text)) return YamlKind::kInteger;
  return LooksNumber(text) ? YamlKind::kNumber : YamlKind::kText;
}

std::string_view Described(YamlKind kind) {
  switch (kind) {
    case YamlKind::kNothing:
      return "nothing";
    case YamlKind::kText:
      return "text";
    case YamlKind::kInteger:
      return "a whole number";
    case YamlKind::kNumber:
      return "a decimal number";
    case YamlKind::kBoolean:
      return "true or false";
    case YamlKind::kList:
      return "a list";
    case YamlKind::kMap:
      return "a mapping";
  }
  return "";
}

bool IsOneLine(std::string_view text) {
  return !IsBlank(text) && !HoldsControls(text);
}

std::optional<YAML::Node> ParseYaml(Complaints& complaints,
                                    const std::string& text) {
  YAML::Mark start;
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(text);
    if (documents.size() == 1) return documents.front();
    complaints.Add(start,
                   documents.empty()
                       ? "the file is empty: write a policy"
                       : "the file holds several YAML documents: keep one, "
                         "without --- lines");
  } catch (const YAML::Exception& error) {
    complaints.Add(error.mark,
                   fmt::format("this is not YAML ({}): check indentation, "
                               "colons and quotes here and above",
                               Shown(error.msg)));
  } catch (const std::exception&) {
    complaints.Add(start, "the file cannot be read as YAML: simplify it");
  }
  return std::nullopt;
}

std::optional<std::string> ReadText(Complaints& complaints,
                                    const YAML::Node& node,
                                    std::string_view what) {
  const YamlKind kind = KindOf(node);
  if (HasExplicitTag(node)) {
    complaints.Add(node.Mark(),
                   fmt::format("{} has a YAML tag: remove it", what));
    return std::nullopt;
  }
  if (kind != YamlKind::kText) {
    const bool is_scalar = node.IsScalar();
    complaints.Add(
        node.Mark(),
        fmt::format("{} must be text, but {} is here{}", what, Described(kind),
                    is_scalar ? ": put it in quotes" : ""));
    return std::nullopt;
  }
  const std::string& text = node.Scalar();
  if (IsBlank(text)) {
    complaints.Add(node.Mark(),
                   fmt::format("{} is empty: write the text", what));
    return std::nullopt;
  }
  if (HoldsControls(text)) {
    complaints.Add(node.Mark(),
                   fmt::format("{} holds a line break, tab or control "
                               "character: write it on one line",
                               what));
    return std::nullopt;
  }
  return text;
}

MapReader::MapReader(Complaints& complaints, const YAML::Node& node,
                     std::string path, const std::vector<std::string>& keys,
                     bool open_keys)
    : complaints_(&complaints), path_(std::move(path)), mark_(node.Mark()) {
  const std::string what = path_.empty() ? "the policy" : path_;
  if (!node.IsMap()) {
    complaints.Add(
        mark_,
        fmt::format(
            "{} must be a mapping{}, but {} is here", what,
            open_keys ? "" : fmt::format(" with {}", fmt::join(keys, ", ")),
            Described(KindOf(node))));
    return;
  }
  if (HasExplicitTag(node)) {
    complaints.Add(mark_, fmt::format("{} has a YAML tag: remove it", what));
    return;
  }
  is_map_ = true;
  std::set<std::string, std::less<>> seen;
  for (const auto& pair : node) {
    const YAML::Mark mark = pair.first.Mark();
    if (!pair.first.IsScalar()) {
      complaints.Add(mark, fmt::format("a key of {} must be text, but {} is "
                                       "here: put it in quotes",
                                       what, Described(KindOf(pair.first))));
      continue;
    }
    Entry entry{pair.first.Scalar(), mark, pair.second};
    if (!seen.insert(entry.key).second) {
      complaints.Add(
          mark, fmt::format("{} stands twice: keep one", PathOf(entry.key)));
      continue;
    }
    const bool known = std::ranges::find(keys, entry.key) != keys.end();
    if (!known && !open_keys) {
      ComplainOfUnknown(entry, keys);
      continue;
    }
    entries_.push_back(std::move(entry));
  }
}

bool MapReader::ComplainOfSecret(const Entry& entry) const {
  if (!NamesSecret(entry.key)) return false;
  complaints_->Add(entry.mark,
                   fmt::format("'{}' has no place here: keys and seeds never "
                               "belong in a policy; use --keyring",
                               Shown(entry.key)));
  return true;
}

void MapReader::ComplainOfUnknown(const Entry& entry,
                                  const std::vector<std::string>& keys) {
  const std::string at = path_.empty() ? "a policy" : path_;
  if (ComplainOfSecret(entry)) return;
  const auto nearest = Nearest(entry.key, keys);
  if (nearest) misspelt_.insert(*nearest);
  complaints_->Add(entry.mark,
                   nearest
                       ? fmt::format("{} has no key '{}': did you mean '{}'?",
                                     at, Shown(entry.key), *nearest)
                       : fmt::format("{} has no key '{}': it takes {}", at,
                                     Shown(entry.key), fmt::join(keys, ", ")));
}

void MapReader::ComplainOfKind(std::string_view key, const YAML::Node& node,
                               std::string_view expected) const {
  Complain(key, fmt::format("{} must be {}, but {} is here", PathOf(key),
                            expected, Described(KindOf(node))));
}

const MapReader::Entry* MapReader::FindEntry(std::string_view key) const {
  const auto found = std::ranges::find(entries_, key, &Entry::key);
  return found == entries_.end() ? nullptr : &*found;
}

const YAML::Mark& MapReader::MarkOf(std::string_view key) const {
  const Entry* const entry = FindEntry(key);
  return entry == nullptr ? mark_ : entry->mark;
}

std::string MapReader::PathOf(std::string_view key) const {
  return path_.empty() ? Shown(key) : fmt::format("{}.{}", path_, Shown(key));
}

void MapReader::Complain(std::string_view key,
                         std::string_view sentence) const {
  complaints_->Add(MarkOf(key), sentence);
}

std::optional<YAML::Node> MapReader::Find(std::string_view key,
                                          Need need) const {
  const Entry* const entry = FindEntry(key);
  if (entry != nullptr) return entry->value;
  if (need == Need::kRequired && Lacks(key)) {
    complaints_->Add(mark_,
                     path_.empty()
                         ? fmt::format("the policy lacks '{}': add it", key)
                         : fmt::format("{} lacks '{}': add it", path_, key));
  }
  return std::nullopt;
}

std::optional<std::string> MapReader::Text(std::string_view key,
                                           Need need) const {
  const auto node = Find(key, need);
  if (!node) return std::nullopt;
  return ReadText(*complaints_, *node, PathOf(key));
}

std::optional<std::string> MapReader::Scalar(std::string_view key, Need need,
                                             std::string_view expected) const {
  const auto node = Find(key, need);
  if (!node) return std::nullopt;
  if (!node->IsScalar() || HasExplicitTag(*node) ||
      HoldsControls(node->Scalar())) {
    ComplainOfKind(key, *node, expected);
    return std::nullopt;
  }
  return node->Scalar();
}

std::optional<std::int64_t> MapReader::Integer(std::string_view key,
                                               Need need) const {
  const auto node = Find(key, need);
  if (!node) return std::nullopt;
  if (KindOf(*node) != YamlKind::kInteger || HasExplicitTag(*node)) {
    ComplainOfKind(key, *node, "a whole number");
    return std::nullopt;
  }
  const std::string& text = node->Scalar();
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) {
    Complain(key, fmt::format("{} must be a whole number in plain decimal "
                              "digits, below 2^63",
                              PathOf(key)));
    return std::nullopt;
  }
  return value;
}

std::optional<bool> MapReader::Boolean(std::string_view key, Need need) const {
  const auto node = Find(key, need);
  if (!node) return std::nullopt;
  if (KindOf(*node) != YamlKind::kBoolean || HasExplicitTag(*node)) {
    ComplainOfKind(key, *node, "true or false (without quotes)");
    return std::nullopt;
  }
  return node->Scalar().front() == 't' || node->Scalar().front() == 'T';
}

MapReader MapReader::Map(std::string_view key, Need need,
                         const std::vector<std::string>& keys) const {
  const auto node = Find(key, need);
  if (!node) return MapReader(*complaints_);
  return MapReader(*complaints_, *node, PathOf(key), keys);
}

std::vector<YAML::Node> MapReader::List(std::string_view key, Need need) const {
  const auto node = Find(key, need);
  if (!node) return {};
  if (!node->IsSequence() || HasExplicitTag(*node)) {
    ComplainOfKind(key, *node, "a list (- one, - two)");
    return {};
  }
  std::vector<YAML::Node> elements(node->begin(), node->end());
  if (elements.empty()) {
    Complain(key, fmt::format("{} is empty: it needs at least one entry",
                              PathOf(key)));
  }
  return elements;
}

std::optional<std::size_t> MapReader::ChoiceIndex(
    std::string_view key, Need need,
    const std::vector<std::string>& names) const {
  const auto text = Text(key, need);
  if (!text) return std::nullopt;
  const auto found = std::ranges::find(names, *text);
  if (found != names.end()) {
    return static_cast<std::size_t>(found - names.begin());
  }
  const auto nearest = Nearest(*text, names);
  const Entry* const entry = FindEntry(key);
  complaints_->Add(
      entry->value.Mark(),
      fmt::format("{} must be one of {}{}", PathOf(key), fmt::join(names, ", "),
                  nearest ? fmt::format("; did you mean '{}'?", *nearest)
                          : ": choose one"));
  return std::nullopt;
}

}  // namespace anon::internal
