// SPDX-License-Identifier: Apache-2.0
#include "base/iso_date.h"

#include <cstddef>

namespace anon::internal {

bool IsIsoDate(std::string_view text) { return ParseIsoDate(text).has_value(); }

std::optional<std::chrono::year_month_day> ParseIsoDate(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') {
    return std::nullopt;
  }
  const auto number = [&](std::size_t from, std::size_t count) {
    unsigned value = 0;
    for (const char c : text.substr(from, count)) {
      if (c < '0' || c > '9') return 0U;
      value = value * 10 + static_cast<unsigned>(c - '0');
    }
    return value;
  };
  const std::chrono::year_month_day date(
      std::chrono::year(static_cast<int>(number(0, 4))),
      std::chrono::month(number(5, 2)), std::chrono::day(number(8, 2)));
  if (number(0, 4) == 0 || !date.ok()) return std::nullopt;
  return date;
}

}  // namespace anon::internal
