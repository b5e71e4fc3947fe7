// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <vector>

#include "anon/model/k_anonymity.h"
#include "anon/solve/solve.h"
#include "solve/node_bounds.h"
#include "solve/searched_table.h"
#include "support/support.h"

namespace anon {
namespace {

using internal::Lattice;
using internal::Levels;
using internal::NodeBounds;
using internal::NodeBox;
using internal::NodeBoxes;
using internal::PackedLevels;
using test::Hierarchies;
using test::Look;
using test::MakeHierarchies;
using test::ObjectiveOf;
using test::RandomSetting;
using test::SeededRandom;
using test::Setting;

// Best effort however small the space is.
SearchBudget BestEffort(std::int64_t evaluations) {
  SearchBudget budget;
  budget.exact_nodes = 1;
  budget.evaluations = evaluations;
  return budget;
}

Levels RandomLevels(SeededRandom& random, const Levels& least,
                    const Levels& most) {
  Levels levels;
  for (std::size_t q = 0; q < least.size(); ++q) {
    levels.push_back(least[q] + random.Below(most[q] - least[q] + 1));
  }
  return levels;
}

bool FinerOrSame(const Levels& a, const Levels& b) {
  for (std::size_t q = 0; q < a.size(); ++q) {
    if (a[q] > b[q]) return false;
  }
  return true;
}

TEST_CASE("Best effort: proves the optimum where there is time for it") {
  const test::TempDir directory;
  const Hierarchies h = MakeHierarchies(directory);
  SeededRandom random(81);
  int satisfied = 0;
  for (int trial = 0; trial < 400; ++trial) {
    const Setting s = RandomSetting(random, h);
    CAPTURE(trial);
    CAPTURE(s.goal.objective.name);
    const auto exact = Solve(s.classes, s.goal);
    const auto fast = Solve(s.classes, s.goal, BestEffort(5000));
    REQUIRE(exact.ok());
    REQUIRE(fast.ok());
    REQUIRE(fast->satisfied == exact->satisfied);
    CHECK(fast->optimal == fast->satisfied);
    CHECK(fast->reason.empty() == fast->satisfied);
    CHECK(fast->nodes_evaluated <= fast->nodes);
    if (!fast->satisfied) continue;
    ++satisfied;
    CHECK(fast->best.cost == doctest::Approx(exact->best.cost).epsilon(1e-12));
    if (fast->best.cost == exact->best.cost) {
      CHECK(fast->best.levels == exact->best.levels);
    }
  }
  CHECK(satisfied > 200);
}

TEST_CASE("Best effort: never worse with more, and spends what it is given") {
  const test::TempDir directory;
  const Hierarchies h = MakeHierarchies(directory);
  SeededRandom random(82);
  int cut_short = 0;
  for (int trial = 0; trial < 100; ++trial) {
    const Setting s = RandomSetting(random, h);
    CAPTURE(trial);
    const auto exact = Solve(s.classes, s.goal);
    REQUIRE(exact.ok());
    bool found = false;
    double last = 0;
    for (std::int64_t evaluations = 0; evaluations <= 30; ++evaluations) {
      const auto some = Solve(s.classes, s.goal, BestEffort(evaluations));
      const auto again = Solve(s.classes, s.goal, BestEffort(evaluations));
      REQUIRE(some.ok());
      REQUIRE(again.ok());
      CHECK(again->best.levels == some->best.levels);
      CHECK(again->nodes_evaluated == some->nodes_evaluated);
      CHECK(some->nodes_evaluated <= evaluations);
      if (some->nodes_evaluated < evaluations && exact->satisfied) {
        CHECK(some->optimal);
      }
      CHECK(some->satisfied >= found);
      if (found) CHECK(some->best.cost <= last);
      found = some->satisfied;
      last = some->best.cost;
      if (!found) continue;
      CHECK(Look(s.classes, s.goal, some->best.levels, *ObjectiveOf(s))
                .satisfied);
      cut_short += some->optimal ? 0 : 1;
      if (some->optimal) {
        CHECK(last == doctest::Approx(exact->best.cost).epsilon(1e-12));
      }
    }
    CHECK(found == exact->satisfied);
  }
  CHECK(cut_short > 100);
}

TEST_CASE("NodeBounds: the highest bound that holds") {
  SeededRandom random(83);
  const Levels least = {0, 1, 0, 0, 0, 0, 0, 0, 0};
  const Levels most = {3, 4, 2, 0, 1, 1, 0, 1, 2};
  for (const auto side :
       {NodeBounds::Side::kFiner, NodeBounds::Side::kCoarser}) {
    const bool finer = side == NodeBounds::Side::kFiner;
    NodeBounds bounds(side, least.size(), 1000);
    std::vector<std::pair<Levels, double>> all;
    for (int i = 0; i < 200; ++i) {
      const Levels node = RandomLevels(random, least, most);
      const auto* const found = bounds.Of(PackedLevels(node));
      double highest = -1;
      for (const auto& [levels, value] : all) {
        if (finer ? FinerOrSame(node, levels) : FinerOrSame(levels, node)) {
          highest = std::max(highest, value);
        }
      }
      REQUIRE((found != nullptr) == (highest >= 0));
      if (found != nullptr) CHECK(found->value == highest);
      all.emplace_back(RandomLevels(random, least, most),
                       static_cast<double>(random.Below(5)));
      bounds.Add(all.back().first, all.back().second);
    }
    CHECK(bounds.size() < 100);  // the others say nothing new
  }
  NodeBounds few(NodeBounds::Side::kFiner, 2, 3);
  for (std::size_t i = 0; i < 9; ++i) few.Add({i, 9 - i}, 1);
  CHECK(few.size() == 3);
}

TEST_CASE("NodeBoxes: every node is in one box until it is done with") {
  SeededRandom random(84);
  const Levels least = {0, 1, 0, 2};
  const Levels most = {3, 3, 2, 2};
  const Lattice lattice(least, most);
  const auto sum = [](const Levels& levels) {
    return static_cast<double>(levels[0] + 2 * levels[1]);
  };
  for (int trial = 0; trial < 50; ++trial) {
    NodeBoxes boxes(lattice, 10'000);
    std::multiset<std::uint64_t> done;
    double last = 0;
    while (!boxes.empty()) {
      const NodeBox box = boxes.Take();
      CHECK(box.bound >= last);
      last = box.bound;
      const Levels from = box.least.Unpack(4);
      const Levels to = box.most.Unpack(4);
      const Levels gone = RandomLevels(random, from, most);
      for (std::uint64_t node = 0; node < lattice.size(); ++node) {
        Levels levels;
        lattice.At(node, levels);
        if (FinerOrSame(from, levels) && FinerOrSame(levels, to)) {
          CHECK(sum(levels) >= box.bound);
          if (FinerOrSame(levels, gone)) done.insert(node);
        }
      }
      boxes.AddWithout(box, PackedLevels(gone), sum);
    }
    CHECK(boxes.complete());
    CHECK(done.size() == lattice.size());
    CHECK(std::set(done.begin(), done.end()).size() == lattice.size());
  }
}

TEST_CASE("NodeBoxes: no more than allowed, and says that some are lost") {
  const Lattice lattice(Levels(8, 0), Levels(8, 5));
  NodeBoxes boxes(lattice, 100);
  std::size_t taken = 0;
  while (!boxes.empty()) {
    CHECK(boxes.size() <= 100);
    const NodeBox box = boxes.Take();
    ++taken;
    boxes.AddWithout(box, box.least, [](const Levels& levels) {
      return static_cast<double>(levels[0]);
    });
  }
  CHECK_FALSE(boxes.complete());
  CHECK(taken > 100);
  CHECK(taken < 100 * 8 * 5);
}

TEST_CASE("Best effort: a space beyond all counting takes its whole budget") {
  // Twenty columns of six labels: 3^20 nodes.
  const test::TempDir directory;
  const Hierarchies h = MakeHierarchies(directory);
  SeededRandom random(85);
  ClassCounterOptions options;
  CodedRows rows;
  std::vector<std::vector<std::uint32_t>> columns(20);
  Goal goal;
  goal.models = {KAnonymity(3)};
  goal.suppression_limit = *Ratio::Create(1, 10);
  for (auto& column : columns) {
    options.quasi_identifiers.push_back(
        fmt::format("q{}", options.quasi_identifiers.size()));
    for (int r = 0; r < 100; ++r) {
      column.push_back(static_cast<std::uint32_t>(random.Below(6)));
    }
    rows.quasi_identifiers.emplace_back(column);
    goal.attributes.push_back({.hierarchy = h[0].get()});
  }
  rows.rows = 100;
  ClassCounter counter(options);
  REQUIRE(counter.Add(rows).ok());
  const Classes classes = std::move(counter).Finish();
  for (const std::string name : {"loss", "discernibility"}) {
    CAPTURE(name);
    goal.objective.name = name;
    double last = 1e300;
    for (const std::int64_t evaluations : {1, 30, 1000}) {
      SearchBudget budget;
      budget.evaluations = evaluations;
      const auto result = Solve(classes, goal, budget);
      REQUIRE(result.ok());
      CHECK(result->satisfied);
      CHECK_FALSE(result->optimal);
      CHECK(result->nodes_evaluated == evaluations);
      CHECK(result->best.cost <= last);
      last = result->best.cost;
    }
  }
}

}  // namespace
}  // namespace anon
