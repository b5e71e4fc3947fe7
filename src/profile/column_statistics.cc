// SPDX-License-Identifier: Apache-2.0
#include "profile/column_statistics.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <span>
#include <utility>

namespace anon::internal {
namespace {

constexpr std::size_t kMostValues = 200'000;
constexpr std::size_t kEdge = 10;  // cells that make a bound
constexpr std::int64_t kRare = 5;
constexpr std::int64_t kRepeats = 10;  // cells a value, on average

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

int ToInt(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

// Letters become A, digits 0, the rest stays; "" if it is no code.
std::string Shape(std::string_view value) {
  std::string shape;
  bool digits = false;
  for (const char c : value) {
    if (IsDigit(c)) {
      shape += '0';
      digits = true;
    } else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
      shape += 'A';
    } else if (c == '-' || c == '_' || c == '.') {
      shape += c;
    } else {
      return "";
    }
  }
  return digits ? shape : "";
}

bool IsSentence(std::string_view value) {
  constexpr std::size_t kLong = 40;
  return value.size() > kLong || value.find("。") != std::string_view::npos ||
         std::ranges::count(value, ' ') >= 4;
}

// A time of day after a date.
bool HasTime(std::string_view value) {
  return value.size() > 10 && (value[10] == ' ' || value[10] == 'T') &&
         value.find(':') != std::string_view::npos;
}

using Counted = std::pair<double, std::int64_t>;  // a number and its cells

// How many cells at the ends of sorted `numbers` stand alone: on each side
// fewer than kRare, behind a gap of five mean gaps and a quarter of the range
// of the rest. Example: 116 after 20 to 89, whose quartiles are too far apart
// to show it.
std::int64_t TakeLoners(std::vector<Counted>& numbers) {
  std::array<std::int64_t, 2> taken{};  // at the bottom, at the top
  const auto take = [&numbers](bool top, std::int64_t& taken_here) {
    std::int64_t cells = taken_here;
    for (std::size_t n = 1; n + 2 < numbers.size(); ++n) {
      const std::size_t last = numbers.size() - 1;
      cells += numbers[top ? last + 1 - n : n - 1].second;
      if (cells >= kRare) return false;
      const auto rest = top ? std::span(numbers).first(last + 1 - n)
                            : std::span(numbers).subspan(n);
      const double gap = top ? numbers[last + 1 - n].first - rest.back().first
                             : rest.front().first - numbers[n - 1].first;
      const double range = rest.back().first - rest.front().first;
      if (gap * 4 < range ||
          gap * static_cast<double>(rest.size() - 1) <= 5 * range) {
        continue;
      }
      numbers = std::vector<Counted>(rest.begin(), rest.end());
      taken_here = cells;
      return true;
    }
    return false;
  };
  // What stood at one end may have hidden what stands at the other.
  while (take(true, taken[1]) || take(false, taken[0])) {
  }
  return taken[0] + taken[1];
}

}  // namespace

std::optional<double> NumberOf(std::string_view value) {
  // A leading zero makes a code of it; so do fifteen digits and more.
  const std::string_view body =
      value.starts_with('-') ? value.substr(1) : value;
  if (body.empty() || body.size() > 15 || !IsDigit(body[0])) return {};
  if (body.size() > 1 && body[0] == '0' && body[1] != '.') return {};
  if (body.find_first_not_of("0123456789.") != std::string_view::npos) {
    return {};
  }
  double number = 0;
  const auto [end, error] =
      std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || end != value.data() + value.size()) return {};
  return number;
}

std::optional<double> DayOf(std::string_view value) {
  if (value.size() != 10 && !HasTime(value)) return {};
  const char separator = value[4];
  if ((separator != '-' && separator != '/') || value[7] != separator) {
    return {};
  }
  for (const std::size_t i : {0u, 1u, 2u, 3u, 5u, 6u, 8u, 9u}) {
    if (!IsDigit(value[i])) return {};
  }
  const std::chrono::year_month_day date{
      std::chrono::year{ToInt(value.substr(0, 4))},
      std::chrono::month{static_cast<unsigned>(ToInt(value.substr(5, 2)))},
      std::chrono::day{static_cast<unsigned>(ToInt(value.substr(8, 2)))}};
  if (!date.ok()) return {};
  return static_cast<double>(
      std::chrono::sys_days{date}.time_since_epoch().count());
}

void ColumnStatistics::AddKind(std::string_view value) {
  const auto count = [this](ValueKind kind) {
    ++kinds_[static_cast<std::size_t>(kind)];
  };
  std::optional<double> number = NumberOf(value);
  const std::string shape = Shape(value);
  constexpr std::size_t kShapes = 8;
  if (!shape.empty() && (shapes_.size() < kShapes || shapes_.contains(shape))) {
    ++shapes_[shape];
  }
  if (number) {
    count(value.find('.') == std::string_view::npos ? ValueKind::kWholeNumber
                                                    : ValueKind::kDecimal);
  } else if ((number = DayOf(value))) {
    count(HasTime(value) ? ValueKind::kTime : ValueKind::kDate);
  } else if (!shape.empty()) {
    count(ValueKind::kCode);
  } else {
    count(ValueKind::kLabel);
    sentences_ += IsSentence(value) ? 1 : 0;
  }
  if (!number) return;
  if (smallest_.size() < kEdge || *number < smallest_.rbegin()->first) {
    smallest_.emplace(*number, value);
    if (smallest_.size() > kEdge) smallest_.erase(std::prev(smallest_.end()));
  }
  if (largest_.size() < kEdge || *number > largest_.begin()->first) {
    largest_.emplace(*number, value);
    if (largest_.size() > kEdge) largest_.erase(largest_.begin());
  }
}

void ColumnStatistics::Add(std::string_view value) {
  if (value.empty()) {
    ++missing_;
    return;
  }
  ++cells_;
  bytes_ += static_cast<std::int64_t>(value.size());
  AddKind(value);
  std::optional<std::uint32_t> code = values_.Find(value);
  if (!code && counts_.size() < kMostValues) {
    code = values_.Intern(value);
    counts_.push_back(0);
  }
  if (code) {
    ++counts_[*code];
  } else {
    overflowed_ = true;
  }
}

ValueKind ColumnStatistics::Kind() const {
  if (cells_ == 0) return ValueKind::kEmpty;
  const auto nearly_all = [this](std::int64_t count) {
    return count * 100 >= cells_ * 99;
  };
  const auto of = [this](ValueKind kind) {
    return kinds_[static_cast<std::size_t>(kind)];
  };
  if (nearly_all(of(ValueKind::kWholeNumber))) {
    return ValueKind::kWholeNumber;
  }
  if (nearly_all(of(ValueKind::kWholeNumber) + of(ValueKind::kDecimal))) {
    return ValueKind::kDecimal;
  }
  if (nearly_all(of(ValueKind::kDate))) return ValueKind::kDate;
  if (nearly_all(of(ValueKind::kDate) + of(ValueKind::kTime))) {
    return ValueKind::kTime;
  }
  if (nearly_all(of(ValueKind::kCode) + of(ValueKind::kWholeNumber))) {
    for (const auto& [shape, count] : shapes_) {
      if (count * 2 >= cells_) return ValueKind::kCode;
    }
  }
  const auto distinct = static_cast<std::int64_t>(counts_.size());
  if (sentences_ * 5 >= cells_ && distinct * 5 >= cells_) {
    return ValueKind::kText;
  }
  return ValueKind::kLabel;
}

std::optional<Extremes> ColumnStatistics::FindExtremes(ValueKind kind,
                                                       bool show) const {
  const bool days = kind == ValueKind::kDate || kind == ValueKind::kTime;
  if ((!days && kind != ValueKind::kWholeNumber &&
       kind != ValueKind::kDecimal) ||
      smallest_.size() < kEdge) {
    return std::nullopt;
  }
  Extremes extremes;
  const auto top = largest_.begin();
  const auto bottom = std::prev(smallest_.end());
  extremes.top = top->second;
  extremes.bottom = bottom->second;
  extremes.above =
      std::distance(largest_.upper_bound(top->first), largest_.end());
  extremes.below =
      std::distance(smallest_.begin(), smallest_.lower_bound(bottom->first));
  std::vector<Counted> numbers;
  std::int64_t total = 0;
  for (std::uint32_t code = 0; code < counts_.size(); ++code) {
    const std::string_view value = values_.value(code);
    const auto number = days ? DayOf(value) : NumberOf(value);
    if (!number) continue;
    numbers.emplace_back(*number, counts_[code]);
    total += counts_[code];
  }
  std::ranges::sort(numbers);
  const auto quantile = [&](std::int64_t rank) {
    std::int64_t seen = 0;
    for (const auto& [number, count] : numbers) {
      seen += count;
      if (seen > rank) return number;
    }
    return numbers.back().first;
  };
  const double low = quantile(total / 4);
  const double high = quantile(total * 3 / 4);
  extremes.far_out = TakeLoners(numbers);
  for (const auto& [number, count] : numbers) {
    const double range = 3 * (high - low);
    if (number < low - range || number > high + range) {
      extremes.far_out += count;
    }
  }
  if (show) {
    extremes.smallest = smallest_.begin()->second;
    extremes.largest = std::prev(largest_.end())->second;
  }
  return extremes;
}

ColumnProfile ColumnStatistics::Profile(bool show_values) const {
  ColumnProfile profile;
  profile.cells = cells_;
  profile.missing = missing_;
  profile.kind = Kind();
  profile.extremes = FindExtremes(profile.kind, show_values);
  const auto distinct = static_cast<std::int64_t>(counts_.size());
  if (overflowed_ || distinct == 0 || cells_ < distinct * kRepeats) {
    return profile;
  }
  for (std::uint32_t code = 0; code < counts_.size(); ++code) {
    if (counts_[code] >= kRare) continue;
    ++profile.rare_values;
    profile.rare_cells += counts_[code];
    if (show_values) profile.rare_examples.emplace_back(values_.value(code));
  }
  std::ranges::sort(profile.rare_examples);
  if (profile.rare_examples.size() > 5) profile.rare_examples.resize(5);
  return profile;
}

std::vector<std::string> ColumnStatistics::Values() const {
  std::vector<std::string> values;
  for (std::uint32_t code = 0; code < counts_.size(); ++code) {
    values.emplace_back(values_.value(code));
  }
  if (missing_ > 0) values.emplace_back();
  std::ranges::sort(values);
  return values;
}

}  // namespace anon::internal
