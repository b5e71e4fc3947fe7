// SPDX-License-Identifier: Apache-2.0
#include "anon/hierarchy/calendar.h"

#include <fmt/format.h>

#include <utility>

#include "base/status_macros.h"
#include "hierarchy/nesting.h"

namespace anon {
namespace {

using std::chrono::year_month_day;

class Dates final : public HierarchyRule {
 public:
  explicit Dates(const DateRuleOptions& options)
      : HierarchyRule(options.levels.size()), options_(options) {}

 private:
  absl::Status AddLabels(std::string_view value,
                         std::vector<std::string>& labels) const override {
    ANON_ASSIGN_OR_RETURN(const year_month_day date, ParseDate(value));
    for (const DateUnit unit : options_.levels) {
      labels.push_back(DateLabel(date, unit, options_.language));
    }
    return absl::OkStatus();
  }

  DateRuleOptions options_;
};

class Ages final : public HierarchyRule {
 public:
  explicit Ages(const AgeRuleOptions& options)
      : HierarchyRule(options.widths.size()), options_(options) {}

 private:
  absl::Status AddLabels(std::string_view value,
                         std::vector<std::string>& labels) const override {
    ANON_ASSIGN_OR_RETURN(const year_month_day birth, ParseDate(value));
    const int age = AgeOn(birth, options_.reference);
    if (age < 0) {
      return InputError("a date of birth after the reference date");
    }
    const bool words = options_.language == LabelLanguage::kJapanese;
    for (const std::int64_t width : options_.widths) {
      const std::int64_t first = age / width * width;
      labels.push_back(
          age >= options_.top
              ? fmt::format("{}{}", options_.top, words ? "歳以上" : "+")
          : width == 1 ? fmt::format("{}{}", first, words ? "歳" : "")
                       : fmt::format("{}-{}{}", first, first + width - 1,
                                     words ? "歳" : ""));
    }
    return absl::OkStatus();
  }

  AgeRuleOptions options_;
};

}  // namespace

int AgeOn(year_month_day birth, year_month_day day) {
  const int years =
      static_cast<int>(day.year()) - static_cast<int>(birth.year());
  const bool birthday_past = std::pair(day.month(), day.day()) >=
                             std::pair(birth.month(), birth.day());
  return birthday_past ? years : years - 1;
}

std::string DateLabel(year_month_day date, DateUnit unit,
                      LabelLanguage language) {
  const int year = static_cast<int>(date.year());
  const unsigned month = static_cast<unsigned>(date.month());
  switch (unit) {
    case DateUnit::kDay:
      return fmt::format("{:04}-{:02}-{:02}", year, month,
                         static_cast<unsigned>(date.day()));
    case DateUnit::kMonth:
      return fmt::format("{:04}-{:02}", year, month);
    case DateUnit::kQuarter:
      return fmt::format("{:04}-Q{}", year, (month + 2) / 3);
    case DateUnit::kYear:
      return fmt::format("{:04}", year);
    case DateUnit::kDecade:
      break;
  }
  return fmt::format("{:04}{}", year / 10 * 10,
                     language == LabelLanguage::kJapanese ? "年代" : "s");
}

absl::StatusOr<HierarchyRulePtr> DateRule(const DateRuleOptions& options) {
  if (options.levels.empty()) {
    return PolicyError("date needs at least one of levels");
  }
  for (std::size_t i = 1; i < options.levels.size(); ++i) {
    if (options.levels[i - 1] >= options.levels[i]) {
      return PolicyError(
          "date needs levels in the order day, month, quarter, year, decade");
    }
  }
  return std::make_shared<Dates>(options);
}

absl::StatusOr<HierarchyRulePtr> AgeRule(const AgeRuleOptions& options) {
  if (!options.reference.ok()) {
    return PolicyError("age needs a day of the calendar for reference_date");
  }
  if (options.widths.empty()) {
    return PolicyError("age needs at least one of widths");
  }
  if (!internal::EachDividesNext(options.widths)) {
    return PolicyError(
        "age needs widths of 1 or more, each a multiple of the one before");
  }
  const std::int64_t widest = options.widths.back();
  if (options.top < 1 || options.top % widest != 0) {
    return PolicyError(fmt::format(
        "age needs a top that is a multiple of {}, the widest band", widest));
  }
  return std::make_shared<Ages>(options);
}

}  // namespace anon
