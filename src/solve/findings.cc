// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

#include "base/status_macros.h"
#include "solve/search.h"

namespace anon::internal {
namespace {

std::size_t Height(const Levels& levels) {
  return std::accumulate(levels.begin(), levels.end(), std::size_t{0});
}

bool NodeBefore(const LatticeNode& a, const LatticeNode& b) {
  return Before({a.cost, Height(a.levels), a.levels},
                {b.cost, Height(b.levels), b.levels});
}

}  // namespace

bool Before(const Rank& a, const Rank& b) {
  return std::tie(a.cost, a.height, a.levels) <
         std::tie(b.cost, b.height, b.levels);
}

bool Findings::CouldBeat(double cost, std::size_t height,
                         const Levels& levels) const {
  if (!found_ || cost < best_.cost) return true;
  if (cost > best_.cost) return false;
  return height != best_.height ? height < best_.height : levels < best_.levels;
}

absl::StatusOr<Evaluation> Findings::Evaluate(const Levels& levels) {
  if (budget_.stop.stop_requested()) {
    return absl::CancelledError("stopped on request; nothing has changed");
  }
  const std::size_t height = Height(levels);
  ANON_ASSIGN_OR_RETURN(
      const Evaluation seen,
      evaluator_.Evaluate(
          levels,
          [&](double cost) {
            return budget_.every_node || CouldBeat(cost, height, levels);
          },
          [&](std::int64_t suppressed) {
            return !nearest_ || suppressed <= nearest_->suppressed;
          }));
  LatticeNode node{.levels = levels,
                   .cost = seen.cost,
                   .suppressed = seen.suppressed,
                   .classes = seen.classes};
  if (!seen.last_word) {
    // Costs too much already, or suppresses some and may not.
  } else if (seen.admissible) {
    if (CouldBeat(seen.cost, height, levels)) {
      best_ = {seen.cost, height, levels};
      found_ = true;
    }
    satisfying_.push_back(std::move(node));
  } else if (!nearest_ || node.suppressed < nearest_->suppressed ||
             (node.suppressed == nearest_->suppressed &&
              height > Height(nearest_->levels))) {
    nearest_ = std::move(node);
  }
  if (budget_.progress) {
    budget_.progress(
        {.evaluated = evaluator_.evaluated(),
         .best = found_ ? std::optional(best_.cost) : std::nullopt});
  }
  return seen;
}

bool Findings::Spent(std::optional<std::int64_t> evaluations) const {
  if (evaluations && evaluator_.evaluated() >= *evaluations) return true;
  return budget_.time && IsSpent(*budget_.time, budget_.clock() - began_);
}

absl::StatusOr<SearchResult> Findings::Result(bool all) const {
  SearchResult result;
  result.objective = evaluator_.objective().name();
  result.nodes = static_cast<std::int64_t>(evaluator_.lattice().size());
  result.nodes_evaluated = evaluator_.evaluated();
  result.satisfied = found_;
  if (!found_) {
    if (nearest_) {
      result.best = *nearest_;
      ANON_ASSIGN_OR_RETURN(NodeEvaluator::No no,
                            evaluator_.WhyNot(nearest_->levels, all));
      result.best.suppressed = no.suppressed;
      result.reason = std::move(no.reason);
    } else {
      result.reason = "the budget ended before the first node was evaluated";
    }
    return result;
  }
  std::vector<LatticeNode> sorted = satisfying_;
  std::ranges::sort(sorted, NodeBefore);
  result.best = sorted.front();
  for (std::size_t i = 1; i < sorted.size() && i <= 5; ++i) {
    result.runners_up.push_back(sorted[i]);
  }
  for (const LatticeNode& node : sorted) {
    std::vector<LatticeNode>& front = result.pareto;
    if (!front.empty() && node.suppressed >= front.back().suppressed) continue;
    // Of the same cost, and before it by its height.
    if (!front.empty() && node.cost == front.back().cost) front.pop_back();
    front.push_back(node);
  }
  return result;
}

}  // namespace anon::internal
