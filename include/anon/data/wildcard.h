// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_DATA_WILDCARD_H_
#define ANON_DATA_WILDCARD_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "anon/base/ratio.h"
#include "anon/base/status.h"
#include "anon/data/classes.h"

namespace anon {

// Sizes of classes where a missing quasi-identifier may stand for any value.
// A plain value: [class], in units, because a weight may be a fraction.
struct WildcardSizes {
  std::int64_t unit = 1;
  std::vector<std::int64_t> principals = {};  // in units of 1 / unit
  // In units of 1 / (unit * kWeightUnit); 0 if rows had no weights.
  std::vector<std::int64_t> population = {};
};

// Among how many people the records of each class hide, if two tuples match
// where they agree wherever neither is missing. A class finds all of itself and
// of matching classes without missing values, and the share `alpha` (0 to 1) of
// other matching classes with some: 1 trusts that a missing value may be
// anything, 0 that nobody believes it.
//
// `missing` has, for each quasi-identifier, the code of a missing value, or
// nothing where there is none. A row algorithm on distinct tuples: Merge and
// RollUp do not apply to what it gives. Fails unless one_row_per_principal():
// someone with rows in two matching classes would count twice.
absl::StatusOr<WildcardSizes> MatchWildcards(
    const Classes& classes,
    std::span<const std::optional<std::uint32_t>> missing, const Ratio& alpha);

}  // namespace anon

#endif  // ANON_DATA_WILDCARD_H_
