// SPDX-License-Identifier: Apache-2.0
#include "data/dictionary_kernels.h"

#include <algorithm>

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace anon::internal {
namespace {

using Key = DictionaryKey;
constexpr std::size_t kShort = Key::kShort;

// The low `count` bytes of a word; requires count <= 8.
constexpr std::uint64_t LowBytes(std::size_t count) {
  return count == 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << (8 * count)) - 1;
}

// Which bytes of a short value's key are the value's, by length.
constexpr auto kMasks = [] {
  std::array<Key, kShort + 1> masks;
  for (std::size_t size = 0; size <= kShort; ++size) {
    masks[size] = {LowBytes(std::min<std::size_t>(size, 8)),
                   LowBytes(size > 8 ? size - 8 : 0)};
  }
  return masks;
}();

// And the rest of it.
constexpr auto kMarks = [] {
  std::array<Key, kShort + 1> marks;
  for (std::size_t size = 0; size <= kShort; ++size) {
    marks[size] = {0, std::uint64_t{size + 1} << 56};
  }
  return marks;
}();

namespace scalar {

// Of a value after which sixteen bytes may be read.
inline Key ShortKeyWithSlack(const char* value, std::size_t size) {
  return {LoadWord<std::uint64_t>(value) & kMasks[size].low,
          (LoadWord<std::uint64_t>(value + 8) & kMasks[size].high) |
              kMarks[size].high};
}

// Reading nothing but the value.
inline Key ShortKeyWithoutSlack(const char* value, std::size_t size) {
  Key key = kMarks[size];
  if (size > 8) {
    key.low = LoadWord<std::uint64_t>(value);
    key.high |= LoadWord<std::uint64_t>(value + size - 8) >> (8 * (16 - size));
  } else if (size >= 4) {
    key.low = LoadWord<std::uint32_t>(value) |
              LoadWord<std::uint32_t>(value + size - 4) << (8 * (size - 4));
  } else if (size > 0) {
    key.low = LoadWord<std::uint8_t>(value) |
              LoadWord<std::uint8_t>(value + size / 2) << (8 * (size / 2)) |
              LoadWord<std::uint8_t>(value + size - 1) << (8 * (size - 1));
  }
  return key;
}

// A branch that asks each value whether it is long would be guessed wrong in
// columns that have both.
template <typename ShortKeyOf>
void PrepareWith(ShortKeyOf short_key, std::span<const std::string_view> values,
                 const DictionarySeeds& seeds, const DictionaryTable& table,
                 DictionaryGroup& group) {
  const DictionarySeeds local = seeds;
  std::size_t longs = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t size = values[i].size();
    const Key key = short_key(values[i].data(), std::min(size, kShort));
    group.keys[i] = key;
    group.hashes[i] = HashOf(key, local);
    table.Prefetch(group.hashes[i]);
    group.longs[longs] = static_cast<std::uint8_t>(i);
    longs += size > kShort ? 1 : 0;
  }
  group.long_count = longs;
}

void Prepare(std::span<const std::string_view> values, bool slack,
             const DictionarySeeds& seeds, const DictionaryTable& table,
             DictionaryGroup& group) {
  if (slack) {
    PrepareWith(ShortKeyWithSlack, values, seeds, table, group);
  } else {
    PrepareWith(ShortKeyWithoutSlack, values, seeds, table, group);
  }
}

// 1 or 0: for sums instead of branches.
inline std::size_t Equal(const Key& a, const Key& b) {
#ifdef __SSE2__
  const __m128i equal =
      _mm_cmpeq_epi8(_mm_load_si128(reinterpret_cast<const __m128i*>(&a)),
                     _mm_load_si128(reinterpret_cast<const __m128i*>(&b)));
  return static_cast<std::size_t>(_mm_movemask_epi8(equal) + 1) >> 16;
#else
  const std::uint64_t differ = (a.low ^ b.low) | (a.high ^ b.high);
  return 1 - ((differ | (0 - differ)) >> 63);
#endif
}

std::size_t Find(const DictionaryGroup& group, const DictionaryTable& table,
                 std::size_t i, std::size_t end, std::uint32_t* codes) {
  for (; i < end; ++i) {
    const Key& key = group.keys[i];
    const DictionaryBucket& bucket = table.Of(group.hashes[i]);
    const std::size_t first = Equal(bucket.keys[0], key);
    const std::size_t second = Equal(bucket.keys[1], key);
    const std::size_t third = Equal(bucket.keys[2], key);
    if ((first | second | third) == 0) break;
    // Two keys of long values may be equal: the first will do.
    codes[i] = bucket.codes[(first ^ 1) << (second ^ 1)];
  }
  return i;
}

constexpr DictionaryKernels kKernels{.prepare = Prepare, .find = Find};
}  // namespace scalar

#ifdef __x86_64__
namespace avx512 {

constexpr std::array<char, 16> kSomewhere{};

#define ANON_TARGET \
  __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,bmi,bmi2")))

// Bytes that a mask leaves out are not read, wherever they are; but to find out
// that they are nowhere takes long, and empty values may well point there.
ANON_TARGET void Prepare(std::span<const std::string_view> values, bool,
                         const DictionarySeeds& seeds,
                         const DictionaryTable& table, DictionaryGroup& group) {
  const DictionarySeeds local = seeds;
  const DictionaryTable buckets = table;
  std::size_t longs = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t size = std::min(values[i].size(), kShort);
    const auto bytes = static_cast<__mmask16>(
        _bzhi_u32(0xFFFF, static_cast<std::uint32_t>(size)));
    const char* const at = size == 0 ? kSomewhere.data() : values[i].data();
    const __m128i key = _mm_or_si128(
        _mm_maskz_loadu_epi8(bytes, at),
        _mm_load_si128(reinterpret_cast<const __m128i*>(&kMarks[size])));
    _mm_store_si128(reinterpret_cast<__m128i*>(&group.keys[i]), key);
    group.hashes[i] =
        HashOf({static_cast<std::uint64_t>(_mm_cvtsi128_si64(key)),
                static_cast<std::uint64_t>(_mm_extract_epi64(key, 1))},
               local);
    buckets.Prefetch(group.hashes[i]);
    group.longs[longs] = static_cast<std::uint8_t>(i);
    longs += values[i].size() > kShort ? 1 : 0;
  }
  group.long_count = longs;
}

// A bucket at a time. Bits 2k and 2k + 1 of `equal` are the halves of key k.
ANON_TARGET std::size_t Find(const DictionaryGroup& group,
                             const DictionaryTable& table, std::size_t i,
                             std::size_t end, std::uint32_t* codes) {
  constexpr std::uint32_t kFirstHalves = 0b010101;
  const DictionaryTable buckets = table;
  for (; i < end; ++i) {
    const DictionaryBucket& bucket = buckets.Of(group.hashes[i]);
    const __m512i key = _mm512_maskz_broadcast_i32x4(
        0xFFFF,
        _mm_load_si128(reinterpret_cast<const __m128i*>(&group.keys[i])));
    const std::uint32_t equal =
        _mm512_cmpeq_epi64_mask(_mm512_load_si512(&bucket), key);
    const std::uint32_t found = equal & equal >> 1 & kFirstHalves;
    if (found == 0) break;
    codes[i] = bucket.codes[_tzcnt_u32(found) / 2];
  }
  return i;
}
#undef ANON_TARGET

constexpr DictionaryKernels kKernels{.prepare = Prepare, .find = Find};
}  // namespace avx512
#endif  // __x86_64__

}  // namespace

DictionaryKey ShortKey(std::string_view value) {
  return scalar::ShortKeyWithoutSlack(value.data(), value.size());
}

const DictionaryKernels& DictionaryKernelsFor(Simd simd) {
#ifdef __x86_64__
  if (simd == Simd::kAvx512) return avx512::kKernels;
#endif
  static_cast<void>(simd);
  return scalar::kKernels;
}

const DictionaryKernels& BestDictionaryKernels() {
  static const DictionaryKernels& best = DictionaryKernelsFor(
      IsSupported(Simd::kAvx512) ? Simd::kAvx512 : Simd::kScalar);
  return best;
}

}  // namespace anon::internal
