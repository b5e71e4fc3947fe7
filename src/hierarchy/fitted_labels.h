// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: what a rule that depends on the data becomes.
#ifndef ANON_SRC_HIERARCHY_FITTED_LABELS_H_
#define ANON_SRC_HIERARCHY_FITTED_LABELS_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "anon/data/dictionary.h"
#include "anon/hierarchy/hierarchy_rule.h"

namespace anon::internal {

// A rule that does not know its values yet.
class UnfittedRule : public HierarchyRule {
 protected:
  using HierarchyRule::HierarchyRule;

 private:
  absl::Status AddLabels(std::string_view,
                         std::vector<std::string>&) const override {
    return InputError("a rule that must be fitted to its values first");
  }
};

// The labels of listed values. Add them all before it is shared.
class FittedLabels final : public HierarchyRule {
 public:
  explicit FittedLabels(std::size_t inner_levels)
      : HierarchyRule(inner_levels) {}

  // `value` is new.
  void Add(std::string_view value, std::vector<std::string> labels) {
    values_.Intern(value);
    labels_.push_back(std::move(labels));
  }

 private:
  absl::Status AddLabels(std::string_view value,
                         std::vector<std::string>& labels) const override {
    const auto code = values_.Find(value);
    if (!code) return InputError("a value the rule was not fitted to");
    labels.insert(labels.end(), labels_[*code].begin(), labels_[*code].end());
    return absl::OkStatus();
  }

  Dictionary values_;
  std::vector<std::vector<std::string>> labels_;  // [code]
};

}  // namespace anon::internal

#endif  // ANON_SRC_HIERARCHY_FITTED_LABELS_H_
