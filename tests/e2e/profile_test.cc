// SPDX-License-Identifier: Apache-2.0
//
// A starter policy runs as it is.
#include <doctest/doctest.h>

#include <filesystem>

#include "e2e/release_tree.h"
#include "e2e/workplace.h"

namespace {

namespace fs = std::filesystem;
using namespace anon::test;

// Profiles `file`, and runs the policy that is written.
Outcome ProfileAndRun(Workplace& place, const fs::path& file,
                      const std::string& delimiter) {
  const Outcome profiled =
      Tool({"profile", file.string(), "--delimiter", delimiter, "--format",
            "json", "--write-policy", place.policy().string()});
  REQUIRE_MESSAGE(profiled.exit_code == 0, profiled.err);
  CHECK(profiled.out.starts_with("{"));
  CHECK(profiled.err.find("written") != std::string::npos);
  return place.Run();
}

}  // namespace

TEST_CASE("the starter policy of the generated subscribers runs") {
  Workplace place;
  const Outcome run =
      ProfileAndRun(place, SourceDir() / "examples/data/subscribers.csv", ",");
  REQUIRE_MESSAGE(run.exit_code == 0, run.err);
  const Table table = ParseTable(Read(place.out / "provide/data.csv"));
  CHECK(table.header == std::vector<std::string>{"birth_date", "sex",
                                                 "municipality_code", "plan",
                                                 "monthly_fee", "device"});
  CHECK(table.records.size() > 7000);
  // What it lists stays with its owner.
  const auto mode = fs::status(place.root() / "policy_hierarchies/column_7.csv")
                        .permissions();
  CHECK((mode & (fs::perms::group_all | fs::perms::others_all)) ==
        fs::perms::none);
}

TEST_CASE("the starter policy of Adult runs") {
  ANON_REQUIRE_TEST_DATA(adult, "data/adult/adult.csv");
  Workplace place;
  const Outcome run = ProfileAndRun(place, adult, ";");
  REQUIRE_MESSAGE(run.exit_code == 0, run.err);
  const Table table = ParseTable(Read(place.out / "provide/data.csv"));
  CHECK(table.header.size() >= 4);
  CHECK(table.records.size() > 28'000);
}

TEST_CASE("a policy that is there is not overwritten") {
  Workplace place;
  place.UsePolicy("mine");
  const Outcome outcome =
      Tool({"profile", (SourceDir() / "examples/data/subscribers.csv").string(),
            "--write-policy", place.policy().string()});
  CHECK(outcome.exit_code == 2);
  CHECK(Read(place.policy()) == "mine");
  CHECK(outcome.err.find("is there already") != std::string::npos);
}
