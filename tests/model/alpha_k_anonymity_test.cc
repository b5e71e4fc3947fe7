// SPDX-License-Identifier: Apache-2.0
#include "anon/model/alpha_k_anonymity.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "model/model_support.h"

namespace anon {
namespace {

using test::FromCounts;
using test::R;

TEST_CASE("AlphaKAnonymity: {3, 1, 1} is (3/5, 5)-anonymous and no better") {
  const Classes classes = FromCounts({{3, 1, 1}});
  const auto verdict = AlphaKAnonymity("s", R(3, 5), 5)->Judge(classes);
  REQUIRE(verdict.ok());
  CHECK(verdict->satisfied);
  CHECK(verdict->asked == "alpha=0.6, k=5");
  CHECK(verdict->achieved == "alpha=0.6, k=5");
  CHECK(verdict->achieved_value == 0.6);
  CHECK_FALSE(AlphaKAnonymity("s", R(3, 5), 6)->Judge(classes)->satisfied);
  CHECK_FALSE(AlphaKAnonymity("s", R(599'999, 1'000'000), 5)
                  ->Judge(classes)
                  ->satisfied);
}

TEST_CASE("AlphaKAnonymity: the two worst figures may come from two classes") {
  const auto verdict =
      AlphaKAnonymity("s", R(2, 3), 5)->Judge(FromCounts({{9, 1}, {2, 2}}));
  REQUIRE(verdict.ok());
  CHECK(verdict->achieved == "alpha=0.9, k=4");
  CHECK(verdict->failing_classes == 2);
  CHECK(verdict->worst == std::vector<std::size_t>{0, 1});
}

TEST_CASE("AlphaKAnonymity: several values of a person count against people") {
  // Two people who both have both values: each value is certain.
  const Classes classes =
      test::Count({{0, 1, 1}, {0, 2, 1}, {0, 1, 2}, {0, 2, 2}});
  CHECK(AlphaKAnonymity("s", R(3, 4), 2)->Judge(classes)->achieved ==
        "alpha=1, k=2");
}

TEST_CASE("AlphaKAnonymity: agrees with the definition on random tables") {
  test::SeededRandom random(10);
  for (int round = 0; round < 300; ++round) {
    const auto counts = test::RandomCounts(random, 4, 5);
    const Ratio alpha = R(1 + static_cast<std::int64_t>(random.Below(7)), 8);
    const auto k = 2 + static_cast<std::int64_t>(random.Below(8));
    const Classes classes = FromCounts(counts);
    const auto on = AlphaKAnonymity("s", alpha, k)->On(classes);
    REQUIRE(on.ok());
    for (std::size_t i = 0; i < counts.size(); ++i) {
      const int people = test::Sum(counts[i]);
      const test::Rational share(*std::ranges::max_element(counts[i]), people);
      CHECK((*on)->Holds(i) == (people >= k && share <= test::Exact(alpha)));
    }
  }
}

TEST_CASE("AlphaKAnonymity: parameters out of range are refused") {
  const Classes classes = FromCounts({{1, 1}});
  CHECK_FALSE(AlphaKAnonymity("s", R(1), 2)->Judge(classes).ok());
  CHECK_FALSE(AlphaKAnonymity("s", R(0), 2)->Judge(classes).ok());
  CHECK_FALSE(AlphaKAnonymity("s", R(1, 2), 1)->Judge(classes).ok());
}

}  // namespace
}  // namespace anon
