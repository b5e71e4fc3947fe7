// SPDX-License-Identifier: Apache-2.0
#include "anon/model/reidentification_risk.h"

#include <doctest/doctest.h>

#include "model/model_support.h"

namespace anon {
namespace {

using test::FromCounts;
using test::R;

TEST_CASE("HighestReidentificationRisk: 0.2 asks for classes of five") {
  CHECK(HighestReidentificationRisk(R(1, 5))
            ->Judge(FromCounts({{5}, {8}}))
            ->satisfied);
  const auto verdict =
      HighestReidentificationRisk(R(1, 5))->Judge(FromCounts({{4}, {8}}));
  REQUIRE(verdict.ok());
  CHECK_FALSE(verdict->satisfied);
  CHECK(verdict->achieved == "0.25");
  CHECK(verdict->asked == "0.2");
  CHECK(verdict->worst == std::vector<std::size_t>{0});
}

TEST_CASE("HighestReidentificationRisk: is k-anonymity with k = 1/risk") {
  test::SeededRandom random(11);
  for (int round = 0; round < 200; ++round) {
    const auto counts = test::RandomCounts(random, 3, 5);
    const Ratio risk = R(1 + static_cast<std::int64_t>(random.Below(3)), 7);
    const Classes classes = FromCounts(counts);
    const auto on = HighestReidentificationRisk(risk)->On(classes);
    REQUIRE(on.ok());
    for (std::size_t i = 0; i < counts.size(); ++i) {
      CHECK((*on)->Holds(i) ==
            (test::Rational(1, test::Sum(counts[i])) <= test::Exact(risk)));
    }
  }
}

TEST_CASE("AverageReidentificationRisk: averages over people, not classes") {
  const Classes classes = FromCounts({{1}, {1}, {2}, {3}, {5}, {8}});
  const auto at = AverageReidentificationRisk(R(3, 10))->Judge(classes);
  REQUIRE(at.ok());
  CHECK(at->satisfied);
  CHECK(at->achieved == "0.3");
  CHECK(at->failing_classes == 0);
  CHECK(at->worst.empty());
  const auto below = AverageReidentificationRisk(R(29, 100))->Judge(classes);
  REQUIRE(below.ok());
  CHECK_FALSE(below->satisfied);
  CHECK(below->achieved == "0.3");
  // The classes that raise the average.
  CHECK(below->worst == std::vector<std::size_t>{0, 1, 2, 3});
}

TEST_CASE("AverageReidentificationRisk: is decided on the classes that stand") {
  const Classes classes = FromCounts({{1}, {10}});
  const std::vector<bool> standing = {false, true};
  ModelContext context;
  context.standing = &standing;
  const auto model = AverageReidentificationRisk(R(1, 10));
  CHECK_FALSE(model->class_by_class());
  CHECK_FALSE(model->Judge(classes)->satisfied);
  CHECK(model->Judge(classes, context)->satisfied);
  CHECK(model->Judge(FromCounts({}))->achieved == "none");
}

TEST_CASE("ReidentificationRisk: a risk outside (0, 1) is refused") {
  const Classes classes = FromCounts({{2}});
  for (const Ratio& risk : {R(0), R(1), R(3, 2), R(-1, 2)}) {
    CHECK_FALSE(HighestReidentificationRisk(risk)->Judge(classes).ok());
    CHECK_FALSE(AverageReidentificationRisk(risk)->Judge(classes).ok());
  }
}

}  // namespace
}  // namespace anon
