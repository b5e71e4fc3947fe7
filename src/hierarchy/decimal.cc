// SPDX-License-Identifier: Apache-2.0
#include "hierarchy/decimal.h"

#include <algorithm>
#include <limits>

namespace anon::internal {

std::optional<std::int64_t> FloorOfDecimal(std::string_view text,
                                           std::int64_t factor) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::string_view whole = text.substr(0, point);
  const std::string_view fraction =
      text.substr(std::min(point + 1, text.size()));
  if (whole.empty() || (point < text.size() && fraction.empty())) {
    return std::nullopt;
  }
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (!std::ranges::all_of(whole, digit) ||
      !std::ranges::all_of(fraction, digit)) {
    return std::nullopt;
  }

  // 0.d1d2d3 = (d1 + (d2 + d3 / 10) / 10) / 10, and floors may be taken on the
  // way: what they drop is less than one unit of the next.
  std::int64_t carry = 0;
  bool exact = true;
  for (auto d = fraction.rbegin(); d != fraction.rend(); ++d) {
    carry += (*d - '0') * factor;
    exact = exact && carry % 10 == 0;
    carry /= 10;
  }

  const std::int64_t limit =
      std::numeric_limits<std::int64_t>::max() / 10 / factor - 1;
  std::int64_t integer = 0;
  for (const char d : whole) {
    integer = integer * 10 + (d - '0');
    if (integer > limit) return std::nullopt;
  }
  const std::int64_t floor = integer * factor + carry;
  if (!negative) return floor;
  return exact ? -floor : -floor - 1;
}

}  // namespace anon::internal
