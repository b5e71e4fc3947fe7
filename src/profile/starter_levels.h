// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: levels at which a starter policy holds.
#ifndef ANON_SRC_PROFILE_STARTER_LEVELS_H_
#define ANON_SRC_PROFILE_STARTER_LEVELS_H_

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "anon/base/random.h"
#include "anon/base/status.h"
#include "anon/data/record_stream.h"
#include "anon/hierarchy/hierarchy.h"

namespace anon::internal {

inline constexpr std::int64_t kStarterK = 5;
inline constexpr std::size_t kStarterL = 2;
inline constexpr std::int64_t kStarterLimit = 5;  // percent of the principals

struct LeveledAttribute {
  std::string name;
  std::shared_ptr<const Hierarchy> hierarchy;
  std::size_t level = 0;
};

// Raises levels, each time of the attribute with most labels left, until at
// most kStarterLimit percent of the principals are in a class of fewer than
// kStarterK or with fewer than kStarterL values of one of `diverse`. Returns
// how many those are: at most; nobody is counted out.
absl::StatusOr<std::int64_t> RaiseLevels(
    RecordSource& table, const std::string& principal,
    const std::vector<std::string>& diverse,
    std::vector<LeveledAttribute>& attributes, RandomSource& random);

}  // namespace anon::internal

#endif  // ANON_SRC_PROFILE_STARTER_LEVELS_H_
