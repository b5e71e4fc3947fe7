// SPDX-License-Identifier: Apache-2.0
#include "anon/hierarchy/calendar.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "hierarchy/hierarchy_support.h"

namespace anon {
namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;
using test::CheckIsHierarchy;
using test::Ladder;
using test::Refusal;

constexpr std::string_view kShape =
    "expected a date such as 2026-10-01, 2026/10/1, 20261001, R8.10.1 or "
    "令和8年10月1日";
constexpr std::string_view kNoDay = "a day that is not in the calendar";
constexpr std::string_view kEra =
    "a day before its era began or after it ended";

// The day in ISO 8601, or the message.
std::string Day(std::string_view text) {
  const auto date = ParseDate(text);
  if (!date.ok()) return std::string(Message(date.status()));
  return DateLabel(*date, DateUnit::kDay, LabelLanguage::kEnglish);
}

TEST_CASE("ParseDate: one day, however it is written") {
  for (const char* const text : {"2024-04-01",
                                 "2024-4-1",
                                 "2024/04/01",
                                 "2024/4/1",
                                 "2024.4.1",
                                 "20240401",
                                 "2024年4月1日",
                                 "2024年04月01日",
                                 "R6.4.1",
                                 "r6.4.1",
                                 "R06.04.01",
                                 "R6/4/1",
                                 "R6-4-1",
                                 "R060401",
                                 "令和6年4月1日",
                                 "令和06年04月01日",
                                 "㋿6年4月1日",
                                 "Ｒ６．４．１",
                                 "２０２４－０４－０１",
                                 "２０２４年４月１日",
                                 "令和　６年　４月　１日",
                                 "令和 6. 4. 1",
                                 "2024年 4月 1日"}) {
    CAPTURE(text);
    CHECK(Day(text) == "2024-04-01");
  }
}

TEST_CASE("ParseDate: the first year of an era is 元年 or 1") {
  for (const char* const text : {"令和元年5月1日", "令和1年5月1日", "R1.5.1",
                                 "R元.5.1", "R01/05/01", "R010501"}) {
    CHECK(Day(text) == "2019-05-01");
  }
  CHECK(Day("平成元年1月8日") == "1989-01-08");
  CHECK(Day("昭和元年12月25日") == "1926-12-25");
  CHECK(Day("大正元年7月30日") == "1912-07-30");
}

TEST_CASE("ParseDate: eras begin and end on their days") {
  CHECK(Day("R1.4.30") == kEra);
  CHECK(Day("H31.4.30") == "2019-04-30");
  CHECK(Day("H31.5.1") == kEra);
  CHECK(Day("H32.1.1") == kEra);
  CHECK(Day("H1.1.7") == kEra);
  CHECK(Day("S64.1.7") == "1989-01-07");
  CHECK(Day("S64.1.8") == kEra);
  CHECK(Day("S1.12.24") == kEra);
  CHECK(Day("S1.12.25") == "1926-12-25");
  CHECK(Day("T15.12.25") == "1926-12-25");
  CHECK(Day("T15.12.26") == kEra);
  CHECK(Day("T1.7.29") == kEra);
  CHECK(Day("昭和55年2月29日") == "1980-02-29");
  CHECK(Day("㍻2年1月1日") == "1990-01-01");
  CHECK(Day("㍼2年1月1日") == "1927-01-01");
  CHECK(Day("㍽2年1月1日") == "1913-01-01");
}

TEST_CASE("ParseDate: days that are not in the calendar") {
  for (const char* const text :
       {"2023-02-29", "2024-02-30", "2024-13-01", "2024-00-01", "2024-01-00",
        "2024-04-31", "1900-02-29", "0000-01-01", "R0.5.1", "R000501",
        "20241301", "S55年2月30日"}) {
    CAPTURE(text);
    CHECK(Day(text) == kNoDay);
  }
  CHECK(Day("2000-02-29") == "2000-02-29");
}

TEST_CASE("ParseDate: nothing is guessed") {
  for (const char* const text : {"",
                                 "24-04-01",
                                 "1/10/2026",
                                 "2024-04",
                                 "2024/4-1",
                                 "2024-4/1",
                                 "2024-04-01 ",
                                 "2024-04-01T00:00:00",
                                 "2024-04-011",
                                 "2024040",
                                 "202404011",
                                 "R6.4",
                                 "R6年4月1",
                                 "R6.4.1日",
                                 "令和年4月1日",
                                 "R",
                                 "令和",
                                 "M45.7.29",
                                 "明治45年7月29日",
                                 "X6.4.1",
                                 "2024年4月1",
                                 "元年5月1日",
                                 "R100.4.1",
                                 "-2024-04-01",
                                 "2024--4-1",
                                 "R60401",
                                 "元"}) {
    CAPTURE(text);
    CHECK(Day(text) == kShape);
  }
}

TEST_CASE("ParseDate: every day from 1912 survives all ways of writing it") {
  const sys_days end = sys_days(year(2031) / 1 / 1);
  for (sys_days at = sys_days(year(1912) / 7 / 30); at < end;
       at += std::chrono::days(1)) {
    const year_month_day date(at);
    const int y = static_cast<int>(date.year());
    const unsigned m = static_cast<unsigned>(date.month());
    const unsigned d = static_cast<unsigned>(date.day());
    const auto era = at >= sys_days(year(2019) / 5 / 1)   ? std::pair('R', 2018)
                     : at >= sys_days(year(1989) / 1 / 8) ? std::pair('H', 1988)
                     : at >= sys_days(year(1926) / 12 / 25)
                         ? std::pair('S', 1925)
                         : std::pair('T', 1911);
    REQUIRE(ParseDate(fmt::format("{}-{}-{}", y, m, d)).value() == date);
    REQUIRE(ParseDate(fmt::format("{:04}{:02}{:02}", y, m, d)).value() == date);
    REQUIRE(
        ParseDate(fmt::format("{}{}.{}.{}", era.first, y - era.second, m, d))
            .value() == date);
  }
}

TEST_CASE("AgeOn: birthdays, and those of February 29") {
  const auto age = [](std::string_view birth, std::string_view on) {
    return AgeOn(*ParseDate(birth), *ParseDate(on));
  };
  CHECK(age("1990-10-01", "2026-09-30") == 35);
  CHECK(age("1990-10-01", "2026-10-01") == 36);
  CHECK(age("2026-10-01", "2026-10-01") == 0);
  CHECK(age("2026-10-02", "2026-10-01") == -1);
  CHECK(age("2000-02-29", "2026-02-28") == 25);
  CHECK(age("2000-02-29", "2026-03-01") == 26);
  CHECK(age("2000-02-29", "2024-02-29") == 24);
}

TEST_CASE("Date rule: from days to decades, in two languages") {
  CHECK(Ladder("date", {}, "R6.4.1") ==
        "R6.4.1 > 2024-04 > 2024-Q2 > 2024 > 2020年代 > *");
  CHECK(Ladder("date", {{"levels", "day,decade"}, {"language", "en"}},
               "昭和64年1月7日") == "昭和64年1月7日 > 1989-01-07 > 1980s > *");
  CHECK(Ladder("date", {}, "") == " >  >  >  >  > *");
  CHECK(Ladder("date", {}, "soon") == kShape);
  CHECK(Refusal("date", {{"levels", "year,month"}}) ==
        "date needs levels in the order day, month, quarter, year, decade");
  CHECK(Refusal("date", {{"levels", "week"}}) ==
        "date needs one of day, month, quarter, year, decade for levels");
  CHECK(Refusal("date", {{"language", "fr"}}) ==
        "date needs one of ja, en for language");
  CheckIsHierarchy(
      *test::Rule("date", {{"levels", "day,month,quarter,year,decade"}}), 3000,
      [](test::SeededRandom& random) {
        const unsigned y = 1912 + unsigned(random.Below(120));
        const unsigned m = 1 + unsigned(random.Below(12));
        const unsigned d = 1 + unsigned(random.Below(28));
        return random.Below(2) ? fmt::format("{}-{:02}-{:02}", y, m, d)
                               : fmt::format("{}年{}月{}日", y, m, d);
      });
}

TEST_CASE("Age rule: bands on a day, one band from the top on") {
  const std::map<std::string, std::string> on = {
      {"reference_date", "2026-10-01"}};
  CHECK(Ladder("age", on, "1990-10-01") ==
        "1990-10-01 > 35-39歳 > 30-39歳 > 30-59歳 > *");
  CHECK(Ladder("age", on, "1990-10-02") ==
        "1990-10-02 > 35-39歳 > 30-39歳 > 30-59歳 > *");
  CHECK(Ladder("age", on, "1991-10-02") ==
        "1991-10-02 > 30-34歳 > 30-39歳 > 30-59歳 > *");
  CHECK(Ladder("age", on, "T15.12.25") ==
        "T15.12.25 > 90歳以上 > 90歳以上 > 90歳以上 > *");
  CHECK(Ladder("age", on, "2026-10-02") ==
        "a date of birth after the reference date");
  CHECK(Ladder("age",
               {{"reference_date", "令和8年10月1日"},
                {"widths", "1,5"},
                {"top", "85"},
                {"language", "en"}},
               "1941-10-02") == "1941-10-02 > 84 > 80-84 > *");
  CHECK(Refusal("age", {}) == "age needs the parameter reference_date");
  CHECK(Refusal("age", {{"reference_date", "today"}}) ==
        "age needs a date such as 2026-10-01 for reference_date");
  CHECK(
      Refusal("age", {{"reference_date", "2026-10-01"}, {"widths", "5,12"}}) ==
      "age needs widths of 1 or more, each a multiple of the one before");
  CHECK(Refusal("age", {{"reference_date", "2026-10-01"}, {"widths", "5,5"}}) ==
        "age needs widths of 1 or more, each a multiple of the one before");
  CHECK(Refusal("age", {{"reference_date", "2026-10-01"}, {"top", "95"}}) ==
        "age needs a top that is a multiple of 30, the widest band");
}

}  // namespace
}  // namespace anon
