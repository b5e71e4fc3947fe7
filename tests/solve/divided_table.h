// SPDX-License-Identifier: Apache-2.0
//
// Tables to divide, and whether what became of them holds.
#ifndef ANON_TESTS_SOLVE_DIVIDED_TABLE_H_
#define ANON_TESTS_SOLVE_DIVIDED_TABLE_H_

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "anon/model/distinct_l_diversity.h"
#include "anon/model/k_anonymity.h"
#include "anon/model/t_closeness_equal.h"
#include "anon/solve/mondrian.h"
#include "anon/transform/load_hierarchy.h"
#include "support/support.h"

namespace anon::test {

using Codes = std::vector<std::uint32_t>;

// Rows as columns of codes; the last column is a sensitive attribute if asked.
struct Rows {
  std::vector<Codes> columns;
  Codes sensitive;

  Classes Count() const {
    ClassCounterOptions options;
    for (std::size_t q = 0; q < columns.size(); ++q) {
      options.quasi_identifiers.push_back(fmt::format("q{}", q));
    }
    if (!sensitive.empty()) options.sensitive_attributes = {"s"};
    ClassCounter counter(options);
    CodedRows rows;
    for (const Codes& column : columns) {
      rows.quasi_identifiers.emplace_back(column);
    }
    if (!sensitive.empty()) rows.sensitive_attributes.emplace_back(sensitive);
    rows.rows = columns[0].size();
    REQUIRE(counter.Add(rows).ok());
    return std::move(counter).Finish();
  }
};

// A line whose code c is the number c.
inline MondrianAttribute Line(
    std::size_t size,
    MondrianAttribute::Kind kind = MondrianAttribute::Kind::kNumbers) {
  static const std::vector<std::string>* const names = [] {
    static std::vector<std::string> made;
    for (int i = 0; i < 100'000; ++i) made.push_back(std::to_string(i));
    return &made;
  }();
  MondrianAttribute a;
  a.kind = kind;
  for (std::size_t c = 0; c < size; ++c) {
    a.positions.emplace_back(Decimal(static_cast<std::int64_t>(c)));
  }
  a.label = [](std::uint32_t code) -> std::string_view {
    return (*names)[code];
  };
  return a;
}

inline std::shared_ptr<const Hierarchy> Tree(const std::string& csv) {
  TempDir dir;
  Write(dir.path() / "h.csv", csv);
  auto loaded = LoadHierarchy(dir.path() / "h.csv");
  REQUIRE_MESSAGE(loaded.ok(), Message(loaded.status()));
  return *loaded;
}

inline MondrianResult Divide(const Classes& classes, const MondrianGoal& goal,
                             const SearchBudget& budget = {}) {
  auto result = Solve(classes, goal, budget);
  REQUIRE_MESSAGE(result.ok(), Message(result.status()));
  return *std::move(result);
}

// People of every region, counted from where the classes went.
inline std::vector<std::int64_t> Recount(const Classes& classes,
                                         const Recoding& recoding) {
  std::vector<std::int64_t> people(recoding.size());
  std::map<std::size_t, std::int64_t> shared;
  for (const auto& share : recoding.shares) {
    people[share.region] += share.records;
    shared[share.of_class] += share.records;
  }
  REQUIRE(recoding.region_of.size() == classes.size());
  for (std::size_t i = 0; i < classes.size(); ++i) {
    if (recoding.region_of[i] == Recoding::kShared) {
      CHECK(shared[i] == classes.principals(i));
    } else {
      people[recoding.region_of[i]] += classes.principals(i);
    }
  }
  return people;
}

// A table, how it is to be divided, and what its regions must have.
struct DividedTable {
  Classes classes;
  MondrianGoal goal = {};
  std::shared_ptr<const Hierarchy> tree = nullptr;  // of the second attribute
  std::int64_t k = 0;
  bool diverse = false;  // models of the sensitive attribute, too
};

// Small and wide ones, strict and relaxed, with and without models of values.
class RandomTables {
 public:
  explicit RandomTables(std::uint64_t seed) : random_(seed) {
    std::string csv;
    for (int i = 0; i < 60; ++i) {
      csv += fmt::format("v{};m{};t{};*\n", i, i / 4, i / 20);
    }
    tree_ = Tree(csv);
  }

  DividedTable Next() {
    using Kind = MondrianAttribute::Kind;
    const int round = round_++;
    const std::size_t count = 50 + Below(400);
    const bool wide = round % 6 == 5;  // ranks above 16 bits
    Rows rows;
    rows.columns.resize(round % 3 == 2 ? 9 : 3);
    const std::uint32_t values[] = {wide ? 90'000u : 12u, 60, 5};
    for (std::size_t r = 0; r < count; ++r) {
      for (std::size_t q = 0; q < rows.columns.size(); ++q) {
        rows.columns[q].push_back(Below(q < 3 ? values[q] : 3));
      }
      rows.sensitive.push_back(Below(6) * Below(2));
    }
    DividedTable table{.classes = rows.Count(), .tree = tree_};
    table.k = 2 + Below(6);
    MondrianGoal& goal = table.goal;
    goal.models = {KAnonymity(table.k)};
    goal.relaxed = round % 4 == 3;
    table.diverse = !goal.relaxed && round % 2 == 1;
    if (table.diverse) {
      goal.models.push_back(DistinctLDiversity("s", 3));
      goal.models.push_back(TClosenessEqual("s", *Ratio::Create(1, 2)));
    }
    goal.attributes = {Line(values[0]),
                       {.kind = Kind::kTree, .tree = tree_.get()},
                       Line(5, Kind::kOrder)};
    while (goal.attributes.size() < rows.columns.size()) {
      goal.attributes.push_back(Line(3));
    }
    return table;
  }

 private:
  std::uint32_t Below(std::uint32_t n) {
    std::array<std::byte, 4> bytes{};
    random_.Fill(bytes);
    return std::bit_cast<std::uint32_t>(bytes) % n;
  }

  SeededRandom random_;
  std::shared_ptr<const Hierarchy> tree_;
  int round_ = 0;
};

// Every label is true of everyone who gets it.
inline void CheckLabels(const DividedTable& table, const Recoding& recoding) {
  const Classes& classes = table.classes;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    std::vector<std::uint32_t> regions;
    if (recoding.region_of[i] != Recoding::kShared) {
      regions.push_back(recoding.region_of[i]);
    }
    for (const auto& share : recoding.shares) {
      if (share.of_class == i) regions.push_back(share.region);
    }
    for (const std::uint32_t region : regions) {
      const auto covers = [&](std::size_t q) {
        return recoding.attributes[q].covers
            [recoding.regions[region * table.goal.attributes.size() + q]];
      };
      const std::uint32_t number = classes.code(i, 0);
      CHECK(std::stoul(covers(0)[0]) <= number);
      CHECK(number <= std::stoul(covers(0)[1]));
      const std::uint32_t leaf = classes.code(i, 1);
      const std::size_t level = std::stoul(covers(1)[0]);
      CHECK(recoding.label(region, 1) ==
            table.tree->label(level, table.tree->Generalize(leaf, 0, level)));
      CHECK(std::ranges::count(covers(2), std::to_string(classes.code(i, 2))) ==
            1);
    }
  }
}

// The sensitive values of every region, judged from scratch.
inline void CheckDiversity(const DividedTable& table,
                           const Recoding& recoding) {
  const Classes& classes = table.classes;
  std::vector<std::map<std::uint32_t, std::int64_t>> found(recoding.size());
  for (std::size_t i = 0; i < classes.size(); ++i) {
    for (const ValueCount& cell : classes.histogram(i, 0)) {
      found[recoding.region_of[i]][cell.code] += cell.principals;
    }
  }
  for (std::size_t r = 0; r < recoding.size(); ++r) {
    CHECK(found[r].size() >= 3);
    double distance = 0;
    for (const ValueCount& all : classes.table_histogram(0)) {
      distance += std::abs(static_cast<double>(found[r][all.code]) /
                               static_cast<double>(recoding.principals[r]) -
                           static_cast<double>(all.principals) /
                               static_cast<double>(classes.total_principals()));
    }
    CHECK(distance / 2 <= 0.5 + 1e-12);
  }
}

// No two regions are released as the same.
inline void CheckDistinct(const Recoding& recoding) {
  const auto width = static_cast<std::ptrdiff_t>(recoding.attributes.size());
  std::set<Codes> tuples;
  for (auto at = recoding.regions.begin(); at != recoding.regions.end();
       at += width) {
    tuples.emplace(at, at + width);
  }
  CHECK(tuples.size() == recoding.size());
}

inline void CheckRegions(const DividedTable& table,
                         const MondrianResult& result) {
  REQUIRE(result.satisfied);
  const Recoding& recoding = result.recoding;
  CHECK(Recount(table.classes, recoding) == recoding.principals);
  CHECK(std::ranges::min(recoding.principals) >= table.k);
  if (!table.goal.relaxed) CHECK(recoding.shares.empty());
  CheckDistinct(recoding);
  CheckLabels(table, recoding);
  if (table.diverse) CheckDiversity(table, recoding);
}

}  // namespace anon::test

#endif  // ANON_TESTS_SOLVE_DIVIDED_TABLE_H_
