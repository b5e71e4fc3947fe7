// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: whether a part of a table satisfies every model.
#ifndef ANON_SRC_SOLVE_MONDRIAN_JUDGE_H_
#define ANON_SRC_SOLVE_MONDRIAN_JUDGE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "anon/base/status.h"
#include "anon/solve/mondrian.h"

namespace anon::internal {

// Models bound to the counted table. A model that is not decided class by class
// has to hold in every part all the same: parts that hold cannot add up to a
// table that fails. One thread at a time.
class PartJudge {
 public:
  static absl::StatusOr<PartJudge> Create(const Classes& classes,
                                          const MondrianGoal& goal);

  // A part of fewer people fails, whatever they are.
  std::int64_t least_people() const { return least_people_; }
  // Whether models look at the histograms of classes too.
  bool by_histograms() const { return !models_.empty(); }
  // Of a part of at least least_people() people: these classes, each whole.
  bool Holds(std::int64_t people, std::span<const std::uint32_t> classes);
  // Of all classes together.
  bool HoldsForAll();

 private:
  explicit PartJudge(const Classes& classes) : classes_(&classes) {}

  const Classes* classes_;
  std::int64_t least_people_ = 1;
  std::vector<std::unique_ptr<const BoundModel>> models_;
  std::vector<std::vector<std::int64_t>> sums_;  // [sensitive][code]
  std::vector<std::vector<ValueCount>> cells_;   // [sensitive]
  std::vector<std::span<const ValueCount>> spans_;
};

}  // namespace anon::internal

#endif  // ANON_SRC_SOLVE_MONDRIAN_JUDGE_H_
