// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_HIERARCHY_MASKING_H_
#define ANON_HIERARCHY_MASKING_H_

#include <cstdint>
#include <string>
#include <vector>

#include "anon/base/status.h"
#include "anon/hierarchy/hierarchy_rule.h"

namespace anon {

// From a string to the same with all but `keep` characters (of Unicode, not
// bytes) replaced by `mask`, one level for each number: falling, may end in 0.
// Characters in `separators` are neither counted nor replaced: 123-4567 with
// keep 3 becomes 123-****. The length of a value shows at every level but the
// highest; PrefixRule hides it.
struct MaskRuleOptions {
  std::vector<std::int64_t> keep;
  bool keep_end = false;  // the last characters stay, not the first
  char mask = '*';
  std::string separators = "-";  // ASCII
};
absl::StatusOr<HierarchyRulePtr> MaskRule(const MaskRuleOptions& options);

// From a string to its first `lengths` characters and a "*", one level for each
// number, falling. A string that is no longer than that stays as it is.
struct PrefixRuleOptions {
  std::vector<std::int64_t> lengths;
};
absl::StatusOr<HierarchyRulePtr> PrefixRule(const PrefixRuleOptions& options);

}  // namespace anon

#endif  // ANON_HIERARCHY_MASKING_H_
