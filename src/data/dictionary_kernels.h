// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: the inner loops of Dictionary, for one kind of processor
// each, and the memory they work on. See dictionary.cc.
#ifndef ANON_SRC_DATA_DICTIONARY_KERNELS_H_
#define ANON_SRC_DATA_DICTIONARY_KERNELS_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "data/kernels.h"

namespace anon::internal {

static_assert(std::endian::native == std::endian::little);

// All zeros is a free slot: no value has that key.
struct alignas(16) DictionaryKey {
  static constexpr std::size_t kShort = 15;  // longest value that is its own
  static constexpr std::uint64_t kLongMark = 0xFF;  // last byte of the others

  std::uint64_t low = 0;
  std::uint64_t high = 0;

  bool is_free() const { return high == 0; }
  bool is_long() const { return high >> 56 == kLongMark; }
  friend bool operator==(const DictionaryKey&, const DictionaryKey&) = default;
};

// Filled from the front.
struct alignas(64) DictionaryBucket {
  static constexpr std::size_t kKeys = 3;
  std::array<DictionaryKey, kKeys> keys;
  std::array<std::uint32_t, kKeys> codes;
};

// A power of two of buckets.
struct DictionaryTable {
  const DictionaryBucket* buckets;
  std::size_t mask;

  const DictionaryBucket& Of(std::uint64_t hash) const {
    return buckets[hash & mask];
  }
  void Prefetch(std::uint64_t hash) const { __builtin_prefetch(&Of(hash)); }
};

// Random numbers that key the hashes.
using DictionarySeeds = std::array<std::uint64_t, 4>;

// Some values on their way through the table.
struct DictionaryGroup {
  static constexpr std::size_t kSize = 32;
  std::array<DictionaryKey, kSize> keys;
  std::array<std::uint64_t, kSize> hashes;
  std::array<std::uint8_t, kSize> longs;  // which values are long
  std::size_t long_count = 0;
};

template <typename T>
inline std::uint64_t LoadWord(const char* from) {
  T word;
  std::memcpy(&word, from, sizeof(word));
  return word;
}

inline std::uint64_t Fold(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^
         static_cast<std::uint64_t>(product >> 64);
}

inline std::uint64_t HashOf(const DictionaryKey& key,
                            const DictionarySeeds& seeds) {
  return Fold(key.low ^ seeds[0], key.high ^ seeds[1]);
}

// The key of a value of at most kShort bytes.
DictionaryKey ShortKey(std::string_view value);

// All kinds give the same results (tests/data/dictionary_kernels_test.cc).
struct DictionaryKernels {
  // Keys and hashes of up to DictionaryGroup::kSize values, all taken for short
  // ones, and which of them are long; fetches their buckets. `slack`: sixteen
  // bytes may be read after the end of every value.
  void (*prepare)(std::span<const std::string_view> values, bool slack,
                  const DictionarySeeds& seeds, const DictionaryTable& table,
                  DictionaryGroup& group);
  // Codes of the keys from `i` on, as far as they are in the first bucket that
  // they may be in; nearly all are. Gives the first that is not, or `end`.
  std::size_t (*find)(const DictionaryGroup& group,
                      const DictionaryTable& table, std::size_t i,
                      std::size_t end, std::uint32_t* codes);
};

// Requires IsSupported(simd).
const DictionaryKernels& DictionaryKernelsFor(Simd simd);
const DictionaryKernels& BestDictionaryKernels();

}  // namespace anon::internal

#endif  // ANON_SRC_DATA_DICTIONARY_KERNELS_H_
