// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: levels that a policy leaves to a search.
#ifndef ANON_SRC_POLICY_LEVEL_SEARCH_H_
#define ANON_SRC_POLICY_LEVEL_SEARCH_H_

#include <functional>
#include <stop_token>
#include <string>

#include "anon/base/status.h"
#include "anon/data/classes.h"
#include "anon/model/model_context.h"
#include "anon/policy/policy.h"
#include "anon/policy/run.h"
#include "anon/solve/local_recoding.h"
#include "anon/solve/solution.h"
#include "anon/solve/solve.h"
#include "policy/passes.h"
#include "policy/table_plan.h"

namespace anon::internal {

// Whether any column leaves its level open.
bool SearchesLevels(const Policy& policy);

// Whether a run needs to know who is in which class, where principals have
// several records: to search, and to know what is released if some are
// suppressed.
bool NeedsMembership(const Policy& policy);

// What the policy asks a search for, and how long it may take.
absl::StatusOr<Goal> GoalOf(const Policy& policy, const TablePlan& plan,
                            const ModelContext& context, bool against_release);
SearchBudget BudgetOf(const Policy& policy, std::stop_token stop);
// The same, with `progress` of a step "solve", which it names at once.
SearchBudget BudgetOf(const Policy& policy, std::stop_token stop,
                      std::function<void(const RunProgress&)> progress);

// The search that the policy asks for, on classes counted by `plan`; columns
// with a level stay there.
absl::StatusOr<SearchResult> SearchLevels(const Policy& policy,
                                          const TablePlan& plan,
                                          const Classes& classes,
                                          const ModelContext& context,
                                          bool against_release,
                                          const SearchBudget& budget);

// The same with rounds for those whom levels suppress (solver.local_recoding).
absl::StatusOr<LocalRecoding> SearchRounds(const Policy& policy,
                                           const TablePlan& plan,
                                           const Classes& classes,
                                           const ModelContext& context,
                                           bool against_release,
                                           const SearchBudget& budget);

// Finds the levels that the policy leaves open: afterwards `plan` generalizes
// to them, `counted` has the classes there and `context` the population. Levels
// that satisfy nothing are the nearest ones, and `unmet` says why. Gives the
// word of the solver for the solution file.
absl::StatusOr<std::string> FindLevels(const Policy& policy,
                                       const SearchBudget& budget,
                                       ModelContext& context, TablePlan& plan,
                                       CountedSource& counted,
                                       RunReport& report, std::string& unmet);

// The rounds that the policy asks for, as a solution and in `report`. `unmet`
// becomes why none meet the policy, if so.
absl::StatusOr<Solution> SolveInRounds(const Policy& policy,
                                       const TablePlan& plan,
                                       const Classes& classes,
                                       const ModelContext& context,
                                       const SearchBudget& budget,
                                       RunReport& report, std::string& unmet);

// What the levels of `plan` cost, and the least class that stands.
void ReportLevels(const TablePlan& plan, const Classes& classes,
                  const Solution& solution, RunReport& report);

}  // namespace anon::internal

#endif  // ANON_SRC_POLICY_LEVEL_SEARCH_H_
