// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: the division that mondrian.cc is about.
#ifndef ANON_SRC_SOLVE_MONDRIAN_DIVIDE_H_
#define ANON_SRC_SOLVE_MONDRIAN_DIVIDE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "anon/base/status.h"
#include "solve/mondrian_judge.h"
#include "solve/mondrian_space.h"

namespace anon::internal {

// A part that is divided further, or a region. Children of a node follow each
// other; a tuple belongs to the first whose `last` is not below its rank.
struct MondrianNode {
  static constexpr std::uint32_t kRegion = 0xFFFFFFFF;
  std::uint32_t attribute = kRegion;  // that children differ in
  std::uint32_t at = 0;               // first child, or number of the region
  std::uint32_t last = 0;             // rank of the parent's attribute
  // A relaxed cut: index of the last tuple of the first child, and how many of
  // its records are there.
  std::uint32_t pivot = kRegion;
  std::uint32_t quota = 0;
};

struct Division {
  std::vector<MondrianNode> nodes;  // the first is the whole
  // Row by row, one rank of each attribute.
  std::vector<std::uint32_t> low;     // [region]
  std::vector<std::uint32_t> high;    // [region]
  std::vector<std::uint32_t> pivots;  // tuples of relaxed cuts
  std::vector<std::int64_t> people;   // [region]
};

// Divides the people of `classes`, who satisfy all models together. Fails if
// asked to stop, and on more than 2^31 records in relaxed mode.
absl::StatusOr<Division> Divide(const Classes& classes,
                                const MondrianGoal& goal,
                                const std::vector<MondrianAxis>& axes,
                                PartJudge& judge);

}  // namespace anon::internal

#endif  // ANON_SRC_SOLVE_MONDRIAN_DIVIDE_H_
