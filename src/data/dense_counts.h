// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SRC_DATA_DENSE_COUNTS_H_
#define ANON_SRC_DATA_DENSE_COUNTS_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "data/huge_array.h"

namespace anon::internal {

// One 32-bit count for each of few cells. The low byte of every count lies
// apart from the rest, which is touched once in 256 times: what counting
// touches is a quarter as large, and stays in a nearer cache.
class DenseCounts {
 public:
  explicit DenseCounts(std::size_t cells) : low_(cells), high_(cells) {}

  std::size_t size() const { return low_.size(); }
  std::uint32_t operator[](std::size_t cell) const {
    return high_[cell] + low_[cell];
  }

  // How many cells were counted at all.
  std::size_t CountFound() const {
    std::size_t found = 0;
    for (std::size_t i = 0; i < size(); ++i) found += (*this)[i] != 0 ? 1 : 0;
    return found;
  }

  // Counts every key once. Sums stay below 2^32.
  template <typename Key>
  void Count(std::span<const Key> keys) {
    std::uint8_t* const low = low_.data();
#pragma GCC unroll 8
    for (const Key key : keys) {
      if (++low[key] == 0) [[unlikely]] {
        high_[key] += 256;
      }
    }
  }
  void Add(std::size_t cell, std::uint32_t count) {
    count += low_[cell];
    low_[cell] = static_cast<std::uint8_t>(count);
    high_[cell] += count & ~std::uint32_t{255};
  }
  // Requires as many cells.
  void Add(const DenseCounts& other) {
    for (std::size_t i = 0; i < size(); ++i) Add(i, other[i]);
  }

 private:
  HugeArray<std::uint8_t> low_;
  HugeArray<std::uint32_t> high_;  // multiples of 256
};

}  // namespace anon::internal

#endif  // ANON_SRC_DATA_DENSE_COUNTS_H_
