// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_HIERARCHY_FREQUENCY_H_
#define ANON_HIERARCHY_FREQUENCY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "anon/base/status.h"
#include "anon/hierarchy/hierarchy_rule.h"

namespace anon {

// From values to themselves if they are frequent, and to one common label if
// they are rare (ARX: priority-based). Frequency counts rows, not principals:
// it shapes a hierarchy and protects nobody by itself. Depends on the data:
// FitTo. Give one of the two lists; it has an entry for each level.
struct FrequencyRuleOptions {
  // How many of the most frequent values stay, falling. Of equally frequent
  // ones the first as text stay.
  std::vector<std::int64_t> keep;
  // In how many rows a value must be to stay, growing.
  std::vector<std::int64_t> least_rows;
  std::string other = "その他";
};
absl::StatusOr<HierarchyRulePtr> FrequencyRule(
    const FrequencyRuleOptions& options);

}  // namespace anon

#endif  // ANON_HIERARCHY_FREQUENCY_H_
