// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: dates as ISO 8601 writes them.
#ifndef ANON_SRC_BASE_ISO_DATE_H_
#define ANON_SRC_BASE_ISO_DATE_H_

#include <chrono>
#include <optional>
#include <string_view>

namespace anon::internal {

// "2026-10-31": four digits, two, two, and a day that exists. Such texts sort
// by time.
bool IsIsoDate(std::string_view text);

// The same as a date.
std::optional<std::chrono::year_month_day> ParseIsoDate(std::string_view text);

}  // namespace anon::internal

#endif  // ANON_SRC_BASE_ISO_DATE_H_
