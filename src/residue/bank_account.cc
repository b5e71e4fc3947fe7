// SPDX-License-Identifier: Apache-2.0
//
// Bank accounts. Zengin: seven digits after a word (普通 1234567), or bank,
// branch and account (0001-001-1234567), which has no check digit. Yucho: a
// symbol of five digits (1xxx0) and a number that ends in 1. IBAN: the length
// of its country and ISO 7064 mod 97-10, which one text in 97 meets, and few
// texts have the shape.
#include <cstddef>
#include <string>

#include "residue/check_digits.h"
#include "residue/detector.h"

namespace anon::internal {
namespace {

struct IbanLength {
  std::string_view country;
  std::size_t length;
};

constexpr IbanLength kIbanLengths[] = {
    {"AD", 24}, {"AE", 23}, {"AT", 20}, {"BE", 16}, {"BG", 22}, {"BR", 29},
    {"CH", 21}, {"CY", 28}, {"CZ", 24}, {"DE", 22}, {"DK", 18}, {"EE", 20},
    {"ES", 24}, {"FI", 18}, {"FR", 27}, {"GB", 22}, {"GR", 27}, {"HR", 21},
    {"HU", 28}, {"IE", 22}, {"IL", 23}, {"IS", 26}, {"IT", 27}, {"KW", 30},
    {"LI", 21}, {"LT", 20}, {"LU", 20}, {"LV", 21}, {"MC", 27}, {"MT", 31},
    {"NL", 18}, {"NO", 15}, {"PL", 28}, {"PT", 25}, {"QA", 29}, {"RO", 24},
    {"RS", 22}, {"SA", 24}, {"SE", 24}, {"SI", 19}, {"SK", 24}, {"TR", 26}};

void FindIbans(const Cell& cell, Matches& matches) {
  const std::string_view text = cell.text();
  for (const DigitGroup& group : cell.groups()) {
    if (group.begin < 2 || group.size() < 2) continue;
    const std::size_t begin = group.begin - 2;
    if (begin > 0 && IsAlnum(text[begin - 1])) continue;
    const std::string_view country = text.substr(begin, 2);
    for (const IbanLength& known : kIbanLengths) {
      if (known.country != country) continue;
      std::string iban;
      std::size_t at = begin;
      for (; at < text.size() && iban.size() < known.length; ++at) {
        const char c = text[at];
        if (c == ' ' && iban.size() % 4 == 0) continue;
        if (!IsDigit(c) && !(c >= 'A' && c <= 'Z')) break;
        iban += c;
      }
      const bool ends = at == text.size() || !IsAlnum(text[at]);
      if (iban.size() == known.length && ends && PassesIban(iban)) {
        AddCertain(kIban, begin, at, matches);
      }
    }
  }
}

void FindYucho(const Cell& cell, Matches& matches) {
  const auto groups = cell.groups();
  for (std::size_t g = 0; g + 1 < groups.size(); ++g) {
    const DigitGroup& symbol = groups[g];
    const DigitGroup& number = groups[g + 1];
    if (symbol.size() != 5 || number.size() < 2 || number.size() > 8) continue;
    const std::string_view text = cell.text();
    if (text[symbol.begin] != '1' || text[symbol.end - 1] != '0' ||
        text[number.end - 1] != '1' || number.begin - symbol.end > 16) {
      continue;
    }
    const auto& words = ResidueRules()[kBankAccount].words;
    if (cell.ContextOf(symbol.begin, number.end, words) == Context::kFor) {
      AddCertain(kBankAccount, symbol.begin, number.end, matches);
    }
  }
}

}  // namespace

void FindBankAccounts(const Cell& cell, Matches& matches) {
  const auto& words = ResidueRules()[kBankAccount].words;
  cell.ForEachNumber({{7}, {4, 3, 7}, {3, 7}}, "- ", [&](const Number& number) {
    const Context context = cell.ContextOf(number.begin, number.end, words);
    if (context == Context::kFor) {
      AddCertain(kBankAccount, number.begin, number.end, matches);
    } else if (number.digits.size() == 14) {
      AddNumber(cell, kBankAccount, number, true, matches);
    }
  });
  FindYucho(cell, matches);
  FindIbans(cell, matches);
}

}  // namespace anon::internal
