// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_HIERARCHY_CALENDAR_H_
#define ANON_HIERARCHY_CALENDAR_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "anon/base/status.h"
#include "anon/hierarchy/hierarchy_rule.h"

namespace anon {

// Reads a day of the Gregorian calendar: 2026-10-01, 2026/10/1, 2026.10.1,
// 20261001, 2026年10月1日, or in an era (和暦): 令和8年10月1日, R8.10.1,
// R8/10/1, R8-10-1, R081001; 元 is year 1. Full-width characters and spaces
// before numbers are fine. The eras are 大正 (T, from 1912-07-30), 昭和 (S,
// from 1926-12-25), 平成 (H, from 1989-01-08) and 令和 (R, from 2019-05-01); a
// day outside its era is refused, except that 1926-12-25 is in both its eras,
// as it was. Nothing is guessed: no two-digit years, no 1/10/2026, no time of
// day.
absl::StatusOr<std::chrono::year_month_day> ParseDate(std::string_view text);

// Completed years from `birth` to `day`; one born on February 29 completes
// them on March 1 of common years. Negative before birth.
int AgeOn(std::chrono::year_month_day birth, std::chrono::year_month_day day);

// Spans of time, each within the next.
enum class DateUnit { kDay, kMonth, kQuarter, kYear, kDecade };

// "2026-10-01", "2026-10", "2026-Q4", "2026", "2020年代" or "2020s".
std::string DateLabel(std::chrono::year_month_day date, DateUnit unit,
                      LabelLanguage language);

// From a date, however written, to the spans of `levels`, finest first.
struct DateRuleOptions {
  std::vector<DateUnit> levels = {DateUnit::kMonth, DateUnit::kQuarter,
                                  DateUnit::kYear, DateUnit::kDecade};
  LabelLanguage language = LabelLanguage::kJapanese;
};
absl::StatusOr<HierarchyRulePtr> DateRule(const DateRuleOptions& options);

// From a date of birth to the age on `reference`, in bands of so many years,
// from 0: "20-24歳" or "20-24". Each width divides the next. From `top` on
// there is one band, "90歳以上" or "90+"; every width divides `top`.
struct AgeRuleOptions {
  std::chrono::year_month_day reference;
  std::vector<std::int64_t> widths = {5, 10, 30};
  std::int64_t top = 90;
  LabelLanguage language = LabelLanguage::kJapanese;
};
absl::StatusOr<HierarchyRulePtr> AgeRule(const AgeRuleOptions& options);

}  // namespace anon

#endif  // ANON_HIERARCHY_CALENDAR_H_
