// SPDX-License-Identifier: Apache-2.0
#include "assess/check_aggregation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "base/status_macros.h"

namespace anon::internal {
namespace {

// The columns that need a rule.
std::set<std::string> LookedAt(const CheckRequest& request) {
  std::set<std::string> names(request.quasi_identifiers.begin(),
                              request.quasi_identifiers.end());
  names.insert(request.sensitive_attributes.begin(),
               request.sensitive_attributes.end());
  for (const auto& combined : request.combined_attributes) {
    names.insert(combined.begin(), combined.end());
  }
  for (const SetValuedColumn& set : request.sets) names.insert(set.attribute);
  names.insert({request.group, request.weight});
  names.erase("");
  names.erase(request.principal);
  return names;
}

absl::Status LookAt(const CheckRequest& request,
                    const std::set<std::string>& needed) {
  if (request.principal.empty()) {
    return PolicyError(
        "rows are aggregated by principal: name the column that says whose "
        "each is");
  }
  std::set<std::string> lacking = needed;
  for (const AggregatedColumn& each : request.aggregation) {
    lacking.erase(each.column);
    if (needed.contains(each.column)) continue;
    return PolicyError(fmt::format(
        "'{}' has a rule of aggregation, but {}: remove the rule", each.column,
        each.column == request.principal
            ? "says whose a row is"
            : "the check does not look at that column"));
  }
  if (lacking.empty()) return absl::OkStatus();
  return PolicyError(fmt::format(
      "the check looks at {}, and no rule of aggregation says how several rows "
      "of one principal become one there: name first, last, least, greatest, "
      "sum or same for each",
      fmt::join(lacking, ", ")));
}

}  // namespace

absl::StatusOr<std::unique_ptr<AggregatedSource>> AggregateForCheck(
    RecordSource& table, const CheckRequest& request) {
  if (request.aggregation.empty()) return nullptr;
  const std::set<std::string> needed = LookedAt(request);
  ANON_RETURN_IF_ERROR(LookAt(request, needed));
  std::vector<AggregatedColumn> columns = request.aggregation;
  for (const std::string& name : table.attributes()) {
    if (name == request.principal || needed.contains(name)) continue;
    columns.push_back({name, AggregationRule::kOmit});
  }
  return AggregatedSource::Create(table, request.principal, columns);
}

}  // namespace anon::internal
