// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: lists of numbers that make levels.
#ifndef ANON_SRC_HIERARCHY_NESTING_H_
#define ANON_SRC_HIERARCHY_NESTING_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace anon::internal {

// 1 or more, growing, each a multiple of the one before.
inline bool EachDividesNext(std::span<const std::int64_t> widths) {
  for (std::size_t i = 0; i < widths.size(); ++i) {
    if (widths[i] < 1) return false;
    if (i == 0) continue;
    if (widths[i] == widths[i - 1] || widths[i] % widths[i - 1] != 0) {
      return false;
    }
  }
  return !widths.empty();
}

// From `least` to `most`, falling; what is kept of a value from level to level.
inline bool Falling(std::span<const std::int64_t> kept, std::int64_t least,
                    std::int64_t most) {
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (kept[i] < least || kept[i] > most) return false;
    if (i > 0 && kept[i] >= kept[i - 1]) return false;
  }
  return !kept.empty();
}

}  // namespace anon::internal

#endif  // ANON_SRC_HIERARCHY_NESTING_H_
