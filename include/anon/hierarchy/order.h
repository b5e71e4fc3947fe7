// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_HIERARCHY_ORDER_H_
#define ANON_HIERARCHY_ORDER_H_

#include <cstdint>
#include <vector>

#include "anon/base/status.h"
#include "anon/hierarchy/hierarchy_rule.h"

namespace anon {

enum class DomainOrder { kText, kNumber };

// From values to runs of neighbours: the values found, in order, are cut into
// groups of so many, one size for each level; the last group takes what is
// left. A label names the first and the last value of its group ("A - C"), or
// its only one. Numbers are told apart to six decimals; equal ones ("1", "1.0")
// are ordered as text. Depends on the data: FitTo. Each size divides the next.
struct OrderRuleOptions {
  std::vector<std::int64_t> group_sizes;
  DomainOrder order = DomainOrder::kText;
};
absl::StatusOr<HierarchyRulePtr> OrderRule(const OrderRuleOptions& options);

}  // namespace anon

#endif  // ANON_HIERARCHY_ORDER_H_
