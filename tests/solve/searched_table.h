// SPDX-License-Identifier: Apache-2.0
//
// Small tables to search, and the slow way to do it.
#ifndef ANON_TESTS_SOLVE_SEARCHED_TABLE_H_
#define ANON_TESTS_SOLVE_SEARCHED_TABLE_H_

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "anon/model/delta_disclosure.h"
#include "anon/model/distinct_l_diversity.h"
#include "anon/model/entropy_l_diversity.h"
#include "anon/model/k_anonymity.h"
#include "anon/model/recursive_cl_diversity.h"
#include "anon/model/reidentification_risk.h"
#include "anon/model/t_closeness_equal.h"
#include "anon/solve/solution.h"
#include "anon/solve/solve.h"
#include "anon/transform/load_hierarchy.h"
#include "solve/within_table.h"
#include "support/support.h"

namespace anon::test {

using Hierarchies = std::vector<std::shared_ptr<const Hierarchy>>;

inline Hierarchies MakeHierarchies(const TempDir& directory) {
  const std::string files[] = {"0;a;*\n1;a;*\n2;b;*\n3;b;*\n4;b;*\n5;c;*\n",
                               "0;x;p;*\n1;x;p;*\n2;y;p;*\n3;z;q;*\n",
                               "0;*\n1;*\n"};
  Hierarchies hierarchies;
  for (const std::string& text : files) {
    const auto path =
        Write(directory / ("h" + std::to_string(hierarchies.size())), text);
    hierarchies.push_back(*LoadHierarchy(path));
  }
  return hierarchies;
}

struct SearchedRows {
  std::vector<std::vector<std::uint32_t>> columns;
  std::vector<std::uint32_t> values;

  Classes Count() const {
    ClassCounterOptions options;
    CodedRows coded;
    for (const auto& column : columns) {
      options.quasi_identifiers.push_back(
          fmt::format("q{}", options.quasi_identifiers.size()));
      coded.quasi_identifiers.push_back(column);
    }
    options.sensitive_attributes = {"s"};
    coded.sensitive_attributes = {values};
    coded.rows = values.size();
    ClassCounter counter(options);
    REQUIRE(counter.Add(coded).ok());
    return std::move(counter).Finish();
  }
};

// Correlated rows, so that there is something to find.
inline SearchedRows RandomRows(SeededRandom& random, const Hierarchies& h) {
  const std::size_t rows = 20 + random.Below(60);
  SearchedRows made;
  made.columns.resize(h.size());
  for (std::size_t r = 0; r < rows; ++r) {
    const std::uint64_t base = random.Below(4);
    for (std::size_t q = 0; q < h.size(); ++q) {
      const std::uint64_t codes = h[q]->size(0);
      made.columns[q].push_back(static_cast<std::uint32_t>(
          random.Below(3) == 0 ? random.Below(codes) : base % codes));
    }
    made.values.push_back(static_cast<std::uint32_t>(random.Below(4)));
  }
  return made;
}

inline PrivacyModels RandomModels(SeededRandom& random) {
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

inline bool DecidedClassByClass(const Goal& goal) {
  return std::ranges::all_of(goal.models, [&](const auto& model) {
    return model->class_by_class() &&
           !(goal.against_release && model->needs().distribution);
  });
}

// The slow way to look at one node: its own classes, all of the library's
// checks, and the objective measured on unpacked tuples. `own` are the classes
// of the node, `classes` the counted ones.
struct Looked {
  bool satisfied = true;
  std::int64_t suppressed = 0;
  double cost = 0;
};

inline Looked LookAt(const Classes& own, const Classes& classes,
                     const Goal& goal, const std::vector<std::size_t>& levels,
                     const Objective& objective) {
  const PrivacyModels models =
      goal.against_release
          ? goal.models
          : *internal::WithinTable(goal.models, classes, goal.context);
  const auto solution = SolveFixedLevels(own, models, goal.context);
  REQUIRE(solution.ok());
  Looked looked;
  // A word for each code.
  std::vector<std::vector<std::uint64_t>> words(levels.size());
  std::vector<std::uint32_t> records;
  std::vector<std::uint8_t> kept;
  std::vector<std::uint32_t> starts = {0};
  std::vector<ValueCount> cells;
  for (std::size_t i = 0; i < own.size(); ++i) {
    for (std::size_t q = 0; q < levels.size(); ++q) {
      words[q].push_back(own.code(i, q));
    }
    records.push_back(static_cast<std::uint32_t>(own.records(i)));
    kept.push_back(solution->kept[i] ? 1 : 0);
    const auto histogram = own.histogram(i, 0);
    cells.insert(cells.end(), histogram.begin(), histogram.end());
    starts.push_back(static_cast<std::uint32_t>(cells.size()));
  }
  std::vector<bool> dropped = solution->kept;
  dropped.flip();
  looked.suppressed = *own.PrincipalsOf(dropped);
  looked.satisfied = looked.suppressed <=
                     goal.suppression_limit.FloorOf(classes.total_principals());
  ModelContext context = goal.context;
  context.standing = &solution->kept;
  for (const auto& model : models) {
    looked.satisfied =
        looked.satisfied && model->Judge(own, context)->satisfied;
  }
  std::vector<TupleField> fields;
  for (std::size_t q = 0; q < levels.size(); ++q) {
    fields.push_back({.mask = 0xFFFFFFFF, .word = q});
  }
  const std::vector<std::span<const std::uint64_t>> tuples(words.begin(),
                                                           words.end());
  const std::vector<HistogramView> views = {{starts, cells}};
  looked.cost = objective.Measure({.levels = levels,
                                   .fields = fields,
                                   .tuples = tuples,
                                   .records = records,
                                   .kept = kept,
                                   .histograms = views,
                                   .suppressed = solution->records_suppressed});
  return looked;
}

inline Looked Look(const Classes& classes, const Goal& goal,
                   const std::vector<std::size_t>& levels,
                   const Objective& objective) {
  const auto own = AtLevels(classes, goal.attributes, levels);
  REQUIRE(own.ok());
  return LookAt(*own, classes, goal, levels, objective);
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
      const bool stays = a.hierarchy == nullptr;
      if (!stays && levels[q]++ < a.most.value_or(a.hierarchy->height())) {
        break;
      }
      levels[q] = a.counted_level;
      if (q == 0) return;
    }
  }
}

struct Setting {
  SearchedRows rows;
  Classes classes;
  Goal goal;
};

inline Setting RandomSetting(SeededRandom& random, const Hierarchies& h) {
  SearchedRows rows = RandomRows(random, h);
  Setting s{.rows = rows, .classes = rows.Count(), .goal = {}};
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

inline std::shared_ptr<const Objective> ObjectiveOf(const Setting& s) {
  std::vector<ObjectiveAttribute> attributes;
  for (const SearchAttribute& a : s.goal.attributes) {
    attributes.push_back({a.hierarchy, a.counted_level, a.weight});
  }
  return *MakeObjective(s.goal.objective, s.classes, attributes);
}

// Whether what Solve finds is what looking at every node finds; returns
// whether there is a node that satisfies.
inline bool CheckOptimum(const Setting& s) {
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
    return false;
  }
  CHECK(result->best.cost == doctest::Approx(best->cost).epsilon(1e-12));
  const Looked same = Look(s.classes, s.goal, result->best.levels, *objective);
  CHECK(same.satisfied);
  CHECK(same.suppressed == result->best.suppressed);
  // Sums in another order may differ in the last place.
  if (same.cost == best->cost) CHECK(result->best.levels == best_levels);
  return true;
}

// Whether all nodes together give the front that looking at each gives;
// returns how long it is.
inline std::size_t CheckFront(const Setting& s) {
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
  return front.size();
}

}  // namespace anon::test

#endif  // ANON_TESTS_SOLVE_SEARCHED_TABLE_H_
