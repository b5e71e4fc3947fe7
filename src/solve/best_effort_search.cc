// SPDX-License-Identifier: Apache-2.0
//
// A good node of a lattice too large to list, better the longer one searches.
// First the way from the finest node to the coarsest, one cheap step after the
// other, is bisected for a node that is admissible. From there nodes are looked
// at around the best that has not been expanded yet: one level finer in an
// attribute, or one finer in one and one coarser in another. Nodes that a
// coarser one shows to suppress too much (see exact_search.cc, argument 1) are
// left out. If that way has none that is admissible (it is bisected as if
// whoever is admissible stayed so, which need not be), nodes are looked at
// around the one that suppresses least, up and down, until one is. Nothing is
// proven: the result is never called optimal.
//
// Cost: the evaluations of the budget; memory for the nodes seen. Deterministic
// unless time is limited. In the manner of Prasser et al., Lightning, 2016.
// Tested in tests/solve/solve_test.cc.
#include <algorithm>
#include <numeric>
#include <set>

#include "base/status_macros.h"
#include "solve/search.h"

namespace anon::internal {
namespace {

class BestEffortSearch {
 public:
  BestEffortSearch(NodeEvaluator& evaluator, const SearchBudget& budget)
      : evaluator_(evaluator),
        lattice_(evaluator.lattice()),
        findings_(evaluator, budget),
        evaluations_(budget.evaluations) {
    if (!evaluations_ && !budget.time) evaluations_ = kEvaluations;
  }

  absl::StatusOr<SearchResult> Run() {
    ANON_RETURN_IF_ERROR(Descend());
    bool all = false;
    while (!all && !findings_.Spent(evaluations_)) {
      auto& queue = findings_.found() ? admissible_ : failing_;
      all = queue.empty();
      if (all) break;
      const Levels levels = queue.begin()->levels;
      queue.erase(queue.begin());
      ANON_RETURN_IF_ERROR(
          Evaluate(findings_.found() ? Finer(levels) : Around(levels)));
    }
    return findings_.Result(all);
  }

 private:
  static constexpr std::int64_t kEvaluations = 5000;
  struct Less {
    bool operator()(const Rank& a, const Rank& b) const { return Before(a, b); }
  };

  absl::StatusOr<bool> Evaluate(const Levels& levels);
  bool Hopeless(const Levels& levels) const;
  std::vector<Levels> CheapestPath() const;
  absl::Status Descend();
  std::vector<Levels> Finer(const Levels& levels) const;
  std::vector<Levels> Around(const Levels& levels) const;
  absl::Status Evaluate(const std::vector<Levels>& nodes);

  NodeEvaluator& evaluator_;
  const Lattice& lattice_;
  Findings findings_;
  std::optional<std::int64_t> evaluations_;
  std::set<Levels> seen_;
  std::vector<PackedLevels> too_fine_;  // with everything finer
  // Not expanded: by cost, and by what is suppressed.
  std::set<Rank, Less> admissible_;
  std::set<Rank, Less> failing_;
};

bool BestEffortSearch::Hopeless(const Levels& levels) const {
  const PackedLevels packed(levels);
  const std::size_t words = (levels.size() + 7) / 8;
  return std::ranges::any_of(too_fine_, [&](const PackedLevels& bad) {
    return packed.FinerOrSame(bad, words);
  });
}

absl::StatusOr<bool> BestEffortSearch::Evaluate(const Levels& levels) {
  seen_.insert(levels);
  ANON_ASSIGN_OR_RETURN(const Evaluation seen, findings_.Evaluate(levels));
  if (seen.least_finer > evaluator_.limit()) too_fine_.emplace_back(levels);
  const std::size_t height =
      std::accumulate(levels.begin(), levels.end(), std::size_t{0});
  if (seen.admissible) {
    admissible_.insert({seen.cost, height, levels});
  } else if (!findings_.found()) {
    failing_.insert({static_cast<double>(seen.suppressed), height, levels});
  }
  return seen.admissible;
}

std::vector<Levels> BestEffortSearch::CheapestPath() const {
  std::vector<Levels> path = {lattice_.least()};
  while (path.back() != lattice_.most()) {
    std::optional<Levels> next;
    double least = 0;
    for (std::size_t q = 0; q < lattice_.width(); ++q) {
      Levels up = path.back();
      if (up[q]++ == lattice_.most()[q]) continue;
      // Without a bound: the attribute that is least far up.
      const double cost = evaluator_.objective().LevelBound(up, 0).value_or(
          static_cast<double>(up[q] - lattice_.least()[q]) /
          static_cast<double>(lattice_.most()[q] - lattice_.least()[q]));
      if (next && cost >= least) continue;
      least = cost;
      next = std::move(up);
    }
    path.push_back(*std::move(next));
  }
  return path;
}

absl::Status BestEffortSearch::Descend() {
  const std::vector<Levels> path = CheapestPath();
  std::size_t low = 0;
  std::size_t high = path.size();
  while (low < high && !findings_.Spent(evaluations_)) {
    const std::size_t middle = low + (high - low) / 2;
    ANON_ASSIGN_OR_RETURN(const bool admissible, Evaluate(path[middle]));
    if (admissible) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return absl::OkStatus();
}

// One level finer in an attribute, and maybe one coarser in another.
std::vector<Levels> BestEffortSearch::Finer(const Levels& levels) const {
  std::vector<Levels> around;
  for (std::size_t down = 0; down < levels.size(); ++down) {
    if (levels[down] == lattice_.least()[down]) continue;
    Levels finer = levels;
    --finer[down];
    around.push_back(finer);
    for (std::size_t up = 0; up < levels.size(); ++up) {
      if (up == down || finer[up] == lattice_.most()[up]) continue;
      around.push_back(finer);
      ++around.back()[up];
    }
  }
  return around;
}

// One level up or down.
std::vector<Levels> BestEffortSearch::Around(const Levels& levels) const {
  std::vector<Levels> around;
  for (std::size_t q = 0; q < levels.size(); ++q) {
    if (levels[q] < lattice_.most()[q]) ++around.emplace_back(levels)[q];
    if (levels[q] > lattice_.least()[q]) --around.emplace_back(levels)[q];
  }
  return around;
}

absl::Status BestEffortSearch::Evaluate(const std::vector<Levels>& nodes) {
  for (const Levels& next : nodes) {
    if (findings_.Spent(evaluations_)) break;
    if (seen_.contains(next) || Hopeless(next)) continue;
    const auto bound = evaluator_.objective().LevelBound(next, 0);
    if (bound && findings_.found() && *bound > findings_.best().cost) continue;
    ANON_RETURN_IF_ERROR(Evaluate(next).status());
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<SearchResult> SearchByBestEffort(NodeEvaluator& evaluator,
                                                const SearchBudget& budget) {
  return BestEffortSearch(evaluator, budget).Run();
}

}  // namespace anon::internal
