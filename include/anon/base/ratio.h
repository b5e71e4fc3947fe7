// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_BASE_RATIO_H_
#define ANON_BASE_RATIO_H_

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "anon/base/status.h"

namespace anon {

// An exact rational number, in lowest terms, denominator positive. Thresholds
// are ratios so that "5 %" of 20 records is 1 record and never 0.99999. A
// value type; comparisons are exact for every pair (128-bit products).
class Ratio {
 public:
  constexpr Ratio() = default;  // 0

  // Fails on a zero denominator, and on the one magnitude (2^63) that has no
  // negation.
  static absl::StatusOr<Ratio> Create(std::int64_t numerator,
                                      std::int64_t denominator);

  // "0.05", "5%", "1/20", "3". No sign, no exponent, no spaces inside.
  static absl::StatusOr<Ratio> Parse(std::string_view text);

  std::int64_t numerator() const { return numerator_; }
  std::int64_t denominator() const { return denominator_; }

  // floor(*this * count). Requires a non-negative ratio and count.
  std::int64_t FloorOf(std::int64_t count) const;

  // part/whole <= *this, exactly; a whole of 0 counts as a share of 0.
  bool AdmitsShare(std::int64_t part, std::int64_t whole) const;

  double ToDouble() const;       // for display only
  std::string ToString() const;  // "1/20", "3"

  friend bool operator==(const Ratio&, const Ratio&) = default;
  friend std::strong_ordering operator<=>(const Ratio& a, const Ratio& b);

 private:
  constexpr Ratio(std::int64_t numerator, std::int64_t denominator)
      : numerator_(numerator), denominator_(denominator) {}

  std::int64_t numerator_ = 0;
  std::int64_t denominator_ = 1;
};

}  // namespace anon

#endif  // ANON_BASE_RATIO_H_
