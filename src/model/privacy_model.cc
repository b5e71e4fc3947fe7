// SPDX-License-Identifier: Apache-2.0
#include "anon/model/privacy_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/status_macros.h"

namespace anon {
namespace {

// Classes whose histograms stay in the second-level cache until every model
// has seen them.
constexpr std::size_t kClassesAtOnce = 64;

// Keeps the worst classes in order, without a list of all that fail: a table
// may have millions of them.
class WorstClasses {
 public:
  void Add(double exposure, std::size_t i) {
    const Entry entry{-exposure, i};
    if (entries_.size() == kMost) {
      if (!(entry < entries_.back())) return;
      entries_.pop_back();
    }
    entries_.insert(std::ranges::upper_bound(entries_, entry), entry);
  }

  std::vector<std::size_t> Indices() const {
    std::vector<std::size_t> indices;
    for (const Entry& entry : entries_) indices.push_back(entry.second);
    return indices;
  }

 private:
  static constexpr std::size_t kMost = 10;
  using Entry = std::pair<double, std::size_t>;
  std::vector<Entry> entries_;
};

// Whether `a` is worse. A failing class is worse than one that holds even where
// rounding makes their figures equal.
bool Worse(const BoundModel::Outcome& a, const BoundModel::Outcome& b) {
  if (a.holds != b.holds) return b.holds;
  return a.exposure > b.exposure;
}

}  // namespace

// A verdict in the making: classes are added in order.
class BoundModel::Judging {
 public:
  explicit Judging(const BoundModel& model) : model_(model) {
    verdict_.model = model.name_;
    verdict_.attribute = model.attribute_;
    verdict_.asked = model.asked_;
    verdict_.achieved = "none";
  }

  void Add(std::size_t from, std::size_t end) {
    for (std::size_t i = from; i < end; ++i) {
      if (!model_.stands(i)) continue;
      const Outcome outcome = model_.At(i);
      if (!any_ || Worse(outcome, worst_of_all_)) worst_of_all_ = outcome;
      any_ = true;
      if (outcome.holds) continue;
      ++verdict_.failing_classes;
      verdict_.failing_records += model_.classes_.records(i);
      worst_.Add(outcome.exposure, i);
    }
  }

  Verdict Finish() && {
    if (any_) {
      verdict_.achieved = model_.Text(worst_of_all_);
      verdict_.achieved_value = worst_of_all_.figure;
    }
    verdict_.satisfied = verdict_.failing_classes == 0;
    verdict_.worst = worst_.Indices();
    model_.Amend(verdict_);
    return std::move(verdict_);
  }

 private:
  const BoundModel& model_;
  Verdict verdict_;
  WorstClasses worst_;
  Outcome worst_of_all_;
  bool any_ = false;
};

Verdict BoundModel::Judge() const {
  Judging judging(*this);
  judging.Add(0, classes_.size());
  return std::move(judging).Finish();
}

std::vector<Verdict> BoundModel::JudgeAll(
    std::span<const std::unique_ptr<const BoundModel>> models) {
  std::vector<Judging> judgings;
  for (const auto& model : models) judgings.emplace_back(*model);
  const std::size_t size = models.empty() ? 0 : models[0]->classes_.size();
  for (std::size_t from = 0; from < size; from += kClassesAtOnce) {
    const std::size_t end = std::min(size, from + kClassesAtOnce);
    for (Judging& judging : judgings) judging.Add(from, end);
  }
  std::vector<Verdict> verdicts;
  for (Judging& judging : judgings) {
    verdicts.push_back(std::move(judging).Finish());
  }
  return verdicts;
}

absl::StatusOr<std::unique_ptr<const BoundModel>> PrivacyModel::On(
    const Classes& classes, const ModelContext& context) const {
  if (!attribute().empty() && !classes.SensitiveIndex(attribute())) {
    return PolicyError(fmt::format(
        "{} guards '{}', which is not a sensitive attribute of these classes: "
        "count them with it",
        name(), attribute()));
  }
  const bool known = context.population != nullptr
                         ? context.quasi_label != nullptr
                         : classes.has_population();
  // A table without rows has neither population nor groups, and nothing to say.
  const bool empty = classes.size() == 0;
  if (needs().population && !known && !empty) {
    return PolicyError(fmt::format(
        "{} needs the population the table was drawn from, and the labels of "
        "the quasi-identifiers, or sampling weights of the rows",
        name()));
  }
  if (needs().groups && !classes.has_groups() && !empty) {
    return PolicyError(fmt::format(
        "{} counts households or contracts: name the column that says which "
        "one a record is of",
        name()));
  }
  ANON_ASSIGN_OR_RETURN(std::unique_ptr<BoundModel> bound,
                        Bind(classes, context));
  bound->standing_ = context.standing;
  bound->name_ = name();
  bound->attribute_ = attribute();
  bound->asked_ = asked();
  return bound;
}

absl::StatusOr<Verdict> PrivacyModel::Judge(const Classes& classes,
                                            const ModelContext& context) const {
  ANON_ASSIGN_OR_RETURN(const auto bound, On(classes, context));
  return bound->Judge();
}

absl::StatusOr<ValueCounts> CountValues(
    const Classes& classes, std::string_view attribute,
    const std::function<std::string_view(std::uint32_t)>& label) {
  const auto sensitive = classes.SensitiveIndex(attribute);
  if (!sensitive) {
    return PolicyError(fmt::format(
        "'{}' is not a sensitive attribute of these classes", attribute));
  }
  ValueCounts counts;
  for (const ValueCount& value : classes.table_histogram(*sensitive)) {
    counts[std::string(label(value.code))] += value.principals;
  }
  return counts;
}

}  // namespace anon
