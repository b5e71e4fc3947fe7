// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: labels that give away a finer one.
#ifndef ANON_SRC_SOLVE_DOWNCODING_H_
#define ANON_SRC_SOLVE_DOWNCODING_H_

#include <cstdint>
#include <vector>

#include "anon/solve/local_recoding.h"
#include "anon/solve/minimality.h"
#include "solve/lattice.h"

namespace anon::internal {

// Fills principals and downcoded of `told`. `own` are the classes at `levels`
// and `kept` says which are released; smaller ones than `least_size` fail, and
// `limit` people may.
void CountDowncoded(const Classes& own, const std::vector<bool>& kept,
                    const Goal& goal, const Levels& levels,
                    std::int64_t least_size, std::int64_t limit,
                    Minimality& told);
// The same of rounds, on counted classes.
void CountDowncoded(const Classes& classes, const Goal& goal,
                    const LocalRecoding& found, Minimality& told);

}  // namespace anon::internal

#endif  // ANON_SRC_SOLVE_DOWNCODING_H_
