// SPDX-License-Identifier: Apache-2.0
//
// Judging the classes of a node, and bounding what finer nodes suppress: the
// first argument of exact_search.cc.
//
// Where principals have several records, three things change. Somebody in two
// classes that fail is suppressed once, so people are not added up but counted.
// Convexity is no argument, since a union is no sum where parts share people:
// only absorbing models bound finer nodes, as more people in a class are still
// more. And what a class is compared with, the values of the release, changes
// with the levels, so that such models are decided on a node's own Classes.
//
// Tested against looking at every node in tests/solve/solve_test.cc, and
// against counting people row by row in tests/solve/several_records_test.cc.
#include "solve/class_judge.h"

#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "solve/least_size.h"

namespace anon::internal {

absl::StatusOr<ClassJudge> ClassJudge::Create(const Classes& classes,
                                              const Goal& goal) {
  ClassJudge judge;
  judge.one_row_each_ = classes.one_row_per_principal();
  judge.guarded_.resize(classes.sensitive_attributes().size());
  for (const auto& model : goal.models) {
    ANON_RETURN_IF_ERROR(judge.Bind(*model, classes, goal));
  }
  return judge;
}

absl::Status ClassJudge::Bind(const PrivacyModel& model, const Classes& classes,
                              const Goal& goal) {
  ANON_ASSIGN_OR_RETURN(std::shared_ptr<const BoundModel> bound,
                        model.On(classes, goal.context));
  // Whatever one asks it: whether the answer depends on figures alone.
  const std::vector<std::span<const ValueCount>> none(
      classes.sensitive_attributes().size());
  const bool by_figures =
      bound->Of({.principals = 1, .histograms = none}).has_value();
  if (!model.class_by_class() && bound->HoldsForTable(1, 1)) {
    tables_.push_back(std::move(bound));
    return absl::OkStatus();
  }
  const bool compares = goal.against_release && model.needs().distribution;
  if (!by_figures || !model.class_by_class() || (compares && !one_row_each_)) {
    whole_table_ = true;
    suppresses_more_ = suppresses_more_ || model.class_by_class();
    return absl::OkStatus();
  }
  compares_ = compares_ || compares;
  if (model.attribute().empty() && model.absorbing() && !model.needs().groups) {
    least_size_ =
        std::max(least_size_, static_cast<std::uint32_t>(LeastSize(
                                  *bound, classes.total_principals())));
    return absl::OkStatus();
  }
  if (const auto s = classes.SensitiveIndex(model.attribute())) {
    guarded_[*s] = true;
  }
  const bool monotone = model.monotone() && one_row_each_;
  (model.absorbing() ? absorbing_
   : monotone        ? monotone_
                     : others_)
      .push_back(std::move(bound));
  return absl::OkStatus();
}

// Where size alone decides, and people add up. Two simple loops: they become
// vectors. There are fewer than 2^32 people.
Judgement ClassJudge::JudgeSizes(std::span<const std::uint32_t> people) {
  std::uint32_t classes = 0;
  std::uint32_t suppressed = 0;
  const std::uint32_t least = least_size_;
  for (const std::uint32_t n : people) {
    classes += n >= least ? 1 : 0;
    suppressed += n >= least ? 0 : n;
  }
  std::uint8_t* const kept = kept_.data();
  for (std::size_t i = 0; i < people.size(); ++i) {
    kept[i] = people[i] >= least ? 1 : 0;
  }
  return {.suppressed = suppressed,
          .suppressed_records = suppressed,
          .least_finer = suppressed,
          .classes = classes};
}

// Nothing if a class that is large enough stands; else how many of its people
// any finer node suppresses at least: all, if it fails an absorbing model,
// which every part fails then; of one that fails a monotone model, at least one
// part fails.
std::optional<std::int64_t> ClassJudge::Lost(const ClassArrays& arrays,
                                             std::size_t i) {
  spans_.clear();
  for (const HistogramView& view : views_) {
    spans_.push_back(view.starts.empty() ? std::span<const ValueCount>()
                                         : view.At(i));
  }
  const ClassFigures figures{
      .principals = arrays.people()[i],
      .histograms = spans_,
      .groups = arrays.groups.empty() ? 0 : arrays.groups[i]};
  for (const auto& model : absorbing_) {
    if (!model->Of(figures)->holds) return figures.principals;
  }
  std::optional<std::int64_t> lost;
  for (const auto& model : monotone_) {
    const auto outcome = *model->Of(figures);
    if (outcome.holds) continue;
    lost = std::max(lost.value_or(0), model->LeastFailing(figures, outcome));
  }
  for (const auto& model : others_) {
    if (!lost && !model->Of(figures)->holds) lost = 0;
  }
  return lost;
}

// People of several classes are suppressed once.
void ClassJudge::CountOnce(const HoldingLists& people, Judgement& found) {
  const auto count = [&](const auto& counts) {
    seen_.assign(people.owners, false);
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < people.size(); ++i) {
      if (!counts(i)) continue;
      for (const Holding& holding : people.At(i)) {
        sum += seen_[holding.owner] ? 0 : 1;
        seen_[holding.owner] = true;
      }
    }
    return sum;
  };
  found.suppressed = count([this](std::size_t i) { return kept_[i] == 0; });
  found.least_finer = count([this](std::size_t i) { return lost_[i] != 0; });
}

Judgement ClassJudge::Judge(const ClassArrays& arrays) {
  kept_.resize(arrays.size());
  const bool by_size =
      absorbing_.empty() && monotone_.empty() && others_.empty();
  Judgement found = by_size && one_row_each_ ? JudgeSizes(arrays.people())
                                             : JudgeClasses(arrays);
  if (tables_.empty()) return found;
  const auto all = arrays.people();
  std::int64_t people = 0;
  for (std::size_t i = 0; i < all.size(); ++i) people += kept_[i] * all[i];
  found.whole_holds = std::ranges::all_of(tables_, [&](const auto& model) {
    return *model->HoldsForTable(found.classes, people);
  });
  return found;
}

Judgement ClassJudge::JudgeClasses(const ClassArrays& arrays) {
  const auto all = arrays.people();
  views_.clear();
  for (const HistogramArrays& histogram : arrays.histograms) {
    views_.push_back({histogram.starts, histogram.cells});
  }
  lost_.assign(arrays.size(), 0);
  Judgement found;
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    const std::uint32_t people = all[i];
    const std::optional<std::int64_t> lost =
        people < least_size_ ? people : Lost(arrays, i);
    kept_[i] = lost ? 0 : 1;
    if (!lost) {
      ++found.classes;
      continue;
    }
    lost_[i] = *lost == people ? 1 : 0;
    found.suppressed += people;
    found.suppressed_records += arrays.records[i];
    found.least_finer += *lost;
  }
  if (!one_row_each_) CountOnce(arrays.members->principals, found);
  return found;
}

}  // namespace anon::internal
