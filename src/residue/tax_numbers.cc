// SPDX-License-Identifier: Apache-2.0
//
// My Number (個人番号) and corporate number (法人番号). Both check digits let
// one number in ten, or nine, pass by chance, and twelve digits are a common
// length for identifiers of all kinds: without words it takes a column to tell.
// A "T" and thirteen digits that pass is the registration of an invoice issuer.
#include "residue/check_digits.h"
#include "residue/detector.h"

namespace anon::internal {
namespace {

bool HasLetterT(const Cell& cell, std::size_t digits) {
  const std::string_view text = cell.text();
  return digits > 0 && text[digits - 1] == 'T' &&
         (digits == 1 || !IsAlnum(text[digits - 2]));
}

}  // namespace

void FindTaxNumbers(const Cell& cell, Matches& matches) {
  cell.ForEachNumber({{12}, {4, 4, 4}}, "- ", [&](const Number& number) {
    AddNumber(cell, kMyNumber, number, PassesMyNumber(number.digits), matches);
  });
  cell.ForEachNumber({{13}, {1, 4, 4, 4}}, "- ", [&](const Number& number) {
    if (number.digits[0] == '0') return;
    AddNumber(cell, kCorporateNumber, number,
              PassesCorporateNumber(number.digits), matches);
  });
  for (const DigitGroup& group : cell.groups()) {
    if (group.size() != 13 || !HasLetterT(cell, group.begin)) continue;
    if (PassesCorporateNumber(cell.text().substr(group.begin, 13))) {
      AddCertain(kCorporateNumber, group.begin, group.end, matches);
    }
  }
}

}  // namespace anon::internal
