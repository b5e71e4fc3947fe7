// SPDX-License-Identifier: Apache-2.0
#include "model/log_sum.h"

#include <boost/multiprecision/cpp_bin_float.hpp>
#include <boost/multiprecision/cpp_int.hpp>
#include <cmath>
#include <map>
#include <numeric>
#include <vector>

namespace anon::internal {
namespace {

namespace mp = boost::multiprecision;

constexpr int kOpen = 2;  // the precision at hand does not decide

int SignOf(double value, double error) {
  if (value > error) return 1;
  if (value < -error) return -1;
  return kOpen;
}

// With u = 2^-53: ln of a rounded argument is off by at most u (the argument)
// plus 2u|ln| (the C library), the coefficient and the product by u each,
// relative; adding n terms by n u of the sum of their magnitudes; the fraction
// by 3u. All together below (n + 8) u (sum |c| (|ln| + 1) + |fraction|); the
// bound is four times that.
int InDoubles(std::span<const LogTerm> terms, double fraction) {
  double sum = -fraction;
  double magnitude = std::abs(fraction);
  for (const LogTerm& term : terms) {
    const double log = std::log(static_cast<double>(term.argument));
    const double coefficient = static_cast<double>(term.coefficient);
    sum += coefficient * log;
    magnitude += std::abs(coefficient) * (log + 1);
  }
  const double n = static_cast<double>(terms.size());
  return SignOf(sum, 0x1p-51 * (n + 8) * magnitude);
}

// Boost's functions are good to a few units in the last place; 2^20 are given.
template <unsigned kDigits>
int InDigits(std::span<const LogTerm> terms, const mp::int128_t& numerator,
             const mp::int128_t& denominator) {
  using Float = mp::number<mp::cpp_bin_float<kDigits>, mp::et_off>;
  const Float fraction = Float(numerator) / Float(denominator);
  Float sum = -fraction;
  Float magnitude = fraction;
  for (const LogTerm& term : terms) {
    const Float log = mp::log(Float(term.argument));
    sum += term.coefficient * log;
    magnitude += std::abs(static_cast<double>(term.coefficient)) * (log + 1);
  }
  const Float error =
      magnitude * std::numeric_limits<Float>::epsilon() * (1 << 20);
  if (sum > error) return 1;
  if (sum < -error) return -1;
  return kOpen;
}

// Whether the sum is exactly zero. Keeps factors > 1 with the sum of their
// exponents, and splits two that share a divisor until none do.
bool IsZero(std::span<const LogTerm> terms) {
  std::map<std::int64_t, mp::int256_t> exponents;
  std::vector<std::pair<std::int64_t, mp::int256_t>> pending;
  for (const LogTerm& term : terms) {
    pending.emplace_back(term.argument, term.coefficient);
  }
  while (!pending.empty()) {
    const auto [factor, exponent] = pending.back();
    pending.pop_back();
    if (factor == 1) continue;
    bool split = false;
    for (auto at = exponents.begin(); at != exponents.end(); ++at) {
      const std::int64_t shared = std::gcd(factor, at->first);
      if (shared == 1) continue;
      if (at->first == factor) {
        at->second += exponent;
      } else {
        pending.emplace_back(shared, exponent + at->second);
        pending.emplace_back(factor / shared, exponent);
        pending.emplace_back(at->first / shared, at->second);
        exponents.erase(at);
      }
      split = true;
      break;
    }
    if (!split) exponents.emplace(factor, exponent);
  }
  for (const auto& [factor, exponent] : exponents) {
    if (exponent != 0) return false;
  }
  return true;
}

}  // namespace

int CompareLogSum(std::span<const LogTerm> terms, Int128 numerator,
                  Int128 denominator) {
  const double fraction =
      static_cast<double>(numerator) / static_cast<double>(denominator);
  int sign = InDoubles(terms, fraction);
  if (sign != kOpen) return sign;
  if (numerator == 0 && IsZero(terms)) return 0;
  const mp::int128_t over(numerator);
  const mp::int128_t under(denominator);
  sign = InDigits<100>(terms, over, under);
  if (sign == kOpen) sign = InDigits<400>(terms, over, under);
  if (sign == kOpen) sign = InDigits<1600>(terms, over, under);
  return sign == kOpen ? 1 : sign;
}

int SignOfLogSum(std::span<const LogTerm> terms) {
  return CompareLogSum(terms, 0, 1);
}

}  // namespace anon::internal
