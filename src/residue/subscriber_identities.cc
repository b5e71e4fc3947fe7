// SPDX-License-Identifier: Apache-2.0
//
// What networks know a subscriber by: IMSI (15 digits; 440 and 441 are Japan),
// IMEI (15 digits with Luhn, the first two name the body that issued it) and
// ICCID (19 or 20 digits from 89, with Luhn).
#include <algorithm>

#include "residue/check_digits.h"
#include "residue/detector.h"

namespace anon::internal {
namespace {

constexpr std::string_view kReportingBodies[] = {
    "00", "01", "10", "30", "33", "35", "44", "45", "49", "50",
    "51", "52", "53", "54", "86", "91", "97", "98", "99"};

}  // namespace

void FindSubscriberIdentities(const Cell& cell, Matches& matches) {
  cell.ForEachNumber({{15}, {3, 2, 10}}, "- ", [&](const Number& number) {
    const bool japan =
        number.digits.starts_with("440") || number.digits.starts_with("441");
    AddNumber(cell, kImsi, number, japan, matches);
  });
  cell.ForEachNumber(
      {{15}, {2, 6, 6, 1}, {6, 2, 6, 1}}, "- ", [&](const Number& number) {
        if (std::ranges::find(kReportingBodies, number.digits.substr(0, 2)) ==
            std::ranges::end(kReportingBodies)) {
          return;
        }
        AddNumber(cell, kImei, number, PassesLuhn(number.digits), matches);
      });
  cell.ForEachNumber({{19}, {20}, {4, 4, 4, 4, 3}, {4, 4, 4, 4, 4}}, "- ",
                     [&](const Number& number) {
                       if (!number.digits.starts_with("89")) return;
                       AddNumber(cell, kIccid, number,
                                 PassesLuhn(number.digits), matches);
                     });
}

}  // namespace anon::internal
