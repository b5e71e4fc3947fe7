// SPDX-License-Identifier: Apache-2.0
//
// Kernels of the class engine for each kind of processor. The binary runs on
// any x86-64-v2 machine (and any other architecture with the scalar ones); what
// more a processor has is asked of it once. This file is compiled with -O3 so
// that its loops become vectors.
#include "data/kernels.h"

#if defined(__x86_64__)
#if defined(__GNUC__) && !defined(__clang__)
// GCC 12 takes the deliberately undefined vectors of its own header for
// mistakes.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif
#include <immintrin.h>
#endif

namespace anon::internal {
namespace {

namespace scalar {
#define ANON_TARGET
#include "data/kernel_loops.inc"
#undef ANON_TARGET

constexpr Kernels kKernels{
    .max = Max,
    .pack = Pack,
    .widen = Widen,
    .append_wide = AppendWide,
    .divide = Divide,
    .runs32 = Runs<std::uint32_t>,
    .runs64 = Runs<std::uint64_t>,
};
}  // namespace scalar

#if defined(__x86_64__)

namespace avx2 {
#define ANON_TARGET __attribute__((target("avx2,bmi,bmi2")))
#include "data/kernel_loops.inc"
#undef ANON_TARGET

constexpr Kernels kKernels{
    .max = Max,
    .pack = Pack,
    .widen = Widen,
    .append_wide = AppendWide,
    .divide = Divide,
    .runs32 = Runs<std::uint32_t>,
    .runs64 = Runs<std::uint64_t>,
};
}  // namespace avx2

namespace avx512 {
#if defined(__clang__)
#define ANON_TARGET \
  __attribute__((   \
      target("avx2,bmi,bmi2,avx512f,avx512bw,avx512dq,avx512vl,avx512cd")))
#else
#define ANON_TARGET                                                      \
  __attribute__((                                                        \
      target("avx2,bmi,bmi2,avx512f,avx512bw,avx512dq,avx512vl,avx512cd" \
             ",prefer-vector-width=512")))
#endif
#include "data/kernel_loops.inc"

// Sixteen codes of 1, 2 or 4 bytes as numbers of 32 bits.
template <typename Code>
ANON_TARGET inline __m512i Load16(const Code* codes) {
  if constexpr (sizeof(Code) == 1) {
    return _mm512_cvtepu8_epi32(
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(codes)));
  } else if constexpr (sizeof(Code) == 2) {
    return _mm512_cvtepu16_epi32(
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(codes)));
  } else {
    return _mm512_loadu_si512(codes);
  }
}

// Appends 64 codes to 64 keys, kept in registers; the largest of each lane so
// far is kept in `largest`.
template <typename Code>
ANON_TARGET inline __attribute__((always_inline)) void Append64(
    const Code* codes, __m512i radix, __m512i* keys, __m512i* largest) {
  __m512i some[4];
  for (int v = 0; v < 4; ++v) some[v] = Load16(codes + 16 * v);
  for (int v = 0; v < 4; ++v) {
    keys[v] = _mm512_add_epi32(_mm512_mullo_epi32(keys[v], radix), some[v]);
  }
  *largest = _mm512_max_epu32(
      *largest, _mm512_max_epu32(_mm512_max_epu32(some[0], some[1]),
                                 _mm512_max_epu32(some[2], some[3])));
}

// 64 rows through all digits at a time, the last 64 once more if need be: what
// is read is a strip of every column, what is written is the keys. Columns are
// fetched ahead: the processor itself stops at the ends of pages, and has a
// page for every digit.
ANON_TARGET bool PackRegisters(std::span<const Digit> digits, std::size_t n,
                               std::uint32_t* keys) {
  constexpr std::size_t kAhead = 2048;
  if (n < 64) return Pack(digits, n, keys);
  __mmask16 too_large = 0;
  for (std::size_t at = 0; at < n; at += 64) {
    const std::size_t i = at + 64 <= n ? at : n - 64;
    __m512i key[4] = {_mm512_setzero_si512(), _mm512_setzero_si512(),
                      _mm512_setzero_si512(), _mm512_setzero_si512()};
    for (const Digit& digit : digits) {
      const __m512i radix = _mm512_set1_epi32(static_cast<int>(digit.radix));
      __m512i largest = _mm512_setzero_si512();
      __builtin_prefetch(static_cast<const char*>(digit.codes) +
                         (i + kAhead) * digit.width);
      switch (digit.width) {
        case 1:
          Append64(static_cast<const std::uint8_t*>(digit.codes) + i, radix,
                   key, &largest);
          break;
        case 2:
          Append64(static_cast<const std::uint16_t*>(digit.codes) + i, radix,
                   key, &largest);
          break;
        default:
          Append64(static_cast<const std::uint32_t*>(digit.codes) + i, radix,
                   key, &largest);
      }
      too_large = _kor_mask16(
          too_large,
          _mm512_cmpgt_epu32_mask(
              largest, _mm512_set1_epi32(static_cast<int>(digit.most))));
    }
    for (int v = 0; v < 4; ++v) {
      _mm512_storeu_si512(keys + i + 16 * v, key[v]);
    }
  }
  return too_large == 0;
}

// The bits of a mask. GCC 12 may spill a mask of 16 bits as two bytes and take
// the population count of four, the upper two of them what lay there before:
// seen with the thread sanitizer. The instruction itself leaves no choice.
ANON_TARGET inline unsigned CountBits16(__mmask16 mask) {
  unsigned bits = 0;
  __asm__("kmovw %1, %0" : "=r"(bits) : "k"(mask));
  return static_cast<unsigned>(__builtin_popcount(bits));
}
ANON_TARGET inline unsigned CountBits8(__mmask8 mask) {
  unsigned bits = 0;
  __asm__("kmovb %1, %0" : "=r"(bits) : "k"(mask));
  return static_cast<unsigned>(__builtin_popcount(bits));
}

// Sixteen values against their neighbours at once; the ends of runs and their
// positions are compressed out.
ANON_TARGET std::size_t Runs32(const std::uint32_t* sorted, std::size_t n,
                               std::uint64_t base, std::uint64_t* keys,
                               std::uint32_t* lengths) {
  if (n == 0) return 0;
  const __m512i bases = _mm512_set1_epi64(static_cast<long long>(base));
  const __m512i sixteen = _mm512_set1_epi32(16);
  __m512i ends =
      _mm512_setr_epi32(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
  std::size_t runs = 0;
  std::size_t i = 0;
  for (; i + 16 < n; i += 16) {
    const __m512i here = _mm512_loadu_si512(sorted + i);
    const __m512i next = _mm512_loadu_si512(sorted + i + 1);
    const __mmask16 last = _mm512_cmpneq_epu32_mask(here, next);
    const __m512i values = _mm512_maskz_compress_epi32(last, here);
    const __m256i high = _mm512_extracti64x4_epi64(values, 1);
    const __m256i low = _mm512_castsi512_si256(values);
    _mm512_storeu_si512(keys + runs,
                        _mm512_add_epi64(bases, _mm512_cvtepu32_epi64(low)));
    _mm512_storeu_si512(keys + runs + 8,
                        _mm512_add_epi64(bases, _mm512_cvtepu32_epi64(high)));
    _mm512_storeu_si512(lengths + runs,
                        _mm512_maskz_compress_epi32(last, ends));
    runs += CountBits16(last);
    ends = _mm512_add_epi32(ends, sixteen);
  }
  for (; i < n; ++i) {
    if (i + 1 < n && sorted[i] == sorted[i + 1]) continue;
    keys[runs] = base + sorted[i];
    lengths[runs++] = static_cast<std::uint32_t>(i + 1);
  }
  EndsToLengths(lengths, runs);
  return runs;
}

ANON_TARGET std::size_t Runs64(const std::uint64_t* sorted, std::size_t n,
                               std::uint64_t base, std::uint64_t* keys,
                               std::uint32_t* lengths) {
  if (n == 0) return 0;
  const __m512i bases = _mm512_set1_epi64(static_cast<long long>(base));
  const __m256i eight = _mm256_set1_epi32(8);
  __m256i ends = _mm256_setr_epi32(1, 2, 3, 4, 5, 6, 7, 8);
  std::size_t runs = 0;
  std::size_t i = 0;
  for (; i + 8 < n; i += 8) {
    const __m512i here = _mm512_loadu_si512(sorted + i);
    const __m512i next = _mm512_loadu_si512(sorted + i + 1);
    const __mmask8 last = _mm512_cmpneq_epu64_mask(here, next);
    _mm512_storeu_si512(
        keys + runs,
        _mm512_add_epi64(bases, _mm512_maskz_compress_epi64(last, here)));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(lengths + runs),
                        _mm256_maskz_compress_epi32(last, ends));
    runs += CountBits8(last);
    ends = _mm256_add_epi32(ends, eight);
  }
  for (; i < n; ++i) {
    if (i + 1 < n && sorted[i] == sorted[i + 1]) continue;
    keys[runs] = base + sorted[i];
    lengths[runs++] = static_cast<std::uint32_t>(i + 1);
  }
  EndsToLengths(lengths, runs);
  return runs;
}
#undef ANON_TARGET

constexpr Kernels kKernels{
    .max = Max,
    .pack = PackRegisters,
    .widen = Widen,
    .append_wide = AppendWide,
    .divide = Divide,
    .runs32 = Runs32,
    .runs64 = Runs64,
};
}  // namespace avx512

#endif  // __x86_64__

}  // namespace

bool IsSupported(Simd simd) {
  switch (simd) {
    case Simd::kScalar:
      return true;
#if defined(__x86_64__)
    case Simd::kAvx2:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2");
    case Simd::kAvx512:
      return IsSupported(Simd::kAvx2) && __builtin_cpu_supports("avx512f") &&
             __builtin_cpu_supports("avx512bw") &&
             __builtin_cpu_supports("avx512dq") &&
             __builtin_cpu_supports("avx512vl") &&
             __builtin_cpu_supports("avx512cd");
#endif
    default:
      return false;
  }
}

const Kernels& KernelsFor(Simd simd) {
#if defined(__x86_64__)
  if (simd == Simd::kAvx512) return avx512::kKernels;
  if (simd == Simd::kAvx2) return avx2::kKernels;
#endif
  static_cast<void>(simd);
  return scalar::kKernels;
}

const Kernels& BestKernels() {
  static const Kernels& best = []() -> const Kernels& {
    if (IsSupported(Simd::kAvx512)) return KernelsFor(Simd::kAvx512);
    if (IsSupported(Simd::kAvx2)) return KernelsFor(Simd::kAvx2);
    return KernelsFor(Simd::kScalar);
  }();
  return best;
}

}  // namespace anon::internal
