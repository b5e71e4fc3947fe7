// SPDX-License-Identifier: Apache-2.0
#include "anon/solve/solve.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <optional>
#include <string>
#include <vector>

#include "anon/model/k_anonymity.h"
#include "solve/searched_table.h"
#include "support/support.h"

namespace anon {
namespace {

using test::CheckFront;
using test::CheckOptimum;
using test::ForEachNode;
using test::Hierarchies;
using test::Look;
using test::Looked;
using test::MakeHierarchies;
using test::ObjectiveOf;
using test::RandomSetting;
using test::Setting;

TEST_CASE("Solve: finds the optimum that evaluating every node finds") {
  const test::TempDir directory;
  const Hierarchies h = MakeHierarchies(directory);
  test::SeededRandom random(31);
  int satisfied = 0;
  for (int trial = 0; trial < 400; ++trial) {
    const Setting s = RandomSetting(random, h);
    CAPTURE(trial);
    satisfied += CheckOptimum(s) ? 1 : 0;
  }
  CHECK(satisfied > 200);
}

TEST_CASE("Objective: bounds are bounds, level by level") {
  const test::TempDir directory;
  const Hierarchies h = MakeHierarchies(directory);
  test::SeededRandom random(32);
  for (int trial = 0; trial < 60; ++trial) {
    const Setting s = RandomSetting(random, h);
    const auto objective = ObjectiveOf(s);
    ForEachNode(s.goal, [&](const std::vector<std::size_t>& levels) {
      const Looked looked = Look(s.classes, s.goal, levels, *objective);
      const auto bound = objective->LevelBound(levels, looked.suppressed);
      if (bound) CHECK(*bound <= looked.cost + 1e-9);
      const auto least = objective->LevelBound(levels, 0);
      if (!least) return;
      for (std::size_t q = 0; q < levels.size(); ++q) {
        if (levels[q] == s.goal.attributes[q].counted_level) continue;
        std::vector<std::size_t> finer = levels;
        --finer[q];
        CHECK(*objective->LevelBound(finer, 0) <= *least + 1e-9);
      }
    });
  }
}

TEST_CASE(
    "Solve: a space too large is searched by best effort, proven or not") {
  const test::TempDir directory;
  const Hierarchies h = MakeHierarchies(directory);
  test::SeededRandom random(33);
  int found = 0;
  int same = 0;
  for (int trial = 0; trial < 60; ++trial) {
    Setting s = RandomSetting(random, h);
    s.goal.objective = {};
    const auto exact = Solve(s.classes, s.goal);
    const auto fast = Solve(s.classes, s.goal, {.exact_nodes = 1});
    REQUIRE(exact.ok());
    REQUIRE(fast.ok());
    // Where none is found, all are looked at or excluded.
    CHECK(fast->satisfied == exact->satisfied);
    if (!fast->satisfied) {
      CHECK_FALSE(fast->optimal);
      continue;
    }
    ++found;
    CHECK(fast->best.cost >= exact->best.cost);
    same += fast->best.cost == exact->best.cost ? 1 : 0;
    if (fast->optimal) CHECK(fast->best.levels == exact->best.levels);
    const auto looked =
        Look(s.classes, s.goal, fast->best.levels, *ObjectiveOf(s));
    CHECK(looked.satisfied);
  }
  CHECK(found > 20);
  CHECK(same > found / 2);
}

TEST_CASE("Solve: runners-up rise in cost and the front falls in suppression") {
  const test::TempDir directory;
  const Hierarchies h = MakeHierarchies(directory);
  test::SeededRandom random(34);
  for (int trial = 0; trial < 40; ++trial) {
    const Setting s = RandomSetting(random, h);
    const auto result = Solve(s.classes, s.goal);
    REQUIRE(result.ok());
    if (!result->satisfied) continue;
    double last = result->best.cost;
    for (const LatticeNode& node : result->runners_up) {
      CHECK(node.cost >= last);
      last = node.cost;
    }
    REQUIRE_FALSE(result->pareto.empty());
    CHECK(result->pareto.front().cost == result->best.cost);
    CHECK(result->pareto.front().suppressed <= result->best.suppressed);
    for (std::size_t i = 1; i < result->pareto.size(); ++i) {
      CHECK(result->pareto[i].cost > result->pareto[i - 1].cost);
      CHECK(result->pareto[i].suppressed < result->pareto[i - 1].suppressed);
    }
  }
}

TEST_CASE("Solve: the front of all nodes is that of looking at each") {
  const test::TempDir directory;
  const Hierarchies h = MakeHierarchies(directory);
  test::SeededRandom random(37);
  int fronts = 0;
  for (int trial = 0; trial < 100; ++trial) {
    const Setting s = RandomSetting(random, h);
    CAPTURE(trial);
    fronts += CheckFront(s) > 1 ? 1 : 0;
  }
  CHECK(fronts > 10);
}

TEST_CASE("Solve: refuses all nodes of a space that it would not go through") {
  const test::TempDir directory;
  const Hierarchies h = MakeHierarchies(directory);
  test::SeededRandom random(37);
  const Setting s = RandomSetting(random, h);
  for (const std::int64_t most : {1, 0}) {
    const auto result =
        Solve(s.classes, s.goal, {.exact_nodes = most, .every_node = true});
    CHECK(absl::IsInvalidArgument(result.status()));
    CHECK(Message(result.status()).find("every node is asked for") == 0);
  }
}

TEST_CASE("Solve: tells of every node, and of the least cost so far") {
  const test::TempDir directory;
  const Hierarchies h = MakeHierarchies(directory);
  test::SeededRandom random(36);
  for (int trial = 0; trial < 30; ++trial) {
    Setting s = RandomSetting(random, h);
    const bool hopeless = trial % 3 == 0;
    if (hopeless) {
      s.goal.models = {KAnonymity(1'000'000)};
      s.goal.suppression_limit = {};
    }
    SearchProgress last;
    SearchBudget budget;
    budget.progress = [&](const SearchProgress& progress) {
      CHECK(progress.evaluated >= last.evaluated);
      if (last.best) CHECK(*progress.best <= *last.best);
      last = progress;
    };
    const auto result = Solve(s.classes, s.goal, budget);
    REQUIRE(result.ok());
    CHECK(last.evaluated == result->nodes_evaluated);
    CHECK(last.best.has_value() == result->satisfied);
    CHECK(result->satisfied == !hopeless);
    if (last.best) CHECK(*last.best == result->best.cost);
  }
}

TEST_CASE("Solve: stops on request and keeps to its budget") {
  const test::TempDir directory;
  const Hierarchies h = MakeHierarchies(directory);
  test::SeededRandom random(35);
  const Setting s = RandomSetting(random, h);
  std::stop_source stop;
  stop.request_stop();
  const auto stopped = Solve(s.classes, s.goal, {.stop = stop.get_token()});
  CHECK(stopped.status().code() == absl::StatusCode::kCancelled);
  const auto short_of = Solve(s.classes, s.goal, {.evaluations = 1});
  REQUIRE(short_of.ok());
  CHECK(short_of->nodes_evaluated == 1);
  CHECK_FALSE(short_of->optimal);
}

TEST_CASE("Solve: little memory gives the same answer") {
  const test::TempDir directory;
  const Hierarchies h = MakeHierarchies(directory);
  test::SeededRandom random(36);
  for (int trial = 0; trial < 20; ++trial) {
    const Setting s = RandomSetting(random, h);
    const auto a = Solve(s.classes, s.goal);
    const auto b = Solve(s.classes, s.goal, {.memory = 200});
    REQUIRE(a.ok());
    REQUIRE(b.ok());
    CHECK(a->best.levels == b->best.levels);
  }
}

TEST_CASE("Solve: a quasi-identifier without a hierarchy stays as it is") {
  // With nobody to be suppressed, people who stand out are looked for by their
  // codes, also where there is one level only.
  const test::TempDir directory;
  const Hierarchies h = MakeHierarchies(directory);
  test::SeededRandom random(37);
  for (int trial = 0; trial < 30; ++trial) {
    Setting s = RandomSetting(random, h);
    s.goal.models = {KAnonymity(2)};
    s.goal.objective = {};
    s.goal.suppression_limit = {};
    s.goal.attributes[2] = {};
    std::optional<double> best;
    for (std::size_t a = 0; a <= 2; ++a) {
      for (std::size_t b = 0; b <= s.goal.attributes[1].most.value_or(3); ++b) {
        const Looked looked =
            Look(s.classes, s.goal, {a, b, 0}, *ObjectiveOf(s));
        if (looked.satisfied) best = std::min(best.value_or(2), looked.cost);
      }
    }
    const auto result = Solve(s.classes, s.goal);
    REQUIRE(result.ok());
    REQUIRE(result->satisfied == best.has_value());
    if (best) CHECK(result->best.cost == doctest::Approx(*best));
  }
}

TEST_CASE("Solve: names the attributes whose labels need too many bits") {
  // Fifteen columns of 300 values, 9 bits each, and a narrow one.
  ClassCounterOptions options;
  std::vector<std::uint32_t> codes;
  for (std::uint32_t i = 0; i < 300; ++i) codes.push_back(i);
  CodedRows rows;
  rows.rows = codes.size();
  const std::vector<std::uint32_t> one(codes.size(), 1);
  for (int q = 0; q < 16; ++q) {
    options.quasi_identifiers.push_back(fmt::format("q{}", q));
    rows.quasi_identifiers.emplace_back(q == 0 ? one : codes);
  }
  ClassCounter counter(options);
  REQUIRE(counter.Add(rows).ok());
  const Classes classes = std::move(counter).Finish();
  Goal goal;
  goal.models = {KAnonymity(2)};
  goal.attributes.resize(16);
  const auto result = Solve(classes, goal);
  CHECK(absl::IsInvalidArgument(result.status()));
  CHECK(
      Message(result.status()) ==
      "a search packs the labels of a record into 128 bits, and these "
      "quasi-identifiers need 136, the widest of them q1 (9), q2 (9), q3 (9), "
      "q4 (9), q5 (9): "
      "raise their min_level, drop one, or divide the table instead (solver: "
      "mondrian)");
}

TEST_CASE("Solve: a budget of nothing says so, one of ages is no limit") {
  const test::TempDir directory;
  const Hierarchies h = MakeHierarchies(directory);
  test::SeededRandom random(37);
  const Setting s = RandomSetting(random, h);
  const auto none = Solve(s.classes, s.goal, {.evaluations = 0});
  REQUIRE(none.ok());
  CHECK_FALSE(none->satisfied);
  CHECK(none->reason == "the budget ended before the first node was evaluated");
  const auto whole = Solve(s.classes, s.goal);
  const auto ages =
      Solve(s.classes, s.goal, {.time = std::chrono::milliseconds::max()});
  REQUIRE(ages.ok());
  CHECK(ages->best.levels == whole->best.levels);
  CHECK(ages->nodes_evaluated == whole->nodes_evaluated);
}

TEST_CASE("Solve: principals with several records are refused") {
  ClassCounter counter(
      {.quasi_identifiers = {"a"}, .sensitive_attributes = {}});
  const std::vector<std::uint32_t> codes = {0, 0};
  const std::vector<Fingerprint> people = {{1, 1}, {1, 1}};
  REQUIRE(counter
              .Add({.quasi_identifiers = {codes},
                    .sensitive_attributes = {},
                    .principals = people,
                    .rows = 2})
              .ok());
  const Classes classes = std::move(counter).Finish();
  const auto result = Solve(classes, {.models = {KAnonymity(2)},
                                      .attributes = {SearchAttribute{}},
                                      .suppression_limit = {}});
  CHECK_FALSE(result.ok());
}

}  // namespace
}  // namespace anon
