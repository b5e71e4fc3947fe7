// SPDX-License-Identifier: Apache-2.0
#include "anon/solve/mondrian.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "anon/io/csv.h"
#include "anon/model/distinct_l_diversity.h"
#include "anon/model/entropy_l_diversity.h"
#include "anon/model/k_anonymity.h"
#include "anon/model/reidentification_risk.h"
#include "anon/model/t_closeness_equal.h"
#include "solve/adult.h"
#include "solve/divided_table.h"
#include "support/support.h"

namespace anon {
namespace {

using test::CheckRegions;
using test::Divide;
using test::DividedTable;
using test::Line;
using test::RandomTables;
using test::Recount;
using test::Rows;
using test::Tree;
using Kind = MondrianAttribute::Kind;

// Labels of the region of every class, "|" between attributes; people behind.
std::map<std::string, std::int64_t> Released(const Classes& classes,
                                             const Recoding& recoding) {
  std::map<std::string, std::int64_t> released;
  const auto add = [&](std::uint32_t region, std::int64_t people) {
    std::string tuple;
    for (std::size_t q = 0; q < recoding.attributes.size(); ++q) {
      tuple += (q == 0 ? "" : "|") + std::string(recoding.label(region, q));
    }
    released[tuple] += people;
  };
  for (std::size_t i = 0; i < classes.size(); ++i) {
    if (recoding.region_of[i] < recoding.size()) {
      add(recoding.region_of[i], classes.principals(i));
    }
  }
  for (const auto& share : recoding.shares) add(share.region, share.records);
  return released;
}

TEST_CASE("Mondrian: the example of the essay, and one more cut") {
  const Rows rows{{{21, 22, 25, 29}, {1, 1, 1, 1}}, {}};
  const Classes classes = rows.Count();
  MondrianGoal goal;
  goal.models = {KAnonymity(2)};
  goal.attributes = {Line(30), Line(30)};
  const MondrianResult result = Divide(classes, goal);
  CHECK(result.satisfied);
  CHECK(Released(classes, result.recoding) ==
        std::map<std::string, std::int64_t>{{"[21, 22]|1", 2},
                                            {"[25, 29]|1", 2}});
  // Two people each whose label covers 1/8 and 4/8 of the ages.
  CHECK(result.ncp_of == std::vector<double>{(2 * 1 + 2 * 4) / 8.0 / 4, 0});
  CHECK(result.ncp == doctest::Approx(0.15625));
  goal.models = {};
  CHECK(Divide(classes, goal).recoding.size() == 4);
  CHECK(Divide(classes, goal).ncp == 0);
}

TEST_CASE("Mondrian: a heavy value does not hide the cut beside it") {
  // The median is 7, with most people; a cut must come before it.
  Rows rows{{{1, 2, 7, 7, 7, 7, 7}}, {}};
  const Classes classes = rows.Count();
  MondrianGoal goal;
  goal.models = {KAnonymity(2)};
  goal.attributes = {Line(8)};
  CHECK(Released(classes, Divide(classes, goal).recoding) ==
        std::map<std::string, std::int64_t>{{"[1, 2]", 2}, {"7", 5}});
}

TEST_CASE("Mondrian: a hierarchy is cut where it branches") {
  const auto tree = Tree("aa;a;*\nba;b;*\nab;a;*\nbb;b;*\nca;c;*\n");
  const auto code = [&](const char* value) { return *tree->Find(value); };
  Rows rows{{{code("aa"), code("ab"), code("ba"), code("bb"), code("aa"),
              code("bb")}},
            {}};
  MondrianGoal goal;
  goal.attributes = {{.kind = Kind::kTree, .tree = tree.get()}};
  goal.models = {KAnonymity(3)};
  Classes classes = rows.Count();
  MondrianResult result = Divide(classes, goal);
  CHECK(Released(classes, result.recoding) ==
        std::map<std::string, std::int64_t>{{"a", 3}, {"b", 3}});
  CHECK(result.ncp == doctest::Approx(2 / 5.0));
  // One person in a third branch stands in the way of the cut.
  rows.columns[0].push_back(code("ca"));
  classes = rows.Count();
  result = Divide(classes, goal);
  CHECK(Released(classes, result.recoding) ==
        std::map<std::string, std::int64_t>{{"*", 7}});
  CHECK(result.ncp == 1);
}

TEST_CASE("Mondrian: an order is released as the values it covers") {
  const Rows rows{{{0, 0, 1, 2, 2, 4}}, {}};
  const Classes classes = rows.Count();
  MondrianGoal goal;
  goal.models = {KAnonymity(3)};
  goal.attributes = {Line(5, Kind::kOrder)};
  const MondrianResult result = Divide(classes, goal);
  CHECK(Released(classes, result.recoding) ==
        std::map<std::string, std::int64_t>{{"{0, 1}", 3}, {"{2, 4}", 3}});
  CHECK(result.recoding.attributes[0].covers[1] ==
        std::vector<std::string>{"2", "4"});
}

TEST_CASE("Mondrian: numbers that one double stands for stay apart") {
  const std::vector<std::string> names = {
      "90071992547409932", "90071992547409931", "90071992547409931.0"};
  const Rows rows{{{0, 0, 1, 2}}, {}};
  const Classes classes = rows.Count();
  MondrianGoal goal;
  goal.models = {KAnonymity(2)};
  MondrianAttribute& a = goal.attributes.emplace_back();
  a.kind = Kind::kNumbers;
  for (const std::string& name : names) {
    a.positions.push_back(Decimal::Parse(name));
  }
  a.label = [&](std::uint32_t code) -> std::string_view { return names[code]; };
  MondrianResult result = Divide(classes, goal);
  CHECK(Released(classes, result.recoding) ==
        std::map<std::string, std::int64_t>{{names[1], 2}, {names[0], 2}});
  CHECK(result.ncp == 0);
  goal.models = {KAnonymity(3)};
  result = Divide(classes, goal);
  CHECK(Released(classes, result.recoding) ==
        std::map<std::string, std::int64_t>{
            {fmt::format("[{}, {}]", names[1], names[0]), 4}});
  CHECK(result.ncp == 1);
}

TEST_CASE("Mondrian: weights decide what is divided first") {
  const Rows rows{{{0, 0, 9, 9}, {0, 9, 0, 9}}, {}};
  const Classes classes = rows.Count();
  MondrianGoal goal;
  goal.models = {KAnonymity(2)};
  goal.attributes = {Line(10), Line(10)};
  // Equally wide: the earlier attribute.
  CHECK(Released(classes, Divide(classes, goal).recoding) ==
        std::map<std::string, std::int64_t>{{"0|[0, 9]", 2}, {"9|[0, 9]", 2}});
  goal.attributes[1].weight = 1.5;
  CHECK(Released(classes, Divide(classes, goal).recoding) ==
        std::map<std::string, std::int64_t>{{"[0, 9]|0", 2}, {"[0, 9]|9", 2}});
}

TEST_CASE("Mondrian: relaxed cuts halve through equal records, by quota") {
  // Five of six have one value: strict finds no cut for k = 3.
  const Rows rows{{{5, 5, 5, 5, 5, 6}}, {}};
  const Classes classes = rows.Count();
  MondrianGoal goal;
  goal.models = {KAnonymity(3)};
  goal.attributes = {Line(7)};
  CHECK(Divide(classes, goal).recoding.size() == 1);
  goal.relaxed = true;
  const MondrianResult result = Divide(classes, goal);
  CHECK(Released(classes, result.recoding) ==
        std::map<std::string, std::int64_t>{{"5", 3}, {"[5, 6]", 3}});
  REQUIRE(result.recoding.shares.size() == 2);
  CHECK(result.recoding.shares[0].records == 3);
  CHECK(result.recoding.shares[1].records == 2);
  CHECK(result.recoding.region_of ==
        std::vector<std::uint32_t>{Recoding::kShared, 1});
  CHECK(result.ncp == doctest::Approx(0.5));
}

TEST_CASE("Mondrian: regions of relaxed cuts with the same labels are one") {
  // Cuts leave 5555, 55 and 66: the fives are together, and no longer shared.
  const Rows rows{{{5, 5, 5, 5, 5, 5, 6, 6}}, {}};
  const Classes classes = rows.Count();
  MondrianGoal goal;
  goal.models = {KAnonymity(2)};
  goal.attributes = {Line(7)};
  goal.relaxed = true;
  const MondrianResult result = Divide(classes, goal);
  CHECK(result.recoding.principals == std::vector<std::int64_t>{6, 2});
  CHECK(result.recoding.shares.empty());
  CHECK(result.recoding.region_of == std::vector<std::uint32_t>{0, 1});
  CHECK(result.recoding.regions == std::vector<std::uint32_t>{0, 1});
  CHECK(result.ncp == 0);
  // And where some of the class go elsewhere: 5555, 55 and 56.
  const Rows odd{{{5, 5, 5, 5, 5, 5, 5, 6}}, {}};
  const Classes others = odd.Count();
  const Recoding recoding = Divide(others, goal).recoding;
  CHECK(Released(others, recoding) ==
        std::map<std::string, std::int64_t>{{"5", 6}, {"[5, 6]", 2}});
  REQUIRE(recoding.shares.size() == 2);
  CHECK(recoding.shares[0].records == 6);
  CHECK(recoding.shares[1].records == 1);
  CHECK(recoding.region_of == std::vector<std::uint32_t>{Recoding::kShared, 1});
}

TEST_CASE("Mondrian: a No names the model that the whole table fails") {
  const Rows rows{{{1, 2, 3}}, {7, 7, 7}};
  const Classes classes = rows.Count();
  MondrianGoal goal;
  goal.attributes = {Line(5)};
  goal.models = {KAnonymity(4)};
  MondrianResult result = Divide(classes, goal);
  CHECK_FALSE(result.satisfied);
  CHECK(result.reason.find("k_anonymity: 4 is asked, and it has 3") !=
        std::string::npos);
  goal.models = {KAnonymity(2), DistinctLDiversity("s", 2)};
  result = Divide(classes, goal);
  CHECK_FALSE(result.satisfied);
  CHECK(result.reason.find("distinct_l_diversity of 's'") != std::string::npos);
  CHECK(result.recoding.size() == 0);
}

TEST_CASE("Mondrian: every region has the average risk that is asked") {
  Rows rows{{{}}, {}};
  for (std::uint32_t i = 0; i < 40; ++i) rows.columns[0].push_back(i);
  MondrianGoal goal;
  goal.attributes = {Line(40)};
  goal.models = {KAnonymity(2),
                 AverageReidentificationRisk(*Ratio::Create(1, 10))};
  for (const bool relaxed : {false, true}) {
    CAPTURE(relaxed);
    goal.relaxed = relaxed;
    const Classes classes = rows.Count();
    const MondrianResult result = Divide(classes, goal);
    CHECK(result.satisfied);
    CHECK(result.recoding.principals ==
          std::vector<std::int64_t>{10, 10, 10, 10});
  }
  rows.columns[0].resize(9);
  const MondrianResult result = Divide(rows.Count(), goal);
  CHECK_FALSE(result.satisfied);
  CHECK(result.reason.find("average_reidentification_risk: 0.1 is asked") !=
        std::string::npos);
}

TEST_CASE("Mondrian: refuses what it cannot divide") {
  const Rows rows{{{1, 2, 3, 4}}, {0, 1, 0, 1}};
  const Classes classes = rows.Count();
  MondrianGoal goal;
  goal.attributes = {Line(5)};
  goal.models = {DistinctLDiversity("s", 2)};
  goal.relaxed = true;
  CHECK(Message(Solve(classes, goal).status())
            .find("distinct_l_diversity looks at those") != std::string::npos);
  goal.relaxed = false;
  goal.attributes[0].positions[3].reset();
  CHECK(Message(Solve(classes, goal).status()) ==
        "column q0: a value without a place");
  goal.attributes.clear();
  CHECK_FALSE(Solve(classes, goal).ok());
  goal.attributes = {Line(5)};
  CHECK(Message(Solve(classes, goal, {.every_node = true}).status()) ==
        "every node is asked for, and a division has none: do without");
}

TEST_CASE(
    "Mondrian: a value without a place is seen behind all that have one") {
  Rows rows{{{}, {}}, {}};
  for (std::uint32_t i = 0; i < 4000; ++i) {
    rows.columns[0].push_back(i == 3999 ? 2 : i % 2);
    rows.columns[1].push_back(i / 2);
  }
  MondrianGoal goal;
  goal.attributes = {Line(3), Line(2000)};
  goal.models = {KAnonymity(10)};
  CHECK(Divide(rows.Count(), goal).satisfied);
  goal.attributes[0] = Line(2);
  CHECK(Message(Solve(rows.Count(), goal).status()) ==
        "column q0: a value without a place");
}

// Whatever the table: regions hold, nobody is lost, labels are true, and equal
// input gives equal output.
TEST_CASE(
    "Mondrian: on random tables every region holds and covers its people") {
  RandomTables tables(20261122);
  for (int round = 0; round < 60; ++round) {
    CAPTURE(round);
    const DividedTable table = tables.Next();
    const MondrianResult result = Divide(table.classes, table.goal);
    CHECK(result.complete);
    CHECK(result.recoding.size() > 1);
    CheckRegions(table, result);
    const MondrianResult again = Divide(table.classes, table.goal);
    CHECK(again.recoding.regions == result.recoding.regions);
    CHECK(again.recoding.region_of == result.recoding.region_of);
  }
}

// qiyuangong/Mondrian takes everything as a line, categories in their order of
// appearance. It cuts after the median only, where we choose the nearer side,
// and states bounds that may be wider than its parts: we must not lose more.
TEST_CASE("Mondrian: loses no more of Adult than qiyuangong's, and k holds") {
  ANON_REQUIRE_TEST_DATA(golden, "golden/mondrian_qiyuangong.csv");
  ANON_REQUIRE_TEST_DATA(adult, "data/adult/adult.csv");
  const std::vector<std::string> education = {
      "Preschool", "1st-4th",      "5th-6th",     "7th-8th",
      "9th",       "10th",         "11th",        "12th",
      "HS-grad",   "Some-college", "Assoc-voc",   "Assoc-acdm",
      "Bachelors", "Masters",      "Prof-school", "Doctorate"};
  const auto table = CsvSource::Open(adult, {.delimiter = ';'});
  REQUIRE(table.ok());
  ClassColumns columns;
  for (const char* const name :
       {"age", "workclass", "education", "marital-status", "occupation", "race",
        "sex", "native-country"}) {
    columns.quasi_identifiers.push_back(Generalization::Identity(name));
  }
  OsRandom random;
  auto coder = RowCoder::Create(std::move(columns), **table, random);
  REQUIRE(coder.ok());
  const auto classes = CountClasses(**table, *coder);
  REQUIRE(classes.ok());
  MondrianGoal goal;
  for (const Generalization& g : coder->quasi_identifiers()) {
    std::set<std::uint32_t> codes;
    for (std::size_t i = 0; i < classes->size(); ++i) {
      codes.insert(classes->code(i, goal.attributes.size()));
    }
    MondrianAttribute a;
    a.kind = Kind::kNumbers;
    a.label = [&g](std::uint32_t code) { return g.label(code); };
    for (const std::uint32_t code : codes) {
      const std::string value(g.label(code));
      const auto at = std::ranges::find(education, value);
      a.positions.resize(code + 1);
      a.positions[code] = g.attribute() == "age" ? Decimal::Parse(value)
                          : at != education.end()
                              ? Decimal(at - education.begin())
                              : Decimal(code);
    }
    goal.attributes.push_back(std::move(a));
  }
  const auto rows = CsvSource::Open(golden);
  REQUIRE(rows.ok());
  Batch batch;
  int compared = 0;
  while (*(*rows)->Next(batch)) {
    for (std::size_t r = 0; r < batch.rows(); ++r) {
      if (batch.columns[5][r] != "30162") continue;  // tenfold copies
      CAPTURE(batch.columns[3][r]);
      const int k = std::stoi(std::string(batch.columns[4][r]));
      CAPTURE(k);
      goal.relaxed = batch.columns[3][r] == "relaxed";
      goal.models = {KAnonymity(k)};
      const MondrianResult result = Divide(*classes, goal);
      CHECK(std::ranges::min(result.recoding.principals) >= k);
      CHECK(Recount(*classes, result.recoding) == result.recoding.principals);
      const double theirs = std::stod(std::string(batch.columns[6][r]));
      CHECK(100 * result.ncp <= theirs * 1.0001);
      ++compared;
    }
  }
  CHECK(compared == 12);
}

}  // namespace
}  // namespace anon
