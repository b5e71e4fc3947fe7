// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SRC_DATA_COUNTS_H_
#define ANON_SRC_DATA_COUNTS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "data/huge_array.h"

namespace anon::internal {

// Counts of one kind, one per class: four bytes each while all of them fit.
class Counts {
 public:
  Counts() = default;
  explicit Counts(HugeArray<std::uint32_t> narrow)
      : narrow_(std::move(narrow)) {}
  explicit Counts(std::vector<std::int64_t> counts) {
    is_wide_ = std::ranges::any_of(
        counts, [](std::int64_t count) { return count > 0xFFFFFFFF; });
    if (is_wide_) {
      wide_ = std::move(counts);
      return;
    }
    narrow_ = HugeArray<std::uint32_t>(counts.size());
    for (std::size_t i = 0; i < counts.size(); ++i) {
      narrow_[i] = static_cast<std::uint32_t>(counts[i]);
    }
  }

  std::size_t size() const { return is_wide_ ? wide_.size() : narrow_.size(); }
  std::int64_t operator[](std::size_t i) const {
    return is_wide_ ? wide_[i] : narrow_[i];
  }

 private:
  HugeArray<std::uint32_t> narrow_;
  std::vector<std::int64_t> wide_;
  bool is_wide_ = false;
};

// Keys in ascending order, each once, with how often each was counted.
struct KeyTable {
  HugeArray<std::uint64_t> keys;
  Counts counts;

  std::size_t size() const { return keys.size(); }
};

}  // namespace anon::internal

#endif  // ANON_SRC_DATA_COUNTS_H_
