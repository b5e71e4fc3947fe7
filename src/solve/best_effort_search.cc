// SPDX-License-Identifier: Apache-2.0
//
// A good node of a lattice too large to list, better the longer one searches;
// the optimum, where the arguments of exact_search.cc exclude the rest in time.
//
// What has not been dealt with is kept as boxes, all nodes from one to another,
// no two of which overlap; at first it is one box, the lattice. The box of the
// least bound is looked at next, as the exact search goes through nodes:
//   its finest node suppresses too much (argument 1), as does all that is finer
//   than some evaluated node B: a box for each attribute is left, of the nodes
//   above B in it. So a large region is passed over at once;
//   its finest node was evaluated, or cannot be the best: the same, B being
//   that node;
//   else a path climbs from it and is bisected, as in the exact search.
// A bound holds for everything coarser, so a box whose finest node cannot be
// the best is dropped (arguments 2 and 3). With none left all is proven.
//
// Between one box and the next, nodes are looked at around the best admissible
// one whose neighbours were not: one level finer in an attribute, or one finer
// in one and one coarser in another; where levels do not bound the cost, also
// one coarser. As long as none is admissible, around the one that suppresses
// least, up and down. What cannot be the best is left out.
//
// Cost: the evaluations of the budget; memory for the nodes evaluated and for
// 20 boxes for each evaluation allowed, 80 bytes each, at most a million. When
// so many were made, of each box only the cheapest part is followed, and
// nothing is proven any more. Deterministic unless time is limited. Sources:
// Prasser et al., Lightning, 2016, for going on from the best; Lawler, 1972,
// for parting what is left. Tested in tests/solve/best_effort_test.cc.
#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

#include "base/status_macros.h"
#include "solve/node_bounds.h"
#include "solve/search.h"

namespace anon::internal {
namespace {

constexpr std::int64_t kEvaluations = 5000;
constexpr std::int64_t kMostBoxes = 1'000'000;
constexpr std::size_t kMostBounds = 5000;

std::optional<std::int64_t> Allowed(const SearchBudget& budget) {
  if (budget.evaluations || budget.time) return budget.evaluations;
  return kEvaluations;
}

std::size_t BoxesOf(std::optional<std::int64_t> evaluations) {
  constexpr std::int64_t kEach = 20;
  const std::int64_t many = kMostBoxes / kEach;
  const std::int64_t each =
      std::clamp<std::int64_t>(evaluations.value_or(many), 1, many);
  return static_cast<std::size_t>(kEach * each);
}

std::size_t Height(const Levels& levels) {
  return std::accumulate(levels.begin(), levels.end(), std::size_t{0});
}

class BestEffortSearch {
 public:
  BestEffortSearch(NodeEvaluator& evaluator, const SearchBudget& budget)
      : evaluator_(evaluator),
        lattice_(evaluator.lattice()),
        findings_(evaluator, budget),
        evaluations_(Allowed(budget)),
        least_(NodeBounds::Side::kFiner, lattice_.width(), kMostBounds),
        bounds_(NodeBounds::Side::kCoarser, lattice_.width(), kMostBounds),
        boxes_(lattice_, BoxesOf(evaluations_)) {}

  absl::StatusOr<SearchResult> Run();

 private:
  struct Less {
    bool operator()(const Rank& a, const Rank& b) const { return Before(a, b); }
  };

  bool Spent() const { return findings_.Spent(evaluations_); }
  double Bound(const Levels& levels) const;
  bool CouldBeat(const Levels& levels, double bound) const {
    return findings_.CouldBeat(bound, Height(levels), levels);
  }
  bool Excluded(const Levels& levels) const;
  absl::StatusOr<bool> Evaluate(const Levels& levels);
  absl::Status Evaluate(const std::vector<Levels>& nodes);

  absl::StatusOr<bool> Explore();
  std::vector<Levels> Climb(const Levels& from) const;
  absl::Status Bisect(const std::vector<Levels>& path);
  absl::Status Expand();
  std::vector<Levels> AroundBest(const Levels& levels) const;
  std::vector<Levels> Around(const Levels& levels) const;
  absl::Status Approach();

  NodeEvaluator& evaluator_;
  const Lattice& lattice_;
  Findings findings_;
  const std::optional<std::int64_t> evaluations_;
  std::set<Levels> seen_;
  NodeBounds least_;   // of how many are suppressed
  NodeBounds bounds_;  // of the cost, where levels say nothing of it
  NodeBoxes boxes_;
  // Not expanded: by cost, and by what is suppressed while none is found.
  std::set<Rank, Less> admissible_;
  std::set<Rank, Less> failing_;
};

// Of the cost of a node and of all coarser ones.
double BestEffortSearch::Bound(const Levels& levels) const {
  if (evaluator_.level_bound()) {
    return *evaluator_.objective().LevelBound(levels, 0);
  }
  const NodeBounds::Bound* const known = bounds_.Of(PackedLevels(levels));
  return known == nullptr ? 0 : known->value;
}

// Whether a node is not the best, by what is known so far.
bool BestEffortSearch::Excluded(const Levels& levels) const {
  if (!CouldBeat(levels, Bound(levels))) return true;
  const NodeBounds::Bound* const known = least_.Of(PackedLevels(levels));
  if (known == nullptr) return false;
  const auto least = static_cast<std::int64_t>(known->value);
  if (least > evaluator_.limit()) return true;
  return evaluator_.level_bound() &&
         !CouldBeat(levels, *evaluator_.objective().LevelBound(levels, least));
}

absl::StatusOr<bool> BestEffortSearch::Evaluate(const Levels& levels) {
  seen_.insert(levels);
  ANON_ASSIGN_OR_RETURN(const Evaluation seen, findings_.Evaluate(levels));
  // How far above the limit does not matter.
  const std::int64_t least = std::min(seen.least_finer, evaluator_.limit() + 1);
  if (least > 0) least_.Add(levels, static_cast<double>(least));
  if (!evaluator_.level_bound() && seen.least_coarser > 0) {
    bounds_.Add(levels, seen.least_coarser);
  }
  if (seen.admissible) {
    admissible_.insert({seen.cost, Height(levels), levels});
  } else if (!findings_.found()) {
    failing_.insert(
        {static_cast<double>(seen.suppressed), Height(levels), levels});
  }
  return seen.admissible;
}

absl::Status BestEffortSearch::Evaluate(const std::vector<Levels>& nodes) {
  for (const Levels& next : nodes) {
    if (Spent()) break;
    if (seen_.contains(next) || Excluded(next)) continue;
    ANON_RETURN_IF_ERROR(Evaluate(next).status());
  }
  return absl::OkStatus();
}

// Looks at a path from the box of the least bound. False if no box is left.
absl::StatusOr<bool> BestEffortSearch::Explore() {
  const auto bound_of = [&](const Levels& levels) {
    // Where it takes long, it is asked for when the box is taken.
    return evaluator_.level_bound() ? Bound(levels) : 0;
  };
  while (!boxes_.empty() && !Spent()) {
    NodeBox box = boxes_.Take();
    const Levels levels = box.least.Unpack(lattice_.width());
    const double before =
        std::exchange(box.bound, std::max(box.bound, Bound(levels)));
    if (!CouldBeat(levels, box.bound)) continue;
    const NodeBounds::Bound* const least = least_.Of(box.least);
    if (least != nullptr &&
        static_cast<std::int64_t>(least->value) > evaluator_.limit()) {
      boxes_.AddWithout(box, least->at, bound_of);
    } else if (box.bound > before) {  // others may be before it now
      boxes_.Add(box);
    } else if (seen_.contains(levels) || Excluded(levels)) {
      boxes_.AddWithout(box, box.least, bound_of);
    } else {
      boxes_.Add(box);
      ANON_RETURN_IF_ERROR(Bisect(Climb(levels)));
      return true;
    }
  }
  return !boxes_.empty();
}

// From `from` up, each next one the cheapest that could be the best; without a
// bound in the attribute that is least far up.
std::vector<Levels> BestEffortSearch::Climb(const Levels& from) const {
  std::vector<Levels> path = {from};
  for (;;) {
    std::optional<Levels> next;
    std::pair<double, double> least;
    for (std::size_t q = 0; q < lattice_.width(); ++q) {
      if (path.back()[q] == lattice_.most()[q]) continue;
      Levels up = path.back();
      ++up[q];
      const double share =
          static_cast<double>(up[q] - lattice_.least()[q]) /
          static_cast<double>(lattice_.most()[q] - lattice_.least()[q]);
      const std::pair cost(Bound(up), evaluator_.level_bound() ? 0 : share);
      if (next && cost >= least) continue;
      if (seen_.contains(up) || Excluded(up)) continue;
      least = cost;
      next = std::move(up);
    }
    if (!next) return path;
    path.push_back(*std::move(next));
  }
}

// Looks for where nodes of a path become admissible.
absl::Status BestEffortSearch::Bisect(const std::vector<Levels>& path) {
  std::size_t low = 0;
  std::size_t high = path.size() - 1;
  ANON_ASSIGN_OR_RETURN(const bool reached, Evaluate(path[high]));
  while (reached && low < high && !Spent()) {
    const std::size_t middle = low + (high - low) / 2;
    if (Excluded(path[middle])) {
      low = middle + 1;
      continue;
    }
    ANON_ASSIGN_OR_RETURN(const bool admissible, Evaluate(path[middle]));
    if (admissible) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return absl::OkStatus();
}

// Looks around the best, as long as there is a better one, and once more.
absl::Status BestEffortSearch::Expand() {
  for (bool better = true; better && !Spent();) {
    auto& queue = findings_.found() ? admissible_ : failing_;
    if (queue.empty()) break;
    const Levels levels = queue.begin()->levels;
    queue.erase(queue.begin());
    const bool found = findings_.found();
    better = found && levels == findings_.best().levels;
    ANON_RETURN_IF_ERROR(Evaluate(found ? AroundBest(levels) : Around(levels)));
  }
  return absl::OkStatus();
}

std::vector<Levels> BestEffortSearch::AroundBest(const Levels& levels) const {
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
  // Costs less only where fewer are suppressed.
  for (std::size_t up = 0; up < levels.size(); ++up) {
    if (levels[up] < lattice_.most()[up]) ++around.emplace_back(levels)[up];
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

// Where none satisfies, what is said of the nearest should be about a near one.
absl::Status BestEffortSearch::Approach() {
  for (std::optional<Levels> from;
       findings_.nearest() && findings_.nearest()->levels != from;) {
    from = findings_.nearest()->levels;
    for (const Levels& next : Around(*from)) {
      if (Spent() || seen_.contains(next)) continue;
      ANON_RETURN_IF_ERROR(Evaluate(next).status());
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<SearchResult> BestEffortSearch::Run() {
  bool boxes = true;
  while (!Spent()) {
    ANON_ASSIGN_OR_RETURN(boxes, Explore());
    const auto& queue = findings_.found() ? admissible_ : failing_;
    if (!boxes && (boxes_.complete() || queue.empty())) break;
    ANON_RETURN_IF_ERROR(Expand());
  }
  const bool proven = !boxes && boxes_.complete();
  if (proven && !findings_.found()) ANON_RETURN_IF_ERROR(Approach());
  ANON_ASSIGN_OR_RETURN(SearchResult result, findings_.Result(proven));
  result.optimal = proven && result.satisfied;
  return result;
}

}  // namespace

absl::StatusOr<SearchResult> SearchByBestEffort(NodeEvaluator& evaluator,
                                                const SearchBudget& budget) {
  return BestEffortSearch(evaluator, budget).Run();
}

}  // namespace anon::internal
