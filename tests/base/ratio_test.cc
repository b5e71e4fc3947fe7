// SPDX-License-Identifier: Apache-2.0
#include "anon/base/ratio.h"

#include <doctest/doctest.h>

#include <limits>

namespace anon {
namespace {

Ratio Parsed(std::string_view text) {
  auto ratio = Ratio::Parse(text);
  REQUIRE_MESSAGE(ratio.ok(), text);
  return *ratio;
}

TEST_CASE("Ratio: decimals, percentages and fractions are the same number") {
  CHECK(Parsed("0.05") == Parsed("5%"));
  CHECK(Parsed("5%") == Parsed("1/20"));
  CHECK(Parsed("0.5%") == Parsed("1/200"));
  CHECK(Parsed("100%") == Parsed("1"));
  CHECK(Parsed("0.05").ToString() == "1/20");
}

TEST_CASE("Ratio: what is not a share is refused") {
  for (const char* text : {"", "-1", "5 %", ".5", "5.", "1/0", "a", "1e-3",
                           "99999999999999999999", "0.0000000000000000001"}) {
    CHECK_MESSAGE(!Ratio::Parse(text).ok(), text);
  }
}

TEST_CASE("Ratio: one in twenty of twenty is exactly one") {
  CHECK(Parsed("0.05").FloorOf(20) == 1);
  CHECK(Parsed("0.05").FloorOf(19) == 0);
  CHECK(Parsed("0.05").AdmitsShare(1, 20));
  CHECK_FALSE(Parsed("0.05").AdmitsShare(2, 39));
  CHECK(Parsed("0").AdmitsShare(0, 0));
}

TEST_CASE("Ratio: comparison is exact where doubles are not") {
  constexpr std::int64_t kHuge = std::numeric_limits<std::int64_t>::max();
  const Ratio a = *Ratio::Create(kHuge - 1, kHuge);
  const Ratio b = *Ratio::Create(kHuge - 2, kHuge - 1);
  CHECK(a.ToDouble() == b.ToDouble());
  CHECK(a > b);
}

}  // namespace
}  // namespace anon
