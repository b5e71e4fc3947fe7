// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: a table that the policy has divided, instead of giving
// it levels.
#ifndef ANON_SRC_POLICY_DIVISION_H_
#define ANON_SRC_POLICY_DIVISION_H_

#include "anon/base/status.h"
#include "anon/data/classes.h"
#include "anon/model/model_context.h"
#include "anon/policy/policy.h"
#include "anon/policy/run.h"
#include "anon/solve/mondrian.h"
#include "anon/solve/solution.h"
#include "policy/table_plan.h"

namespace anon::internal {

// Divides classes counted by `plan` as the policy asks. `budget` is its own:
// see BudgetOf.
absl::StatusOr<MondrianResult> DivideTable(const Policy& policy,
                                           const TablePlan& plan,
                                           const Classes& classes,
                                           const ModelContext& context,
                                           const SearchBudget& budget);

// The same as a solution: everybody stands, in regions. Where the table as a
// whole fails a model, nobody does.
absl::StatusOr<Solution> SolveByDivision(const Policy& policy,
                                         const Classes& classes,
                                         const ModelContext& context,
                                         MondrianResult divided);

// Its regions and what they cost.
void ReportDivision(const TablePlan& plan, const MondrianResult& divided,
                    RunReport& report);

}  // namespace anon::internal

#endif  // ANON_SRC_POLICY_DIVISION_H_
