// SPDX-License-Identifier: Apache-2.0
#include "anon/model/k_map.h"

#include <doctest/doctest.h>

#include "model/model_support.h"

namespace anon {
namespace {

using test::FromCounts;
using test::Population;

TEST_CASE("KMap: people of the population count, not those of the table") {
  const Classes classes = FromCounts({{1}, {2}, {5}});
  const ModelContext context = Population({4, 2, 50});
  const auto two = KMap(2)->Judge(classes, context);
  REQUIRE(two.ok());
  CHECK(two->satisfied);
  CHECK(two->achieved == "2");
  const auto three = KMap(3)->Judge(classes, context);
  REQUIRE(three.ok());
  CHECK(three->worst == std::vector<std::size_t>{1});
}

TEST_CASE("KMap: a class that the population lacks has nobody to hide in") {
  const auto verdict = KMap(2)->Judge(FromCounts({{9}, {9}}), Population({50}));
  REQUIRE(verdict.ok());
  CHECK_FALSE(verdict->satisfied);
  CHECK(verdict->achieved == "0");
}

TEST_CASE("KMap: without a population it judges nothing") {
  const Classes classes = FromCounts({{9}});
  CHECK(Message(KMap(2)->Judge(classes).status()) ==
        "k_map needs the population the table was drawn from, and the labels "
        "of the quasi-identifiers, or sampling weights of the rows");
  CHECK_FALSE(KMap(1)->Judge(classes, Population({50})).ok());
}

}  // namespace
}  // namespace anon
