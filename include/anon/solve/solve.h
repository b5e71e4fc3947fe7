// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SOLVE_SOLVE_H_
#define ANON_SOLVE_SOLVE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "anon/base/ratio.h"
#include "anon/base/status.h"
#include "anon/data/classes.h"
#include "anon/hierarchy/hierarchy.h"
#include "anon/model/privacy_model.h"
#include "anon/solve/budget.h"
#include "anon/utility/objective.h"

namespace anon {

// One quasi-identifier of the counted classes and how far it may go.
struct SearchAttribute {
  const Hierarchy* hierarchy = nullptr;  // null: its values are kept
  std::size_t counted_level = 0;         // of its codes; the least allowed
  std::optional<std::size_t> most = {};  // the highest level allowed
  double weight = 1;                     // see ObjectiveAttribute
};

// What a search is for. Hierarchies must outlive the call.
struct Goal {
  PrivacyModels models;
  ModelContext context = {};
  // The context of the classes at some levels, if a model looks at labels (of a
  // population); each node is then decided on its own classes. Null: `context`,
  // whatever the levels.
  std::function<ModelContext(const std::vector<std::size_t>& levels)>
      context_at = nullptr;
  std::vector<SearchAttribute> attributes;  // as quasi_identifiers()
  Ratio suppression_limit;                  // share of principals
  ObjectiveSpec objective = {};
  // Models that compare a class with the whole table hold against the counted
  // table. Whether also against the release, without what is suppressed.
  bool against_release = true;
};

// One node of the lattice: a level for every quasi-identifier.
struct LatticeNode {
  std::vector<std::size_t> levels;
  double cost = 0;              // by the objective
  std::int64_t suppressed = 0;  // principals
  std::int64_t classes = 0;     // that stand
};

// What a search found. A plain value; a No is one too.
struct SearchResult {
  bool satisfied = false;  // `best` meets models and limit
  bool optimal = false;    // and no other node costs less: proven
  std::string objective;   // its name
  // The least cost; among equal ones the least sum of levels, then the least
  // levels in the order of attributes. Without one that satisfies, the
  // evaluated node that suppresses least; among equal ones the coarsest.
  LatticeNode best;
  std::string reason;  // if not satisfied: the model and what it suppresses

  std::int64_t nodes = 0;  // of the lattice; the largest number if more
  std::int64_t nodes_evaluated = 0;
  // Of the evaluated nodes that satisfy: the next best, at most five, and those
  // that suppress less than any other of no more cost, by rising cost. The best
  // is not among these if another of the same cost suppresses less.
  std::vector<LatticeNode> runners_up;
  std::vector<LatticeNode> pareto;
};

// Searches the lattice of full-domain generalizations of `classes` for the
// least cost of their records. Someone with several records is counted once in
// a class, and suppressed if one of them is. Fails where classes cannot be
// rolled up (see Classes::RollUp), on more than 32 quasi-identifiers, tuples of
// more than 128 bits, or a model or objective that lacks something. Essay:
// src/solve/exact_search.cc.
absl::StatusOr<SearchResult> Solve(const Classes& classes, const Goal& goal,
                                   const SearchBudget& budget = {});

// The classes of `classes` at `levels`, for SolveFixedLevels and the like.
absl::StatusOr<Classes> AtLevels(const Classes& classes,
                                 const std::vector<SearchAttribute>& attributes,
                                 const std::vector<std::size_t>& levels);

}  // namespace anon

#endif  // ANON_SOLVE_SOLVE_H_
