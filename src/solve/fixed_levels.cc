// SPDX-License-Identifier: Apache-2.0
#include "anon/solve/solution.h"
#include "base/status_macros.h"

namespace anon {

absl::StatusOr<Solution> SolveFixedLevels(const Classes& classes,
                                          const PrivacyModels& models) {
  Solution solution;
  solution.solver = "fixed_levels";
  for (const auto& model : models) {
    ANON_ASSIGN_OR_RETURN(Verdict verdict, model->Judge(classes));
    solution.before.push_back(std::move(verdict));
  }
  solution.kept.assign(classes.size(), true);
  for (std::size_t i = 0; i < classes.size(); ++i) {
    for (const auto& model : models) {
      if (!model->Holds(classes, i)) solution.kept[i] = false;
    }
    const bool kept = solution.kept[i];
    ++(kept ? solution.classes_kept : solution.classes_suppressed);
    (kept ? solution.records_kept : solution.records_suppressed) +=
        classes.records(i);
  }
  return solution;
}

}  // namespace anon
