// SPDX-License-Identifier: Apache-2.0
#include "anon/solve/solve.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/status_macros.h"
#include "solve/node_evaluator.h"
#include "solve/search.h"

namespace anon {
namespace {

// Nodes of a search for the optimum are numbers of 32 bits.
constexpr std::int64_t kMostExact = std::int64_t{1} << 31;

}  // namespace

absl::StatusOr<SearchResult> Solve(const Classes& classes, const Goal& goal,
                                   const SearchBudget& budget) {
  ANON_ASSIGN_OR_RETURN(const auto evaluator,
                        internal::NodeEvaluator::Create(classes, goal, budget));
  const std::uint64_t nodes = evaluator->lattice().size();
  const std::int64_t most = std::min(budget.exact_nodes, kMostExact - 1);
  const bool exact = most > 0 && nodes <= static_cast<std::uint64_t>(most);
  if (budget.every_node && !exact) {
    return PolicyError(fmt::format(
        "every node is asked for, and there are more than {}: bound the levels "
        "of some columns, or do without",
        most));
  }
  if (budget.every_node) {
    return internal::SearchEveryNode(*evaluator, budget);
  }
  return exact ? internal::SearchExactly(*evaluator, budget)
               : internal::SearchByBestEffort(*evaluator, budget);
}

}  // namespace anon
