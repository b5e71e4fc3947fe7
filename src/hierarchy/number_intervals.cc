// SPDX-License-Identifier: Apache-2.0
//
// Numbers are held as millionths, rounded down: an edge is a whole number of
// millionths, so a number and its floor lie on the same side of every edge.
#include "anon/hierarchy/number_intervals.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string_view>
#include <utility>

#include "base/status_macros.h"
#include "hierarchy/decimal.h"
#include "hierarchy/nesting.h"

namespace anon {
namespace {

constexpr std::int64_t kUnit = 1'000'000;
constexpr std::int64_t kNone = std::numeric_limits<std::int64_t>::min();

std::string Text(std::int64_t millionths) {
  const std::int64_t magnitude = millionths < 0 ? -millionths : millionths;
  std::string text =
      fmt::format("{}{}", millionths < 0 ? "-" : "", magnitude / kUnit);
  if (magnitude % kUnit == 0) return text;
  text += fmt::format(".{:06}", magnitude % kUnit);
  text.erase(text.find_last_not_of('0') + 1);
  return text;
}

// A parameter, which must be exact to the millionth.
absl::StatusOr<std::int64_t> Parameter(const std::string& text,
                                       std::string_view name, bool whole) {
  const auto number = internal::FloorOfDecimal(text, kUnit);
  const std::size_t point = text.find('.');
  const bool fine = point == text.npos || text.size() - point - 1 <= 6;
  if (!number || !fine) {
    return PolicyError(fmt::format(
        "interval needs decimal numbers with at most six decimals for {}",
        name));
  }
  if (whole && *number % kUnit != 0) {
    return PolicyError(fmt::format(
        "interval with whole: true needs whole numbers for {}", name));
  }
  return *number;
}

// One level; kNone where there is no bound.
struct Bounds {
  std::int64_t first = kNone;
  std::int64_t end = kNone;
};

std::string Label(const Bounds& bounds, bool whole, LabelLanguage language) {
  const bool words = language == LabelLanguage::kJapanese;
  if (bounds.first == kNone) {
    return words ? Text(bounds.end) + "未満" : "<" + Text(bounds.end);
  }
  if (bounds.end == kNone) {
    const std::string first = Text(bounds.first);
    return words ? first + "以上" : whole ? first + "+" : ">=" + first;
  }
  if (whole) {
    const std::int64_t last = bounds.end - kUnit;
    if (last == bounds.first) return Text(last);
    return fmt::format("{}{}{}", Text(bounds.first),
                       bounds.first < 0 ? ".." : "-", Text(last));
  }
  return words
             ? fmt::format("{}以上{}未満", Text(bounds.first), Text(bounds.end))
             : fmt::format("[{}, {})", Text(bounds.first), Text(bounds.end));
}

class Intervals final : public HierarchyRule {
 public:
  // Widths with origin and outer bounds, or edges.
  struct Plan {
    std::vector<std::int64_t> widths;
    std::int64_t origin = 0;
    Bounds inner;
    std::vector<std::vector<std::int64_t>> edges;
    bool whole = false;
    LabelLanguage language = LabelLanguage::kJapanese;
  };

  explicit Intervals(Plan plan)
      : HierarchyRule(plan.widths.size() + plan.edges.size()),
        plan_(std::move(plan)) {}

 private:
  absl::Status AddLabels(std::string_view value,
                         std::vector<std::string>& labels) const override {
    const auto number = internal::FloorOfDecimal(value, kUnit);
    if (!number || *number > kLargest || *number < -kLargest) {
      return InputError("expected a decimal number such as 1980 or -0.5");
    }
    if (plan_.whole && !IsWhole(value, *number)) {
      return InputError("expected a whole number");
    }
    for (const std::int64_t width : plan_.widths) {
      labels.push_back(
          Label(Around(*number, width), plan_.whole, plan_.language));
    }
    for (const auto& edges : plan_.edges) {
      const auto above = std::ranges::upper_bound(edges, *number);
      labels.push_back(
          Label({.first = above == edges.begin() ? kNone : *(above - 1),
                 .end = above == edges.end() ? kNone : *above},
                plan_.whole, plan_.language));
    }
    return absl::OkStatus();
  }

  // Room for an interval around every number.
  static constexpr std::int64_t kLargest =
      std::numeric_limits<std::int64_t>::max() / 16;

  static bool IsWhole(std::string_view value, std::int64_t number) {
    const std::size_t point = std::min(value.find('.'), value.size());
    return number % kUnit == 0 &&
           value.find_first_not_of('0', std::min(point + 1, value.size())) ==
               value.npos;
  }

  Bounds Around(std::int64_t number, std::int64_t width) const {
    const Bounds& inner = plan_.inner;
    if (inner.first != kNone && number < inner.first) {
      return {.end = inner.first};
    }
    if (inner.end != kNone && number >= inner.end) return {.first = inner.end};
    const std::int64_t from_origin = number - plan_.origin;
    std::int64_t steps = from_origin / width;
    if (from_origin % width < 0) --steps;
    const std::int64_t first = plan_.origin + steps * width;
    return {.first = first, .end = first + width};
  }

  Plan plan_;
};

constexpr std::int64_t kLargestParameter =
    std::numeric_limits<std::int64_t>::max() / 64;

absl::Status PlanWidths(const IntervalRuleOptions& options,
                        Intervals::Plan& plan) {
  const bool whole = options.whole;
  ANON_ASSIGN_OR_RETURN(plan.origin,
                        Parameter(options.origin, "origin", whole));
  std::int64_t largest = std::abs(plan.origin);
  for (const std::string& text : options.widths) {
    ANON_ASSIGN_OR_RETURN(plan.widths.emplace_back(),
                          Parameter(text, "widths", whole));
    largest = std::max(largest, plan.widths.back());
  }
  if (!internal::EachDividesNext(plan.widths)) {
    return PolicyError(
        "interval needs widths above 0, each a multiple of the one before");
  }
  const auto bound = [&](const std::optional<std::string>& text,
                         std::string_view name,
                         std::int64_t& bound) -> absl::Status {
    if (!text) return absl::OkStatus();
    ANON_ASSIGN_OR_RETURN(bound, Parameter(*text, name, whole));
    largest = std::max(largest, std::abs(bound));
    if (largest > kLargestParameter ||
        (bound - plan.origin) % plan.widths.back() == 0) {
      return absl::OkStatus();
    }
    return PolicyError(fmt::format(
        "interval needs a {} that is an edge of the widest intervals: origin "
        "and a multiple of {}",
        name, Text(plan.widths.back())));
  };
  ANON_RETURN_IF_ERROR(bound(options.bottom, "bottom", plan.inner.first));
  ANON_RETURN_IF_ERROR(bound(options.top, "top", plan.inner.end));
  if (largest > kLargestParameter) {
    return PolicyError("interval needs parameters below 10^11");
  }
  if (options.bottom && options.top && plan.inner.first >= plan.inner.end) {
    return PolicyError("interval needs a bottom below its top");
  }
  return absl::OkStatus();
}

absl::Status PlanEdges(const IntervalRuleOptions& options,
                       Intervals::Plan& plan) {
  if (options.bottom || options.top || options.origin != "0") {
    return PolicyError(
        "interval with edges takes no origin, bottom or top: the first and "
        "the last edge are the bounds");
  }
  for (const std::vector<std::string>& level : options.edges) {
    std::vector<std::int64_t>& edges = plan.edges.emplace_back();
    for (const std::string& text : level) {
      ANON_ASSIGN_OR_RETURN(edges.emplace_back(),
                            Parameter(text, "edges", options.whole));
    }
    if (edges.empty() || std::ranges::adjacent_find(
                             edges, std::greater_equal<>()) != edges.end()) {
      return PolicyError("interval needs edges that grow, in every level");
    }
    if (plan.edges.size() == 1) continue;
    if (!std::ranges::includes(plan.edges[plan.edges.size() - 2], edges)) {
      return PolicyError(
          "interval needs the edges of a level among those of the level "
          "before");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<HierarchyRulePtr> IntervalRule(
    const IntervalRuleOptions& options) {
  if (options.widths.empty() == options.edges.empty()) {
    return PolicyError("interval needs either widths or edges");
  }
  Intervals::Plan plan;
  plan.whole = options.whole;
  plan.language = options.language;
  ANON_RETURN_IF_ERROR(options.edges.empty() ? PlanWidths(options, plan)
                                             : PlanEdges(options, plan));
  return std::make_shared<Intervals>(std::move(plan));
}

}  // namespace anon
