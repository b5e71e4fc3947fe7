// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SRC_DATA_RADIX_SORT_H_
#define ANON_SRC_DATA_RADIX_SORT_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace anon::internal {

// Counts the values of each digit of the keys, digit d from counts[d << bits]
// on. The number of digits is a constant in the end: a loop over three of them
// for every key takes longer than the counting.
template <unsigned kDigits, typename Key>
void CountDigits(unsigned digits, unsigned bits, unsigned skipped,
                 const Key* keys, std::size_t n, std::uint32_t* counts) {
  if constexpr (kDigits > 1) {
    if (digits < kDigits) {
      return CountDigits<kDigits - 1>(digits, bits, skipped, keys, n, counts);
    }
  }
  const std::uint32_t mask = (std::uint32_t{1} << bits) - 1;
  for (std::size_t i = 0; i < n; ++i) {
    Key rest = static_cast<Key>(keys[i] >> skipped);
#pragma GCC unroll 8
    for (unsigned d = 0; d < kDigits; ++d) {
      ++counts[(d << bits) + (static_cast<std::uint32_t>(rest) & mask)];
      rest = static_cast<Key>(rest >> bits);
    }
  }
}

// Sorts `n` keys below 2^bits, least significant digit first; `scratch` has
// room for n. Returns where the sorted keys are: `keys` or `scratch`. Keys and
// scratch should fit the second-level cache together. All histograms are taken
// in one reading; a digit that all keys share costs no pass. Keys must be
// in the order of their lowest `skipped` bits, which then cost nothing.
template <typename Key>
Key* RadixSort(Key* keys, Key* scratch, std::size_t n, unsigned bits,
               unsigned skipped = 0) {
  constexpr unsigned kMostDigitBits = 11;
  constexpr unsigned kMostDigits = 6;       // of 11 bits
  constexpr unsigned kMostShortDigits = 8;  // of 8 bits, which need less room
  if (n < 96) {
    std::sort(keys, keys + n);
    return keys;
  }
  const unsigned widest = n < 2048 ? 8 : kMostDigitBits;
  const unsigned digits = std::max(1U, (bits - skipped + widest - 1) / widest);
  const unsigned digit_bits = (bits - skipped + digits - 1) / digits;
  const std::uint32_t mask = (std::uint32_t{1} << digit_bits) - 1;

  static thread_local std::array<std::uint32_t, kMostDigits << kMostDigitBits>
      counts;
  std::fill_n(counts.data(), std::size_t{digits} << digit_bits, 0U);
  CountDigits<kMostShortDigits>(digits, digit_bits, skipped, keys, n,
                                counts.data());
  for (unsigned d = 0; d < digits; ++d) {
    std::uint32_t* const places = counts.data() + (d << digit_bits);
    const unsigned shift = skipped + d * digit_bits;
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
