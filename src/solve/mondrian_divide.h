// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: the division that mondrian.cc is about.
#ifndef ANON_SRC_SOLVE_MONDRIAN_DIVIDE_H_
#define ANON_SRC_SOLVE_MONDRIAN_DIVIDE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "anon/base/status.h"
#include "solve/division_watch.h"
#include "solve/mondrian_judge.h"
#include "solve/mondrian_space.h"

namespace anon::internal {

// Regions, each a range of ranks in every attribute, and who is in them.
struct Division {
  // Row by row, one rank of each attribute.
  std::vector<std::uint32_t> low;    // [region]
  std::vector<std::uint32_t> high;   // [region]
  std::vector<std::int64_t> people;  // [region]
  // See Recoding.
  std::vector<std::uint32_t> region_of;
  std::vector<Recoding::Share> shares;
  // False: `watch` said that it is enough, and parts are left as they were.
  bool complete = true;
};

// Divides the people of `classes`, who satisfy all models together. Fails on a
// value without a place on its axis, and if cancelled.
absl::StatusOr<Division> Divide(const Classes& classes,
                                const MondrianGoal& goal,
                                const std::vector<MondrianAxis>& axes,
                                PartJudge& judge, DivisionWatch& watch);

}  // namespace anon::internal

#endif  // ANON_SRC_SOLVE_MONDRIAN_DIVIDE_H_
