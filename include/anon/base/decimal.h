// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_BASE_DECIMAL_H_
#define ANON_BASE_DECIMAL_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace anon {

// A decimal number exactly as data write it: units / 10^scale, at most 18
// digits, -999999999999999999 ... 999999999999999999. "1.50" and "1.5" are
// equal and keep their own scale. A value type.
class Decimal {
 public:
  constexpr Decimal() = default;  // 0
  constexpr explicit Decimal(std::int64_t units, int scale = 0)
      : units_(units), scale_(scale) {}

  // "-12.50", "+3", "007"; no exponent, no grouping, no spaces. Nothing if it
  // is not that, or is longer.
  static std::optional<Decimal> Parse(std::string_view text);

  std::int64_t units() const { return units_; }
  int scale() const { return scale_; }  // digits after the point, 0 ... 18

  // The multiple of `base` (above 0) at or below this number, at or above it,
  // or nearest to it, a tie going away from zero; with the scale of `base`.
  // Nothing if that needs more than 18 digits.
  enum class Toward { kDown, kUp, kNearest };
  std::optional<Decimal> RoundTo(Decimal base, Toward toward) const;

  // Exactly, with as many digits after the point as the longer of both. Nothing
  // if that needs more than 18 digits.
  std::optional<Decimal> Plus(const Decimal& other) const;

  // As near to `to` - `from` as doubles come: 0 only if they are equal, which
  // the difference of two doubles would not tell.
  static double Distance(const Decimal& from, const Decimal& to);

  std::string ToString() const;  // with `scale` digits after the point

  friend std::strong_ordering operator<=>(const Decimal& a, const Decimal& b);
  friend bool operator==(const Decimal& a, const Decimal& b) {
    return (a <=> b) == std::strong_ordering::equal;
  }

 private:
  std::int64_t units_ = 0;
  int scale_ = 0;
};

}  // namespace anon

#endif  // ANON_BASE_DECIMAL_H_
