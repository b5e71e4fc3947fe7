// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: classes matched with those of a population.
#ifndef ANON_SRC_MODEL_POPULATION_H_
#define ANON_SRC_MODEL_POPULATION_H_

#include <cstdint>
#include <vector>

#include "anon/data/classes.h"
#include "anon/model/model_context.h"

namespace anon::internal {

struct MatchedPopulation {
  // [class]: people of the population with its quasi-identifiers.
  std::vector<std::int64_t> people;
  // Classes of the population where no class of the table stands.
  std::int64_t unmatched = 0;
};

// Requires a population and labels in the context.
MatchedPopulation MatchPopulation(const Classes& classes,
                                  const ModelContext& context);

}  // namespace anon::internal

#endif  // ANON_SRC_MODEL_POPULATION_H_
