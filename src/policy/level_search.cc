// SPDX-License-Identifier: Apache-2.0
#include "policy/level_search.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "anon/solve/minimality.h"
#include "base/status_macros.h"
#include "policy/population_levels.h"

namespace anon::internal {
namespace {

const ColumnPolicy& ColumnOf(const Policy& policy, const Generalization& g) {
  return *std::ranges::find(policy.columns, g.attribute(), &ColumnPolicy::name);
}

std::vector<SearchAttribute> AttributesOf(const Policy& policy,
                                          const TablePlan& plan) {
  std::vector<SearchAttribute> attributes;
  for (const Generalization& g : plan.quasi_identifiers()) {
    const ColumnPolicy& column = ColumnOf(policy, g);
    SearchAttribute a{.hierarchy = g.hierarchy(),
                      .counted_level = g.level(),
                      .weight = column.weight};
    if (!column.search_level) {
      a.most = g.level();
    } else if (column.most_level) {
      a.most = static_cast<std::size_t>(*column.most_level);
    }
    attributes.push_back(a);
  }
  return attributes;
}

RunSearch Describe(const TablePlan& plan, const SearchResult& result) {
  RunSearch search{.levels = {},
                   .satisfied = result.satisfied,
                   .optimal = result.optimal,
                   .objective = result.objective,
                   .value = result.best.cost,
                   .nodes = result.nodes,
                   .nodes_evaluated = result.nodes_evaluated};
  for (std::size_t q = 0; q < result.best.levels.size(); ++q) {
    search.levels.emplace_back(
        plan.quasi_identifiers()[q].attribute(),
        static_cast<std::int64_t>(result.best.levels[q]));
  }
  return search;
}

// Why no levels meet the policy, which are the nearest, and what to do.
std::string WhyUnmet(const RunSearch& nearest, const std::string& reason,
                     bool limited) {
  std::string levels;
  for (const auto& [column, level] : nearest.levels) {
    levels += fmt::format("{}{} {}", levels.empty() ? "" : ", ", column, level);
  }
  return fmt::format(
      "{} (levels {}); raise max_level or the limit{}", reason, levels,
      limited ? ", or solver.evaluations and solver.seconds" : "");
}

// `budget` of a search that follows another one, and counts on.
SearchBudget After(const SearchResult& first, SearchBudget budget) {
  if (!budget.progress) return budget;
  budget.progress = [report = budget.progress,
                     evaluated = first.nodes_evaluated,
                     best = first.best.cost](const SearchProgress& own) {
    report({.evaluated = evaluated + own.evaluated, .best = best});
  };
  return budget;
}

}  // namespace

bool SearchesLevels(const Policy& policy) {
  return std::ranges::any_of(policy.columns, &ColumnPolicy::search_level);
}

bool NeedsMembership(const Policy& policy) {
  return SearchesLevels(policy) ||
         std::ranges::any_of(policy.models, [](const auto& model) {
           return model->needs().distribution;
         });
}

absl::StatusOr<Goal> GoalOf(const Policy& policy, const TablePlan& plan,
                            const ModelContext& context, bool against_release) {
  if (!policy.population.empty() && policy.solver.local_recoding) {
    return PolicyError(
        "local recoding cannot use a population: who has a label of one round "
        "may have one of another, and would count for both; remove "
        "solver.local_recoding or population");
  }
  Goal goal;
  goal.models = policy.models;
  goal.context = context;
  goal.attributes = AttributesOf(policy, plan);
  goal.suppression_limit = policy.suppression_limit;
  goal.objective = policy.solver.objective;
  goal.against_release = against_release;
  if (context.population != nullptr) {
    goal.context_at = PopulationAtLevels(context, plan);
  }
  return goal;
}

SearchBudget BudgetOf(const Policy& policy, std::stop_token stop) {
  SearchBudget budget;
  if (policy.solver.best_effort) budget.exact_nodes = 0;
  budget.evaluations = policy.solver.evaluations;
  if (policy.solver.seconds) {
    budget.time = std::chrono::seconds(*policy.solver.seconds);
  }
  budget.stop = std::move(stop);
  return budget;
}

SearchBudget BudgetOf(const Policy& policy, std::stop_token stop,
                      std::function<void(const RunProgress&)> progress) {
  SearchBudget budget = BudgetOf(policy, std::move(stop));
  if (!progress) return budget;
  progress({.step = "solve", .search = SearchProgress{}});
  budget.progress = [progress](const SearchProgress& search) {
    progress({.step = "solve", .search = search});
  };
  return budget;
}

absl::StatusOr<SearchResult> SearchLevels(const Policy& policy,
                                          const TablePlan& plan,
                                          const Classes& classes,
                                          const ModelContext& context,
                                          bool against_release,
                                          const SearchBudget& budget) {
  ANON_ASSIGN_OR_RETURN(const Goal goal,
                        GoalOf(policy, plan, context, against_release));
  return Solve(classes, goal, budget);
}

absl::StatusOr<std::string> FindLevels(const Policy& policy,
                                       const SearchBudget& budget,
                                       ModelContext& context, TablePlan& plan,
                                       CountedSource& counted,
                                       RunReport& report, std::string& unmet) {
  ANON_ASSIGN_OR_RETURN(const Goal goal, GoalOf(policy, plan, context, true));
  ANON_ASSIGN_OR_RETURN(const SearchResult result,
                        Solve(counted.classes, goal, budget));
  report.search = Describe(plan, result);
  if (!result.satisfied) {
    unmet = WhyUnmet(*report.search, result.reason,
                     budget.evaluations || budget.time);
  }
  if (goal.context_at) {
    context.population = goal.context_at(result.best.levels).population;
  } else if (result.satisfied && counted.classes.membership() == nullptr) {
    ANON_ASSIGN_OR_RETURN(
        report.minimality,
        CheckMinimality(counted.classes, goal, result, After(result, budget)));
  }
  ANON_ASSIGN_OR_RETURN(counted.classes,
                        AtLevels(counted.classes, AttributesOf(policy, plan),
                                 result.best.levels));
  ANON_RETURN_IF_ERROR(plan.SetLevels(result.best.levels));
  return std::string(result.optimal ? "optimal" : "best_effort");
}

void ReportLevels(const TablePlan& plan, const Classes& classes,
                  const Solution& solution, RunReport& report) {
  report.classes_in = static_cast<std::int64_t>(classes.size());
  std::vector<CodedAttribute> coded;
  for (const Generalization& quasi : plan.quasi_identifiers()) {
    coded.push_back({quasi.hierarchy(), quasi.level()});
  }
  report.loss = MeasureLoss(classes, solution.kept, coded);
  for (std::size_t i = 0; i < classes.size(); ++i) {
    if (!solution.kept[i]) continue;
    report.smallest_class =
        report.smallest_class == 0
            ? classes.principals(i)
            : std::min(report.smallest_class, classes.principals(i));
  }
}

}  // namespace anon::internal
