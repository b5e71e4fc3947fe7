// SPDX-License-Identifier: Apache-2.0
#include "data/kernels.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <vector>

#include "support/support.h"

namespace anon::internal {
namespace {

template <typename Code>
std::vector<Code> RandomCodes(test::SeededRandom& random, std::size_t n,
                              std::uint64_t below) {
  std::vector<Code> codes(n);
  for (Code& code : codes) code = static_cast<Code>(random.Below(below));
  return codes;
}

// Lengths around every vector width.
const std::size_t kLengths[] = {0,   1,   2,   7,   8,   9,   15,   16,
                                17,  31,  32,  33,  63,  64,  65,   127,
                                128, 129, 200, 255, 256, 257, 1000, 2048};

template <typename Code>
void CompareColumnKernels(const Kernels& fast, std::uint64_t below) {
  const Kernels& slow = KernelsFor(Simd::kScalar);
  test::SeededRandom random(3);
  constexpr std::size_t kWidth = sizeof(Code);
  const auto most = static_cast<std::uint32_t>(below - 1);
  for (const std::size_t n : kLengths) {
    const auto codes = RandomCodes<Code>(random, n + 3, below);
    const Code* const from = codes.data() + 3;  // not aligned
    CHECK(fast.max(from, kWidth, n) == slow.max(from, kWidth, n));
    std::vector<std::uint32_t> a(n, 7);
    std::vector<std::uint32_t> b(n, 8);
    const auto keys =
        RandomCodes<std::uint32_t>(random, n, std::uint64_t{1} << 32);
    const std::array digits{Digit{keys.data(), 4, 0xFFFFFFFF, 0},
                            Digit{from, kWidth, most, 12345},
                            Digit{from, kWidth, most, 67}};
    CHECK(fast.pack(digits, n, a.data()));
    CHECK(slow.pack(digits, n, b.data()));
    CHECK(a == b);
  }
}

// One code that is too large, wherever it is, is seen.
template <typename Code>
void CheckTooLarge(const Kernels& kernels) {
  for (const std::size_t n : {1, 5, 63, 64, 65, 255, 257, 520}) {
    std::vector<Code> codes(n, Code{9});
    std::vector<std::uint32_t> keys(n);
    const std::array digits{Digit{codes.data(), sizeof(Code), 9, 10},
                            Digit{codes.data(), sizeof(Code), 200, 201}};
    for (std::size_t at = 0; at < n; ++at) {
      CHECK(kernels.pack(digits, n, keys.data()));
      codes[at] = 10;
      CHECK_FALSE(kernels.pack(digits, n, keys.data()));
      codes[at] = 9;
    }
  }
}

template <typename Key, typename Runs>
void CompareRuns(Runs fast, Runs slow) {
  test::SeededRandom random(4);
  for (const std::size_t n : kLengths) {
    for (const std::uint64_t below : {1, 3, 100, 1000000}) {
      auto sorted = RandomCodes<Key>(random, n, below);
      std::ranges::sort(sorted);
      std::vector<std::uint64_t> keys_a(n + 16);
      std::vector<std::uint64_t> keys_b(n + 16);
      std::vector<std::uint32_t> lengths_a(n + 16);
      std::vector<std::uint32_t> lengths_b(n + 16);
      constexpr std::uint64_t kBase = std::uint64_t{1} << 40;
      const std::size_t runs =
          fast(sorted.data(), n, kBase, keys_a.data(), lengths_a.data());
      REQUIRE(runs ==
              slow(sorted.data(), n, kBase, keys_b.data(), lengths_b.data()));
      for (auto* v : {&keys_a, &keys_b}) v->resize(runs);
      for (auto* v : {&lengths_a, &lengths_b}) v->resize(runs);
      CHECK(keys_a == keys_b);
      CHECK(lengths_a == lengths_b);
    }
  }
}

TEST_CASE("Kernels: the scalar ones are right") {
  const Kernels& k = KernelsFor(Simd::kScalar);
  const std::uint8_t codes[] = {3, 200, 7};
  CHECK(k.max(codes, 1, 3) == 200);
  CHECK(k.max(codes, 1, 0) == 0);
  std::uint32_t keys[3];
  const std::array digits{Digit{codes, 1, 255, 256}, Digit{codes, 1, 200, 10}};
  REQUIRE(k.pack(digits, 3, keys));
  CHECK(keys[0] == 33);
  CHECK(keys[1] == 2200);
  CHECK(keys[2] == 77);
  std::uint64_t wide[3];
  k.widen(keys, 3, wide);
  k.append_wide(keys, 3, std::uint64_t{1} << 33, wide);
  CHECK(wide[2] == (std::uint64_t{77} << 33) + 77);
  const std::uint32_t sorted[] = {2, 2, 5};
  std::uint64_t run_keys[19];
  std::uint32_t lengths[19];
  REQUIRE(k.runs32(sorted, 3, 100, run_keys, lengths) == 2);
  CHECK(run_keys[0] == 102);
  CHECK(lengths[0] == 2);
  CHECK(run_keys[1] == 105);
  CHECK(lengths[1] == 1);
}

TEST_CASE("Kernels: divide as the processor does") {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 32;
  test::SeededRandom random(6);
  std::vector<std::uint64_t> divisors{1,         2,
                                      3,         7,
                                      74,        641,
                                      1 << 16,   kMost / 2,
                                      kMost - 1, kMost - 2,
                                      kMost,     kMost / 2 + 1,
                                      kMost / 3, kMost / 2 - 1};
  for (int i = 0; i < 200; ++i) {
    divisors.push_back(1 + random.Below(kMost >> random.Below(32)));
  }
  for (const Simd simd : {Simd::kScalar, Simd::kAvx2, Simd::kAvx512}) {
    if (!IsSupported(simd)) continue;  // the next test says so
    CAPTURE(static_cast<int>(simd));
    for (const std::uint64_t d : divisors) {
      CAPTURE(d);
      auto dividends = RandomCodes<std::uint32_t>(random, 60, kMost);
      const std::uint64_t last = kMost - 1 - (kMost - 1) % d;
      for (const std::uint64_t n : {std::uint64_t{0}, std::uint64_t{1}, d - 1,
                                    d, d + 1, last, last - 1, kMost - 1}) {
        dividends.push_back(static_cast<std::uint32_t>(n));
      }
      auto rest = dividends;
      std::vector<std::uint32_t> remainders(rest.size());
      KernelsFor(simd).divide(NarrowDivisor(d), rest.size(), rest.data(),
                              remainders.data());
      for (std::size_t i = 0; i < rest.size(); ++i) {
        REQUIRE(rest[i] == dividends[i] / d);
        REQUIRE(remainders[i] == dividends[i] % d);
      }
    }
  }
}

TEST_CASE("Kernels: every kind gives what the scalar ones give") {
  for (const Simd simd : {Simd::kScalar, Simd::kAvx2, Simd::kAvx512}) {
    if (!IsSupported(simd)) {
      MESSAGE("SKIPPED: this processor lacks kind " << static_cast<int>(simd));
      continue;
    }
    CAPTURE(static_cast<int>(simd));
    const Kernels& fast = KernelsFor(simd);
    const Kernels& slow = KernelsFor(Simd::kScalar);
    CompareColumnKernels<std::uint8_t>(fast, 256);
    CompareColumnKernels<std::uint16_t>(fast, 65536);
    CompareColumnKernels<std::uint32_t>(fast, std::uint64_t{1} << 32);
    CheckTooLarge<std::uint8_t>(fast);
    CheckTooLarge<std::uint16_t>(fast);
    CheckTooLarge<std::uint32_t>(fast);
    CompareRuns<std::uint32_t>(fast.runs32, slow.runs32);
    CompareRuns<std::uint64_t>(fast.runs64, slow.runs64);
    test::SeededRandom random(5);
    for (const std::size_t n : kLengths) {
      const auto low =
          RandomCodes<std::uint32_t>(random, n, std::uint64_t{1} << 32);
      std::vector<std::uint64_t> a(n);
      std::vector<std::uint64_t> b(n);
      fast.widen(low.data(), n, a.data());
      slow.widen(low.data(), n, b.data());
      CHECK(a == b);
      fast.append_wide(low.data(), n, 1234567890123, a.data());
      slow.append_wide(low.data(), n, 1234567890123, b.data());
      CHECK(a == b);
    }
  }
}

}  // namespace
}  // namespace anon::internal
