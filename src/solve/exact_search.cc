// SPDX-License-Identifier: Apache-2.0
//
// The optimal full-domain generalization. A node of the lattice is a level for
// each quasi-identifier; it is admissible if the people in classes that violate
// a model, who are suppressed, are within the limit. Sought is the admissible
// node of least cost. Nodes cannot all be looked at where there are many, so
// most are excluded; a node is excluded only by one of these arguments.
//
// 1. Too much suppressed. A model is absorbing if a class that holds goes on
//    holding whatever is merged into it (sizes, distinct values). Then every
//    part of a class that fails fails too, so a finer node suppresses all its
//    people again. A model is monotone if the union of classes that hold holds
//    (entropy, recursive l-diversity, distances to a fixed table: all convex).
//    Of a class that fails it, one part at least fails, and by convexity
//    so many people are in parts that fail as it takes to make up for what the
//    class is beyond the threshold (BoundModel::LeastFailing). So
//    `least_finer`, the people of classes that fail absorbing models plus these
//    of the other classes, is a lower bound of what any finer node suppresses.
//    Where it exceeds the limit, the node and all finer ones are out. With a
//    limit of 0 that is the predictive tagging of Samarati, Incognito and
//    Flash, for every monotone model; with a higher limit and models that are
//    only monotone, tagging by admissibility (as ARX's "practical
//    monotonicity") would not be exact, and is not done. Where principals have
//    several records only absorbing models count: class_judge.cc.
// 2. Too dear by levels. LevelBound(levels, s) is a cost that no table at these
//    levels with s records suppressed goes below. With s from argument 1 (each
//    of these people loses a record at least) it is compared with the best cost
//    so far. An objective of levels alone at limit
//    0 is met by its bound, so every probe either improves or excludes.
// 3. Too dear by classes. For other objectives (class sizes, say), the cost of
//    an evaluated node with nothing suppressed bounds all coarser nodes:
//    merging and suppressing classes never lowers it.
// Both bounds are spread over the lattice when a node is evaluated, downwards
// (1) and upwards (3), stopping where a node has a better one already: since
// bounds are monotone along the order, so has everything behind it.
//
// Where nobody may be suppressed, argument 1 is met by one small class, and
// people who stood out at one node are looked for first (Witnessed).
//
// Order. Nodes are visited by rising bound, so that the first whose bound does
// not beat the best ends the search. A node that is not excluded is not
// evaluated at once: from it a path climbs, always to the cheapest successor
// that could still beat the best; its admissibility is bisected, coarsest node
// first. Each probe that fails excludes all below it, and one that succeeds
// tends to improve the best. This is OLA's and Flash's bisection of paths with
// a bound added. If the node is still not excluded afterwards, it is evaluated.
// Every node is thus evaluated or excluded by an argument that stays true, and
// the result is the optimum, whatever the paths were. Ties: Rank in search.h.
//
// Cost: 15 bytes a node and one per level of it, and a sort; an evaluation is a
// roll-up of the classes of the smallest evaluated finer node. Sources:
// Samarati, TKDE 2001; LeFevre, DeWitt and Ramakrishnan, Incognito, SIGMOD
// 2005; El Emam et al., OLA, JAMIA 2009; Kohlmayer, Prasser et al., Flash,
// PASSAT 2012; Prasser, Kohlmayer and Kuhn on suppression, BMC Med Inform Decis
// Mak 2016. Tested against evaluating every node in tests/solve/solve_test.cc,
// and against ARX in golden_test.cc.
#include <algorithm>
#include <bit>
#include <optional>
#include <tuple>

#include "base/status_macros.h"
#include "data/radix_sort.h"
#include "solve/search.h"

namespace anon::internal {
namespace {

class ExactSearch {
 public:
  ExactSearch(NodeEvaluator& evaluator, const SearchBudget& budget)
      : evaluator_(evaluator),
        budget_(budget),
        lattice_(evaluator.lattice()),
        findings_(evaluator, budget),
        bound_(lattice_.size()),
        height_(lattice_.size()),
        level_of_(lattice_.size() * lattice_.width()),
        least_(lattice_.size(), 0),
        evaluated_(lattice_.size(), 0) {}

  absl::StatusOr<SearchResult> Run();

 private:
  using Node = std::uint32_t;

  std::vector<Node> Order();
  bool Excluded(Node node);
  bool CouldBeat(double cost, Node node) {
    if (!findings_.found() || cost != findings_.best().cost) {
      return !findings_.found() || cost < findings_.best().cost;
    }
    lattice_.At(node, levels_);
    return findings_.CouldBeat(cost, height_[node], levels_);
  }
  std::size_t Level(Node node, std::size_t q) const {
    return level_of_[node * lattice_.width() + q];
  }
  absl::Status Evaluate(Node node);
  void SpreadDown(Node node, std::uint32_t least);
  void SpreadUp(Node node, double bound);
  std::vector<Node> Climb(Node node);
  absl::Status Bisect(const std::vector<Node>& path);
  absl::Status Approach();

  NodeEvaluator& evaluator_;
  const SearchBudget& budget_;
  const Lattice& lattice_;
  Findings findings_;
  std::vector<double> bound_;            // [node] of its cost
  std::vector<std::uint16_t> height_;    // [node] sum of levels
  std::vector<std::uint8_t> level_of_;   // [node][attribute]
  std::vector<std::uint32_t> least_;     // [node] suppressed at least
  std::vector<std::uint8_t> evaluated_;  // [node] 1: and not admissible, 2: yes
  std::vector<Node> stack_;
  Levels levels_;
};

// Nodes by bound, then height, then number.
std::vector<ExactSearch::Node> ExactSearch::Order() {
  // The upper bits of the bound above the number.
  std::vector<std::uint64_t> keys(2 * lattice_.size());
  const std::uint64_t low = std::bit_ceil(lattice_.size()) - 1;
  levels_ = lattice_.least();
  for (Node node = 0; node < lattice_.size(); ++node) {
    std::size_t height = 0;
    for (std::size_t q = 0; q < levels_.size(); ++q) {
      height += levels_[q];
      level_of_[node * levels_.size() + q] =
          static_cast<std::uint8_t>(levels_[q]);
    }
    height_[node] = static_cast<std::uint16_t>(height);
    bound_[node] = evaluator_.level_bound()
                       ? *evaluator_.objective().LevelBound(levels_, 0)
                       : 0;
    const double positive = std::max(0.0, bound_[node]);  // and not -0
    keys[node] = (std::bit_cast<std::uint64_t>(positive) & ~low) | node;
    for (std::size_t q = levels_.size(); q-- > 0;) {  // count on
      if (levels_[q]++ < lattice_.most()[q]) break;
      levels_[q] = lattice_.least()[q];
    }
  }
  const std::uint64_t* const sorted = RadixSort(
      keys.data(), keys.data() + lattice_.size(), lattice_.size(), 64);
  std::vector<Node> order(lattice_.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    order[i] = static_cast<Node>(sorted[i] & low);
  }
  // Those with the same upper bits.
  for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
    while (end < order.size() && (sorted[begin] | low) == (sorted[end] | low)) {
      ++end;
    }
    const auto first = order.begin() + static_cast<std::ptrdiff_t>(begin);
    std::sort(first, first + static_cast<std::ptrdiff_t>(end - begin),
              [this](Node a, Node b) {
                return std::tie(bound_[a], height_[a], a) <
                       std::tie(bound_[b], height_[b], b);
              });
  }
  return order;
}

bool ExactSearch::Excluded(Node node) {
  if (least_[node] > evaluator_.limit() || !CouldBeat(bound_[node], node)) {
    return true;
  }
  if (!evaluator_.level_bound() || least_[node] == 0) return false;
  lattice_.At(node, levels_);
  return !CouldBeat(*evaluator_.objective().LevelBound(levels_, least_[node]),
                    node);
}

void ExactSearch::SpreadDown(Node node, std::uint32_t least) {
  if (least_[node] >= least) return;
  least_[node] = least;
  stack_.assign(1, node);
  while (!stack_.empty()) {
    const Node at = stack_.back();
    stack_.pop_back();
    for (std::size_t q = 0; q < lattice_.width(); ++q) {
      if (Level(at, q) == lattice_.least()[q]) continue;
      const auto finer = static_cast<Node>(at - lattice_.stride(q));
      if (least_[finer] >= least) continue;
      least_[finer] = least;
      stack_.push_back(finer);
    }
  }
}

void ExactSearch::SpreadUp(Node node, double bound) {
  bound_[node] = std::max(bound_[node], bound);
  stack_.assign(1, node);
  while (!stack_.empty()) {
    const Node at = stack_.back();
    stack_.pop_back();
    for (std::size_t q = 0; q < lattice_.width(); ++q) {
      if (Level(at, q) == lattice_.most()[q]) continue;
      const auto coarser = static_cast<Node>(at + lattice_.stride(q));
      if (bound_[coarser] >= bound) continue;
      bound_[coarser] = bound;
      stack_.push_back(coarser);
    }
  }
}

absl::Status ExactSearch::Evaluate(Node node) {
  Levels levels;
  lattice_.At(node, levels);
  ANON_ASSIGN_OR_RETURN(const Evaluation seen, findings_.Evaluate(levels));
  evaluated_[node] = seen.admissible ? 2 : 1;
  SpreadDown(node, static_cast<std::uint32_t>(seen.least_finer));
  if (!evaluator_.level_bound()) SpreadUp(node, seen.least_coarser);
  return absl::OkStatus();
}

// From `node` up, each next one the cheapest that could be the best.
std::vector<ExactSearch::Node> ExactSearch::Climb(Node node) {
  std::vector<Node> path = {node};
  for (;;) {
    std::optional<Node> next;
    for (std::size_t q = 0; q < lattice_.width(); ++q) {
      if (Level(path.back(), q) == lattice_.most()[q]) continue;
      const auto up = static_cast<Node>(path.back() + lattice_.stride(q));
      if (evaluated_[up] != 0 || (next && bound_[up] >= bound_[*next])) {
        continue;
      }
      if (!Excluded(up)) next = up;
    }
    if (!next) return path;
    path.push_back(*next);
  }
}

// Looks for where nodes of a path become admissible.
absl::Status ExactSearch::Bisect(const std::vector<Node>& path) {
  std::size_t low = 0;
  std::size_t high = path.size() - 1;
  ANON_RETURN_IF_ERROR(Evaluate(path[high]));
  if (evaluated_[path[high]] != 2) return absl::OkStatus();
  while (low < high && !findings_.Spent(budget_.evaluations)) {
    const std::size_t middle = low + (high - low) / 2;
    if (Excluded(path[middle])) {
      low = middle + 1;
      continue;
    }
    ANON_RETURN_IF_ERROR(Evaluate(path[middle]));
    if (evaluated_[path[middle]] == 2) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return absl::OkStatus();
}

// Where none satisfies, what is said of the nearest should be about a near one.
// Looks at all nodes if they are few, else around the nearest so far.
absl::Status ExactSearch::Approach() {
  constexpr Node kFew = 1000;
  const auto look = [&](Node node) {
    const bool skip =
        evaluated_[node] != 0 || findings_.Spent(budget_.evaluations);
    return skip ? absl::OkStatus() : Evaluate(node);
  };
  if (lattice_.size() <= kFew) {
    for (Node node = 0; node < lattice_.size(); ++node) {
      ANON_RETURN_IF_ERROR(look(node));
    }
    return absl::OkStatus();
  }
  for (std::optional<Levels> from;
       findings_.nearest() && findings_.nearest()->levels != from;) {
    from = findings_.nearest()->levels;
    const auto at = static_cast<Node>(lattice_.Number(*from));
    for (std::size_t q = 0; q < lattice_.width(); ++q) {
      const auto stride = static_cast<Node>(lattice_.stride(q));
      if ((*from)[q] < lattice_.most()[q]) {
        ANON_RETURN_IF_ERROR(look(at + stride));
      }
      if ((*from)[q] > lattice_.least()[q]) {
        ANON_RETURN_IF_ERROR(look(at - stride));
      }
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<SearchResult> ExactSearch::Run() {
  bool all = true;
  for (const Node node : Order()) {
    if (evaluator_.level_bound() && !CouldBeat(bound_[node], node)) break;
    while (evaluated_[node] == 0 && !Excluded(node)) {
      if (findings_.Spent(budget_.evaluations)) {
        all = false;
        break;
      }
      const std::vector<Node> path = Climb(node);
      ANON_RETURN_IF_ERROR(path.size() == 1 ? Evaluate(node) : Bisect(path));
    }
    if (!all) break;
  }
  if (all && !findings_.found()) ANON_RETURN_IF_ERROR(Approach());
  ANON_ASSIGN_OR_RETURN(SearchResult result, findings_.Result(all));
  result.optimal = all && result.satisfied;
  return result;
}

}  // namespace

absl::StatusOr<SearchResult> SearchExactly(NodeEvaluator& evaluator,
                                           const SearchBudget& budget) {
  return ExactSearch(evaluator, budget).Run();
}

}  // namespace anon::internal
