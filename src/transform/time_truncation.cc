// SPDX-License-Identifier: Apache-2.0
#include "anon/transform/time_truncation.h"

#include <fmt/format.h>

#include <chrono>

#include "base/iso_date.h"
#include "transform/operator_descriptors.h"

namespace anon {
namespace {

constexpr int kMinutesOfDay = 24 * 60;

// The next `count` digits of `text`, which they are taken from.
std::optional<int> TakeDigits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(0, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool Take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<std::chrono::year_month_day> TakeDate(std::string_view& text) {
  const auto date = internal::ParseIsoDate(text.substr(0, 10));
  if (date) text.remove_prefix(10);
  return date;
}

// "HH:MM", perhaps ":SS", perhaps a fraction of it: as minutes of the day.
std::optional<int> TakeMinutes(std::string_view& text) {
  const auto hours = TakeDigits(text, 2);
  if (!hours || *hours > 23 || !Take(text, ':')) return std::nullopt;
  const auto minutes = TakeDigits(text, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  if (Take(text, ':')) {
    const auto seconds = TakeDigits(text, 2);
    if (!seconds || *seconds > 60) return std::nullopt;  // a leap second
    if (Take(text, '.')) {
      if (!TakeDigits(text, 1)) return std::nullopt;
      while (TakeDigits(text, 1)) {
      }
    }
  }
  return *hours * 60 + *minutes;
}

// "", "Z", "+09:00", "+0900", "+09".
bool IsZone(std::string_view text) {
  if (text.empty() || text == "Z") return true;
  if (!Take(text, '+') && !Take(text, '-')) return false;
  if (!TakeDigits(text, 2)) return false;
  if (text.empty()) return true;
  Take(text, ':');
  return TakeDigits(text, 2) && text.empty();
}

std::string DateText(std::chrono::year_month_day date) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

class Truncation final : public CellOperator {
 public:
  explicit Truncation(TimeSlot slot) : slot_(slot) {}
  const OperatorDescriptor& descriptor() const override {
    return internal::TruncateTimeDescriptor();
  }
  absl::StatusOr<std::optional<std::string>> Apply(
      std::string_view value) const override {
    if (value.empty()) return "";
    auto begin = slot_.Truncate(value);
    if (!begin) {
      return InputError("not an ISO 8601 time such as 2026-10-31T23:59:58");
    }
    return begin;
  }

 private:
  TimeSlot slot_;
};

}  // namespace

std::optional<TimeSlot> TimeSlot::Parse(std::string_view text) {
  if (text == "1d") return TimeSlot(Unit::kDay, 0);
  if (text == "1week") return TimeSlot(Unit::kWeek, 0);
  if (text == "1month") return TimeSlot(Unit::kMonth, 0);
  if (text == "1quarter") return TimeSlot(Unit::kQuarter, 0);
  if (text == "1year") return TimeSlot(Unit::kYear, 0);
  int number = 0;
  std::size_t digits = 0;
  while (const auto digit = TakeDigits(text, 1)) {
    number = number * 10 + *digit;
    if (++digits > 4) return std::nullopt;
  }
  if (text == "h") {
    number *= 60;
  } else if (text != "min") {
    return std::nullopt;
  }
  if (number == 0 || kMinutesOfDay % number != 0) return std::nullopt;
  return TimeSlot(Unit::kMinutes, number);
}

std::string TimeSlot::ToString() const {
  switch (unit_) {
    case Unit::kMinutes:
      return fmt::format("{}min", minutes_);
    case Unit::kDay:
      return "1d";
    case Unit::kWeek:
      return "1week";
    case Unit::kMonth:
      return "1month";
    case Unit::kQuarter:
      return "1quarter";
    case Unit::kYear:
      return "1year";
  }
  return "";
}

std::optional<std::string> TimeSlot::Truncate(std::string_view time) const {
  using std::chrono::sys_days;
  const auto date = TakeDate(time);
  if (!date) return std::nullopt;
  const bool only_date = time.empty();
  const char separator = only_date ? 'T' : time.front();
  int minutes = 0;
  if (!only_date) {
    if (separator != 'T' && separator != ' ') return std::nullopt;
    time.remove_prefix(1);
    const auto parsed = TakeMinutes(time);
    if (!parsed || !IsZone(time)) return std::nullopt;
    minutes = *parsed;
  }
  switch (unit_) {
    case Unit::kMinutes: {
      if (only_date) return std::nullopt;
      const int begin = minutes - minutes % minutes_;
      return fmt::format("{}{}{:02}:{:02}{}", DateText(*date), separator,
                         begin / 60, begin % 60, time);
    }
    case Unit::kDay:
      return DateText(*date);
    case Unit::kWeek: {
      const std::chrono::weekday day(sys_days{*date});
      return DateText(sys_days(*date) -
                      std::chrono::days(day.iso_encoding() - 1));
    }
    case Unit::kMonth:
      return DateText(date->year() / date->month() / 1);
    case Unit::kQuarter: {
      const unsigned month = static_cast<unsigned>(date->month());
      return DateText(date->year() /
                      std::chrono::month(month - (month - 1) % 3) / 1);
    }
    case Unit::kYear:
      return DateText(date->year() / 1 / 1);
  }
  return std::nullopt;
}

const OperatorDescriptor& internal::TruncateTimeDescriptor() {
  static const auto& descriptor =
      *new OperatorDescriptor{.name = "truncate_time",
                              .technique = "grid_spacetime",
                              .ja = "時刻を時間帯の始まりに切り捨てる",
                              .en = "Cut times down to the beginning of a slot",
                              .takes = "ISO 8601 dates and times",
                              .missing = "stays missing",
                              .example = "{operator: truncate_time, slot: 1h}",
                              .leaves_part = true};
  return descriptor;
}

std::shared_ptr<const CellOperator> TruncateTime(TimeSlot slot) {
  return std::make_shared<Truncation>(slot);
}

}  // namespace anon
