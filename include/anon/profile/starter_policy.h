// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_PROFILE_STARTER_POLICY_H_
#define ANON_PROFILE_STARTER_POLICY_H_

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "anon/base/random.h"
#include "anon/base/status.h"
#include "anon/data/record_stream.h"
#include "anon/profile/profile.h"

namespace anon {

struct StarterOptions {
  std::filesystem::path policy;  // the file to write; must not exist
  // How the policy reads its source.
  std::filesystem::path source;
  char delimiter = ',';
  std::string encoding = "utf-8";
  std::string null_text = {};
};

// What was written. Hierarchies hold every value of their column: keep them
// where the source is kept.
struct StarterPolicy {
  std::filesystem::path policy;
  std::vector<std::filesystem::path> hierarchies;
  // What the levels in the policy come to, by an own count.
  std::int64_t principals_affected = 0;
};

// Writes a policy for anonymized personal information that runs as it is: the
// proposals of `profile`, k = 5, at least two values of each sensitive
// attribute that has three, and for each quasi-identifier a simple hierarchy
// beside the policy (intervals, months and years, prefixes, or the value and
// nothing), at the first levels found that lose at most 5 % of the principals.
// What it says of publisher, recipient and measures is marked for someone to
// fill in. Reads `table` again, once per level tried. Fails, and leaves
// nothing, if no column would be left.
absl::StatusOr<StarterPolicy> WriteStarterPolicy(RecordSource& table,
                                                 const TableProfile& profile,
                                                 const StarterOptions& options,
                                                 RandomSource& random);

}  // namespace anon

#endif  // ANON_PROFILE_STARTER_POLICY_H_
