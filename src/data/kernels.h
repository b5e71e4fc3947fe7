// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SRC_DATA_KERNELS_H_
#define ANON_SRC_DATA_KERNELS_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "data/divisor.h"

namespace anon::internal {

enum class Simd { kScalar, kAvx2, kAvx512 };

// A column of codes of 1, 2 or 4 bytes as a digit of mixed-radix numbers.
struct Digit {
  const void* codes;
  std::size_t width;
  std::uint32_t most;   // a larger code is none of this digit
  std::uint32_t radix;  // most + 1, modulo 2^32
};

// The inner loops of the class engine, for one kind of processor. All kinds
// give the same results (tests/data/kernels_test.cc); the scalar one is the
// oracle.
struct Kernels {
  // The largest of `n` codes of `width` bytes; 0 if there are none.
  std::uint32_t (*max)(const void* codes, std::size_t width, std::size_t n);
  // keys[i] = the number of the i-th codes, the first digit most significant,
  // modulo 2^32. Returns whether no code is larger than its digit's most;
  // otherwise what is in `keys` is undefined.
  bool (*pack)(std::span<const Digit> digits, std::size_t n,
               std::uint32_t* keys);
  // wide[i] = narrow[i].
  void (*widen)(const std::uint32_t* narrow, std::size_t n,
                std::uint64_t* wide);
  // keys[i] = keys[i] * radix + low[i].
  void (*append_wide)(const std::uint32_t* low, std::size_t n,
                      std::uint64_t radix, std::uint64_t* keys);
  // remainders[i] = rest[i] modulo the divisor, and rest[i] the quotient.
  void (*divide)(const NarrowDivisor& by, std::size_t n, std::uint32_t* rest,
                 std::uint32_t* remainders);
  // For every run of equal values in `sorted` one key, base + value, and its
  // length. Returns the number of runs. Both outputs have room for n + 16, and
  // what is beyond the last run is undefined.
  std::size_t (*runs32)(const std::uint32_t* sorted, std::size_t n,
                        std::uint64_t base, std::uint64_t* keys,
                        std::uint32_t* lengths);
  std::size_t (*runs64)(const std::uint64_t* sorted, std::size_t n,
                        std::uint64_t base, std::uint64_t* keys,
                        std::uint32_t* lengths);
};

// Whether this processor, and this build, have `simd`.
bool IsSupported(Simd simd);
// Requires IsSupported(simd).
const Kernels& KernelsFor(Simd simd);
const Kernels& BestKernels();

}  // namespace anon::internal

#endif  // ANON_SRC_DATA_KERNELS_H_
