// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_TRANSFORM_TIME_TRUNCATION_H_
#define ANON_TRANSFORM_TIME_TRUNCATION_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "anon/transform/cell_operator.h"

namespace anon {

// A stretch of time that begins anew at midnight, or with the Monday, month,
// quarter or year.
class TimeSlot {
 public:
  // "15min", "1h", "6h", "1d", "1week", "1month", "1quarter", "1year"; minutes
  // and hours must divide a day.
  static std::optional<TimeSlot> Parse(std::string_view text);

  std::string ToString() const;  // "15min", "1week": hours as minutes

  // The beginning of the slot that an ISO 8601 time lies in:
  // "2026-10-31T23:59:58+09:00" in slots of 15min is
  // "2026-10-31T23:45+09:00". Local time as written, whatever the zone; the
  // separator (T or a space) and the zone stay, seconds go; from 1d on only the
  // date stays. Nothing if it is no such time.
  std::optional<std::string> Truncate(std::string_view time) const;

 private:
  enum class Unit { kMinutes, kDay, kWeek, kMonth, kQuarter, kYear };
  TimeSlot(Unit unit, int minutes) : unit_(unit), minutes_(minutes) {}

  Unit unit_;
  int minutes_;  // kMinutes only
};

// Truncation of timestamps to slots (時刻の丸め). Missing values stay missing.
std::shared_ptr<const CellOperator> TruncateTime(TimeSlot slot);

}  // namespace anon

#endif  // ANON_TRANSFORM_TIME_TRUNCATION_H_
