// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SOLVE_MONDRIAN_H_
#define ANON_SOLVE_MONDRIAN_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "anon/base/decimal.h"
#include "anon/base/status.h"
#include "anon/data/classes.h"
#include "anon/hierarchy/hierarchy.h"
#include "anon/model/privacy_model.h"
#include "anon/solve/budget.h"
#include "anon/solve/recoding.h"

namespace anon {

// One quasi-identifier of the counted classes and how it may be divided.
struct MondrianAttribute {
  enum class Kind {
    kNumbers,  // on a line of numbers; released as a value or "[20, 29]"
    kOrder,    // in an order of values; released as a value or "{a, b, c}"
    kTree,     // where a hierarchy branches; released as a label of it
  };
  Kind kind = Kind::kTree;
  const Hierarchy* tree = nullptr;  // kTree: codes are of counted_level
  std::size_t counted_level = 0;
  // [code] of the others: the number, or the place in the order; nothing for
  // codes that no class has. Exact: equal numbers are one value.
  std::vector<std::optional<Decimal>> positions = {};
  // The value behind a code; not needed for kTree.
  std::function<std::string_view(std::uint32_t code)> label = nullptr;
  double weight = 1;  // above 1: divided before others as wide
};

// What is divided, and how far. Hierarchies must outlive the call.
struct MondrianGoal {
  PrivacyModels models;
  ModelContext context = {};
  std::vector<MondrianAttribute> attributes;  // as quasi_identifiers()
  // Strict: cuts lie between values, so that equal records stay together.
  // Relaxed: lines are halved exactly, through equal records if need be. Only
  // with models that look at nothing but the sizes of classes.
  bool relaxed = false;
};

// A plain value; a No is one too.
struct MondrianResult {
  bool satisfied = false;
  std::string reason;  // if not: the model that the whole table fails
  // False: a limit of the budget ended it while there were parts that may be
  // divided further. They are regions as they are, which satisfy all the same.
  bool complete = true;
  std::int64_t parts_evaluated = 0;  // that it tried to divide
  Recoding recoding;
  // Normalized certainty penalty (NCP): the mean over people and attributes of
  // the share of the attribute's domain that their label covers; 0 for a value.
  double ncp = 0;
  std::vector<double> ncp_of;  // [attribute]
};

// Divides the table as long as every part satisfies every model, also those of
// the table as a whole. Nobody is suppressed. Deterministic unless time is
// limited; a higher limit only divides further. Fails where a table cannot be
// divided: see src/solve/mondrian.cc, which has the essay.
absl::StatusOr<MondrianResult> Solve(const Classes& classes,
                                     const MondrianGoal& goal,
                                     const SearchBudget& budget = {});

}  // namespace anon

#endif  // ANON_SOLVE_MONDRIAN_H_
