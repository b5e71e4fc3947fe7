// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SOLVE_LOCAL_RECODING_H_
#define ANON_SOLVE_LOCAL_RECODING_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "anon/base/status.h"
#include "anon/data/classes.h"
#include "anon/solve/recoding.h"
#include "anon/solve/solve.h"

namespace anon {

// One round of local recoding: levels for the people that no round before has
// released.
struct RecodingRound {
  std::vector<std::size_t> levels;
  bool optimal = false;         // of all levels for these people: proven
  std::int64_t principals = 0;  // released by this round
  std::int64_t records = 0;     // likewise
  std::int64_t classes = 0;     // tuples that it lists
  // Of the whole table after this round, all others suppressed.
  double cost = 0;
};

// The same goal, met in rounds: the models hold on all that is released, taken
// together, and the limit is for who is left in the end.
struct RecodingGoal : Goal {};

// What local recoding found. A plain value; a No is one too.
struct LocalRecoding {
  bool satisfied = false;       // models and limit are met
  std::string reason;           // if not
  std::string objective;        // its name
  double cost = 0;              // of the table
  std::int64_t suppressed = 0;  // principals whom no round releases
  // At least one, in their order. If not satisfied, the nearest.
  std::vector<RecodingRound> rounds;
  // [class]: the round that releases it, or RecodedCost::kSuppressed.
  std::vector<std::uint32_t> round_of;
  // A record is released as the region of its class. Regions are distinct
  // tuples of labels: what several rounds release as one tuple is one region.
  Recoding recoding;
  std::int64_t nodes = 0;            // of the lattice
  std::int64_t nodes_evaluated = 0;  // of all searches
};

// Searches levels for `classes`, then again for those who would be suppressed,
// and again, until a round changes nothing for the better. Never costs more
// than one choice of levels; proves no optimum. Deterministic unless time is
// limited. Objectives: those of RecodedCost; the budget is for all searches
// together. Fails where levels cannot be searched for. Essay:
// src/solve/local_recoding.cc.
absl::StatusOr<LocalRecoding> Solve(const Classes& classes,
                                    const RecodingGoal& goal,
                                    const SearchBudget& budget = {});

}  // namespace anon

#endif  // ANON_SOLVE_LOCAL_RECODING_H_
