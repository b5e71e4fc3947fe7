// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SRC_DATA_RADIX_SORT_H_
#define ANON_SRC_DATA_RADIX_SORT_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace anon::internal {

// Sorts `n` keys below 2^bits, least significant digit first; `scratch` has
// room for n. Returns where the sorted keys are: `keys` or `scratch`. Keys and
// scratch should fit the second-level cache together. All histograms are taken
// in one reading; a digit that all keys share costs no pass.
template <typename Key>
Key* RadixSort(Key* keys, Key* scratch, std::size_t n, unsigned bits) {
  constexpr unsigned kMostDigitBits = 11;
  constexpr unsigned kMostDigits = 6;  // of 11 bits; eight of 8 need less
  if (n < 96) {
    std::sort(keys, keys + n);
    return keys;
  }
  const unsigned widest = n < 2048 ? 8 : kMostDigitBits;
  const unsigned digits = std::max(1U, (bits + widest - 1) / widest);
  const unsigned digit_bits = (bits + digits - 1) / digits;
  const std::uint32_t mask = (std::uint32_t{1} << digit_bits) - 1;

  static thread_local std::array<std::uint32_t, kMostDigits << kMostDigitBits>
      counts;
  std::fill_n(counts.data(), digits << digit_bits, 0U);
  for (std::size_t i = 0; i < n; ++i) {
    Key rest = keys[i];
    for (unsigned d = 0; d < digits; ++d) {
      ++counts[(d << digit_bits) + (static_cast<std::uint32_t>(rest) & mask)];
      rest = static_cast<Key>(rest >> digit_bits);
    }
  }
  for (unsigned d = 0; d < digits; ++d) {
    std::uint32_t* const places = counts.data() + (d << digit_bits);
    const unsigned shift = d * digit_bits;
    if (places[static_cast<std::uint32_t>(keys[0] >> shift) & mask] == n) {
      continue;
    }
    std::uint32_t next = 0;
    for (std::uint32_t v = 0; v <= mask; ++v) {
      const std::uint32_t count = places[v];
      places[v] = next;
      next += count;
    }
    for (std::size_t i = 0; i < n; ++i) {
      const Key key = keys[i];
      scratch[places[static_cast<std::uint32_t>(key >> shift) & mask]++] = key;
    }
    std::swap(keys, scratch);
  }
  return keys;
}

}  // namespace anon::internal

#endif  // ANON_SRC_DATA_RADIX_SORT_H_
