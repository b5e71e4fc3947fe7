// SPDX-License-Identifier: Apache-2.0
#include "anon/solve/solve.h"

#include "base/status_macros.h"
#include "solve/node_evaluator.h"
#include "solve/search.h"

namespace anon {
namespace {

// Nodes of a search for the optimum are numbers of 32 bits.
constexpr std::uint64_t kMostExact = std::uint64_t{1} << 31;

}  // namespace

absl::StatusOr<SearchResult> Solve(const Classes& classes, const Goal& goal,
                                   const SearchBudget& budget) {
  ANON_ASSIGN_OR_RETURN(const auto evaluator,
                        internal::NodeEvaluator::Create(classes, goal, budget));
  const std::uint64_t nodes = evaluator->lattice().size();
  const bool exact = budget.exact_nodes > 0 && nodes < kMostExact &&
                     nodes <= static_cast<std::uint64_t>(budget.exact_nodes);
  if (exact && budget.every_node) {
    return internal::SearchEveryNode(*evaluator, budget);
  }
  return exact ? internal::SearchExactly(*evaluator, budget)
               : internal::SearchByBestEffort(*evaluator, budget);
}

}  // namespace anon
