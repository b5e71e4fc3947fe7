// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_HIERARCHY_HIERARCHY_RULE_H_
#define ANON_HIERARCHY_HIERARCHY_RULE_H_

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "anon/base/status.h"
#include "anon/hierarchy/hierarchy.h"
#include "anon/hierarchy/value_domain.h"

namespace anon {

// How the labels of values are found without a file that lists them: level 0 is
// the value as it is written, the highest level is always "*", and the rule
// says what is between. A missing (empty) value is a category of its own: empty
// at every level below the highest. Immutable; safe to share between threads.
class HierarchyRule {
 public:
  virtual ~HierarchyRule() = default;
  HierarchyRule(const HierarchyRule&) = delete;
  HierarchyRule& operator=(const HierarchyRule&) = delete;

  // The highest level.
  std::size_t height() const { return inner_levels_ + 1; }

  // The labels of `value` at levels 0, 1, ... height(). Fails on a value the
  // rule cannot read, with a message that says what it expects and never holds
  // the value.
  absl::StatusOr<std::vector<std::string>> Labels(std::string_view value) const;

  // Some rules (order, frequency) depend on all values of a column: they have
  // no labels until they are fitted to them. Others return nothing: they are
  // the same for any data, and hold for tomorrow's.
  virtual absl::StatusOr<std::shared_ptr<const HierarchyRule>> FitTo(
      const ValueDomain& domain) const;

 protected:
  // `inner_levels` lie between the value and "*".
  explicit HierarchyRule(std::size_t inner_levels)
      : inner_levels_(inner_levels) {}

 private:
  // Appends the labels of the inner levels. `value` is not empty.
  virtual absl::Status AddLabels(std::string_view value,
                                 std::vector<std::string>& labels) const = 0;

  std::size_t inner_levels_;
};

using HierarchyRulePtr = std::shared_ptr<const HierarchyRule>;

// The hierarchy of the values of a column. Its values are sorted, so that equal
// sets of values give equal hierarchies. All values the rule cannot read are
// counted in one error, which names the lines of the first ten.
absl::StatusOr<Hierarchy> BuildHierarchy(const HierarchyRule& rule,
                                         const ValueDomain& domain);

// Labels with words come in two languages.
enum class LabelLanguage { kJapanese, kEnglish };

// A rule by name, its parameters as text: numbers as they are written, lists
// with commas ("month,year"). For policies and command lines; programs call the
// function of a rule (mesh.h, calendar.h, ...).
struct HierarchyRuleSpec {
  std::string rule;
  std::map<std::string, std::string> parameters;
};
absl::StatusOr<HierarchyRulePtr> MakeHierarchyRule(
    const HierarchyRuleSpec& spec);

// What there is, sorted by name.
struct HierarchyRuleDescription {
  std::string name;
  std::string summary;
  std::vector<std::string> required;  // parameters
  std::vector<std::string> optional;
};
std::vector<HierarchyRuleDescription> DescribeHierarchyRules();
std::vector<std::string> KnownHierarchyRules();

// Every value straight to "*".
HierarchyRulePtr FlatRule();

}  // namespace anon

#endif  // ANON_HIERARCHY_HIERARCHY_RULE_H_
