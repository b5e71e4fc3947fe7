// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "e2e/release_tree.h"
#include "e2e/workplace.h"

namespace {

namespace fs = std::filesystem;
using namespace anon::test;
using Json = nlohmann::json;

constexpr char kLimit[] = "suppression_limit: 5%";

// One subscriber with five lines, and five subscribers with one each.
constexpr char kFamily[] =
    "subscriber_id,phone,sex,area,plan\n"
    "S1,080-0000-0001,女,第0市,使い放題\n"
    "S1,080-0000-0002,女,第0市,データ専用\n"
    "S1,080-0000-0003,女,第0市,使い放題\n"
    "S1,080-0000-0004,女,第0市,データ専用\n"
    "S1,080-0000-0005,女,第0市,使い放題\n"
    "S2,080-0000-0012,男,第9市,使い放題\n"
    "S3,080-0000-0013,男,第9市,データ専用\n"
    "S4,080-0000-0014,男,第9市,使い放題\n"
    "S5,080-0000-0015,男,第9市,データ専用\n"
    "S6,080-0000-0016,男,第9市,使い放題\n";

std::string FamilyPolicy() {
  return Replaced(SmallPolicy(Kind::kAnonymized), "k: 3", "k: 5");
}

}  // namespace

TEST_CASE("an unmet policy releases nothing and says how far off it is") {
  Workplace place;
  place.UseSmallTable(Kind::kAnonymized, 240);
  place.UsePolicy(
      Replaced(SmallPolicy(Kind::kAnonymized), kLimit, "suppression_limit: 0"));
  const Outcome outcome = place.Run();
  CHECK(outcome.exit_code == 1);
  CHECK_FALSE(fs::exists(place.out));
  CHECK(place.Leftovers().empty());
  // The one subscriber alone in her prefecture has two lines.
  CHECK(outcome.err.find("k_anonymity 3 fails in 1 classes with 2 records") !=
        std::string::npos);
  CHECK(outcome.err.find("1 of 240 principals") != std::string::npos);
  // What class that is, is not for the terminal.
  CHECK((outcome.out + outcome.err).find("離島") == std::string::npos);

  REQUIRE(fs::exists(place.internal / "failing_classes.json"));
  CHECK_FALSE(fs::exists(place.internal / "solution.json"));
  const Json failing =
      Json::parse(Read(place.internal / "failing_classes.json"));
  const Json& worst = failing.at("models").at(0).at("worst_classes");
  REQUIRE(worst.size() == 1);
  CHECK(worst[0].at("class").at("area") == "離島県");
  CHECK(worst[0].at("principals") == 1);
  CHECK(worst[0].at("records") == 2);
  const Json report = Json::parse(Read(place.internal / "report.json"));
  CHECK(report.at("released") == false);
  CHECK(report.at("reason").get<std::string>().find("suppression_limit") !=
        std::string::npos);

  // Again, and then with the limit mended: the same directory will do.
  CHECK(place.Run().exit_code == 1);
  place.UsePolicy(SmallPolicy(Kind::kAnonymized));
  const Outcome mended = place.Run();
  CHECK_MESSAGE(mended.exit_code == 0, mended.err);
  CHECK(Names(ReadTree(place.out)) == ReleaseNames());
  CHECK(Names(ReadTree(place.internal)) == InternalNames());
  CHECK(place.Leftovers().empty());
}

TEST_CASE("an unmet policy leaves an earlier release and its report alone") {
  Workplace place;
  place.UseSmallTable(Kind::kAnonymized, 240);
  REQUIRE(place.Run().exit_code == 0);
  const Tree release = ReadTree(place.out);
  const Tree inside = ReadTree(place.internal);
  place.UsePolicy(
      Replaced(SmallPolicy(Kind::kAnonymized), kLimit, "suppression_limit: 0"));
  const Outcome outcome = place.Run({"--replace"});
  CHECK(outcome.exit_code == 1);
  CHECK(ReadTree(place.out) == release);
  CHECK(ReadTree(place.internal) == inside);
  const fs::path refused = place.internal.string() + ".refused";
  CHECK(outcome.err.find(refused.string()) != std::string::npos);
  CHECK(fs::exists(refused / "failing_classes.json"));
  CHECK(place.Leftovers().empty());
}

TEST_CASE("an unmet policy leaves nothing in the vault") {
  Workplace place;
  place.UseSmallTable(Kind::kPseudonymized, 240);
  place.MakeSecrets();
  place.UsePolicy(Replaced(SmallPolicy(Kind::kPseudonymized), kLimit,
                           "suppression_limit: 0"));
  CHECK(place.Run().exit_code == 1);
  CHECK_FALSE(fs::exists(place.out));
  const Outcome list = Tool({"vault", "list", "--vault", place.vault.string(),
                             "--custodian-key", place.custodian_key.string()});
  CHECK(list.exit_code == 0);
  CHECK(list.out == "");
}

TEST_CASE("when no class is left, nothing is released whatever the limit") {
  Workplace place;
  place.UseSmallTable(Kind::kAnonymized, 240);
  place.UsePolicy(Replaced(Replaced(SmallPolicy(Kind::kAnonymized), kLimit,
                                    "suppression_limit: 100%"),
                           "k: 3", "k: 200"));
  const Outcome outcome = place.Run();
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.err.find("no record is left") != std::string::npos);
  CHECK_FALSE(fs::exists(place.out));
}

TEST_CASE("five lines of one subscriber are no class of five") {
  Workplace place;
  place.UseSmallTable(Kind::kAnonymized, 1);
  Write(place.root() / "table.csv", kFamily);
  place.UsePolicy(FamilyPolicy());
  const Outcome outcome = place.Run();
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.err.find("k_anonymity 5 fails in 1 classes with 5 records") !=
        std::string::npos);
  CHECK(outcome.err.find("1 of 6 principals") != std::string::npos);
  CHECK_FALSE(fs::exists(place.out));

  // Dropped, they leave the real class of five.
  place.UsePolicy(Replaced(FamilyPolicy(), kLimit, "suppression_limit: 50%"));
  REQUIRE(place.Run().exit_code == 0);
  const std::string data = Read(place.out / "provide/data.csv");
  CHECK(std::ranges::count(data, '\n') == 6);
  CHECK(data.find("女") == std::string::npos);

  // Called rows, they pass: that is what 'principal: row' says.
  Workplace rows;
  rows.UseSmallTable(Kind::kAnonymized, 1);
  Write(rows.root() / "table.csv", kFamily);
  rows.UsePolicy(
      Replaced(FamilyPolicy(),
               "principal: {column: subscriber_id, several_rows: count_once}",
               "principal: row"));
  CHECK(rows.Run().exit_code == 0);
}

TEST_CASE("five lines in five classes become one record, which k counts once") {
  const std::string lines =
      "subscriber_id,phone,sex,area,plan\n"
      "S1,080-0000-0001,女,第0市,使い放題\n"
      "S2,080-0000-0012,男,第9市,使い放題\n"
      "S1,080-0000-0002,男,第1市,データ専用\n"
      "S3,080-0000-0013,男,第9市,データ専用\n"
      "S1,080-0000-0003,女,第2市,使い放題\n"
      "S1,080-0000-0004,女,第9市,データ専用\n"
      "S4,080-0000-0014,男,第9市,使い放題\n"
      "S1,080-0000-0005,男,第9市,使い放題\n";
  Workplace place;
  place.UseSmallTable(Kind::kAnonymized, 1);
  std::string policy = Replaced(FamilyPolicy(), "count_once", "aggregate");
  for (const char* const role : {"{role: quasi_identifier, class: other,",
                                 "{role: sensitive, class: other,"}) {
    policy = Replaced(policy, role, role + std::string(" aggregate: last,"));
  }
  place.UsePolicy(policy);
  Outcome outcome = place.Run();
  CHECK(outcome.exit_code == 2);
  CHECK(outcome.err.find("columns area do not say how") != std::string::npos);
  place.UsePolicy(Replaced(policy, "    hierarchy: area.csv\n",
                           "    hierarchy: area.csv\n    aggregate: last\n"));

  // Four people: eight lines do not make them five.
  Write(place.root() / "table.csv", lines);
  outcome = place.Run();
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.err.find("k_anonymity 5 fails in 1 classes with 4 records") !=
        std::string::npos);
  Write(place.root() / "table.csv",
        lines + "S5,080-0000-0015,男,第9市,データ専用\n");
  outcome = place.Run();
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
  CHECK(outcome.out.find("aggregated: 9 records to 5, one per principal\n") !=
        std::string::npos);
  const std::string data = Read(place.out / "provide/data.csv");
  CHECK(std::ranges::count(data, '\n') == 6);
  CHECK(data.find("女") == std::string::npos);
  const Json report = Json::parse(Read(place.internal / "report.json"));
  CHECK(report.at("classes").at("smallest") == 5);
  CHECK(report.at("records").at("in") == 5);
  CHECK(report.at("aggregation").at("records_in") == 9);
}

TEST_CASE("several_rows: refuse names the line of the second record") {
  Workplace place;
  place.UseSmallTable(Kind::kAnonymized, 1);
  Write(place.root() / "table.csv", kFamily);
  place.UsePolicy(Replaced(FamilyPolicy(), "count_once", "refuse"));
  const Outcome outcome = place.Run();
  CHECK(outcome.exit_code == 3);
  CHECK(outcome.err.find("table.csv, line 3") != std::string::npos);
  CHECK(outcome.err.find("count_once") != std::string::npos);
  CHECK(std::ranges::count(outcome.err, '\n') == 1);
  CHECK_FALSE(fs::exists(place.out));
  CHECK_FALSE(fs::exists(place.internal));
  CHECK(place.Leftovers().empty());
}
