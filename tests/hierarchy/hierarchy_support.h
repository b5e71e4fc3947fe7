// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_TESTS_HIERARCHY_HIERARCHY_SUPPORT_H_
#define ANON_TESTS_HIERARCHY_HIERARCHY_SUPPORT_H_

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "anon/hierarchy/hierarchy_rule.h"
#include "support/support.h"

namespace anon::test {

// The rule of a name and parameters, which must be right.
inline HierarchyRulePtr Rule(
    const std::string& name,
    const std::map<std::string, std::string>& parameters = {}) {
  auto rule = MakeHierarchyRule({name, parameters});
  REQUIRE_MESSAGE(rule.ok(), Message(rule.status()));
  return *rule;
}

// "value > label > ... > *" or the message of the failure.
inline std::string Ladder(const absl::StatusOr<HierarchyRulePtr>& rule,
                          std::string_view value) {
  if (!rule.ok()) return std::string(Message(rule.status()));
  const auto labels = (*rule)->Labels(value);
  if (!labels.ok()) return std::string(Message(labels.status()));
  CHECK(labels->size() == (*rule)->height() + 1);
  std::string text;
  for (const std::string& label : *labels) {
    text += (text.empty() && &label == &labels->front() ? "" : " > ") + label;
  }
  return text;
}

// The same for a rule by name.
inline std::string Ladder(const std::string& name,
                          const std::map<std::string, std::string>& parameters,
                          std::string_view value) {
  return Ladder(MakeHierarchyRule({name, parameters}), value);
}

// What is wrong with the parameters.
inline std::string Refusal(
    const std::string& name,
    const std::map<std::string, std::string>& parameters) {
  const auto rule = MakeHierarchyRule({name, parameters});
  REQUIRE_FALSE(rule.ok());
  CHECK(absl::IsInvalidArgument(rule.status()));
  return std::string(Message(rule.status()));
}

// Any number of values that a generator makes get a hierarchy: no label has two
// labels above it.
template <typename Generator>
void CheckIsHierarchy(const HierarchyRule& rule, int count,
                      const Generator& make) {
  SeededRandom random(1);
  std::vector<std::string> values;
  for (int i = 0; i < count; ++i) values.push_back(make(random));
  const auto h = BuildHierarchy(rule, ValueDomain::FromValues(values));
  REQUIRE_MESSAGE(h.ok(), Message(h.status()));
  CHECK(h->height() == rule.height());
  CHECK(h->size(h->height()) == 1);
  CHECK(h->label(h->height(), 0) == "*");
}

}  // namespace anon::test

#endif  // ANON_TESTS_HIERARCHY_HIERARCHY_SUPPORT_H_
