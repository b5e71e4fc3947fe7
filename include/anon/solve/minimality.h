// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SOLVE_MINIMALITY_H_
#define ANON_SOLVE_MINIMALITY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "anon/base/status.h"
#include "anon/data/classes.h"
#include "anon/solve/budget.h"
#include "anon/solve/local_recoding.h"
#include "anon/solve/solve.h"

namespace anon {

// What someone can infer from a release because he knows how it was made: that
// the levels were found by a search, which would have taken finer ones had they
// been better. Figures are upper bounds; assumptions, proofs and limits stand
// in src/solve/minimality.cc and src/solve/downcoding.cc. A plain value, for
// internal eyes.
struct Minimality {
  // Nothing about sensitive values follows from the levels: the sizes of
  // classes alone would have led to the same release.
  bool by_sizes = false;
  // Nodes one level finer in one attribute, and those of them that sensitive
  // values may have ruled out.
  std::int64_t finer_nodes = 0;
  std::int64_t open_nodes = 0;
  // Of all ways to give the people of each released class its values, the share
  // in which these nodes are ruled out as well: a lower bound.
  double chance = 1;

  // The surest guess at one person's value of a sensitive attribute.
  struct Guess {
    std::string attribute;
    double frequency = 0;   // from the released classes alone
    double confidence = 0;  // knowing that finer nodes were not better
  };
  // Empty if no bound is known: where sensitive values had a say in rounds, or
  // in levels that are not proven best.
  std::vector<Guess> guesses;

  // Downcoding: principals released with a label of which one finer label is
  // left, or may be. Of rounds: because earlier ones list all others; that the
  // rounds were the best of those tried is not used, and may tell more.
  std::int64_t principals = 0;  // released
  std::int64_t downcoded = 0;
};

// Of the levels that Solve found for this goal. Fails where Solve does, and
// where principals have several records or there are groups.
absl::StatusOr<Minimality> CheckMinimality(const Classes& classes,
                                           const Goal& goal,
                                           const SearchResult& found,
                                           const SearchBudget& budget = {});

// Of rounds.
absl::StatusOr<Minimality> CheckMinimality(const Classes& classes,
                                           const Goal& goal,
                                           const LocalRecoding& found);

}  // namespace anon

#endif  // ANON_SOLVE_MINIMALITY_H_
