// SPDX-License-Identifier: Apache-2.0
#include "policy/table_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "policy/hierarchies.h"

namespace anon::internal {
namespace {

const ColumnPolicy* FindColumn(const Policy& policy, std::string_view name) {
  const auto at = std::ranges::find(policy.columns, name, &ColumnPolicy::name);
  return at == policy.columns.end() ? nullptr : &*at;
}

}  // namespace

absl::Status CheckCoverage(const Policy& policy, const RecordSource& source) {
  const std::vector<std::string>& names = source.attributes();
  // Missing columns first: if none is, line 1 is a header and not a record
  // whose values the next complaint would repeat.
  for (const ColumnPolicy& column : policy.columns) {
    if (std::ranges::find(names, column.name) != names.end()) continue;
    if (std::ranges::find(policy.derived, column.name, &GridColumn::name) !=
        policy.derived.end()) {
      continue;
    }
    return InputErrorAt({.file = source.name(),
                         .line = 1,
                         .column = static_cast<std::int64_t>(names.size()) + 1,
                         .attribute = column.name},
                        fmt::format("the column is missing; {} expects it",
                                    ToString(column.place)));
  }
  std::string unnamed;
  std::size_t first = 0;
  for (std::size_t c = 0; c < names.size(); ++c) {
    if (FindColumn(policy, names[c]) != nullptr) continue;
    if (unnamed.empty()) first = c;
    unnamed += (unnamed.empty() ? "" : ", ") + names[c];
  }
  if (!unnamed.empty()) {
    return InputErrorAt({.file = source.name(),
                         .line = 1,
                         .column = static_cast<std::int64_t>(first) + 1,
                         .attribute = names[first]},
                        fmt::format("the policy does not say what becomes of "
                                    "{}; name every column under 'columns'",
                                    unnamed));
  }
  return absl::OkStatus();
}

absl::StatusOr<TablePlan> TablePlan::Bind(const Policy& policy,
                                          RecordSource& source,
                                          RandomSource& random) {
  ANON_ASSIGN_OR_RETURN(const Hierarchies hierarchies,
                        MakeHierarchies(policy, source));
  ClassColumns classes;
  classes.principal = policy.principal;
  classes.group = policy.group_unit;
  classes.refuse_missing = policy.refuse_missing;
  std::vector<OutputColumn> output;
  const std::vector<std::string>& names = source.attributes();
  for (std::size_t c = 0; c < names.size(); ++c) {
    const ColumnPolicy& column = *FindColumn(policy, names[c]);
    if (column.treatment == Treatment::kSuppress) continue;
    output.push_back({.name = column.name,
                      .treatment = column.treatment,
                      .source = c,
                      .quasi = classes.quasi_identifiers.size(),
                      .pseudonym = column.pseudonym,
                      .fresh = column.fresh_pseudonyms});
    if (column.role == Role::kSensitive) {
      classes.sensitive_attributes.push_back(column.name);
    } else if (column.role == Role::kQuasiIdentifier) {
      ANON_ASSIGN_OR_RETURN(Generalization quasi,
                            MakeGeneralization(column, hierarchies));
      classes.quasi_identifiers.push_back(std::move(quasi));
    }
  }
  ANON_ASSIGN_OR_RETURN(RowCoder coder,
                        RowCoder::Create(std::move(classes), source, random));
  return TablePlan(std::move(coder), std::move(output));
}

std::vector<std::string> TablePlan::output_names() const {
  std::vector<std::string> names;
  for (const OutputColumn& column : output_) names.push_back(column.name);
  return names;
}

}  // namespace anon::internal
