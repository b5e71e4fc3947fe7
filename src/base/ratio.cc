// SPDX-License-Identifier: Apache-2.0
#include "anon/base/ratio.h"

#include <fmt/format.h>

#include <boost/multiprecision/cpp_int.hpp>
#include <limits>
#include <numeric>
#include <optional>

namespace anon {
namespace {

using Wide = boost::multiprecision::int128_t;

bool AllDigits(std::string_view text) {
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

// Value of a digit string, or nothing if it does not fit.
std::optional<std::int64_t> ParseDigits(std::string_view digits) {
  Wide value = 0;
  for (const char digit : digits) {
    value = value * 10 + (digit - '0');
    if (value > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
  }
  return static_cast<std::int64_t>(value);
}

absl::Status NotARatio() {
  return PolicyError(
      "not a share: write it as 0.05, 5% or 1/20 (at most 18 digits)");
}

absl::StatusOr<Ratio> ParseDecimal(std::string_view text,
                                   std::int64_t denominator) {
  const std::size_t dot = text.find('.');
  const std::string_view whole = text.substr(0, dot);
  const std::string_view part =
      dot == std::string_view::npos ? "" : text.substr(dot + 1);
  if (whole.empty() || (dot != std::string_view::npos && part.empty()) ||
      !AllDigits(whole) || !AllDigits(part)) {
    return NotARatio();
  }
  const auto value = ParseDigits(std::string(whole).append(part));
  Wide scale = denominator;
  for (std::size_t i = 0; i < part.size(); ++i) {
    scale *= 10;
    if (scale > std::numeric_limits<std::int64_t>::max()) return NotARatio();
  }
  if (!value) return NotARatio();
  return Ratio::Create(*value, static_cast<std::int64_t>(scale));
}

}  // namespace

absl::StatusOr<Ratio> Ratio::Create(std::int64_t numerator,
                                    std::int64_t denominator) {
  constexpr std::int64_t kNoNegation = std::numeric_limits<std::int64_t>::min();
  if (denominator == 0) return PolicyError("a ratio needs a denominator");
  if (numerator == kNoNegation || denominator == kNoNegation) {
    return PolicyError("a ratio's parts must lie within +-(2^63 - 1)");
  }
  const std::int64_t common = std::gcd(numerator, denominator);
  const std::int64_t sign = denominator < 0 ? -1 : 1;
  return Ratio(sign * numerator / common, sign * denominator / common);
}

absl::StatusOr<Ratio> Ratio::Parse(std::string_view text) {
  if (text.ends_with('%')) {
    text.remove_suffix(1);
    return ParseDecimal(text, 100);
  }
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return ParseDecimal(text, 1);
  const std::string_view over = text.substr(0, slash);
  const std::string_view under = text.substr(slash + 1);
  if (over.empty() || under.empty() || !AllDigits(over) || !AllDigits(under)) {
    return NotARatio();
  }
  const auto numerator = ParseDigits(over);
  const auto denominator = ParseDigits(under);
  if (!numerator || !denominator) return NotARatio();
  return Create(*numerator, *denominator);
}

std::int64_t Ratio::FloorOf(std::int64_t count) const {
  return static_cast<std::int64_t>(Wide(numerator_) * count / denominator_);
}

bool Ratio::AdmitsShare(std::int64_t part, std::int64_t whole) const {
  return Wide(part) * denominator_ <= Wide(numerator_) * whole;
}

double Ratio::ToDouble() const {
  return static_cast<double>(numerator_) / static_cast<double>(denominator_);
}

std::string Ratio::ToString() const {
  return denominator_ == 1 ? fmt::format("{}", numerator_)
                           : fmt::format("{}/{}", numerator_, denominator_);
}

std::strong_ordering operator<=>(const Ratio& a, const Ratio& b) {
  const Wide left = Wide(a.numerator()) * b.denominator();
  const Wide right = Wide(b.numerator()) * a.denominator();
  return left < right   ? std::strong_ordering::less
         : left > right ? std::strong_ordering::greater
                        : std::strong_ordering::equal;
}

}  // namespace anon
