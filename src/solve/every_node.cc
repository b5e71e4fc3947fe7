// SPDX-License-Identifier: Apache-2.0
//
// Every node of the lattice, each evaluated to the last word: the optimum, and
// the whole front of cost against suppression, without an argument about which
// nodes may be left out.
//
// Depth first, attributes of most values outermost. The classes of a node are
// rolled up from those of the node one level finer in the innermost attribute
// that is above its least level, so that every node costs one roll-up by one
// step from classes that are mostly few already, and mostly by one of an
// attribute of few values, which takes no hash table (sorted_roller.cc). What
// is kept at a time is the classes of one path. Tested against evaluating every
// node from the counted classes in tests/solve/solve_test.cc.
#include <memory>
#include <utility>

#include "base/status_macros.h"
#include "solve/search.h"

namespace anon::internal {
namespace {

class EveryNode {
 public:
  EveryNode(NodeEvaluator& evaluator, const SearchBudget& budget)
      : evaluator_(evaluator),
        budget_(budget),
        lattice_(evaluator.lattice()),
        findings_(evaluator, budget),
        levels_(lattice_.least()) {}

  absl::StatusOr<SearchResult> Run() {
    ANON_RETURN_IF_ERROR(Visit(0, evaluator_.counted()));
    ANON_ASSIGN_OR_RETURN(SearchResult result, findings_.Result(!spent_));
    result.optimal = !spent_ && result.satisfied;
    return result;
  }

 private:
  // All nodes with the levels of the outer `depth` attributes as they are;
  // `classes` are those of the finest.
  absl::Status Visit(std::size_t depth,
                     std::shared_ptr<const ClassArrays> classes) {
    if (depth == lattice_.width()) return Evaluate(std::move(classes));
    const std::size_t q = evaluator_.order()[depth];
    for (;;) {
      ANON_RETURN_IF_ERROR(Visit(depth + 1, classes));
      if (levels_[q] == lattice_.most()[q] || spent_) break;
      classes = evaluator_.OneUp(*classes, levels_, q);
      ++levels_[q];
    }
    levels_[q] = lattice_.least()[q];
    return absl::OkStatus();
  }

  absl::Status Evaluate(std::shared_ptr<const ClassArrays> classes) {
    spent_ = spent_ || findings_.Spent(budget_.evaluations);
    if (spent_) return absl::OkStatus();
    evaluator_.Give(std::move(classes));
    return findings_.Evaluate(levels_).status();
  }

  NodeEvaluator& evaluator_;
  const SearchBudget& budget_;
  const Lattice& lattice_;
  Findings findings_;
  Levels levels_;  // of the node at hand
  bool spent_ = false;
};

}  // namespace

absl::StatusOr<SearchResult> SearchEveryNode(NodeEvaluator& evaluator,
                                             const SearchBudget& budget) {
  return EveryNode(evaluator, budget).Run();
}

}  // namespace anon::internal
