// SPDX-License-Identifier: Apache-2.0
//
// An item of the public list is a category ("age band"), never what stands in
// the cells ("20-29"): values and bin edges help whoever wants to restore the
// source. This is a net for slips, not a proof: a digit alone is fine ("5G
// service"), a digit that is part of a range, a comparison, an age or an
// amount is not. Tested in tests/release/terms_test.cc.
#include "release/label_check.h"

#include <array>
#include <cstddef>
#include <regex>
#include <utility>

namespace anon::internal {
namespace {

// What is folded besides U+FF01..U+FF5E.
constexpr std::array<std::pair<std::string_view, std::string_view>, 17>
    kFolded = {{{"‐", "-"},
                {"‑", "-"},
                {"‒", "-"},
                {"–", "-"},
                {"—", "-"},
                {"―", "-"},
                {"−", "-"},
                {"ー", "-"},
                {"〜", "~"},
                {"∼", "~"},
                {"≦", "<"},
                {"≧", ">"},
                {"≤", "<"},
                {"≥", ">"},
                {"、", ","},
                {"　", " "},
                {"…", "~"}}};

// U+FF01..U+FF5E (three bytes, EF BC 81 .. EF BD 9E) as ASCII, or 0.
char FullWidthAscii(std::string_view rest) {
  if (rest.size() < 3 || rest[0] != '\xEF') return 0;
  const auto second = static_cast<unsigned char>(rest[1]);
  const auto third = static_cast<unsigned char>(rest[2]);
  const unsigned point = 0xF000U | ((second & 0x3FU) << 6) | (third & 0x3FU);
  if (point < 0xFF01 || point > 0xFF5E) return 0;
  return static_cast<char>(point - 0xFF01 + '!');
}

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Over folded bytes. Multi-byte words stand in alternatives, never in [].
const std::regex& ValuePattern() {
  static const auto* const pattern = new std::regex(
      // 20-29, 20歳~29歳, 2026-10-01, 100-0001
      "[0-9]([^0-9,;]{0,6})?[-~][ ]*[0-9]"
      // 20~, 20歳~, ~29
      "|[0-9][^0-9 ,]{0,6}[ ]*~|~[ ]*[0-9]"
      // <5, >=20, =3, 65+, 13**, 1,000, 1.5, 10/20/30
      "|[<>=][ ]*[0-9]|[0-9][ ]*[+*]|[0-9],[0-9]|[0-9]/[0-9]+/[0-9]"
      // 20歳, 20代, 20以上, 5千円未満
      "|[0-9](歳|才|代|年代|年生)"
      "|[0-9][^0-9 ,]{0,9}(以上|以下|未満|超|以降|以前|から|まで)"
      "|(一|二|三|四|五|六|七|八|九|十|百)(歳|才|代)"
      // 20s, 20 to 29, 65 or over, under 20, aged 40
      "|[0-9]s\\b|[0-9][ ]*(to|through)[ ]*[0-9]"
      "|[0-9].{0,12}\\b(or|and)[ ]+(more|over|older|above|less|under|below|"
      "younger|fewer|up)\\b"
      "|\\b(under|over|above|below|least|most|than|aged|age|between|up to)"
      "[ ]+[0-9]",
      std::regex::ECMAScript | std::regex::optimize);
  return *pattern;
}

const std::regex& ParameterPattern() {
  static const auto* const pattern = new std::regex(
      "\\b(k|l|t|m|p)[ ]*=[ ]*[0-9]"
      "|(ε|δ|β)[ ]*=|\\b(epsilon|delta|beta)[ ]*="
      "|\\b(k-anonym|l-divers|t-close|differential privacy)"
      "|\\b(k|l|t)-(匿名|多様|近接)|差分プライバシ"
      "|\\b(salt|seed)(s|ed)?\\b|ソルト|シ-ド値|乱数値",
      std::regex::ECMAScript | std::regex::optimize);
  return *pattern;
}

}  // namespace

std::string FoldLabel(std::string_view label) {
  std::string folded;
  while (!label.empty()) {
    std::size_t length = 1;
    if (const char ascii = FullWidthAscii(label); ascii != 0) {
      folded += Lower(ascii);
      length = 3;
    } else {
      std::string_view with = label.substr(0, 1);
      for (const auto& [from, to] : kFolded) {
        if (!label.starts_with(from)) continue;
        with = to;
        length = from.size();
      }
      folded +=
          with.size() == 1 ? std::string(1, Lower(with[0])) : std::string(with);
    }
    label.remove_prefix(length);
  }
  return folded;
}

bool ShowsValue(std::string_view label) {
  return std::regex_search(FoldLabel(label), ValuePattern());
}

bool ShowsParameter(std::string_view text) {
  return std::regex_search(FoldLabel(text), ParameterPattern());
}

}  // namespace anon::internal
