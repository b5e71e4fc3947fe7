// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: models that look at the size of a class only.
#ifndef ANON_SRC_SOLVE_LEAST_SIZE_H_
#define ANON_SRC_SOLVE_LEAST_SIZE_H_

#include <cstdint>

#include "anon/model/bound_model.h"

namespace anon::internal {

// The least size of a class that holds, `people` + 1 if none does: an absorbing
// model of sizes alone, once held, holds for all larger sizes.
inline std::int64_t LeastSize(const BoundModel& model, std::int64_t people) {
  std::int64_t fails = 0;
  std::int64_t holds = people + 1;
  while (holds - fails > 1) {
    const std::int64_t middle = fails + (holds - fails) / 2;
    const auto outcome = model.Of({.principals = middle, .histograms = {}});
    (outcome->holds ? holds : fails) = middle;
  }
  return holds;
}

}  // namespace anon::internal

#endif  // ANON_SRC_SOLVE_LEAST_SIZE_H_
