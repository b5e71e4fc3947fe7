// SPDX-License-Identifier: Apache-2.0
#include "anon/model/recursive_cl_diversity.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

#include "model/model_support.h"

namespace anon {
namespace {

using test::FromCounts;
using test::R;

TEST_CASE("RecursiveClDiversity: the inequality is strict") {
  const Classes classes = FromCounts({{5, 3, 1, 1}});
  const auto at = RecursiveClDiversity("s", R(5, 2), 3)->Judge(classes);
  const auto above = RecursiveClDiversity("s", R(251, 100), 3)->Judge(classes);
  REQUIRE(at.ok());
  REQUIRE(above.ok());
  CHECK_FALSE(at->satisfied);
  CHECK(at->achieved == "2.5");
  CHECK(at->asked == "c=2.5, l=3");
  CHECK(above->satisfied);
}

TEST_CASE("RecursiveClDiversity: fewer than l values hold for no c") {
  const auto verdict =
      RecursiveClDiversity("s", R(1'000'000), 3)->Judge(FromCounts({{1, 1}}));
  REQUIRE(verdict.ok());
  CHECK_FALSE(verdict->satisfied);
  CHECK(verdict->achieved == "infinite");
}

TEST_CASE(
    "RecursiveClDiversity: the most frequent value counts, not the least") {
  // A peer takes the smallest count for r1 and calls {8, 2} (1,2)-diverse.
  const Classes classes = FromCounts({{8, 2}});
  CHECK_FALSE(RecursiveClDiversity("s", R(4), 2)->Judge(classes)->satisfied);
  CHECK(RecursiveClDiversity("s", R(5), 2)->Judge(classes)->satisfied);
}

TEST_CASE(
    "RecursiveClDiversity: agrees with the definition on random classes") {
  test::SeededRandom random(2);
  for (int round = 0; round < 300; ++round) {
    const auto counts = test::RandomCounts(random, 5, 6);
    const Ratio c = R(1 + static_cast<std::int64_t>(random.Below(12)),
                      1 + static_cast<std::int64_t>(random.Below(4)));
    const std::size_t l = 2 + random.Below(3);
    const auto bound =
        RecursiveClDiversity("s", c, static_cast<std::int64_t>(l));
    const Classes classes = FromCounts(counts);
    const auto on = bound->On(classes);
    REQUIRE(on.ok());
    for (std::size_t i = 0; i < counts.size(); ++i) {
      std::vector<int> r = counts[i];
      std::ranges::sort(r, std::greater<>());
      int tail = 0;
      for (std::size_t n = l - 1; n < r.size(); ++n) tail += r[n];
      CHECK((*on)->Holds(i) == (r[0] < test::Exact(c) * tail));
    }
  }
}

TEST_CASE("RecursiveClDiversity: parameters out of range are refused") {
  const Classes classes = FromCounts({{1, 1}});
  CHECK_FALSE(RecursiveClDiversity("s", R(0), 2)->Judge(classes).ok());
  CHECK_FALSE(RecursiveClDiversity("s", R(2), 1)->Judge(classes).ok());
  CHECK_FALSE(RecursiveClDiversity("", R(2), 2)->Judge(classes).ok());
}

}  // namespace
}  // namespace anon
