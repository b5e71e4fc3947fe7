// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SOLVE_SOLUTION_H_
#define ANON_SOLVE_SOLUTION_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "anon/base/status.h"
#include "anon/data/classes.h"
#include "anon/model/privacy_model.h"
#include "anon/solve/recoding.h"

namespace anon {

// What a solver decides: a function from the tuple of a record to the tuple it
// is released as, or to "suppressed". Here tuples are the classes of a table
// whose quasi-identifiers are already at their levels, so the function is
// which of them stand. A plain value.
struct Solution {
  std::string solver;      // "fixed_levels", "optimal", "mondrian"
  std::vector<bool> kept;  // [class of the judged Classes]
  std::int64_t classes_kept = 0;
  std::int64_t classes_suppressed = 0;
  std::int64_t records_kept = 0;
  std::int64_t records_suppressed = 0;
  // The models on the classes before suppression: what fails, and how much.
  std::vector<Verdict> before;
  // What tuples are released as, if not as they are. Suppressed classes are
  // those that `kept` says.
  std::optional<Recoding> recoding = {};
  // Of "mondrian": that no limit ended the division early.
  bool complete = true;
  // The policy that was solved, for whoever applies the solution again.
  std::string policy_file = {};
  std::string policy_sha256 = {};
};

// The levels are the policy's; a class that violates any model is suppressed
// whole. Where that changes what the others are compared with, they are looked
// at again, until all that stand hold. A model that is not decided class by
// class is not mended by suppression: whether it holds is left to the verdict
// on the release.
absl::StatusOr<Solution> SolveFixedLevels(const Classes& classes,
                                          const PrivacyModels& models,
                                          const ModelContext& context = {});

// How a solution file names one attribute.
struct SolutionAttribute {
  std::string name;
  std::string hierarchy_sha256;  // empty without a hierarchy
  std::int64_t level = 0;
  std::int64_t height = 0;
  std::function<std::string_view(std::uint32_t)> label;
};

// The file `solution.json` (format in docs/solution.md): levels and the tuples
// that stand, as labels. For internal eyes. Anything not listed is suppressed.
std::string SolutionJson(const Solution& solution, const Classes& classes,
                         const std::vector<SolutionAttribute>& attributes);

}  // namespace anon

#endif  // ANON_SOLVE_SOLUTION_H_
