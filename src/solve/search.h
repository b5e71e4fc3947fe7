// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: what both searches of a lattice share.
#ifndef ANON_SRC_SOLVE_SEARCH_H_
#define ANON_SRC_SOLVE_SEARCH_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "anon/base/status.h"
#include "anon/solve/solve.h"
#include "solve/lattice.h"
#include "solve/node_evaluator.h"

namespace anon::internal {

// The order of nodes: cost, then the sum of levels, then levels.
struct Rank {
  double cost = 0;
  std::size_t height = 0;
  Levels levels;
};
bool Before(const Rank& a, const Rank& b);

// Whether `took` is as long as `most`, however long that is: nanoseconds of it
// could overflow.
inline bool IsSpent(std::chrono::milliseconds most,
                    std::chrono::steady_clock::duration took) {
  return std::chrono::floor<std::chrono::milliseconds>(took) >= most;
}

// Evaluated nodes and the best of them.
class Findings {
 public:
  Findings(NodeEvaluator& evaluator, const SearchBudget& budget)
      : evaluator_(evaluator), budget_(budget), began_(budget.clock()) {}

  // Whether a node with at least this cost could become the best.
  bool CouldBeat(double cost, std::size_t height, const Levels& levels) const;
  absl::StatusOr<Evaluation> Evaluate(const Levels& levels);
  // Whether a limit of the budget is reached.
  bool Spent(std::optional<std::int64_t> evaluations) const;
  bool found() const { return found_; }
  const Rank& best() const { return best_; }
  // Which suppresses least, while none is found.
  const std::optional<LatticeNode>& nearest() const { return nearest_; }
  // Everything but `optimal`. `all`: whether no other node satisfies if none of
  // those evaluated does.
  absl::StatusOr<SearchResult> Result(bool all) const;

 private:
  NodeEvaluator& evaluator_;
  const SearchBudget& budget_;
  const std::chrono::steady_clock::time_point began_;
  bool found_ = false;
  Rank best_;
  std::vector<LatticeNode> satisfying_;
  std::optional<LatticeNode> nearest_;  // while none satisfies
};

// The optimum, unless the budget ends first.
absl::StatusOr<SearchResult> SearchExactly(NodeEvaluator& evaluator,
                                           const SearchBudget& budget);
// The same by evaluating every node.
absl::StatusOr<SearchResult> SearchEveryNode(NodeEvaluator& evaluator,
                                             const SearchBudget& budget);
// A good node of a space too large to list.
absl::StatusOr<SearchResult> SearchByBestEffort(NodeEvaluator& evaluator,
                                                const SearchBudget& budget);

}  // namespace anon::internal

#endif  // ANON_SRC_SOLVE_SEARCH_H_
