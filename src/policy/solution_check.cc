// SPDX-License-Identifier: Apache-2.0
#include "policy/solution_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/status_macros.h"

namespace anon::internal {
namespace {

// The quasi-identifiers that are released, in the order of the source.
std::vector<const ColumnPolicy*> ReleasedQuasi(
    const Policy& policy, const std::vector<std::string>& source) {
  std::vector<const ColumnPolicy*> released;
  for (const std::string& name : source) {
    const auto column =
        std::ranges::find(policy.columns, name, &ColumnPolicy::name);
    if (column != policy.columns.end() &&
        column->role == Role::kQuasiIdentifier &&
        column->treatment != Treatment::kSuppress) {
      released.push_back(&*column);
    }
  }
  return released;
}

std::string_view KindOf(const Policy& policy, const ColumnPolicy& column) {
  if (policy.solver.local_recoding) return "rounds";
  if (!policy.solver.mondrian) return "level";
  if (column.numbers) return "numbers";
  return column.order.empty() ? "tree" : "order";
}

// The levels that the policy allows for the labels of a column.
struct Bounds {
  std::size_t least = 0;
  std::size_t most = 0;
};

Bounds BoundsOf(const Policy& policy, const ColumnPolicy& column,
                const Hierarchy* hierarchy) {
  if (hierarchy == nullptr) return {};
  const auto least = static_cast<std::size_t>(column.level);
  // What no label of the hierarchy has in common is one level above it.
  if (policy.solver.mondrian) return {least, hierarchy->height() + 1};
  if (!column.search_level) return {least, least};
  const std::size_t most = column.most_level
                               ? static_cast<std::size_t>(*column.most_level)
                               : hierarchy->height();
  return {least, std::min(most, hierarchy->height())};
}

absl::Status NotOfThisPolicy(std::string_view what) {
  return PolicyError(fmt::format(
      "not a solution of this policy: {}; run again for a new solution", what));
}

absl::Status CheckColumn(const Policy& policy, const ColumnPolicy& column,
                         const Hierarchy* hierarchy,
                         const SavedSolution& solution, std::size_t q) {
  if (solution.kind(q) != KindOf(policy, column)) {
    return NotOfThisPolicy(
        fmt::format("column {} is released in another way than its solver does",
                    column.name));
  }
  const Bounds bounds = BoundsOf(policy, column, hierarchy);
  const std::vector<std::size_t> levels = solution.levels(q);
  const auto allowed = [&](std::size_t level) {
    return bounds.least <= level && level <= bounds.most;
  };
  // One level for all is also what values were counted at before.
  const bool counted =
      solution.kind(q) == "level" || solution.counted_level(q) == bounds.least;
  if (!counted || !std::ranges::all_of(levels, allowed)) {
    return NotOfThisPolicy(fmt::format(
        "column {} has a level there that it does not allow", column.name));
  }
  if (hierarchy != nullptr && column.hierarchy_rule == nullptr &&
      solution.hierarchy_sha256(q) != ToHex(hierarchy->digest())) {
    return PolicyError(fmt::format(
        "column {}: its hierarchy is not the one of the solution: put that "
        "back, or run again for a new solution",
        column.name));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status BindSolution(const Policy& policy,
                          const std::vector<std::string>& source,
                          const Hierarchies& hierarchies,
                          SavedSolution& solution) {
  const auto released = ReleasedQuasi(policy, source);
  if (!std::ranges::equal(released, solution.attributes(), {},
                          &ColumnPolicy::name)) {
    return NotOfThisPolicy(
        "its attributes are not the quasi-identifiers that the policy "
        "releases, in the order of the columns");
  }
  for (std::size_t q = 0; q < released.size(); ++q) {
    const auto at = hierarchies.find(released[q]->name);
    const Hierarchy* const hierarchy =
        at == hierarchies.end() ? nullptr : at->second.get();
    ANON_RETURN_IF_ERROR(
        CheckColumn(policy, *released[q], hierarchy, solution, q));
    solution.SetHierarchy(q, hierarchy);
  }
  return absl::OkStatus();
}

}  // namespace anon::internal
