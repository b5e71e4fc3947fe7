// SPDX-License-Identifier: Apache-2.0
//
// A plain greedy search, for something to start from: one reading of the table
// a step. The optimum is the solver's business.
#include "profile/starter_levels.h"

#include <algorithm>

#include "anon/data/classes.h"
#include "anon/transform/generalization.h"
#include "anon/transform/row_coder.h"
#include "base/status_macros.h"

namespace anon::internal {
namespace {

absl::StatusOr<Classes> Count(RecordSource& table, const std::string& principal,
                              const std::vector<std::string>& diverse,
                              const std::vector<LeveledAttribute>& attributes,
                              RandomSource& random) {
  ClassColumns columns;
  columns.sensitive_attributes = diverse;
  columns.principal = principal;
  for (const LeveledAttribute& attribute : attributes) {
    ANON_ASSIGN_OR_RETURN(
        Generalization generalization,
        Generalization::Create(attribute.name, attribute.hierarchy,
                               static_cast<std::int64_t>(attribute.level)));
    columns.quasi_identifiers.push_back(std::move(generalization));
  }
  ANON_ASSIGN_OR_RETURN(RowCoder coder,
                        RowCoder::Create(std::move(columns), table, random));
  return CountClasses(table, coder);
}

std::int64_t Failing(const Classes& classes) {
  std::int64_t failing = 0;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    bool holds = classes.principals(i) >= kStarterK;
    for (std::size_t s = 0; s < classes.sensitive_attributes().size(); ++s) {
      holds &= classes.histogram(i, s).size() >= kStarterL;
    }
    failing += holds ? 0 : classes.principals(i);
  }
  return failing;
}

// The attribute to raise, or null if all are at their top.
LeveledAttribute* Finest(std::vector<LeveledAttribute>& attributes) {
  LeveledAttribute* finest = nullptr;
  for (LeveledAttribute& attribute : attributes) {
    if (attribute.level == attribute.hierarchy->height()) continue;
    if (finest == nullptr || attribute.hierarchy->size(attribute.level) >
                                 finest->hierarchy->size(finest->level)) {
      finest = &attribute;
    }
  }
  return finest;
}

}  // namespace

absl::StatusOr<std::int64_t> RaiseLevels(
    RecordSource& table, const std::string& principal,
    const std::vector<std::string>& diverse,
    std::vector<LeveledAttribute>& attributes, RandomSource& random) {
  while (true) {
    ANON_ASSIGN_OR_RETURN(const Classes classes,
                          Count(table, principal, diverse, attributes, random));
    const std::int64_t failing = Failing(classes);
    if (failing * 100 <= classes.total_principals() * kStarterLimit) {
      return failing;
    }
    LeveledAttribute* const finest = Finest(attributes);
    if (finest == nullptr) {
      return PolicyError(
          "no starter policy holds for this table: it has fewer than five "
          "principals, or a sensitive attribute with too few values");
    }
    ++finest->level;
  }
}

}  // namespace anon::internal
