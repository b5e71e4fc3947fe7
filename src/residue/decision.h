// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: when a column stops. The rule is stated at
// ResidueScanner.
#ifndef ANON_SRC_RESIDUE_DECISION_H_
#define ANON_SRC_RESIDUE_DECISION_H_

#include <cstdint>

#include "anon/residue/residue_scanner.h"

namespace anon::internal {

// Whether chance, at one in `one_in`, gives `passing` of `look_alikes` or more
// less often than once in 10,000 times: the tail of the binomial distribution.
bool BeyondChance(std::int64_t passing, std::int64_t look_alikes,
                  std::int64_t one_in);

// Sets finding.stops and .basis from its counts. `sampled` look-alikes and
// `sampled_passing` of them are what was counted, where the finding holds
// estimates.
void Decide(std::int64_t sampled, std::int64_t sampled_passing,
            ResidueFinding& finding);

}  // namespace anon::internal

#endif  // ANON_SRC_RESIDUE_DECISION_H_
