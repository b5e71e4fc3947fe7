// SPDX-License-Identifier: Apache-2.0
//
// Attackers by brute force: one who lists every way to give people the released
// values and runs the search on each, and one who lists every table that could
// be behind a release.
#include "anon/solve/minimality.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>

#include "anon/model/distinct_l_diversity.h"
#include "anon/model/entropy_l_diversity.h"
#include "anon/model/k_anonymity.h"
#include "anon/model/t_closeness_equal.h"
#include "anon/solve/solution.h"
#include "anon/transform/load_hierarchy.h"
#include "solve/adult.h"
#include "support/support.h"

namespace anon {
namespace {

using Hierarchies = std::vector<std::shared_ptr<const Hierarchy>>;
using Column = std::vector<std::uint32_t>;

Hierarchies MakeHierarchies(const test::TempDir& directory) {
  const std::string files[] = {"0;a;*\n1;a;*\n2;b;*\n3;b;*\n", "0;*\n1;*\n"};
  Hierarchies hierarchies;
  for (const std::string& text : files) {
    const auto path = test::Write(
        directory / ("h" + std::to_string(hierarchies.size())), text);
    hierarchies.push_back(*LoadHierarchy(path));
  }
  return hierarchies;
}

Classes Count(const std::vector<Column>& columns, const Column& values) {
  ClassCounterOptions options;
  for (std::size_t q = 0; q < columns.size(); ++q) {
    options.quasi_identifiers.push_back(std::string(1, char('a' + char(q))));
  }
  options.sensitive_attributes = {"s"};
  ClassCounter counter(options);
  CodedRows coded;
  for (const auto& column : columns) coded.quasi_identifiers.push_back(column);
  coded.sensitive_attributes = {values};
  coded.rows = values.size();
  REQUIRE(counter.Add(coded).ok());
  return std::move(counter).Finish();
}

std::string_view Letter(std::uint32_t code) {
  return std::string_view("xyz").substr(code, 1);
}

Goal GoalOf(const Hierarchies& h) {
  Goal goal;
  for (const auto& hierarchy : h) {
    goal.attributes.push_back({.hierarchy = hierarchy.get()});
  }
  goal.context.sensitive["s"].label = Letter;
  return goal;
}

// What a release shows of one person: the class, or nothing.
using Tuple = std::vector<std::uint32_t>;

struct Release {
  std::vector<std::size_t> levels;
  std::vector<Tuple> tuples;  // [row]; empty: suppressed
};

Tuple TupleAt(const std::vector<Column>& columns, std::size_t row,
              const std::vector<std::size_t>& levels, const Goal& goal) {
  Tuple tuple;
  for (std::size_t q = 0; q < columns.size(); ++q) {
    tuple.push_back(goal.attributes[q].hierarchy->Generalize(columns[q][row], 0,
                                                             levels[q]));
  }
  return tuple;
}

Release ReleaseAt(const std::vector<Column>& columns, const Column& values,
                  const Goal& goal, const std::vector<std::size_t>& levels) {
  const Classes classes = Count(columns, values);
  const auto own = AtLevels(classes, goal.attributes, levels);
  REQUIRE(own.ok());
  const auto solution = SolveFixedLevels(*own, goal.models, goal.context);
  REQUIRE(solution.ok());
  Release release{.levels = levels, .tuples = {}};
  for (std::size_t r = 0; r < values.size(); ++r) {
    Tuple tuple = TupleAt(columns, r, levels, goal);
    if (!solution->kept[*own->Find(tuple)]) tuple.clear();
    release.tuples.push_back(tuple);
  }
  return release;
}

// Cost and admissibility of one node, by the library's own search with nothing
// to choose from.
SearchResult NodeOf(const Classes& classes, const Goal& goal,
                    const std::vector<std::size_t>& levels) {
  const auto own = AtLevels(classes, goal.attributes, levels);
  Goal one = goal;
  for (std::size_t q = 0; q < levels.size(); ++q) {
    one.attributes[q].counted_level = levels[q];
    one.attributes[q].most = levels[q];
  }
  const auto result = Solve(*own, one);
  REQUIRE(result.ok());
  return *result;
}

// Whether no node one level finer is better than the one at `levels`.
bool NoFinerIsBetter(const Classes& classes, const Goal& goal,
                     const std::vector<std::size_t>& levels) {
  const SearchResult here = NodeOf(classes, goal, levels);
  for (std::size_t q = 0; q < levels.size(); ++q) {
    if (levels[q] == 0) continue;
    std::vector<std::size_t> finer = levels;
    --finer[q];
    const SearchResult node = NodeOf(classes, goal, finer);
    // Of equal ones the finer is taken.
    if (node.satisfied && node.best.cost <= here.best.cost) return false;
  }
  return true;
}

struct Table {
  std::vector<Column> columns;
  Column values;
};

Table RandomTable(test::SeededRandom& random, const Hierarchies& h,
                  std::size_t rows) {
  Table table;
  table.columns.resize(h.size());
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t q = 0; q < h.size(); ++q) {
      table.columns[q].push_back(
          static_cast<std::uint32_t>(random.Below(h[q]->size(0))));
    }
    // Values that go with the first attribute, mostly.
    table.values.push_back(static_cast<std::uint32_t>(
        random.Below(3) == 0 ? random.Below(3) : table.columns[0].back() % 2));
  }
  return table;
}

Goal RandomGoal(test::SeededRandom& random, const Hierarchies& h) {
  Goal goal = GoalOf(h);
  if (random.Below(2) == 0) goal.models = {KAnonymity(2)};
  switch (random.Below(3)) {
    case 0:
      goal.models.push_back(DistinctLDiversity("s", 2));
      break;
    case 1:
      goal.models.push_back(EntropyLDiversity("s", *Ratio::Create(3, 2)));
      break;
    default:
      goal.models.push_back(TClosenessEqual("s", *Ratio::Create(2, 5)));
      break;
  }
  const std::int64_t percents[] = {0, 0, 20, 40};
  goal.suppression_limit = *Ratio::Create(percents[random.Below(4)], 100);
  goal.against_release = random.Below(2) == 0;
  return goal;
}

// Calls visit(values) for every way to give the rows of each released class its
// values; the suppressed keep theirs.
template <typename Visit>
void ForEachWorld(const Release& release, const Column& values,
                  const Visit& visit) {
  std::map<Tuple, std::vector<std::size_t>> members;
  for (std::size_t r = 0; r < values.size(); ++r) {
    if (!release.tuples[r].empty()) members[release.tuples[r]].push_back(r);
  }
  std::vector<std::vector<std::size_t>> classes;
  std::vector<Column> given;
  for (const auto& [tuple, rows] : members) {
    classes.push_back(rows);
    Column& own = given.emplace_back();
    for (const std::size_t r : rows) own.push_back(values[r]);
    std::ranges::sort(own);
  }
  for (;;) {
    Column world = values;
    for (std::size_t c = 0; c < classes.size(); ++c) {
      for (std::size_t n = 0; n < classes[c].size(); ++n) {
        world[classes[c][n]] = given[c][n];
      }
    }
    visit(world);
    std::size_t c = 0;
    while (c < given.size() && !std::ranges::next_permutation(given[c]).found) {
      ++c;  // it is sorted again
    }
    if (c == given.size()) return;
  }
}

// [value of the surest guess] over the worlds that `agrees` with.
template <typename Agrees>
double SurestGuess(const Release& release, const Column& values,
                   const Agrees& agrees) {
  std::vector<std::map<std::uint32_t, double>> seen(values.size());
  double worlds = 0;
  ForEachWorld(release, values, [&](const Column& world) {
    if (!agrees(world)) return;
    ++worlds;
    for (std::size_t r = 0; r < world.size(); ++r) ++seen[r][world[r]];
  });
  REQUIRE(worlds > 0);  // the true one
  double surest = 0;
  for (std::size_t r = 0; r < values.size(); ++r) {
    if (release.tuples[r].empty()) continue;
    for (const auto& [value, count] : seen[r]) {
      surest = std::max(surest, count / worlds);
    }
  }
  return surest;
}

TEST_CASE(
    "CheckMinimality: nobody who lists all worlds is surer than it says") {
  const test::TempDir directory;
  const Hierarchies h = MakeHierarchies(directory);
  test::SeededRandom random(61);
  int by_sizes = 0;
  int open = 0;
  int learned = 0;  // the attacker is surer than the frequency
  for (int trial = 0; trial < 150; ++trial) {
    const Table table = RandomTable(random, h, 5 + random.Below(4));
    const Goal goal = RandomGoal(random, h);
    const Classes classes = Count(table.columns, table.values);
    Goal known = goal;
    known.context.sensitive["s"].reference = *CountValues(classes, "s", Letter);
    const auto found = Solve(classes, known);
    REQUIRE_MESSAGE(found.ok(), Message(found.status()));
    if (!found->satisfied || found->best.classes == 0) continue;
    CAPTURE(trial);
    CAPTURE(goal.models.back()->name());
    const auto told = CheckMinimality(classes, known, *found);
    REQUIRE_MESSAGE(told.ok(), Message(told.status()));
    SearchResult unproven = *found;
    unproven.optimal = false;
    CHECK(CheckMinimality(classes, known, unproven)->guesses.empty());
    const Release release =
        ReleaseAt(table.columns, table.values, known, found->best.levels);
    const double blind =
        SurestGuess(release, table.values, [](const Column&) { return true; });
    if (goal.against_release) {
      CHECK(told->guesses.at(0).frequency == doctest::Approx(blind));
    }
    if (told->by_sizes) {
      ++by_sizes;
      // Against the whole search.
      const double sure =
          SurestGuess(release, table.values, [&](const Column& world) {
            const auto again = Solve(Count(table.columns, world), known);
            return again->best.levels == found->best.levels;
          });
      CHECK(sure == doctest::Approx(blind));
      CHECK(told->guesses.at(0).confidence == told->guesses.at(0).frequency);
      continue;
    }
    if (!goal.against_release) continue;
    open += told->open_nodes > 0 ? 1 : 0;
    double worlds = 0;
    double agreeing = 0;
    const double sure =
        SurestGuess(release, table.values, [&](const Column& world) {
          ++worlds;
          const bool agrees = NoFinerIsBetter(Count(table.columns, world),
                                              known, found->best.levels);
          agreeing += agrees ? 1 : 0;
          return agrees;
        });
    CHECK(sure <= told->guesses.at(0).confidence + 1e-9);
    CHECK(agreeing / worlds >= told->chance - 1e-9);
    learned += sure > blind + 1e-9 ? 1 : 0;
  }
  CHECK(by_sizes > 10);
  CHECK(open > 10);
  CHECK(learned > 5);
}

TEST_CASE("CheckMinimality: the example of its essay gives two people away") {
  // Ages 0 (two people, both x) and 1 (five, none x): only one year can have
  // failed alone.
  const test::TempDir directory;
  const auto h = *LoadHierarchy(test::Write(directory / "h", "0;*\n1;*\n"));
  Goal goal = GoalOf({h});
  goal.models = {DistinctLDiversity("s", 2)};
  const Table table{.columns = {{0, 0, 1, 1, 1, 1, 1}},
                    .values = {0, 0, 1, 1, 1, 2, 2}};
  const Classes classes = Count(table.columns, table.values);
  const auto found = Solve(classes, goal);
  REQUIRE(found.ok());
  CHECK(found->best.levels == std::vector<std::size_t>{1});
  const auto told = CheckMinimality(classes, goal, *found);
  REQUIRE(told.ok());
  CHECK_FALSE(told->by_sizes);
  CHECK(told->finer_nodes == 1);
  CHECK(told->open_nodes == 1);
  CHECK(told->guesses.at(0).frequency == doctest::Approx(3 / 7.0));
  // Two of seven with the same value: (1 + 3 + 1) of 21 ways.
  CHECK(told->chance == doctest::Approx(5 / 21.0));
  CHECK(told->guesses.at(0).confidence == 1);
}

TEST_CASE(
    "CheckMinimality: one class of many that may be to blame gives little "
    "away") {
  // Twelve pairs of years with three and four people; of the seven of a pair
  // three have x, two y, two z. In one pair all x are of one year.
  const test::TempDir directory;
  std::string text;
  Column years;
  Column values;
  for (std::uint32_t pair = 0; pair < 12; ++pair) {
    const std::string name = std::to_string(pair);
    text += name + "a;" + name + ";*\n" + name + "b;" + name + ";*\n";
    const Column own =
        pair == 5 ? Column{0, 0, 0, 1, 1, 2, 2} : Column{0, 1, 2, 0, 1, 0, 2};
    for (std::uint32_t n = 0; n < 7; ++n) {
      years.push_back(2 * pair + (n < 3 ? 0 : 1));
      values.push_back(own[n]);
    }
  }
  const auto h = *LoadHierarchy(test::Write(directory / "h", text));
  Goal goal = GoalOf({h});
  goal.models = {KAnonymity(2), DistinctLDiversity("s", 2)};
  const Classes classes = Count({years}, values);
  const auto found = Solve(classes, goal);
  REQUIRE(found.ok());
  CHECK(found->best.levels == std::vector<std::size_t>{1});
  const auto told = CheckMinimality(classes, goal, *found);
  REQUIRE(told.ok());
  // All ways to give one pair its values, and the other eleven by chance: the
  // first person has x, given that some year of some pair has nothing else.
  double ways = 0;
  double fine = 0;
  double fine_and_x = 0;
  double x = 0;
  Column own = {0, 0, 0, 1, 1, 2, 2};
  do {
    ++ways;
    x += own[0] == 0 ? 1 : 0;
    if (own[0] == own[1] && own[0] == own[2]) continue;
    ++fine;
    fine_and_x += own[0] == 0 ? 1 : 0;
  } while (std::ranges::next_permutation(own).found);
  const double others = std::pow(fine / ways, 11);
  const double sure =
      (x / ways - fine_and_x / ways * others) / (1 - fine / ways * others);
  CHECK(told->guesses.at(0).frequency == doctest::Approx(x / ways));
  CHECK(sure > told->guesses.at(0).frequency);
  CHECK(told->guesses.at(0).confidence >= sure);
  CHECK(told->guesses.at(0).confidence < 0.6);
  CHECK(told->chance <= 1 - fine / ways * others + 1e-12);
}

// The finer labels of one class in one attribute, as a multiset.
using FinerCounts = std::map<std::uint32_t, int>;

TEST_CASE("CheckMinimality: nobody who lists all tables downcodes more") {
  const test::TempDir directory;
  const Hierarchies h = MakeHierarchies(directory);
  test::SeededRandom random(62);
  int some = 0;
  int none = 0;
  for (int trial = 0; trial < 40; ++trial) {
    const std::size_t rows = 3 + random.Below(3);
    const Table table = RandomTable(random, h, rows);
    Goal goal = GoalOf(h);
    goal.models = {KAnonymity(2)};
    goal.suppression_limit = *Ratio::Create(random.Below(2) == 0 ? 0 : 40, 100);
    const Classes classes = Count(table.columns, table.values);
    const auto found = Solve(classes, goal);
    REQUIRE(found.ok());
    if (!found->satisfied) continue;
    const std::vector<std::size_t>& levels = found->best.levels;
    const auto told = CheckMinimality(classes, goal, *found);
    REQUIRE(told.ok());
    CHECK(told->by_sizes);
    const auto shown = [&](const Table& t) {
      std::map<Tuple, int> counts;
      for (const Tuple& tuple :
           ReleaseAt(t.columns, t.values, goal, levels).tuples) {
        ++counts[tuple];
      }
      return counts;
    };
    const auto release = shown(table);
    // [class, attribute]: what its finer labels could be.
    std::map<std::pair<Tuple, std::size_t>, std::set<FinerCounts>> possible;
    Column cells(rows, 0);  // ascending: order says nothing
    for (;;) {
      Table other = table;
      for (std::size_t r = 0; r < rows; ++r) {
        other.columns[0][r] = cells[r] / 2;
        other.columns[1][r] = cells[r] % 2;
      }
      if (shown(other) == release &&
          NoFinerIsBetter(Count(other.columns, other.values), goal, levels)) {
        std::map<std::pair<Tuple, std::size_t>, FinerCounts> finer;
        for (std::size_t r = 0; r < rows; ++r) {
          const Tuple tuple = TupleAt(other.columns, r, levels, goal);
          for (std::size_t q = 0; q < 2; ++q) {
            if (levels[q] == 0) continue;
            ++finer[{tuple, q}]
                   [h[q]->Generalize(other.columns[q][r], 0, levels[q] - 1)];
          }
        }
        for (const auto& [at, counts] : finer) possible[at].insert(counts);
      }
      std::size_t r = rows;
      while (r > 0 && cells[r - 1] == 7) --r;
      if (r == 0) break;
      std::fill(cells.begin() + static_cast<std::ptrdiff_t>(r) - 1, cells.end(),
                cells[r - 1] + 1);
    }
    std::int64_t downcoded = 0;
    for (const auto& [shown_tuple, people] : release) {
      const Tuple& tuple = shown_tuple;
      if (tuple.empty()) continue;
      const bool known = std::ranges::any_of(
          std::vector<std::size_t>{0, 1}, [&](std::size_t q) {
            return levels[q] > 0 && possible[{tuple, q}].size() == 1;
          });
      if (known) downcoded += people;
    }
    CAPTURE(trial);
    CHECK(downcoded <= told->downcoded);
    some += downcoded > 0 ? 1 : 0;
    none += told->downcoded == 0 ? 1 : 0;
  }
  CHECK(some > 0);
  CHECK(none > 0);
}

TEST_CASE("CheckMinimality: of rounds, what earlier ones list is ruled out") {
  const test::TempDir directory;
  const Hierarchies h = {
      *LoadHierarchy(test::Write(directory / "a",
                                 "0;a;*\n1;a;*\n2;b;*\n3;b;*\n4;c;*\n5;c;*\n")),
      *LoadHierarchy(
          test::Write(directory / "b", "0;x;*\n1;x;*\n2;y;*\n3;y;*\n"))};
  test::SeededRandom random(63);
  int several = 0;
  int some = 0;
  for (int trial = 0; trial < 1000; ++trial) {
    const Table table = RandomTable(random, h, 20 + random.Below(30));
    Goal goal = GoalOf(h);
    goal.models = {KAnonymity(static_cast<std::int64_t>(2 + random.Below(3)))};
    if (random.Below(2) == 0) {
      goal.models.push_back(DistinctLDiversity("s", 2));
    }
    goal.suppression_limit = *Ratio::Create(10, 100);
    const Classes classes = Count(table.columns, table.values);
    const auto found = Solve(classes, RecodingGoal{goal});
    REQUIRE(found.ok());
    if (!found->satisfied) continue;
    const auto told = CheckMinimality(classes, goal, *found);
    REQUIRE(told.ok());
    // Cell by cell: a round lists the tuples of its rows.
    const std::size_t rounds = found->rounds.size();
    std::vector<std::set<Tuple>> listed(rounds);
    std::vector<std::size_t> round_of(table.values.size(), rounds);
    for (std::size_t r = 0; r < round_of.size(); ++r) {
      const Tuple cell = {table.columns[0][r], table.columns[1][r]};
      round_of[r] =
          std::min<std::size_t>(found->round_of[*classes.Find(cell)], rounds);
      if (round_of[r] == rounds) continue;
      listed[round_of[r]].insert(
          TupleAt(table.columns, r, found->rounds[round_of[r]].levels, goal));
    }
    std::int64_t downcoded = 0;
    for (std::size_t r = 0; r < round_of.size(); ++r) {
      if (round_of[r] == rounds) continue;
      const auto& levels = found->rounds[round_of[r]].levels;
      const Tuple tuple = TupleAt(table.columns, r, levels, goal);
      std::vector<std::set<std::uint32_t>> left(2);
      for (std::uint32_t cell = 0; cell < 24; ++cell) {
        const std::vector<Column> one = {{cell / 4}, {cell % 4}};
        if (TupleAt(one, 0, levels, goal) != tuple) continue;
        bool free = true;
        for (std::size_t e = 0; e < round_of[r]; ++e) {
          free = free && !listed[e].contains(
                             TupleAt(one, 0, found->rounds[e].levels, goal));
        }
        for (std::size_t q = 0; free && q < 2; ++q) {
          if (levels[q] == 0) continue;
          left[q].insert(h[q]->Generalize(one[q][0], 0, levels[q] - 1));
        }
      }
      downcoded += left[0].size() == 1 || left[1].size() == 1 ? 1 : 0;
    }
    CAPTURE(trial);
    if (rounds <= 2) CHECK(told->downcoded == downcoded);
    CHECK(told->downcoded >= downcoded);
    CHECK(told->principals + found->suppressed ==
          static_cast<std::int64_t>(table.values.size()));
    several += rounds > 1 ? 1 : 0;
    some += downcoded > 0 ? 1 : 0;
  }
  CHECK(several > 20);
  CHECK(some > 3);
}

TEST_CASE("CheckMinimality: of Adult, sizes decide and little is given away") {
  ANON_REQUIRE_TEST_DATA(file, "data/adult/adult.csv");
  test::Adult adult = test::CountAdult(
      file.parent_path(),
      "sex age race marital-status education native-country workclass "
      "salary-class");
  adult.goal.suppression_limit = *Ratio::Create(5, 100);
  adult.goal.against_release = true;
  for (const PrivacyModels& models :
       {PrivacyModels{KAnonymity(5)},
        PrivacyModels{KAnonymity(5), DistinctLDiversity("occupation", 3)},
        PrivacyModels{KAnonymity(5),
                      EntropyLDiversity("occupation", std::int64_t{3})}}) {
    adult.goal.models = models;
    const auto found = Solve(*adult.classes, adult.goal);
    REQUIRE(found.ok());
    const auto told = CheckMinimality(*adult.classes, adult.goal, *found);
    REQUIRE(told.ok());
    if (told->by_sizes || told->open_nodes == 0) CHECK(told->downcoded == 0);
    CHECK(told->principals + found->best.suppressed == 30162);
    CHECK(told->guesses.at(0).frequency < 1.01);
    CHECK(told->guesses.at(0).confidence >= told->guesses.at(0).frequency);
    if (models.size() == 1) CHECK(told->by_sizes);
    MESSAGE(models.back()->name(), ": ", told->open_nodes, " of ",
            told->finer_nodes, " open, chance ", told->chance, ", ",
            told->guesses.at(0).frequency, " to ",
            told->guesses.at(0).confidence);
  }
  adult.goal.models = {KAnonymity(5)};
  const auto rounds = Solve(*adult.classes, RecodingGoal{adult.goal});
  REQUIRE(rounds.ok());
  const auto told = CheckMinimality(*adult.classes, adult.goal, *rounds);
  REQUIRE(told.ok());
  CHECK(told->by_sizes);
  CHECK(told->downcoded < told->principals / 100);
  MESSAGE("rounds: finer labels of ", told->downcoded, " of ",
          told->principals);
}

}  // namespace
}  // namespace anon
