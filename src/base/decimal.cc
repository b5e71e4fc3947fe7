// SPDX-License-Identifier: Apache-2.0
#include "anon/base/decimal.h"

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>

namespace anon {
namespace {

using Wide = boost::multiprecision::int128_t;

constexpr std::size_t kMostDigits = 18;

Wide PowerOfTen(int exponent) {
  Wide power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

// `number` in units of 10^-scale; at most 36 digits, which 127 bits hold.
Wide Scaled(const Decimal& number, int scale) {
  return Wide(number.units()) * PowerOfTen(scale - number.scale());
}

// Nothing if `units` have more digits than a decimal.
std::optional<Decimal> Fitting(const Wide& units, int scale) {
  const Wide limit = PowerOfTen(static_cast<int>(kMostDigits));
  if (units >= limit || units <= -limit) return std::nullopt;
  return Decimal(static_cast<std::int64_t>(units), scale);
}

}  // namespace

std::optional<Decimal> Decimal::Parse(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const std::size_t dot = text.find('.');
  const bool fraction = dot != std::string_view::npos;
  if (text.empty() || dot == 0 || dot + 1 == text.size()) return std::nullopt;
  std::int64_t units = 0;
  std::size_t digits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == dot) continue;
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    units = units * 10 + (text[i] - '0');
    // Leading zeros do not count, but those after the point do.
    digits += units != 0 || (fraction && i > dot) ? 1 : 0;
    if (digits > kMostDigits) return std::nullopt;
  }
  return Decimal(negative ? -units : units,
                 fraction ? static_cast<int>(text.size() - dot - 1) : 0);
}

std::optional<Decimal> Decimal::RoundTo(Decimal base, Toward toward) const {
  const int scale = std::max(scale_, base.scale_);
  const Wide value = Scaled(*this, scale);
  const Wide step = Scaled(base, scale);
  Wide quotient = value / step;  // toward zero
  const Wide rest = value - quotient * step;
  const bool below_zero = value < 0;
  switch (toward) {
    case Toward::kDown:
      if (rest < 0) --quotient;
      break;
    case Toward::kUp:
      if (rest > 0) ++quotient;
      break;
    case Toward::kNearest:
      if ((below_zero ? -rest : rest) * 2 >= step) {
        quotient += below_zero ? -1 : 1;
      }
      break;
  }
  return Fitting(quotient * base.units_, base.scale_);
}

std::optional<Decimal> Decimal::Plus(const Decimal& other) const {
  const int scale = std::max(scale_, other.scale_);
  return Fitting(Scaled(*this, scale) + Scaled(other, scale), scale);
}

double Decimal::Distance(const Decimal& from, const Decimal& to) {
  const int scale = std::max(from.scale(), to.scale());
  const Wide units = Scaled(to, scale) - Scaled(from, scale);
  return units.convert_to<double>() / PowerOfTen(scale).convert_to<double>();
}

std::string Decimal::ToString() const {
  std::string digits = std::to_string(units_ < 0 ? -units_ : units_);
  const auto scale = static_cast<std::size_t>(scale_);
  if (scale > 0) {
    if (digits.size() <= scale) {
      digits.insert(0, scale + 1 - digits.size(), '0');
    }
    digits.insert(digits.size() - scale, ".");
  }
  return units_ < 0 ? "-" + digits : digits;
}

std::strong_ordering operator<=>(const Decimal& a, const Decimal& b) {
  if (a.scale() == b.scale()) return a.units() <=> b.units();
  const int scale = std::max(a.scale(), b.scale());
  const Wide left = Scaled(a, scale);
  const Wide right = Scaled(b, scale);
  if (left < right) return std::strong_ordering::less;
  return right < left ? std::strong_ordering::greater
                      : std::strong_ordering::equal;
}

}  // namespace anon
