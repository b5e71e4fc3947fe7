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
  // [class]: people of the population with its quasi-identifiers, in units of
  // 1 / unit: an estimate need not be whole.
  std::vector<std::int64_t> people;
  std::int64_t unit = 1;
  bool estimated = false;  // from the weights of the table alone
  // Classes of the population where no class of the table stands; 0 if
  // estimated.
  std::int64_t unmatched = 0;
};

// Requires a population and labels in the context, or classes with weights.
MatchedPopulation MatchPopulation(const Classes& classes,
                                  const ModelContext& context);

}  // namespace anon::internal

#endif  // ANON_SRC_MODEL_POPULATION_H_
