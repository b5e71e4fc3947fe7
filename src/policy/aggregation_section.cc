// SPDX-License-Identifier: Apache-2.0
//
// How several rows of one principal become one.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "policy/sections.h"

namespace anon::internal {
namespace {

constexpr std::string_view kKey = "aggregate";

// Whether anything looks at the values after rows have become one.
bool IsUsed(const ColumnPolicy& column, const Policy& policy) {
  return column.treatment != Treatment::kSuppress ||
         !column.operators.empty() || column.name == policy.group_unit;
}

// Why the column says nothing by its rule; empty: it does.
std::string WhyMeaningless(const ColumnPolicy& column, const Policy& policy) {
  if (policy.several_rows != SeveralRows::kAggregate) {
    return "without principal: {several_rows: aggregate}";
  }
  if (column.name == policy.principal) {
    return "in the column of the principal, which all records of one share";
  }
  if (!IsUsed(column, policy)) return "with treatment: suppress";
  return "";
}

}  // namespace

void ReadAggregation(const MapReader& map, ColumnPolicy& column, Draft& draft) {
  if (!map.Lacks(kKey)) {
    draft.aggregation_marks.emplace(column.name, map.MarkOf(kKey));
  }
  Words<AggregationRule> words;
  for (const AggregationRule rule : AllAggregationRules()) {
    words.emplace_back(ToString(rule), rule);
  }
  column.aggregation = map.Choice(kKey, Need::kOptional, words);
}

void CheckAggregation(const MapReader& root, const Draft& draft) {
  if (!draft.clear_principal || !root.Has("columns")) return;
  const Policy& policy = draft.policy;
  std::vector<std::string> lacking;
  for (const ColumnPolicy& column : policy.columns) {
    if (!draft.IsClear(column.name)) continue;
    const std::string meaningless = WhyMeaningless(column, policy);
    const auto stated = draft.aggregation_marks.find(column.name);
    if (stated == draft.aggregation_marks.end()) {
      if (meaningless.empty()) lacking.push_back(Shown(column.name));
    } else if (!meaningless.empty()) {
      root.complaints().Add(
          stated->second,
          fmt::format("columns.{}.aggregate has no meaning {}; remove it",
                      Shown(column.name), meaningless));
    }
  }
  if (lacking.empty()) return;
  root.Complain("principal",
                fmt::format("principal.several_rows: aggregate makes one row "
                            "of each principal, and columns {} do not say how: "
                            "add aggregate: first, last, least, greatest, sum "
                            "or same to each",
                            fmt::join(lacking, ", ")));
}

}  // namespace anon::internal
