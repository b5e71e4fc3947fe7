// SPDX-License-Identifier: Apache-2.0
#include "release/wording.h"

#include <cstddef>

namespace anon::internal {
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

}  // namespace

const std::vector<Wording>& AllWordings() {
  static const auto* const table = new std::vector<Wording>{
#define WORDING(key, ja, en) {Word::key, #key, ja, en},
#include "release/wording.inc"
#undef WORDING
  };
  return *table;
}

BilingualText Say(Word word) { return Say(word, {}); }

BilingualText Say(Word word, const Fillings& fillings) {
  // The table and the enumeration are made from the same lines.
  const Wording& wording = AllWordings()[static_cast<std::size_t>(word)];
  return {Fill(wording.ja, fillings, Language::kJa),
          Fill(wording.en, fillings, Language::kEn)};
}

std::optional<Word> TechniqueWord(std::string_view verb) {
  for (const Wording& wording : AllWordings()) {
    if (wording.key.starts_with(kTechnique) &&
        wording.key.substr(kTechnique.size()) == verb) {
      return wording.word;
    }
  }
  return std::nullopt;
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

}  // namespace anon::internal
