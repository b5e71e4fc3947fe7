// SPDX-License-Identifier: Apache-2.0
//
// Payment card numbers: an issuer's range with its length, then Luhn. Nine of
// ten other numbers of the shape fail Luhn. In a sentence, where nobody writes
// sixteen digits for nothing, one that passes is taken for a card unless the
// sentence names another kind of number.
#include "residue/check_digits.h"
#include "residue/detector.h"

namespace anon::internal {
namespace {

struct IssuerRange {
  int from, to;  // of the first six digits
  std::size_t shortest, longest;
};

constexpr IssuerRange kRanges[] = {
    {222100, 272099, 16, 16},  // Mastercard
    {300000, 305999, 14, 14},  // Diners Club
    {340000, 349999, 15, 15},  // American Express
    {352800, 358999, 16, 19},  // JCB
    {360000, 369999, 14, 14},  // Diners Club
    {370000, 379999, 15, 15},  // American Express
    {380000, 399999, 14, 14},  // Diners Club
    {400000, 499999, 16, 16},  // Visa
    {400000, 499999, 13, 13}, {400000, 499999, 19, 19},
    {510000, 559999, 16, 16},  // Mastercard
    {601100, 601199, 16, 19},  // Discover
    {620000, 629999, 16, 19},  // UnionPay
    {644000, 659999, 16, 19},  // Discover
};

bool HasIssuer(std::string_view digits) {
  int prefix = 0;
  for (std::size_t i = 0; i < 6; ++i) prefix = prefix * 10 + (digits[i] - '0');
  for (const IssuerRange& range : kRanges) {
    if (prefix >= range.from && prefix <= range.to &&
        digits.size() >= range.shortest && digits.size() <= range.longest) {
      return true;
    }
  }
  return false;
}

}  // namespace

void FindPaymentCards(const Cell& cell, Matches& matches) {
  cell.ForEachNumber({{13},
                      {14},
                      {15},
                      {16},
                      {17},
                      {18},
                      {19},
                      {4, 4, 4, 4},
                      {4, 6, 5},
                      {4, 6, 4},
                      {4, 4, 4, 4, 3}},
                     "- .", [&](const Number& number) {
                       if (!HasIssuer(number.digits)) return;
                       if (LooksLikeTimestamp(number.digits.substr(0, 14)))
                         return;
                       const std::size_t before = matches.size();
                       AddNumber(cell, kPaymentCard, number,
                                 PassesLuhn(number.digits), matches);
                       if (matches.size() == before) return;
                       ResidueMatch& match = matches.back();
                       if (match.certainty == Certainty::kPossible &&
                           cell.InText(number.begin, number.end)) {
                         match.certainty = Certainty::kCertain;
                       }
                     });
}

}  // namespace anon::internal
