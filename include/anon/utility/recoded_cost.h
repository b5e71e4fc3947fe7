// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_UTILITY_RECODED_COST_H_
#define ANON_UTILITY_RECODED_COST_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "anon/base/status.h"
#include "anon/data/classes.h"
#include "anon/utility/loss.h"
#include "anon/utility/objective.h"

namespace anon {

// What a table costs whose records are released at the levels of several
// rounds: the objectives loss, loss_arithmetic_mean and precision, which are
// means over people. With one round it is Objective::Measure. Bound to one
// table, which must outlive it. Safe to share between threads.
class RecodedCost {
 public:
  static constexpr std::uint32_t kSuppressed = 0xFFFFFFFF;

  // Fails on another objective, and on what MakeObjective refuses.
  static absl::StatusOr<RecodedCost> Create(
      const ObjectiveSpec& spec, const Classes& classes,
      std::span<const ObjectiveAttribute> attributes);
  static bool Measures(std::string_view objective);

  // round_of[i]: the round of class i, or kSuppressed; levels[r]: of the
  // attributes in round r.
  double Measure(std::span<const std::uint32_t> round_of,
                 std::span<const std::vector<std::size_t>> levels) const;
  // The Loss of the report (MeasureLoss), unweighted.
  Loss MeasureLoss(std::span<const std::uint32_t> round_of,
                   std::span<const std::vector<std::size_t>> levels) const;

 private:
  RecodedCost(const Classes& classes,
              std::span<const ObjectiveAttribute> attributes)
      : classes_(classes), attributes_(attributes.begin(), attributes.end()) {}
  std::int64_t Covered(std::size_t q, std::span<const std::uint32_t> round_of,
                       std::span<const std::vector<std::size_t>> levels,
                       bool released) const;

  const Classes& classes_;
  std::vector<ObjectiveAttribute> attributes_;
  bool precision_ = false;
  bool geometric_ = false;
  double generalization_ = 1;  // factors, as of ObjectiveSpec
  double suppression_ = 1;
};

}  // namespace anon

#endif  // ANON_UTILITY_RECODED_COST_H_
