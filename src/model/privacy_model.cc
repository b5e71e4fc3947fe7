// SPDX-License-Identifier: Apache-2.0
#include "anon/model/privacy_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/status_macros.h"

namespace anon {
namespace {

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

Verdict BoundModel::Judge() const {
  Verdict verdict;
  verdict.model = name_;
  verdict.attribute = attribute_;
  verdict.asked = asked_;
  verdict.achieved = "none";
  WorstClasses worst;
  Outcome worst_of_all;
  bool any = false;
  for (std::size_t i = 0; i < classes_.size(); ++i) {
    if (!stands(i)) continue;
    const Outcome outcome = At(i);
    if (!any || Worse(outcome, worst_of_all)) worst_of_all = outcome;
    any = true;
    if (outcome.holds) continue;
    ++verdict.failing_classes;
    verdict.failing_records += classes_.records(i);
    worst.Add(outcome.exposure, i);
  }
  if (any) {
    verdict.achieved = Text(worst_of_all);
    verdict.achieved_value = worst_of_all.figure;
  }
  verdict.satisfied = verdict.failing_classes == 0;
  verdict.worst = worst.Indices();
  Amend(verdict);
  return verdict;
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
  if (needs().population && !known) {
    return PolicyError(fmt::format(
        "{} needs the population the table was drawn from, and the labels of "
        "the quasi-identifiers, or sampling weights of the rows",
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
  std::map<std::uint32_t, std::int64_t> by_code;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    for (const ValueCount& value : classes.histogram(i, *sensitive)) {
      by_code[value.code] += value.principals;
    }
  }
  ValueCounts counts;
  for (const auto& [code, principals] : by_code) {
    counts[std::string(label(code))] += principals;
  }
  return counts;
}

}  // namespace anon
