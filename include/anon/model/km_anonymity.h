// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_MODEL_KM_ANONYMITY_H_
#define ANON_MODEL_KM_ANONYMITY_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "anon/base/fingerprint.h"
#include "anon/base/status.h"

namespace anon {

// Records whose attribute is a set: the apps of a subscriber, the cells of a
// day. A plain value.
struct SetValuedRecords {
  // Codes of the items; an item that stands twice in a record counts once.
  std::vector<std::vector<std::uint32_t>> records;
  // Whose record it is; empty if every record is a principal of its own. The
  // sets of one principal are joined: an attacker may know items of several.
  std::vector<Fingerprint> principals = {};
};

struct KmOptions {
  std::int64_t k = 0;  // 2 or more
  int m = 0;           // 1 or more
  // Refuses to look at more different itemsets than this. The default takes
  // about 2 GB.
  std::int64_t itemset_budget = 16'000'000;
};

struct KmVerdict {
  bool satisfied = false;
  // The fewest principals that share an itemset of at most m items; 0 without
  // items.
  std::int64_t achieved = 0;
  std::int64_t failing_itemsets = 0;
  std::int64_t failing_principals = 0;  // who have such an itemset
  // The smallest itemset that `achieved` principals share, sorted; the first
  // in order of those. For internal eyes.
  std::vector<std::uint32_t> worst;
};

// k^m-anonymity: every set of at most m items that somebody has is had by at
// least k data principals, so whoever knows up to m items of a person finds k
// candidates. Not a function of equivalence classes: it reads the records, and
// its cost grows as (items of a principal)^m. Fails beyond the budget.
absl::StatusOr<KmVerdict> JudgeKmAnonymity(const SetValuedRecords& records,
                                           const KmOptions& options);

}  // namespace anon

#endif  // ANON_MODEL_KM_ANONYMITY_H_
