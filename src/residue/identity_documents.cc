// SPDX-License-Identifier: Apache-2.0
//
// Passports (two letters and seven digits; Japanese ones begin with M or T) and
// driver's licences (twelve digits with a check digit). A passport number has
// no check digit outside its machine-readable zone: words, or a whole column.
#include "residue/check_digits.h"
#include "residue/detector.h"

namespace anon::internal {
namespace {

void FindPassports(const Cell& cell, Matches& matches) {
  const std::string_view text = cell.text();
  for (const DigitGroup& group : cell.groups()) {
    if (group.size() != 7 || group.begin < 2) continue;
    const std::size_t begin = group.begin - 2;
    if (!IsLetter(text[begin]) || !IsLetter(text[begin + 1])) continue;
    if (begin > 0 && (IsAlnum(text[begin - 1]) || text[begin - 1] == '-')) {
      continue;
    }
    if (group.end < text.size() &&
        (IsLetter(text[group.end]) || text[group.end] == '-')) {
      continue;
    }
    const Number number{begin, group.end, text.substr(begin, 9), false};
    const bool japanese = text[begin] == 'M' || text[begin] == 'T';
    const Context context =
        cell.ContextOf(begin, group.end, ResidueRules()[kPassport].words);
    if (context == Context::kFor) {
      AddCertain(kPassport, begin, group.end, matches);
    } else if (japanese) {
      AddNumber(cell, kPassport, number, true, matches);
    }
  }
}

}  // namespace

void FindIdentityDocuments(const Cell& cell, Matches& matches) {
  FindPassports(cell, matches);
  cell.ForEachNumber({{12}, {4, 4, 4}}, "- ", [&](const Number& number) {
    if (!HasLicenceCommission(number.digits)) return;
    AddNumber(cell, kDriversLicence, number,
              PassesDriversLicence(number.digits), matches);
  });
}

}  // namespace anon::internal
