// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "e2e/oracle.h"
#include "e2e/release_tree.h"
#include "e2e/workplace.h"

namespace {

using namespace anon::test;
using Json = nlohmann::json;

constexpr char kCase[] = "adult_5_anonymous";

}  // namespace

TEST_CASE("Adult becomes 5-anonymous, by an independent count") {
  ANON_REQUIRE_TEST_DATA(adult, "data/adult/adult.csv");
  const auto shared = adult.parent_path().parent_path().parent_path();
  Workplace place;
  place.UsePolicy(ExamplePolicy("adult_5_anonymous.yaml", shared));
  const Outcome outcome = place.Run();
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
  CHECK(Names(ReadTree(place.out)) == ReleaseNames());
  CHECK(WrongSums(ReadTree(place.out)) == "");

  const Count source = CountSource(kCase, shared);
  const Json report = Json::parse(Read(place.internal / "report.json"));
  CheckFigures(report, source.counts);
  CHECK(report.at("models").size() == 2);
  const Count release = CountRelease(kCase, place.out / "provide/data.csv");
  CHECK(release.counts.at("k") == 5);
  CHECK(release.counts.at("l") == 2);
  CHECK(release.counts.at("classes") == 397);
  CHECK(release.counts.at("records") == 28816);
  CHECK(release.dump == source.dump);
}
