// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: what the models of a policy need beyond the classes.
#ifndef ANON_SRC_POLICY_MODEL_INPUTS_H_
#define ANON_SRC_POLICY_MODEL_INPUTS_H_

#include "anon/base/random.h"
#include "anon/base/status.h"
#include "anon/data/classes.h"
#include "anon/model/model_context.h"
#include "anon/policy/policy.h"
#include "policy/table_plan.h"

namespace anon::internal {

// Labels, the distributions of the source, hierarchies of sensitive columns
// and the population: as far as a model of the policy needs them. `classes` are
// those of the source; `plan` must outlive the result.
absl::StatusOr<ModelContext> GatherModelInputs(const Policy& policy,
                                               const TablePlan& plan,
                                               const Classes& classes,
                                               RandomSource& random);

}  // namespace anon::internal

#endif  // ANON_SRC_POLICY_MODEL_INPUTS_H_
