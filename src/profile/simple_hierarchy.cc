// SPDX-License-Identifier: Apache-2.0
#include "profile/simple_hierarchy.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <set>

#include "profile/column_statistics.h"

namespace anon::internal {
namespace {

using Labels = std::vector<std::string>;  // of one value, level 1 and up

// 1, 2, 5, 10, 20, 50, ... not below `width`.
double RoundWidth(double width) {
  double unit = std::pow(10, std::floor(std::log10(width)));
  for (const double step : {1.0, 2.0, 5.0, 10.0}) {
    if (unit * step >= width * 0.999) return unit * step;
  }
  return unit * 10;
}

std::string Interval(double number, double width, bool whole) {
  const double from = std::floor(number / width) * width;
  if (whole && width >= 1) {
    const auto first = static_cast<std::int64_t>(from);
    const auto last = first + static_cast<std::int64_t>(width) - 1;
    return first == last ? fmt::format("{}", first)
                         : fmt::format("{}-{}", first, last);
  }
  return fmt::format("[{:g}, {:g})", from, from + width);
}

// Widths that give some twenty and some five intervals.
std::function<Labels(const std::string&)> Intervals(
    const std::vector<std::string>& values, bool whole) {
  double low = 0, high = 0;
  bool first = true;
  for (const std::string& value : values) {
    const auto number = NumberOf(value);
    if (!number) continue;
    low = first ? *number : std::min(low, *number);
    high = first ? *number : std::max(high, *number);
    first = false;
  }
  const double range = std::max(high - low, 1e-9);
  const double narrow = std::max(RoundWidth(range / 20), whole ? 1.0 : 0.0);
  // A multiple, so that intervals nest.
  const double wide = narrow * 4;
  return [narrow, wide, whole](const std::string& value) -> Labels {
    const auto number = NumberOf(value);
    if (!number) return {value, value};
    return {Interval(*number, narrow, whole), Interval(*number, wide, whole)};
  };
}

Labels DateLabels(const std::string& value) {
  if (!DayOf(value)) return {value, value, value};
  return {value.substr(0, 7), value.substr(0, 4), value.substr(0, 3) + "0s"};
}

// What stays of a code when the rest is masked: two steps, at a third and two
// thirds of its length.
Labels PrefixLabels(const std::string& value) {
  const auto masked = [&](std::size_t keep) {
    std::string text = value;
    for (std::size_t i = keep; i < text.size(); ++i) {
      if (text[i] != '-') text[i] = '*';
    }
    return text;
  };
  return {masked((value.size() * 2 + 2) / 3), masked((value.size() + 2) / 3)};
}

std::string Quoted(const std::string& field) {
  if (field.find_first_of(";\"\n\r") == std::string::npos && !field.empty()) {
    return field;
  }
  std::string quoted = "\"";
  for (const char c : field) {
    if (c == '"') quoted += c;
    quoted += c;
  }
  return quoted + "\"";
}

}  // namespace

SimpleHierarchy MakeHierarchy(ValueKind kind,
                              const std::vector<std::string>& values) {
  SimpleHierarchy hierarchy;
  std::function<Labels(const std::string&)> labels =
      [](const std::string&) -> Labels { return {}; };
  const bool whole = kind == ValueKind::kWholeNumber;
  if (whole || kind == ValueKind::kDecimal) {
    labels = Intervals(values, whole);
    hierarchy.start = 1;
  } else if (kind == ValueKind::kDate || kind == ValueKind::kTime) {
    labels = DateLabels;
    hierarchy.start = 2;
  } else if (kind == ValueKind::kCode) {
    labels = PrefixLabels;
    hierarchy.start = 1;
  }
  const std::size_t levels = labels("x").size();
  hierarchy.height = levels + 1;
  for (const std::string& value : values) {
    hierarchy.csv += Quoted(value);
    const Labels above = value.empty() ? Labels(levels, "") : labels(value);
    for (const std::string& label : above) hierarchy.csv += ";" + Quoted(label);
    hierarchy.csv += ";*\n";
  }
  return hierarchy;
}

}  // namespace anon::internal
