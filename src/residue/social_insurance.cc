// SPDX-License-Identifier: Apache-2.0
//
// Basic pension numbers (基礎年金番号, 4-6 digits) and health-insurance cards
// (被保険者証の記号・番号, insurer numbers). Neither the pension number nor the
// symbol has a check digit.
#include <cstddef>

#include "residue/check_digits.h"
#include "residue/detector.h"

namespace anon::internal {
namespace {

void FindPensionNumbers(const Cell& cell, Matches& matches) {
  const auto& words = ResidueRules()[kBasicPensionNumber].words;
  cell.ForEachNumber({{4, 6}, {10}}, "- ", [&](const Number& number) {
    const Context context = cell.ContextOf(number.begin, number.end, words);
    if (context == Context::kFor) {
      AddCertain(kBasicPensionNumber, number.begin, number.end, matches);
    } else if (number.grouped && cell.text()[number.begin + 4] == '-' &&
               !number.digits.starts_with("0120") &&
               !number.digits.starts_with("0570") &&
               !number.digits.starts_with("0800")) {
      AddNumber(cell, kBasicPensionNumber, number, true, matches);
    }
  });
}

// The digit group nearest after `at`, within a few characters.
const DigitGroup* GroupAfter(const Cell& cell, std::size_t at) {
  constexpr std::size_t kNear = 24;
  for (const DigitGroup& group : cell.groups()) {
    if (group.begin >= at) {
      return group.begin - at <= kNear ? &group : nullptr;
    }
  }
  return nullptr;
}

// "記号 12345 番号 67" and "記号・番号 12345-67". Yucho bank accounts are
// written the same way, but say so, or show it: bank_account.cc.
void FindSymbols(const Cell& cell, Matches& matches) {
  constexpr std::string_view kSymbol = "記号";
  constexpr std::string_view kNumber = "番号";
  const std::string_view text = cell.text();
  const std::size_t symbol = text.find(kSymbol);
  if (symbol == std::string_view::npos) return;
  const std::size_t second = text.find(kNumber, symbol + kSymbol.size());
  if (second == std::string_view::npos || second - symbol > 48) return;
  for (const std::string_view bank : {"口座", "銀行", "ゆうちょ", "郵便貯金"}) {
    if (text.find(bank) != std::string_view::npos) return;
  }
  const DigitGroup* const group = GroupAfter(cell, second + kNumber.size());
  if (group == nullptr) return;
  AddCertain(kHealthInsurance, symbol, group->end, matches);
}

void FindInsurerNumbers(const Cell& cell, Matches& matches) {
  const auto& words = ResidueRules()[kHealthInsurance].words;
  cell.ForEachNumber({{8}}, "-", [&](const Number& number) {
    if (!PassesLuhn(number.digits)) return;
    if (cell.ContextOf(number.begin, number.end, words) == Context::kFor) {
      AddCertain(kHealthInsurance, number.begin, number.end, matches);
    }
  });
}

}  // namespace

void FindSocialInsurance(const Cell& cell, Matches& matches) {
  FindPensionNumbers(cell, matches);
  FindSymbols(cell, matches);
  FindInsurerNumbers(cell, matches);
}

}  // namespace anon::internal
