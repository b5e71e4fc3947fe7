// SPDX-License-Identifier: Apache-2.0
#include "anon/base/random.h"

#include <doctest/doctest.h>

#include <array>
#include <set>

#include "support/support.h"

namespace anon {
namespace {

TEST_CASE("RandomSource: Below is uniform (chi-squared, 1 in 10^6)") {
  test::SeededRandom random(7);
  std::array<int, 7> seen{};
  constexpr int kDraws = 70'000;
  for (int i = 0; i < kDraws; ++i) ++seen[random.Below(seen.size())];
  double chi = 0;
  for (const int count : seen) chi += (count - 1e4) * (count - 1e4) / 1e4;
  CHECK(chi < 38.3);  // 6 degrees of freedom
}

TEST_CASE("OsRandom: two draws differ, across buffer refills") {
  OsRandom random;
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 10'000; ++i) {
    std::uint64_t value = 0;
    random.Fill(std::as_writable_bytes(std::span(&value, 1)));
    seen.insert(value);
  }
  CHECK(seen.size() == 10'000);
  std::array<std::byte, 5000> large{};
  random.Fill(large);
  CHECK(std::set<std::byte>(large.begin(), large.end()).size() > 200);
}

}  // namespace
}  // namespace anon
