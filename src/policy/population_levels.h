// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: a population at the levels that a search looks at.
#ifndef ANON_SRC_POLICY_POPULATION_LEVELS_H_
#define ANON_SRC_POLICY_POPULATION_LEVELS_H_

#include <cstddef>
#include <functional>
#include <vector>

#include "anon/model/model_context.h"
#include "policy/table_plan.h"

namespace anon::internal {

// `context`, whose population was counted at the levels of `plan`, for classes
// at coarser ones: the population rolled up to them, and their labels. The
// result holds all it needs but the hierarchies and labels of `plan`.
std::function<ModelContext(const std::vector<std::size_t>& levels)>
PopulationAtLevels(const ModelContext& context, const TablePlan& plan);

}  // namespace anon::internal

#endif  // ANON_SRC_POLICY_POPULATION_LEVELS_H_
