// SPDX-License-Identifier: Apache-2.0
#include "anon/solve/solve.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <string>

#include "anon/io/csv.h"
#include "anon/model/delta_disclosure.h"
#include "anon/model/distinct_l_diversity.h"
#include "anon/model/entropy_l_diversity.h"
#include "anon/model/k_anonymity.h"
#include "anon/model/recursive_cl_diversity.h"
#include "anon/model/reidentification_risk.h"
#include "anon/model/t_closeness_equal.h"
#include "anon/solve/solution.h"
#include "anon/transform/load_hierarchy.h"
#include "solve/within_table.h"
#include "support/support.h"

namespace anon {
namespace {

using Hierarchies = std::vector<std::shared_ptr<const Hierarchy>>;

Hierarchies MakeHierarchies(const test::TempDir& directory) {
  const std::string files[] = {"0;a;*\n1;a;*\n2;b;*\n3;b;*\n4;b;*\n5;c;*\n",
                               "0;x;p;*\n1;x;p;*\n2;y;p;*\n3;z;q;*\n",
                               "0;*\n1;*\n"};
  Hierarchies hierarchies;
  for (const std::string& text : files) {
    const auto path = test::Write(
        directory / ("h" + std::to_string(hierarchies.size())), text);
    hierarchies.push_back(*LoadHierarchy(path));
  }
  return hierarchies;
}

// Correlated rows, so that there is something to find.
Classes RandomClasses(test::SeededRandom& random, const Hierarchies& h) {
  const std::size_t rows = 20 + random.Below(60);
  std::vector<std::vector<std::uint32_t>> columns(h.size());
  std::vector<std::uint32_t> values;
  for (std::size_t r = 0; r < rows; ++r) {
    const std::uint64_t base = random.Below(4);
    for (std::size_t q = 0; q < h.size(); ++q) {
      const std::uint64_t codes = h[q]->size(0);
      columns[q].push_back(static_cast<std::uint32_t>(
          random.Below(3) == 0 ? random.Below(codes) : base % codes));
    }
    values.push_back(static_cast<std::uint32_t>(random.Below(4)));
  }
  ClassCounter counter(
      {.quasi_identifiers = {"a", "b", "c"}, .sensitive_attributes = {"s"}});
  CodedRows coded;
  for (const auto& column : columns) coded.quasi_identifiers.push_back(column);
  coded.sensitive_attributes = {values};
  coded.rows = rows;
  REQUIRE(counter.Add(coded).ok());
  return std::move(counter).Finish();
}

PrivacyModels RandomModels(test::SeededRandom& random) {
  PrivacyModels models = {
      KAnonymity(static_cast<std::int64_t>(2 + random.Below(4)))};
  if (random.Below(4) == 0) {
    models.push_back(AverageReidentificationRisk(*Ratio::Create(1, 6)));
  }
  switch (random.Below(7)) {
    case 0:
      models.push_back(DistinctLDiversity("s", 2));
      break;
    case 1:
      models.push_back(EntropyLDiversity("s", std::int64_t{2}));
      break;
    case 2:
      models.push_back(RecursiveClDiversity("s", *Ratio::Create(2, 1), 2));
      break;
    case 3:
      models.push_back(TClosenessEqual("s", *Ratio::Create(1, 4)));
      break;
    case 4:
      models.push_back(AverageReidentificationRisk(*Ratio::Create(1, 6)));
      break;
    case 5:
      models.push_back(DeltaDisclosurePresent("s", *Ratio::Create(1, 2)));
      break;
    default:
      break;
  }
  return models;
}

bool DecidedClassByClass(const Goal& goal) {
  return std::ranges::all_of(goal.models, [&](const auto& model) {
    return model->class_by_class() &&
           !(goal.against_release && model->needs().distribution);
  });
}

// The slow way to look at one node: its own classes, all of the library's
// checks, and the objective measured on unpacked tuples.
struct Looked {
  bool satisfied = true;
  std::int64_t suppressed = 0;
  double cost = 0;
};

Looked Look(const Classes& classes, const Goal& goal,
            const std::vector<std::size_t>& levels,
            const Objective& objective) {
  const auto own = AtLevels(classes, goal.attributes, levels);
  REQUIRE(own.ok());
  const PrivacyModels models =
      goal.against_release
          ? goal.models
          : *internal::WithinTable(goal.models, classes, goal.context);
  const auto solution = SolveFixedLevels(*own, models, goal.context);
  REQUIRE(solution.ok());
  Looked looked;
  std::vector<std::uint64_t> tuples;
  std::vector<std::uint32_t> principals;
  std::vector<std::uint8_t> kept;
  std::vector<std::uint32_t> starts = {0};
  std::vector<ValueCount> cells;
  for (std::size_t i = 0; i < own->size(); ++i) {
    std::uint64_t tuple = 0;
    for (std::size_t q = 0; q < levels.size(); ++q) {
      tuple |= std::uint64_t{own->code(i, q)} << (8 * q);
    }
    tuples.push_back(tuple);
    principals.push_back(static_cast<std::uint32_t>(own->principals(i)));
    kept.push_back(solution->kept[i] ? 1 : 0);
    if (!solution->kept[i]) looked.suppressed += own->principals(i);
    const auto histogram = own->histogram(i, 0);
    cells.insert(cells.end(), histogram.begin(), histogram.end());
    starts.push_back(static_cast<std::uint32_t>(cells.size()));
  }
  looked.satisfied = looked.suppressed <=
                     goal.suppression_limit.FloorOf(classes.total_principals());
  ModelContext context = goal.context;
  context.standing = &solution->kept;
  for (const auto& model : models) {
    looked.satisfied =
        looked.satisfied && model->Judge(*own, context)->satisfied;
  }
  const std::vector<TupleField> fields = {{0, 255}, {8, 255}, {16, 255}};
  const std::vector<HistogramView> views = {{starts, cells}};
  looked.cost = objective.Measure({.levels = levels,
                                   .fields = fields,
                                   .tuples = tuples,
                                   .principals = principals,
                                   .kept = kept,
                                   .histograms = views,
                                   .suppressed = looked.suppressed});
  return looked;
}

// Calls visit(levels) for every node, by rising levels.
template <typename Visit>
void ForEachNode(const Goal& goal, const Visit& visit) {
  std::vector<std::size_t> levels;
  for (const SearchAttribute& a : goal.attributes) {
    levels.push_back(a.counted_level);
  }
  for (;;) {
    visit(levels);
    std::size_t q = levels.size();
    while (q-- > 0) {
      const SearchAttribute& a = goal.attributes[q];
      if (levels[q]++ < a.most.value_or(a.hierarchy->height())) break;
      levels[q] = a.counted_level;
      if (q == 0) return;
    }
  }
}

struct Setting {
  Classes classes;
  Goal goal;
};

Setting RandomSetting(test::SeededRandom& random, const Hierarchies& h) {
  Setting s{.classes = RandomClasses(random, h), .goal = {}};
  for (const auto& hierarchy : h) {
    s.goal.attributes.push_back({.hierarchy = hierarchy.get(),
                                 .weight = 1.0 + double(random.Below(2))});
  }
  if (random.Below(3) == 0) s.goal.attributes[1].most = 2;
  s.goal.models = RandomModels(random);
  s.goal.against_release = random.Below(2) == 0;
  const std::int64_t percents[] = {0, 5, 20, 100};
  s.goal.suppression_limit = *Ratio::Create(percents[random.Below(4)], 100);
  const std::vector<std::string> objectives = KnownObjectives();
  s.goal.objective.name = objectives[random.Below(objectives.size())];
  if (s.goal.objective.name == "classification") {
    s.goal.objective.attribute = "s";
  }
  if (s.goal.objective.name == "loss" || s.goal.objective.name == "precision") {
    const auto quarters = static_cast<std::int64_t>(random.Below(5));
    s.goal.objective.suppression_factor = *Ratio::Create(quarters, 4);
  }
  return s;
}

std::shared_ptr<const Objective> ObjectiveOf(const Setting& s) {
  std::vector<ObjectiveAttribute> attributes;
  for (const SearchAttribute& a : s.goal.attributes) {
    attributes.push_back({a.hierarchy, a.counted_level, a.weight});
  }
  return *MakeObjective(s.goal.objective, s.classes, attributes);
}

TEST_CASE("Solve: finds the optimum that evaluating every node finds") {
  const test::TempDir directory;
  const Hierarchies h = MakeHierarchies(directory);
  test::SeededRandom random(31);
  int satisfied = 0;
  for (int trial = 0; trial < 400; ++trial) {
    const Setting s = RandomSetting(random, h);
    const auto objective = ObjectiveOf(s);
    std::optional<Looked> best;
    std::size_t best_height = 0;
    std::vector<std::size_t> best_levels;
    std::int64_t least = s.classes.total_principals();
    ForEachNode(s.goal, [&](const std::vector<std::size_t>& levels) {
      const Looked looked = Look(s.classes, s.goal, levels, *objective);
      least = std::min(least, looked.suppressed);
      if (!looked.satisfied) return;
      const std::size_t height =
          std::accumulate(levels.begin(), levels.end(), std::size_t{0});
      if (!best || looked.cost < best->cost ||
          (looked.cost == best->cost && height < best_height)) {
        best = looked;
        best_height = height;
        best_levels = levels;
      }
    });
    const auto result = Solve(s.classes, s.goal);
    REQUIRE(result.ok());
    CAPTURE(trial);
    CAPTURE(s.goal.objective.name);
    CAPTURE(s.goal.models.back()->name());
    REQUIRE(result->satisfied == best.has_value());
    CHECK(result->optimal == best.has_value());
    if (!best) {
      CHECK_FALSE(result->reason.empty());
      // Where who is suppressed decides who else is, nodes that suppress too
      // many at first sight are not looked at again, but for the nearest.
      if (DecidedClassByClass(s.goal)) {
        CHECK(result->best.suppressed == least);
      } else {
        CHECK(result->best.suppressed >= least);
      }
      continue;
    }
    ++satisfied;
    CHECK(result->best.cost == doctest::Approx(best->cost).epsilon(1e-12));
    const Looked same =
        Look(s.classes, s.goal, result->best.levels, *objective);
    CHECK(same.satisfied);
    CHECK(same.suppressed == result->best.suppressed);
    // Sums in another order may differ in the last place.
    if (same.cost == best->cost) CHECK(result->best.levels == best_levels);
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

TEST_CASE("Solve: a space too large is searched by best effort, and says so") {
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
    CHECK_FALSE(fast->optimal);
    // Where none is found, all are looked at.
    CHECK(fast->satisfied == exact->satisfied);
    if (!fast->satisfied) continue;
    ++found;
    CHECK(exact->satisfied);
    CHECK(fast->best.cost >= exact->best.cost);
    same += fast->best.cost == exact->best.cost ? 1 : 0;
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
    CHECK(result->pareto.front().levels == result->best.levels);
    for (std::size_t i = 1; i < result->pareto.size(); ++i) {
      CHECK(result->pareto[i].cost >= result->pareto[i - 1].cost);
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
    const auto objective = ObjectiveOf(s);
    std::map<std::int64_t, double> cheapest;  // by people suppressed
    std::int64_t nodes = 0;
    ForEachNode(s.goal, [&](const std::vector<std::size_t>& levels) {
      ++nodes;
      const Looked looked = Look(s.classes, s.goal, levels, *objective);
      if (!looked.satisfied) return;
      const auto [at, fresh] = cheapest.emplace(looked.suppressed, looked.cost);
      if (!fresh) at->second = std::min(at->second, looked.cost);
    });
    const auto result = Solve(s.classes, s.goal, {.every_node = true});
    REQUIRE(result.ok());
    CAPTURE(trial);
    CHECK(result->nodes == nodes);
    CHECK(result->nodes_evaluated == nodes);
    REQUIRE(result->satisfied == !cheapest.empty());
    CHECK(result->optimal == result->satisfied);
    std::optional<double> last;
    // By rising suppression, each cheaper than all before; backwards.
    std::vector<std::pair<std::int64_t, double>> front;
    for (const auto& [suppressed, cost] : cheapest) {
      if (last && cost >= *last * (1 - 1e-12)) continue;
      last = cost;
      front.insert(front.begin(), {suppressed, cost});
    }
    // Sums in another order may differ in the last place, and make two of one.
    CHECK(result->pareto.size() >= front.size());
    for (const auto& [suppressed, cost] : front) {
      CHECK(std::ranges::any_of(result->pareto, [&](const LatticeNode& node) {
        return node.suppressed == suppressed &&
               node.cost == doctest::Approx(cost).epsilon(1e-12);
      }));
    }
    fronts += front.size() > 1 ? 1 : 0;
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
  // Eight columns of 300 values, 9 bits each, and a narrow one.
  ClassCounterOptions options;
  std::vector<std::uint32_t> codes;
  for (std::uint32_t i = 0; i < 300; ++i) codes.push_back(i);
  CodedRows rows;
  rows.rows = codes.size();
  const std::vector<std::uint32_t> one(codes.size(), 1);
  for (int q = 0; q < 9; ++q) {
    options.quasi_identifiers.push_back(fmt::format("q{}", q));
    rows.quasi_identifiers.emplace_back(q == 0 ? one : codes);
  }
  ClassCounter counter(options);
  REQUIRE(counter.Add(rows).ok());
  const Classes classes = std::move(counter).Finish();
  Goal goal;
  goal.models = {KAnonymity(2)};
  goal.attributes.resize(9);
  const auto result = Solve(classes, goal);
  CHECK(absl::IsInvalidArgument(result.status()));
  CHECK(Message(result.status()) ==
        "a search packs the labels of a record into 64 bits, and these "
        "quasi-identifiers need 73, the widest of them q1 (9), q2 (9), q3 (9), "
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
