// SPDX-License-Identifier: Apache-2.0
//
// Days as Japanese data write them. Eras begin and end on days that government
// ordinances set; T15.12.25 and S1.12.25 are the same day, because the edict of
// that day made the year Showa 1 from then on. Tested on both sides of every
// boundary: tests/hierarchy/calendar_test.cc.
#include <array>
#include <optional>

#include "anon/hierarchy/calendar.h"
#include "base/status_macros.h"
#include "hierarchy/width.h"

namespace anon {
namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::year;
using std::chrono::year_month_day;

struct Era {
  char letter;
  std::string_view name;
  std::string_view ligature;
  year_month_day first;
  year_month_day last;
};

constexpr year_month_day Day(int y, unsigned m, unsigned d) {
  return {year(y), month(m), day(d)};
}

constexpr std::array<Era, 4> kEras = {{
    {'R', "令和", "㋿", Day(2019, 5, 1), Day(9999, 12, 31)},
    {'H', "平成", "㍻", Day(1989, 1, 8), Day(2019, 4, 30)},
    {'S', "昭和", "㍼", Day(1926, 12, 25), Day(1989, 1, 7)},
    {'T', "大正", "㍽", Day(1912, 7, 30), Day(1926, 12, 25)},
}};

class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  bool Take(std::string_view token) {
    if (!text_.starts_with(token)) return false;
    text_.remove_prefix(token.size());
    return true;
  }

  // A number of `least` to `most` digits and no more, spaces before it.
  std::optional<int> Number(std::size_t least, std::size_t most) {
    while (Take(" ")) continue;
    std::size_t digits = 0;
    int number = 0;
    while (digits < text_.size() && text_[digits] >= '0' &&
           text_[digits] <= '9') {
      if (++digits > most) return std::nullopt;
      number = number * 10 + (text_[digits - 1] - '0');
    }
    if (digits < least) return std::nullopt;
    text_.remove_prefix(digits);
    return number;
  }

  // Digits ahead, without taking them.
  std::size_t DigitsAhead() const {
    const std::size_t end = text_.find_first_not_of("0123456789");
    return end == text_.npos ? text_.size() : end;
  }

  std::string_view Fixed(std::size_t size) {
    const std::string_view taken = text_.substr(0, size);
    text_.remove_prefix(taken.size());
    return taken;
  }

  bool done() const { return text_.empty(); }

 private:
  std::string_view text_;
};

const Era* TakeEra(Cursor& cursor) {
  for (const Era& era : kEras) {
    const char upper[] = {era.letter};
    const char lower[] = {static_cast<char>(era.letter - 'A' + 'a')};
    if (cursor.Take(era.name) || cursor.Take(era.ligature) ||
        cursor.Take({upper, 1}) || cursor.Take({lower, 1})) {
      return &era;
    }
  }
  return nullptr;
}

struct Numbers {
  int year = 0;
  int month = 0;
  int day = 0;
};

int Pair(std::string_view digits, std::size_t at) {
  return (digits[at] - '0') * 10 + (digits[at + 1] - '0');
}

// What follows the era, or the whole without one.
std::optional<Numbers> TakeNumbers(Cursor& cursor, bool era) {
  Numbers n;
  const std::size_t compact = era ? 6 : 8;
  if (cursor.DigitsAhead() == compact) {
    const std::string_view digits = cursor.Fixed(compact);
    n.year = Pair(digits, 0);
    if (!era) n.year = n.year * 100 + Pair(digits, 2);
    n.month = Pair(digits, compact - 4);
    n.day = Pair(digits, compact - 2);
    return n;
  }
  if (era && cursor.Take("元")) {
    n.year = 1;
  } else {
    const auto number = era ? cursor.Number(1, 2) : cursor.Number(4, 4);
    if (!number) return std::nullopt;
    n.year = *number;
  }
  std::string_view separator;
  for (const std::string_view candidate : {"-", "/", ".", "年"}) {
    if (separator.empty() && cursor.Take(candidate)) separator = candidate;
  }
  if (separator.empty()) return std::nullopt;
  const bool words = separator == "年";
  const auto month = cursor.Number(1, 2);
  if (!month || !cursor.Take(words ? "月" : separator)) return std::nullopt;
  const auto day = cursor.Number(1, 2);
  if (!day || (words && !cursor.Take("日"))) return std::nullopt;
  n.month = *month;
  n.day = *day;
  return n;
}

}  // namespace

absl::StatusOr<year_month_day> ParseDate(std::string_view text) {
  const std::string folded = internal::FoldWidth(text);
  Cursor cursor(folded);
  const Era* const era = TakeEra(cursor);
  const std::optional<Numbers> n = TakeNumbers(cursor, era != nullptr);
  if (!n || !cursor.done()) {
    return InputError(
        "expected a date such as 2026-10-01, 2026/10/1, 20261001, R8.10.1 or "
        "令和8年10月1日");
  }
  const int before = era ? static_cast<int>(era->first.year()) - 1 : 0;
  const year_month_day date(year(before + n->year),
                            month(static_cast<unsigned>(n->month)),
                            day(static_cast<unsigned>(n->day)));
  if (n->year == 0 || !date.ok()) {
    return InputError("a day that is not in the calendar");
  }
  if (era && (date < era->first || date > era->last)) {
    return InputError("a day before its era began or after it ended");
  }
  return date;
}

}  // namespace anon
