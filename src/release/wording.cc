// SPDX-License-Identifier: Apache-2.0
#include "release/wording.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <set>

#include "anon/base/text.h"
#include "anon/release/wording.h"
#include "base/status_macros.h"
#include "release/text_check.h"

namespace anon {
namespace internal {
namespace {

constexpr std::string_view kTechnique = "technique_";

std::string Fill(std::string_view text, const Fillings& fillings,
                 Language language) {
  std::string filled;
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    filled += text.substr(0, open);
    if (open == std::string_view::npos) break;
    const std::size_t close = text.find('}', open);
    const std::string_view name = text.substr(open + 1, close - open - 1);
    for (const auto& [key, value] : fillings) {
      if (key == name) filled += value.In(language);
    }
    text.remove_prefix(close + 1);
  }
  return filled;
}

// The names in braces, or nothing if a brace stands alone.
std::optional<std::set<std::string>> Placeholders(std::string_view text) {
  std::set<std::string> names;
  while (!text.empty()) {
    const std::size_t open = text.find_first_of("{}");
    if (open == std::string_view::npos) break;
    const std::size_t close = text.find_first_of("{}", open + 1);
    if (text[open] != '{' || close == std::string_view::npos ||
        text[close] != '}') {
      return std::nullopt;
    }
    names.emplace(text.substr(open + 1, close - open - 1));
    text.remove_prefix(close + 1);
  }
  return names;
}

const Wording* FindWording(std::string_view key) {
  const auto found = std::ranges::find(AllWordings(), key, &Wording::key);
  return found == AllWordings().end() ? nullptr : &*found;
}

absl::Status CheckPlaceholders(std::string_view name, std::string_view standard,
                               std::string_view text) {
  const auto names = Placeholders(text);
  if (!names) {
    return PolicyError(fmt::format(
        "{} has a brace without its partner: close it, or leave it out", name));
  }
  const auto filled = Placeholders(standard);
  for (const std::string& each : *names) {
    if (filled->contains(each)) continue;
    return PolicyError(fmt::format(
        "{} holds a {{name}} that nothing is filled into: this sentence takes "
        "{}",
        name,
        filled->empty() ? std::string("none")
                        : fmt::format("{{{}}}", fmt::join(*filled, "}, {"))));
  }
  for (const std::string& each : *filled) {
    if (names->contains(each)) continue;
    return PolicyError(fmt::format(
        "{} lacks {{{}}}: the standard sentence says it, so yours has to", name,
        each));
  }
  return absl::OkStatus();
}

// The pages must go on saying what the law wants said.
absl::Status CheckLegalKind(std::string_view name, std::string_view standard,
                            std::string_view text) {
  for (const std::string_view term :
       {"匿名加工情報", "仮名加工情報", "nonymized personal information",
        "seudonymized personal information"}) {
    if (standard.find(term) == std::string_view::npos ||
        text.find(term) != std::string_view::npos) {
      continue;
    }
    return PolicyError(
        fmt::format("{} no longer names the legal kind: use the words of the "
                    "standard sentence for it",
                    name));
  }
  return absl::OkStatus();
}

// A YAML text in double quotes.
std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace

const std::vector<Wording>& AllWordings() {
  static const auto* const table = new std::vector<Wording>{
#define WORDING(key, ja, en) {Word::key, #key, ja, en},
#include "release/wording.inc"
#undef WORDING
  };
  return *table;
}

Wordbook::Wordbook(const std::map<std::string, BilingualText>& own) {
  for (const auto& [key, text] : own) {
    if (const Wording* const wording = FindWording(key)) {
      own_[wording->word] = text;
    }
  }
}

BilingualText Wordbook::operator()(Word word, const Fillings& fillings) const {
  const auto own = own_.find(word);
  if (own != own_.end()) {
    return {Fill(own->second.ja, fillings, Language::kJa),
            Fill(own->second.en, fillings, Language::kEn)};
  }
  // The table and the enumeration are made from the same lines.
  const Wording& wording = AllWordings()[static_cast<std::size_t>(word)];
  return {Fill(wording.ja, fillings, Language::kJa),
          Fill(wording.en, fillings, Language::kEn)};
}

std::optional<Word> WordOf(std::string_view prefix, std::string_view name) {
  const Wording* const wording = FindWording(fmt::format("{}{}", prefix, name));
  if (wording == nullptr) return std::nullopt;
  return wording->word;
}

std::optional<Word> TechniqueWord(std::string_view verb) {
  return WordOf(kTechnique, verb);
}

std::vector<std::string> TechniqueVerbs() {
  std::vector<std::string> verbs;
  for (const Wording& wording : AllWordings()) {
    if (wording.key.starts_with(kTechnique)) {
      verbs.emplace_back(wording.key.substr(kTechnique.size()));
    }
  }
  return verbs;
}

}  // namespace internal

absl::Status CheckWording(std::string_view key, const BilingualText& text) {
  using internal::AllWordings;
  const internal::Wording* const standard = internal::FindWording(key);
  if (standard == nullptr) {
    std::vector<std::string> keys;
    for (const auto& wording : AllWordings()) keys.emplace_back(wording.key);
    const auto nearest = Nearest(key, keys);
    return PolicyError(fmt::format(
        "there is no sentence of this key{}; docs/wording.yaml lists them",
        nearest ? fmt::format(": did you mean '{}'?", *nearest) : ""));
  }
  ANON_RETURN_IF_ERROR(internal::RequireText(key, text));
  for (const auto& [language, words] :
       {std::pair(Language::kJa, standard->ja),
        std::pair(Language::kEn, standard->en)}) {
    const std::string name = fmt::format("{}.{}", key, ToString(language));
    ANON_RETURN_IF_ERROR(
        internal::CheckPlaceholders(name, words, text.In(language)));
    ANON_RETURN_IF_ERROR(
        internal::CheckLegalKind(name, words, text.In(language)));
  }
  return absl::OkStatus();
}

std::string WordingTemplate() {
  std::string yaml =
      "# Every sentence of manifest, notices and pages. Copy those you word\n"
      "# differently into a file of your own and name it in the policy:\n"
      "# release.wording. Each {name} is filled in and has to stay.\n";
  for (const internal::Wording& wording : internal::AllWordings()) {
    yaml +=
        fmt::format("{}:\n  ja: {}\n  en: {}\n", wording.key,
                    internal::Quoted(wording.ja), internal::Quoted(wording.en));
  }
  return yaml;
}

}  // namespace anon
