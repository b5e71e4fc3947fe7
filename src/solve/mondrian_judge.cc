// SPDX-License-Identifier: Apache-2.0
#include "solve/mondrian_judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/status_macros.h"
#include "solve/least_size.h"

namespace anon::internal {
namespace {

// Whether a part holds from some size on, whoever is in it. A model of the
// table as a whole has parts that do not add to the trouble; where it looks at
// sizes (the average risk), larger ones never do.
bool IsOfSizes(const PrivacyModel& model) {
  return model.attribute().empty() &&
         (model.absorbing() || !model.class_by_class());
}

}  // namespace

absl::StatusOr<PartJudge> PartJudge::Create(const Classes& classes,
                                            const MondrianGoal& goal) {
  PartJudge judge(classes);
  const std::size_t sensitive = classes.sensitive_attributes().size();
  const std::vector<std::span<const ValueCount>> none(sensitive);
  for (const auto& model : goal.models) {
    ANON_ASSIGN_OR_RETURN(auto bound, model->On(classes, goal.context));
    if (!bound->Of({.principals = 1, .histograms = none}).has_value()) {
      return PolicyError(fmt::format(
          "{} looks at more than the figures of a class, and Mondrian makes "
          "classes that nobody has counted yet: use solver.search optimal",
          model->name()));
    }
    if (IsOfSizes(*model)) {
      judge.least_people_ = std::max(
          judge.least_people_, LeastSize(*bound, classes.total_principals()));
      continue;
    }
    if (goal.relaxed) {
      return PolicyError(fmt::format(
          "relaxed cuts go through records that are alike but for their "
          "sensitive values, and {} looks at those: use solver.relaxed false",
          model->name()));
    }
    judge.models_.push_back(std::move(bound));
  }
  judge.sums_.resize(sensitive);
  judge.cells_.resize(sensitive);
  judge.spans_.resize(sensitive);
  for (std::size_t s = 0; s < sensitive; ++s) {
    const auto all = classes.table_histogram(s);
    judge.sums_[s].resize(all.empty() ? 0 : all.back().code + 1U);
  }
  return judge;
}

bool PartJudge::Holds(std::int64_t people,
                      std::span<const std::uint32_t> classes) {
  for (std::size_t s = 0; s < sums_.size(); ++s) {
    std::vector<std::int64_t>& sums = sums_[s];
    std::vector<ValueCount>& cells = cells_[s];
    cells.clear();
    for (const std::uint32_t i : classes) {
      for (const ValueCount& cell : classes_->histogram(i, s)) {
        if (sums[cell.code] == 0) cells.push_back({cell.code, 0});
        sums[cell.code] += cell.principals;
      }
    }
    std::ranges::sort(cells, {}, &ValueCount::code);
    for (ValueCount& cell : cells) {
      cell.principals = std::exchange(sums[cell.code], 0);
    }
    spans_[s] = cells;
  }
  const ClassFigures figures{.principals = people, .histograms = spans_};
  return std::ranges::all_of(
      models_, [&](const auto& model) { return model->Of(figures)->holds; });
}

bool PartJudge::HoldsForAll() {
  const std::int64_t people = classes_->total_principals();
  if (people < least_people_) return false;
  if (!by_histograms()) return true;
  std::vector<std::uint32_t> all(classes_->size());
  std::iota(all.begin(), all.end(), 0);
  return Holds(people, all);
}

}  // namespace anon::internal
