// SPDX-License-Identifier: Apache-2.0
//
// Searches of tables whose labels take more than one word. Columns without a
// hierarchy, of high codes, make them wide.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "anon/solve/local_recoding.h"
#include "anon/solve/minimality.h"
#include "solve/class_arrays.h"
#include "solve/searched_table.h"
#include "support/support.h"

namespace anon::test {
namespace {

// Bits of the columns beside those of MakeHierarchies, which take 3, 2 and 1;
// and where these come to lie.
const std::vector<std::vector<unsigned>> kBeside = {
    {13, 13, 13, 13, 9},                          // one in the first word
    {13, 13, 13, 13, 12},                         // all in the second
    {13, 13, 13, 13, 13},                         // all in the first
    {13, 13, 13, 13, 13, 13, 13, 13, 9},          // beside many others
    {13, 13, 13, 13, 13, 13, 13, 13, 13},         // all but three words
    {13, 13, 13, 13, 13, 13, 13, 13, 9, 4, 3, 2}  // 128 bits
};

// `s` with columns beside it that say nothing, but for the last of them, which
// divides the table. As many bits as asked, or one.
Setting Beside(const Setting& s, const std::vector<unsigned>& bits,
               bool narrow) {
  SearchedRows rows = s.rows;
  Goal goal = s.goal;
  const std::vector<std::uint32_t>& divides = s.rows.columns[1];
  for (std::size_t f = 0; f < bits.size(); ++f) {
    const std::uint32_t high = narrow ? 1 : (1U << bits[f]) - 1;
    auto& column = rows.columns.emplace_back();
    for (const std::uint32_t code : divides) {
      const bool low = f + 1 == bits.size() && code == 3;
      column.push_back(low ? high - 1 : high);
    }
    goal.attributes.push_back({});
  }
  return {.rows = rows, .classes = rows.Count(), .goal = goal};
}

void CheckSame(const LatticeNode& a, const LatticeNode& b) {
  CHECK(a.levels == b.levels);
  CHECK(a.cost == b.cost);
  CHECK(a.suppressed == b.suppressed);
  CHECK(a.classes == b.classes);
}

void CheckSame(const SearchResult& a, const SearchResult& b) {
  CHECK(a.satisfied == b.satisfied);
  CHECK(a.optimal == b.optimal);
  CHECK(a.reason == b.reason);
  CHECK(a.nodes_evaluated == b.nodes_evaluated);
  CheckSame(a.best, b.best);
  REQUIRE(a.runners_up.size() == b.runners_up.size());
  for (std::size_t i = 0; i < a.runners_up.size(); ++i) {
    CheckSame(a.runners_up[i], b.runners_up[i]);
  }
  REQUIRE(a.pareto.size() == b.pareto.size());
  for (std::size_t i = 0; i < a.pareto.size(); ++i) {
    CheckSame(a.pareto[i], b.pareto[i]);
  }
}

TEST_CASE("Solve: the optimum of all nodes, of labels of 65 to 128 bits") {
  const TempDir directory;
  const Hierarchies h = MakeHierarchies(directory);
  SeededRandom random(61);
  int satisfied = 0;
  for (std::size_t trial = 0; trial < 120; ++trial) {
    const Setting s = RandomSetting(random, h);
    CAPTURE(trial);
    const auto& bits = kBeside[trial % kBeside.size()];
    satisfied += CheckOptimum(Beside(s, bits, false)) ? 1 : 0;
  }
  CHECK(satisfied > 40);
}

TEST_CASE("Solve: the front of all nodes, of labels of 65 to 128 bits") {
  const TempDir directory;
  const Hierarchies h = MakeHierarchies(directory);
  SeededRandom random(62);
  for (std::size_t trial = 0; trial < 30; ++trial) {
    const Setting s = RandomSetting(random, h);
    CAPTURE(trial);
    CheckFront(Beside(s, kBeside[trial % kBeside.size()], false));
  }
}

TEST_CASE("Solve: wide labels change nothing but their width") {
  const TempDir directory;
  const Hierarchies h = MakeHierarchies(directory);
  SeededRandom random(63);
  const SearchBudget budgets[] = {
      {}, {.exact_nodes = 1}, {.every_node = true}, {.memory = 200}};
  int satisfied = 0;
  for (std::size_t trial = 0; trial < 60; ++trial) {
    Setting s = RandomSetting(random, h);
    const std::string& name = s.goal.objective.name;
    // Both count the codes of columns without a hierarchy.
    if (name == "ambiguity" || name == "kl_divergence") s.goal.objective = {};
    const auto& bits = kBeside[trial % kBeside.size()];
    const Setting narrow = Beside(s, bits, true);
    const Setting wide = Beside(s, bits, false);
    CAPTURE(trial);
    for (const SearchBudget& budget : budgets) {
      const auto a = Solve(narrow.classes, narrow.goal, budget);
      const auto b = Solve(wide.classes, wide.goal, budget);
      REQUIRE(a.ok());
      REQUIRE(b.ok());
      CheckSame(*a, *b);
      satisfied += a->satisfied ? 1 : 0;
    }
  }
  CHECK(satisfied > 80);
}

TEST_CASE("Solve: rounds, and what they give away, whatever the width") {
  const TempDir directory;
  const Hierarchies h = MakeHierarchies(directory);
  SeededRandom random(64);
  int several = 0;
  for (std::size_t trial = 0; trial < 60; ++trial) {
    Setting s = RandomSetting(random, h);
    s.goal.objective = {};
    s.goal.suppression_limit = *Ratio::Create(1, 10);
    s.goal.models = {KAnonymity(2)};
    if (trial % 2 == 0) s.goal.models.push_back(DistinctLDiversity("s", 2));
    const auto& bits = kBeside[trial % kBeside.size()];
    const Setting narrow = Beside(s, bits, true);
    const Setting wide = Beside(s, bits, false);
    CAPTURE(trial);
    const auto a = Solve(narrow.classes, RecodingGoal{narrow.goal});
    const auto b = Solve(wide.classes, RecodingGoal{wide.goal});
    REQUIRE(a.ok());
    REQUIRE(b.ok());
    CHECK(a->satisfied == b->satisfied);
    CHECK(a->cost == b->cost);
    CHECK(a->suppressed == b->suppressed);
    CHECK(a->round_of == b->round_of);
    CHECK(a->nodes_evaluated == b->nodes_evaluated);
    several += a->rounds.size() > 1 ? 1 : 0;
    if (!a->satisfied) continue;
    const auto found_a = Solve(narrow.classes, narrow.goal);
    const auto found_b = Solve(wide.classes, wide.goal);
    REQUIRE(found_a.ok());
    REQUIRE(found_b.ok());
    if (!found_a->satisfied) continue;
    const auto told_a = CheckMinimality(narrow.classes, narrow.goal, *found_a);
    const auto told_b = CheckMinimality(wide.classes, wide.goal, *found_b);
    REQUIRE(told_a.ok());
    REQUIRE(told_b.ok());
    CHECK(told_a->by_sizes == told_b->by_sizes);
    CHECK(told_a->open_nodes == told_b->open_nodes);
    CHECK(told_a->chance == told_b->chance);
    CHECK(told_a->downcoded == told_b->downcoded);
  }
  CHECK(several > 5);
}

}  // namespace
}  // namespace anon::test
