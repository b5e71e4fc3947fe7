// SPDX-License-Identifier: Apache-2.0
#include "anon/solve/solution.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "anon/model/distinct_l_diversity.h"
#include "anon/model/k_anonymity.h"
#include "anon/model/t_closeness_equal.h"
#include "support/support.h"

namespace anon {
namespace {

struct Row {
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  std::uint32_t s = 0;
  std::uint64_t principal = 0;
};

Classes Count(const std::vector<Row>& rows, bool keep_membership = false) {
  std::vector<std::uint32_t> a, b, s;
  std::vector<Fingerprint> principals;
  for (const Row& row : rows) {
    a.push_back(row.a);
    b.push_back(row.b);
    s.push_back(row.s);
    principals.push_back({row.principal, 1});
  }
  ClassCounter counter({.quasi_identifiers = {"a", "b"},
                        .sensitive_attributes = {"s"},
                        .keep_membership = keep_membership});
  REQUIRE(counter
              .Add({.quasi_identifiers = {a, b},
                    .sensitive_attributes = {s},
                    .principals = principals,
                    .rows = rows.size()})
              .ok());
  return std::move(counter).Finish();
}

std::vector<Row> RandomRows(test::SeededRandom& random) {
  std::vector<Row> rows(random.Below(60));
  for (Row& row : rows) {
    row = {.a = static_cast<std::uint32_t>(random.Below(3)),
           .b = static_cast<std::uint32_t>(random.Below(3)),
           .s = static_cast<std::uint32_t>(random.Below(3)),
           .principal = random.Below(25)};
  }
  return rows;
}

TEST_CASE("SolveFixedLevels: keeps just the rows a slow count keeps") {
  test::SeededRandom random(11);
  for (int trial = 0; trial < 300; ++trial) {
    const std::vector<Row> rows = RandomRows(random);
    const auto k = static_cast<std::int64_t>(2 + random.Below(3));
    const Classes classes = Count(rows);
    const auto solution =
        SolveFixedLevels(classes, {KAnonymity(k), DistinctLDiversity("s", 2)});
    REQUIRE(solution.ok());
    // The slow way: for each row, look at all rows of its tuple.
    std::int64_t kept = 0;
    for (const Row& row : rows) {
      std::set<std::uint64_t> people;
      std::set<std::uint32_t> values;
      for (const Row& other : rows) {
        if (other.a != row.a || other.b != row.b) continue;
        people.insert(other.principal);
        values.insert(other.s);
      }
      const bool stands = std::ssize(people) >= k && values.size() >= 2;
      const std::uint32_t tuple[] = {row.a, row.b};
      const auto at = classes.Find(tuple);
      REQUIRE(at.has_value());
      CHECK(solution->kept[*at] == stands);
      kept += stands ? 1 : 0;
    }
    CHECK(solution->records_kept == kept);
    CHECK(solution->records_suppressed == std::ssize(rows) - kept);
    CHECK(solution->classes_kept + solution->classes_suppressed ==
          static_cast<std::int64_t>(classes.size()));
    CHECK(solution->classes_kept ==
          std::count(solution->kept.begin(), solution->kept.end(), true));
    REQUIRE(solution->before.size() == 2);
    CHECK((solution->before[0].satisfied && solution->before[1].satisfied) ==
          (solution->classes_suppressed == 0));
  }
}

TEST_CASE("SolveFixedLevels: what it keeps satisfies the models") {
  test::SeededRandom random(12);
  const PrivacyModels models = {KAnonymity(3), DistinctLDiversity("s", 2)};
  for (int trial = 0; trial < 100; ++trial) {
    const std::vector<Row> rows = RandomRows(random);
    const Classes classes = Count(rows);
    const auto solution = SolveFixedLevels(classes, models);
    REQUIRE(solution.ok());
    std::vector<Row> released;
    for (const Row& row : rows) {
      const std::uint32_t tuple[] = {row.a, row.b};
      if (solution->kept[*classes.Find(tuple)]) released.push_back(row);
    }
    const Classes again = Count(released);
    for (const auto& model : models) {
      const auto verdict = model->Judge(again);
      REQUIRE(verdict.ok());
      CHECK(verdict->satisfied);
    }
  }
}

TEST_CASE("SolveFixedLevels: what it keeps holds against input and release") {
  test::SeededRandom random(14);
  const std::vector<std::string> names = {"x", "y", "z"};
  ModelContext context;
  SensitiveContext& known = context.sensitive["s"];
  known.label = [&](std::uint32_t code) {
    return std::string_view(names[code]);
  };
  const PrivacyModels models = {TClosenessEqual("s", *Ratio::Create(1, 4))};
  int kept = 0;
  int suppressed = 0;
  for (int trial = 0; trial < 300; ++trial) {
    const std::vector<Row> rows = RandomRows(random);
    const Classes classes = Count(rows, true);
    const auto reference = CountValues(classes, "s", known.label);
    REQUIRE(reference.ok());
    known.reference = *reference;
    const auto solution = SolveFixedLevels(classes, models, context);
    REQUIRE(solution.ok());
    std::vector<Row> released;
    for (const Row& row : rows) {
      const std::uint32_t tuple[] = {row.a, row.b};
      if (solution->kept[*classes.Find(tuple)]) released.push_back(row);
    }
    const Classes again = Count(released);
    const auto verdict = models[0]->Judge(again, context);
    REQUIRE(verdict.ok());
    CHECK(verdict->satisfied);
    kept += released.empty() ? 0 : 1;
    suppressed += released.size() < rows.size() ? 1 : 0;
  }
  CHECK(kept > 0);
  CHECK(suppressed > 0);
  // Whom suppression leaves out is not known without membership.
  known.reference.clear();
  const Classes counts = Count({{0, 0, 0, 1}, {0, 1, 0, 1}});
  CHECK_FALSE(SolveFixedLevels(counts, models, context).ok());
}

TEST_CASE("SolveFixedLevels: no model keeps all; no classes keep nothing") {
  const auto all = SolveFixedLevels(Count({{0, 0, 0, 1}}), {});
  REQUIRE(all.ok());
  CHECK(all->kept == std::vector<bool>{true});
  const auto none = SolveFixedLevels(Count({}), {KAnonymity(2)});
  REQUIRE(none.ok());
  CHECK(none->kept.empty());
  CHECK(none->before[0].satisfied);
}

TEST_CASE("SolveFixedLevels: a model whose attribute is missing is an error") {
  const auto solution =
      SolveFixedLevels(Count({{0, 0, 0, 1}}), {DistinctLDiversity("plan", 2)});
  CHECK_FALSE(solution.ok());
}

TEST_CASE(
    "SolutionJson: lists the tuples that stand, as labels, and no other") {
  const std::vector<std::string> names = {"zero \"0\"", "一", "two\n}"};
  const auto label = [&](std::uint32_t code) {
    return std::string_view(names[code]);
  };
  const std::vector<SolutionAttribute> attributes = {
      {.name = "a",
       .hierarchy_sha256 = "ab12",
       .level = 1,
       .height = 3,
       .label = label},
      {.name = "b", .hierarchy_sha256 = "", .label = label}};
  test::SeededRandom random(13);
  for (int trial = 0; trial < 50; ++trial) {
    const Classes classes = Count(RandomRows(random));
    const auto solution = SolveFixedLevels(classes, {KAnonymity(3)});
    REQUIRE(solution.ok());
    const auto json =
        nlohmann::json::parse(SolutionJson(*solution, classes, attributes));
    CHECK(json["solution"] == 1);
    CHECK(json["solver"] == "fixed_levels");
    CHECK(json["attributes"][0]["name"] == "a");
    CHECK(json["attributes"][0]["level"] == 1);
    CHECK(json["attributes"][0]["height"] == 3);
    CHECK(json["attributes"][0]["hierarchy_sha256"] == "ab12");
    std::set<std::vector<std::string>> listed;
    for (const auto& tuple : json["kept"]) {
      std::vector<std::string> labels;
      for (std::size_t q = 0; q < 2; ++q) {
        labels.push_back(
            json["attributes"][q]["labels"][tuple[q].get<std::size_t>()]);
      }
      CHECK(listed.insert(labels).second);
    }
    std::set<std::vector<std::string>> expected;
    for (std::size_t i = 0; i < classes.size(); ++i) {
      if (!solution->kept[i]) continue;
      expected.insert({names[classes.code(i, 0)], names[classes.code(i, 1)]});
    }
    CHECK(listed == expected);
  }
}

}  // namespace
}  // namespace anon
