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
  void Add(std::int64_t figure, std::size_t i) {
    const Entry entry{figure, i};
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
  using Entry = std::pair<std::int64_t, std::size_t>;  // figure, then index
  std::vector<Entry> entries_;
};

}  // namespace

absl::Status PrivacyModel::CheckNeeds(const Classes& classes) const {
  if (attribute().empty() || classes.SensitiveIndex(attribute())) {
    return absl::OkStatus();
  }
  return PolicyError(fmt::format(
      "{} guards '{}', which is not a sensitive attribute of these classes: "
      "count them with it",
      name(), attribute()));
}

absl::StatusOr<Verdict> PrivacyModel::Judge(const Classes& classes) const {
  ANON_RETURN_IF_ERROR(CheckNeeds(classes));
  Verdict verdict;
  verdict.model = name();
  verdict.attribute = attribute();
  verdict.asked = asked();
  verdict.achieved = "none";
  WorstClasses worst;
  std::int64_t least = 0;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const std::int64_t figure = Figure(classes, i);
    least = i == 0 ? figure : std::min(least, figure);
    if (Holds(classes, i)) continue;
    ++verdict.failing_classes;
    verdict.failing_records += classes.records(i);
    worst.Add(figure, i);
  }
  if (classes.size() > 0) verdict.achieved = fmt::format("{}", least);
  verdict.satisfied = verdict.failing_classes == 0;
  verdict.worst = worst.Indices();
  return verdict;
}

}  // namespace anon
