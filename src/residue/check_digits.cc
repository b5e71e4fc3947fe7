// SPDX-License-Identifier: Apache-2.0
//
// Sources: ISO/IEC 7812-1 annex B (Luhn); 平成26年総務省令第85号 第5条 (My
// Number); 平成26年財務省令第70号 第2条 (corporate number); the driver's
// licence formula is known from practice, not published by the police; ISO
// 13616.
#include "residue/check_digits.h"

#include <cstddef>

namespace anon::internal {
namespace {

int Digit(std::string_view digits, std::size_t i) { return digits[i] - '0'; }

}  // namespace

bool PassesLuhn(std::string_view digits) {
  int sum = 0;
  bool twice = false;
  for (std::size_t i = digits.size(); i > 0; --i, twice = !twice) {
    const int d = Digit(digits, i - 1) * (twice ? 2 : 1);
    sum += d / 10 + d % 10;
  }
  return sum % 10 == 0;
}

bool PassesMyNumber(std::string_view digits) {
  if (digits.size() != 12) return false;
  int sum = 0;
  for (int n = 1; n <= 11; ++n) {  // n counts from the right
    const int weight = n <= 6 ? n + 1 : n - 5;
    sum += Digit(digits, static_cast<std::size_t>(11 - n)) * weight;
  }
  const int rest = sum % 11;
  return Digit(digits, 11) == (rest <= 1 ? 0 : 11 - rest);
}

bool PassesCorporateNumber(std::string_view digits) {
  if (digits.size() != 13) return false;
  int sum = 0;
  for (int n = 1; n <= 12; ++n) {  // n counts from the right
    sum +=
        Digit(digits, static_cast<std::size_t>(13 - n)) * (n % 2 == 1 ? 1 : 2);
  }
  return Digit(digits, 0) == 9 - sum % 9;
}

bool HasLicenceCommission(std::string_view digits) {
  // Hokkaido's five, then by region; the last digit of each region.
  constexpr int kLast[] = {-1, 4, 5, 0, 9, 5, 5, 4, 3, 7};
  const int region = Digit(digits, 0);
  return region > 0 && Digit(digits, 1) <= kLast[region];
}

bool PassesDriversLicence(std::string_view digits) {
  if (digits.size() != 12 || !HasLicenceCommission(digits)) return false;
  constexpr int kWeights[] = {5, 4, 3, 2, 7, 6, 5, 4, 3, 2};
  int sum = 0;
  for (std::size_t i = 0; i < 10; ++i) sum += kWeights[i] * Digit(digits, i);
  return Digit(digits, 10) == (11 - sum % 11) % 10;
}

bool PassesIban(std::string_view text) {
  if (text.size() < 15) return false;
  int rest = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[(i + 4) % text.size()];
    if (c >= '0' && c <= '9') {
      rest = (rest * 10 + (c - '0')) % 97;
    } else {
      rest = (rest * 100 + (c - 'A' + 10)) % 97;
    }
  }
  return rest == 1;
}

bool LooksLikeTimestamp(std::string_view digits) {
  if (digits.size() != 12 && digits.size() != 14) return false;
  const auto two = [&](std::size_t i) {
    return Digit(digits, i) * 10 + Digit(digits, i + 1);
  };
  return (two(0) == 19 || two(0) == 20) && two(4) >= 1 && two(4) <= 12 &&
         two(6) >= 1 && two(6) <= 31 && two(8) < 24 && two(10) < 60 &&
         (digits.size() == 12 || two(12) < 60);
}

}  // namespace anon::internal
