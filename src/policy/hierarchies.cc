// SPDX-License-Identifier: Apache-2.0
#include "policy/hierarchies.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "anon/hierarchy/value_domain.h"
#include "anon/transform/load_hierarchy.h"
#include "base/status_macros.h"

namespace anon::internal {

absl::StatusOr<Hierarchies> MakeHierarchies(const Policy& policy,
                                            RecordSource& records) {
  Hierarchies hierarchies;
  std::vector<const ColumnPolicy*> by_rule;
  std::vector<std::string> attributes;
  const auto& names = records.attributes();
  for (const ColumnPolicy& column : policy.columns) {
    if (column.treatment != Treatment::kGeneralize || column.numbers ||
        !column.order.empty() ||
        std::ranges::find(names, column.name) == names.end()) {
      continue;
    }
    if (column.hierarchy_rule != nullptr) {
      by_rule.push_back(&column);
      attributes.push_back(column.name);
      continue;
    }
    ANON_ASSIGN_OR_RETURN(
        hierarchies[column.name],
        LoadHierarchy(column.hierarchy, column.hierarchy_delimiter));
  }
  if (by_rule.empty()) return hierarchies;
  ANON_RETURN_IF_ERROR(records.Rewind());
  ANON_ASSIGN_OR_RETURN(const std::vector<ValueDomain> domains,
                        ValueDomain::FromRecords(records, attributes));
  if (domains.front().size() == 0) {
    return InputErrorAt({.file = records.name(), .line = 2, .column = 1},
                        "no records after the header");
  }
  for (std::size_t i = 0; i < by_rule.size(); ++i) {
    ANON_ASSIGN_OR_RETURN(
        Hierarchy hierarchy,
        BuildHierarchy(*by_rule[i]->hierarchy_rule, domains[i]));
    hierarchies[by_rule[i]->name] =
        std::make_shared<const Hierarchy>(std::move(hierarchy));
  }
  ANON_RETURN_IF_ERROR(records.Rewind());
  return hierarchies;
}

absl::StatusOr<Generalization> MakeGeneralization(
    const ColumnPolicy& column, const Hierarchies& hierarchies) {
  if (!hierarchies.contains(column.name)) {
    return Generalization::Identity(column.name);
  }
  auto generalization = Generalization::Create(
      column.name, hierarchies.at(column.name), column.level);
  if (!generalization.ok()) {
    return PolicyErrorAt(column.place, Message(generalization.status()));
  }
  return generalization;
}

}  // namespace anon::internal
