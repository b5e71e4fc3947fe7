// SPDX-License-Identifier: Apache-2.0
#include "anon/model/delta_presence.h"

#include <doctest/doctest.h>

#include "model/model_support.h"

namespace anon {
namespace {

using test::FromCounts;
using test::Population;
using test::R;

TEST_CASE("DeltaPresence: bounds are inclusive and exact") {
  const Classes classes = FromCounts({{3}, {1}});
  const ModelContext context = Population({10, 20});
  CHECK(DeltaPresence(R(1, 20), R(3, 10))->Judge(classes, context)->satisfied);
  const auto low = DeltaPresence(R(6, 100), R(1, 2))->Judge(classes, context);
  REQUIRE(low.ok());
  CHECK(low->achieved == "0.05");
  CHECK(low->asked == "0.06 to 0.5");
  CHECK(low->worst == std::vector<std::size_t>{1});
  const auto high = DeltaPresence(R(0), R(29, 100))->Judge(classes, context);
  REQUIRE(high.ok());
  CHECK(high->achieved == "0.3");
  CHECK(high->worst == std::vector<std::size_t>{0});
}

TEST_CASE("DeltaPresence: a class of the population without a record is a 0") {
  const Classes classes = FromCounts({{4}});
  const ModelContext context = Population({8, 8});
  CHECK(DeltaPresence(R(0), R(1, 2))->Judge(classes, context)->satisfied);
  const auto verdict =
      DeltaPresence(R(1, 10), R(1, 2))->Judge(classes, context);
  REQUIRE(verdict.ok());
  CHECK_FALSE(verdict->satisfied);
  CHECK(verdict->achieved == "0");
  CHECK(verdict->failing_classes == 1);
  CHECK(verdict->failing_records == 0);
  CHECK(DeltaPresence(R(0), R(1, 2))->class_by_class());
  CHECK_FALSE(DeltaPresence(R(1, 10), R(1, 2))->class_by_class());
}

TEST_CASE("DeltaPresence: the 0 of nobody is the worst of several failures") {
  // 1/20 is below 1/10 and 9/10 above 1/2, but nobody is below both.
  const Classes classes = FromCounts({{1}, {9}});
  const auto verdict =
      DeltaPresence(R(1, 10), R(1, 2))->Judge(classes, Population({20, 10, 8}));
  REQUIRE(verdict.ok());
  CHECK_FALSE(verdict->satisfied);
  CHECK(verdict->achieved == "0");
  CHECK(verdict->achieved_value == 0);
  CHECK(verdict->failing_classes == 3);
  CHECK(verdict->failing_records == 10);
  // A min of 0 asks nothing of it.
  const auto open =
      DeltaPresence(R(0), R(1, 2))->Judge(classes, Population({20, 10, 8}));
  CHECK(open->achieved == "0.9");
  CHECK(open->failing_classes == 1);
}

TEST_CASE("DeltaPresence: a suppressed class is one without a record") {
  const Classes classes = FromCounts({{4}, {4}});
  const std::vector<bool> standing = {true, false};
  ModelContext context = Population({8, 8});
  context.standing = &standing;
  CHECK_FALSE(
      DeltaPresence(R(1, 10), R(1, 2))->Judge(classes, context)->satisfied);
}

TEST_CASE("DeltaPresence: a class that the population lacks is refused") {
  const auto verdict = DeltaPresence(R(0), R(9, 10))
                           ->Judge(FromCounts({{1}, {1}}), Population({9}));
  REQUIRE(verdict.ok());
  CHECK_FALSE(verdict->satisfied);
  CHECK(verdict->achieved == "infinite");
}

TEST_CASE("DeltaPresence: bounds that say nothing are refused") {
  const Classes classes = FromCounts({{1}});
  const ModelContext context = Population({9});
  CHECK_FALSE(DeltaPresence(R(0), R(1))->Judge(classes, context).ok());
  CHECK_FALSE(DeltaPresence(R(1, 2), R(1, 3))->Judge(classes, context).ok());
  CHECK_FALSE(DeltaPresence(R(0), R(2))->Judge(classes, context).ok());
  CHECK_FALSE(DeltaPresence(R(0), R(1, 2))->Judge(classes).ok());
}

}  // namespace
}  // namespace anon
