// SPDX-License-Identifier: Apache-2.0
//
// Local recoding of a policy: rounds as a solution, and what is told of them.
#include <algorithm>
#include <utility>

#include "anon/solve/minimality.h"
#include "anon/utility/recoded_cost.h"
#include "base/status_macros.h"
#include "policy/level_search.h"

namespace anon::internal {
namespace {

std::vector<std::vector<std::size_t>> LevelsOf(
    const std::vector<RecodingRound>& rounds) {
  std::vector<std::vector<std::size_t>> levels;
  for (const RecodingRound& round : rounds) levels.push_back(round.levels);
  return levels;
}

absl::StatusOr<Solution> SolveByRounds(const Policy& policy,
                                       const Classes& classes,
                                       const ModelContext& context,
                                       LocalRecoding found) {
  Solution solution;
  solution.solver = "local_recoding";
  for (const auto& model : policy.models) {
    ANON_ASSIGN_OR_RETURN(Verdict verdict, model->Judge(classes, context));
    solution.before.push_back(std::move(verdict));
  }
  solution.classes_kept = static_cast<std::int64_t>(found.recoding.size());
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const bool kept = found.recoding.region_of[i] != Recoding::kSuppressed;
    solution.kept.push_back(kept);
    solution.classes_suppressed += kept ? 0 : 1;
    (kept ? solution.records_kept : solution.records_suppressed) +=
        classes.records(i);
  }
  solution.recoding = std::move(found.recoding);
  return solution;
}

absl::Status ReportRounds(const Policy& policy, const TablePlan& plan,
                          const Classes& classes, const LocalRecoding& found,
                          RunReport& report) {
  std::vector<ObjectiveAttribute> attributes;
  for (const Generalization& quasi : plan.quasi_identifiers()) {
    attributes.push_back({quasi.hierarchy(), quasi.level()});
  }
  ANON_ASSIGN_OR_RETURN(
      const RecodedCost cost,
      RecodedCost::Create(policy.solver.objective, classes, attributes));
  report.loss = cost.MeasureLoss(found.round_of, LevelsOf(found.rounds));
  report.classes_in = static_cast<std::int64_t>(found.recoding.size());
  if (found.recoding.size() > 0) {
    report.smallest_class = std::ranges::min(found.recoding.principals);
  }
  for (const RecodingRound& round : found.rounds) {
    RunRound& told = report.rounds.emplace_back();
    for (std::size_t q = 0; q < round.levels.size(); ++q) {
      told.levels.emplace_back(plan.quasi_identifiers()[q].attribute(),
                               static_cast<std::int64_t>(round.levels[q]));
    }
    told.records = round.records;
    told.classes = round.classes;
    told.loss = round.cost;
    told.optimal = round.optimal;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<LocalRecoding> SearchRounds(const Policy& policy,
                                           const TablePlan& plan,
                                           const Classes& classes,
                                           const ModelContext& context,
                                           bool against_release,
                                           const SearchBudget& budget) {
  ANON_ASSIGN_OR_RETURN(const Goal goal,
                        GoalOf(policy, plan, context, against_release));
  return Solve(classes, RecodingGoal{goal}, budget);
}

absl::StatusOr<Solution> SolveInRounds(const Policy& policy,
                                       const TablePlan& plan,
                                       const Classes& classes,
                                       const ModelContext& context,
                                       const SearchBudget& budget,
                                       RunReport& report, std::string& unmet) {
  ANON_ASSIGN_OR_RETURN(const Goal goal, GoalOf(policy, plan, context, true));
  ANON_ASSIGN_OR_RETURN(LocalRecoding found,
                        Solve(classes, RecodingGoal{goal}, budget));
  ANON_RETURN_IF_ERROR(ReportRounds(policy, plan, classes, found, report));
  unmet = found.reason;
  if (found.satisfied) {
    ANON_ASSIGN_OR_RETURN(report.minimality,
                          CheckMinimality(classes, goal, found));
  }
  return SolveByRounds(policy, classes, context, std::move(found));
}

}  // namespace anon::internal
