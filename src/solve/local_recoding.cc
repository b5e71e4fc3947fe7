// SPDX-License-Identifier: Apache-2.0
//
// Local recoding. A search for levels suppresses people in classes that violate
// a model; they are a table of their own, for which other levels can be found,
// and so on. What is decided is a list of rounds, each with its levels and the
// tuples of labels that it lists, and a record is released by the first round
// that lists its tuple: a function of its quasi-identifiers alone, the same for
// today's and tomorrow's records. Example, k = 3: round 1 lists (30s, f) and
// (30s, m) by decade; the two women of 41 and 47 and the man of 62, in classes
// too small there, are released by round 2 as (40-69, *).
//
// All models hold on everybody who is released, taken together. The class of a
// released record is its tuple of labels, whatever round it comes from: rounds
// at other levels can have labels in common ("*"), and their people are then
// one class. So after each round the classes of the union are counted and
// judged (recoding_chain.cc). Taking a class into another can break a model
// that is not monotone, and releasing more people moves the distribution that
// t-closeness compares with; so what fails is taken off the lists, first off
// the list of the new round, then off any, people fall through to later rounds
// or out, and everything is judged again until nothing fails. Lists only get
// shorter, so that ends; and a round counts only if fewer people are
// suppressed afterwards, and, once the limit is met, the table costs less.
//
// How much a round may leave to the next ones is not given. With the limit
// itself, round 1 is the optimum of Solve, and others follow only if the table
// then costs less: so the result never costs more than that optimum. But a
// first round that leaves more people may be much finer. So chains of rounds
// are made that may leave a quarter, a half, three quarters or all of what they
// find (kShares); at every round of a chain it is also tried to end it, with a
// round that keeps to the limit. Of all chains that meet the limit the least
// cost is taken, of equal ones the fewer suppressed, the fewer rounds, the
// first. Whether some other recoding costs less still is not known, and not
// claimed.
//
// A round is searched by Solve on the classes that are left, with models that
// compare them with the whole table (within_table.h); the objective is of the
// people left. Cost: some tens of searches, mostly on few classes, and
// counting the union for each. In the manner of ARX's optimizeIterative, which
// judges rounds one by one (Prasser, Eicher, Spengler, Bild and Kuhn, Flexible
// data anonymization using ARX, Softw. Pract. Exper. 2020). Tested in
// tests/solve/local_recoding_test.cc against a count by rows.
#include "anon/solve/local_recoding.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "base/status_macros.h"
#include "solve/recoding_chain.h"

namespace anon {
namespace {

using internal::Chain;
using internal::ChainMaker;

constexpr std::size_t kMostRounds = 100;
constexpr std::int64_t kShares[] = {1, 2, 3, 4};  // quarters

class Recoder {
 public:
  Recoder(const Classes& classes, const Goal& goal, const SearchBudget& budget,
          ChainMaker& chains)
      : classes_(classes),
        goal_(goal),
        budget_(budget),
        chains_(chains),
        began_(budget.clock()),
        limit_(goal.suppression_limit.FloorOf(classes.total_principals())) {}
  absl::StatusOr<LocalRecoding> Run();

 private:
  std::optional<SearchBudget> Remaining() const;
  absl::StatusOr<std::optional<SearchResult>> Search(const Chain& chain,
                                                     std::int64_t may_leave);
  bool Helps(const Chain& before, const Chain& after) const;
  absl::StatusOr<std::optional<Chain>> Step(const Chain& chain,
                                            std::int64_t may_leave);
  absl::Status Finish(Chain chain);
  absl::Status Follow(std::int64_t quarters);
  void Offer(Chain chain);
  absl::StatusOr<LocalRecoding> Result(const Chain& chain) const;

  const Classes& classes_;
  const Goal& goal_;  // of one round
  const SearchBudget& budget_;
  ChainMaker& chains_;
  const std::chrono::steady_clock::time_point began_;
  const std::int64_t limit_;
  std::optional<Chain> best_;
  std::optional<SearchResult> first_;  // the search that keeps to the limit
  std::int64_t evaluated_ = 0;
};

// What the searches so far have left of the budget; nothing if that is nothing.
std::optional<SearchBudget> Recoder::Remaining() const {
  SearchBudget budget = budget_;
  if (budget.evaluations) {
    *budget.evaluations -= evaluated_;
    if (*budget.evaluations <= 0) return std::nullopt;
  }
  if (budget.time) {
    *budget.time -= std::chrono::duration_cast<std::chrono::milliseconds>(
        budget_.clock() - began_);
    if (budget.time->count() <= 0) return std::nullopt;
  }
  if (budget_.progress) {
    budget.progress = [this](const SearchProgress& own) {
      budget_.progress(
          {.evaluated = evaluated_ + own.evaluated,
           .best = best_ ? std::optional(best_->cost) : std::nullopt});
    };
  }
  return budget;
}

// Levels for whom `chain` leaves, of whom so many may be left again. Nothing if
// there is nobody, or no budget.
absl::StatusOr<std::optional<SearchResult>> Recoder::Search(
    const Chain& chain, std::int64_t may_leave) {
  const std::optional<SearchBudget> budget = Remaining();
  if (chain.suppressed == 0 || !budget) return std::nullopt;
  Goal goal = goal_;
  ANON_ASSIGN_OR_RETURN(goal.suppression_limit,
                        Ratio::Create(may_leave, chain.suppressed));
  std::optional<Classes> rest;
  if (!chain.rounds.empty()) {
    ANON_ASSIGN_OR_RETURN(rest, chains_.Rest(chain));
    goal.models = chains_.within();
  }
  ANON_ASSIGN_OR_RETURN(SearchResult result,
                        Solve(rest ? *rest : classes_, goal, *budget));
  evaluated_ += result.nodes_evaluated;
  return std::optional<SearchResult>(std::move(result));
}

bool Recoder::Helps(const Chain& before, const Chain& after) const {
  if (!after.holds) return false;
  if (before.rounds.empty()) return true;
  return after.suppressed < before.suppressed &&
         (before.suppressed > limit_ || after.cost < before.cost);
}

// The next round of a chain, if there is one that helps.
absl::StatusOr<std::optional<Chain>> Recoder::Step(const Chain& chain,
                                                   std::int64_t may_leave) {
  if (chain.rounds.size() >= kMostRounds) return std::nullopt;
  ANON_ASSIGN_OR_RETURN(const auto found, Search(chain, may_leave));
  if (!found) return std::nullopt;
  if (!first_) first_ = *found;
  if (!found->satisfied) return std::nullopt;
  std::vector<LatticeNode> nodes = {found->best};
  nodes.insert(nodes.end(), found->runners_up.begin(), found->runners_up.end());
  for (const LatticeNode& node : nodes) {
    const bool optimal = found->optimal && &node == &nodes.front();
    ANON_ASSIGN_OR_RETURN(Chain longer,
                          chains_.Extend(chain, node.levels, optimal));
    if (longer.suppressed <= may_leave && Helps(chain, longer)) {
      return std::optional<Chain>(std::move(longer));
    }
  }
  return std::nullopt;
}

void Recoder::Offer(Chain chain) {
  const auto key = [](const Chain& c) {
    return std::tuple(c.cost, c.suppressed, c.rounds.size());
  };
  if (!best_ || key(chain) < key(*best_)) best_ = std::move(chain);
}

// Of a chain that meets the limit: rounds for the rest, as long as they help.
absl::Status Recoder::Finish(Chain chain) {
  for (;;) {
    ANON_ASSIGN_OR_RETURN(auto longer, Step(chain, chain.suppressed));
    if (!longer) break;
    chain = *std::move(longer);
  }
  Offer(std::move(chain));
  return absl::OkStatus();
}

// The chains that leave at most so many quarters of what they find.
absl::Status Recoder::Follow(std::int64_t quarters) {
  ANON_ASSIGN_OR_RETURN(const Ratio share, Ratio::Create(quarters, 4));
  Chain chain = chains_.Nothing();
  while (chain.rounds.empty() || chain.suppressed > limit_) {
    const std::int64_t limit = std::min(limit_, chain.suppressed);
    // Ending before the first round is the same for all chains.
    if (!chain.rounds.empty() || !first_) {
      ANON_ASSIGN_OR_RETURN(auto ended, Step(chain, limit));
      if (ended) ANON_RETURN_IF_ERROR(Finish(*std::move(ended)));
    }
    const std::int64_t may_leave = share.FloorOf(chain.suppressed);
    if (may_leave <= limit) return absl::OkStatus();
    ANON_ASSIGN_OR_RETURN(auto next, Step(chain, may_leave));
    if (!next) return absl::OkStatus();
    chain = *std::move(next);
  }
  return Finish(std::move(chain));
}

absl::StatusOr<LocalRecoding> Recoder::Result(const Chain& chain) const {
  LocalRecoding result;
  result.satisfied = best_.has_value();
  result.objective = goal_.objective.name;
  result.cost = chain.cost;
  result.suppressed = chain.suppressed;
  result.round_of = chain.round_of;
  result.nodes = first_->nodes;
  result.nodes_evaluated = evaluated_;
  ANON_ASSIGN_OR_RETURN(result.recoding, chains_.Regions(chain));
  for (std::uint32_t r = 0; r < chain.rounds.size(); ++r) {
    RecodingRound& made = result.rounds.emplace_back(
        RecodingRound{.levels = chain.rounds[r].levels,
                      .optimal = chain.rounds[r].optimal,
                      .classes = std::ssize(result.recoding.rounds[r].regions),
                      .cost = chains_.CostAfter(chain, r + 1)});
    for (std::size_t i = 0; i < classes_.size(); ++i) {
      if (chain.round_of[i] != r) continue;
      made.principals += classes_.principals(i);
      made.records += classes_.records(i);
    }
  }
  if (!result.satisfied) {
    result.reason =
        first_->reason.empty()
            ? "no rounds satisfy models and suppression limit"
            : first_->reason + "; recoding the suppressed ones does not help";
  }
  return result;
}

absl::StatusOr<LocalRecoding> Recoder::Run() {
  for (const std::int64_t quarters : kShares) {
    ANON_RETURN_IF_ERROR(Follow(quarters));
  }
  if (best_) return Result(*best_);
  if (!first_ || first_->best.levels.empty()) {
    return PolicyError("the budget allows no search: raise it");
  }
  ANON_ASSIGN_OR_RETURN(
      const Chain nearest,
      chains_.Extend(chains_.Nothing(), first_->best.levels, false));
  return Result(nearest);
}

}  // namespace

absl::StatusOr<LocalRecoding> Solve(const Classes& classes,
                                    const RecodingGoal& goal,
                                    const SearchBudget& budget) {
  if (classes.total_principals() == 0) {
    return PolicyError("there is nobody to recode");
  }
  if (!classes.one_row_per_principal() || classes.has_groups()) {
    return PolicyError(
        "rounds need one record per principal and no groups: someone in "
        "classes of two rounds would count twice; aggregate the records of "
        "each principal, or search without rounds");
  }
  if (budget.every_node) {
    return PolicyError(
        "every node is asked for, and rounds are many searches: do without");
  }
  ANON_ASSIGN_OR_RETURN(const auto chains, ChainMaker::Create(classes, goal));
  return Recoder(classes, goal, budget, *chains).Run();
}

}  // namespace anon
