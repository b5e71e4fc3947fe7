// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: a moment as text.
#ifndef ANON_SRC_BASE_UTC_TEXT_H_
#define ANON_SRC_BASE_UTC_TEXT_H_

#include <fmt/format.h>

#include <chrono>
#include <string>

namespace anon::internal {

// "2026-11-22T09:30:00Z"
inline std::string UtcText(std::chrono::system_clock::time_point time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto days = std::chrono::floor<std::chrono::days>(seconds);
  const std::chrono::year_month_day date(days);
  const std::chrono::hh_mm_ss clock(seconds - days);
  return fmt::format(
      "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

}  // namespace anon::internal

#endif  // ANON_SRC_BASE_UTC_TEXT_H_
