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
  // The n numbers count(0), count(1), ..., none negative.
  template <typename Count>
  static Counts Of(std::size_t n, const Count& count) {
    Counts counts{HugeArray<std::uint32_t>(n)};
    for (std::size_t i = 0; i < n; ++i) {
      const std::int64_t c = count(i);
      if (c > 0xFFFFFFFF) {
        counts.wide_ = HugeArray<std::int64_t>(n);
        for (std::size_t j = 0; j < n; ++j) counts.wide_[j] = count(j);
        counts.is_wide_ = true;
        counts.narrow_ = {};
        return counts;
      }
      counts.narrow_[i] = static_cast<std::uint32_t>(c);
    }
    return counts;
  }
  static Counts Of(const std::vector<std::int64_t>& counts) {
    return Of(counts.size(), [&](std::size_t i) { return counts[i]; });
  }

  std::size_t size() const { return is_wide_ ? wide_.size() : narrow_.size(); }
  std::int64_t operator[](std::size_t i) const {
    return is_wide_ ? wide_[i] : narrow_[i];
  }
  // The least of them; 0 if there are none.
  std::int64_t Least() const {
    if (size() == 0) return 0;
    return is_wide_ ? *std::ranges::min_element(wide_.span())
                    : std::int64_t{*std::ranges::min_element(narrow_.span())};
  }

 private:
  HugeArray<std::uint32_t> narrow_;
  HugeArray<std::int64_t> wide_;
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
