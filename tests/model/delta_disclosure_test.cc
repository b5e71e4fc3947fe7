// SPDX-License-Identifier: Apache-2.0
#include "anon/model/delta_disclosure.h"

#include <doctest/doctest.h>

#include <boost/multiprecision/cpp_bin_float.hpp>
#include <cmath>

#include "model/model_support.h"

namespace anon {
namespace {

using test::FromCounts;
using test::Known;
using test::R;
using Float = boost::multiprecision::cpp_bin_float_100;

TEST_CASE("DeltaDisclosure: a value that a class lacks violates it") {
  const Classes classes = FromCounts({{1, 1, 0}, {1, 1, 1}});
  const auto strict = DeltaDisclosure("s", R(1000))->Judge(classes);
  REQUIRE(strict.ok());
  CHECK_FALSE(strict->satisfied);
  CHECK(strict->achieved == "infinite");
  CHECK(strict->worst == std::vector<std::size_t>{0});
  const auto present = DeltaDisclosurePresent("s", R(1))->Judge(classes);
  REQUIRE(present.ok());
  CHECK(present->satisfied);
  // Value 2: 1/3 against 1/5.
  CHECK(present->achieved_value == doctest::Approx(std::log(5.0 / 3)));
}

TEST_CASE("DeltaDisclosure: an equal distribution satisfies every delta") {
  const auto verdict = DeltaDisclosure("s", R(1, 1'000'000'000))
                           ->Judge(FromCounts({{2, 4}, {3, 6}}));
  REQUIRE(verdict.ok());
  CHECK(verdict->satisfied);
  CHECK(verdict->achieved == "0");
}

TEST_CASE("DeltaDisclosure: ten times as many have the figure ln 10") {
  const ModelContext context = Known({.reference = {{"000", 1}, {"001", 99}}});
  const Classes classes = FromCounts({{1, 9}});
  const auto below =
      DeltaDisclosure("s", R(2'302'585'092'994'045, 1'000'000'000'000'000))
          ->Judge(classes, context);
  const auto above =
      DeltaDisclosure("s", R(2'302'585'092'994'046, 1'000'000'000'000'000))
          ->Judge(classes, context);
  CHECK_FALSE(below->satisfied);
  CHECK(above->satisfied);
  // Six digits would show it above what was asked.
  CHECK(above->achieved == "2.302585");
}

TEST_CASE("DeltaDisclosure: agrees with the definition on random tables") {
  test::SeededRandom random(9);
  for (int round = 0; round < 300; ++round) {
    const auto counts = test::RandomCounts(random, 3, 8);
    const auto whole = test::Whole(counts);
    const Classes classes = FromCounts(counts);
    for (const Ratio& delta : {R(1, 5), R(1, 2), R(1), R(2)}) {
      const auto strict = DeltaDisclosure("s", delta)->On(classes);
      const auto present = DeltaDisclosurePresent("s", delta)->On(classes);
      REQUIRE(strict.ok());
      REQUIRE(present.ok());
      for (std::size_t i = 0; i < counts.size(); ++i) {
        bool all = true;
        bool those_present = true;
        for (std::size_t s = 0; s < whole.size(); ++s) {
          if (whole[s] == 0) continue;
          const Float odds = Float(counts[i][s]) * test::Sum(whole) /
                             (Float(whole[s]) * test::Sum(counts[i]));
          const bool holds =
              odds > 0 && abs(log(odds)) < Float(test::Exact(delta));
          all = all && holds;
          those_present = those_present && (holds || odds == 0);
        }
        CHECK((*strict)->Holds(i) == all);
        CHECK((*present)->Holds(i) == those_present);
      }
    }
  }
}

TEST_CASE("DeltaDisclosure: only the weaker form is not monotone") {
  CHECK(DeltaDisclosure("s", R(1))->monotone());
  CHECK_FALSE(DeltaDisclosurePresent("s", R(1))->monotone());
  // Each class alone holds; together value 1 is too rare.
  const ModelContext context = Known({.reference = {{"000", 30}, {"001", 70}}});
  const auto model = DeltaDisclosurePresent("s", R(11, 5));
  CHECK(model->Judge(FromCounts({{40, 0}, {3, 3}}), context)->satisfied);
  CHECK_FALSE(model->Judge(FromCounts({{43, 3}}), context)->satisfied);
}

TEST_CASE("DeltaDisclosure: a delta of zero or less is refused") {
  const Classes classes = FromCounts({{1, 1}});
  CHECK_FALSE(DeltaDisclosure("s", R(0))->Judge(classes).ok());
  CHECK_FALSE(DeltaDisclosurePresent("s", R(-1))->Judge(classes).ok());
}

}  // namespace
}  // namespace anon
