// SPDX-License-Identifier: Apache-2.0
#include "anon/solve/solution.h"
#include "anon/solve/solve.h"
#include "base/status_macros.h"

namespace anon {
namespace {

using BoundModels = std::vector<std::unique_ptr<const BoundModel>>;

bool AllHold(const BoundModels& models, std::size_t i) {
  for (const auto& model : models) {
    if (!model->Holds(i)) return false;
  }
  return true;
}

// Drops the classes that stand and violate a model; returns how many.
absl::StatusOr<std::int64_t> DropFailing(const Classes& classes,
                                         const PrivacyModels& models,
                                         const ModelContext& context,
                                         std::vector<bool>& kept) {
  BoundModels bound;
  for (const auto& model : models) {
    if (!model->class_by_class()) continue;
    ANON_ASSIGN_OR_RETURN(bound.emplace_back(), model->On(classes, context));
  }
  std::vector<std::size_t> failing;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    if (kept[i] && !AllHold(bound, i)) failing.push_back(i);
  }
  for (const std::size_t i : failing) kept[i] = false;
  return static_cast<std::int64_t>(failing.size());
}

}  // namespace

absl::StatusOr<Solution> SolveFixedLevels(const Classes& classes,
                                          const PrivacyModels& models,
                                          const ModelContext& context) {
  Solution solution;
  solution.solver = "fixed_levels";
  bool compares = false;  // with the other classes
  for (const auto& model : models) {
    ANON_ASSIGN_OR_RETURN(Verdict verdict, model->Judge(classes, context));
    solution.before.push_back(std::move(verdict));
    compares = compares || model->needs().distribution;
  }
  solution.kept.assign(classes.size(), true);
  ModelContext standing = context;
  standing.standing = &solution.kept;
  for (std::int64_t dropped = 1; dropped > 0;) {
    ANON_ASSIGN_OR_RETURN(
        dropped, DropFailing(classes, models, standing, solution.kept));
    if (!compares) break;
  }
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const bool kept = solution.kept[i];
    ++(kept ? solution.classes_kept : solution.classes_suppressed);
    (kept ? solution.records_kept : solution.records_suppressed) +=
        classes.records(i);
  }
  return solution;
}

absl::StatusOr<Classes> AtLevels(const Classes& classes,
                                 const std::vector<SearchAttribute>& attributes,
                                 const std::vector<std::size_t>& levels) {
  std::vector<std::vector<std::uint32_t>> maps(attributes.size());
  for (std::size_t q = 0; q < attributes.size(); ++q) {
    const SearchAttribute& a = attributes[q];
    if (a.hierarchy == nullptr || levels[q] == a.counted_level) continue;
    maps[q].resize(a.hierarchy->size(a.counted_level));
    for (std::uint32_t code = 0; code < maps[q].size(); ++code) {
      maps[q][code] = a.hierarchy->Generalize(code, a.counted_level, levels[q]);
    }
  }
  return classes.RollUp(maps);
}

}  // namespace anon
