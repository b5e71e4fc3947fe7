// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: check digits. Each takes digits only, of the length it
// expects, and says whether the number passes.
#ifndef ANON_SRC_RESIDUE_CHECK_DIGITS_H_
#define ANON_SRC_RESIDUE_CHECK_DIGITS_H_

#include <string_view>

namespace anon::internal {

// ISO/IEC 7812-1, annex B: payment cards, IMEI, ICCID, insurer numbers.
bool PassesLuhn(std::string_view digits);

// 12 digits of a My Number: the last one, by the ministerial ordinance.
bool PassesMyNumber(std::string_view digits);

// 13 digits of a corporate number: the first one.
bool PassesCorporateNumber(std::string_view digits);

// 12 digits of a Japanese driver's licence: the eleventh, modulus 11; and the
// first two name a public safety commission.
bool PassesDriversLicence(std::string_view digits);
bool HasLicenceCommission(std::string_view digits);

// ISO 13616: letters and digits without spaces, upper case.
bool PassesIban(std::string_view text);

// A plausible YYYYMMDDhhmm with or without seconds.
bool LooksLikeTimestamp(std::string_view digits);

}  // namespace anon::internal

#endif  // ANON_SRC_RESIDUE_CHECK_DIGITS_H_
