// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "data/coded_table.h"

namespace anon {
namespace {

using test::CodedTable;
using test::TableShape;

// Equal classes have equal images.
void CheckSame(const Classes& a, const Classes& b) {
  CHECK(a.SaveImage() == b.SaveImage());
}

Classes CountAll(const CodedTable& table) {
  return test::CountTable(table, test::OptionsFor(table), 1000);
}

// Which part a row goes to: a matter of its principal and its group.
std::size_t PartOf(const CodedTable& table, std::size_t row, std::size_t parts,
                   test::SeededRandom& random) {
  if (!table.groups.empty()) return table.groups[row].high % parts;
  if (!table.principals.empty()) return table.principals[row].high % parts;
  return random.Below(parts);
}

TEST_CASE("Merge: random splits in random order give what one pass gives") {
  test::SeededRandom random(31);
  for (int trial = 0; trial < 60; ++trial) {
    TableShape shape;
    shape.rows = random.Below(500);
    shape.quasi = trial % 6 == 5 ? 100 : random.Below(5);
    shape.sensitive = random.Below(3);
    const std::uint64_t codes[] = {2, 4, 300, std::uint64_t{1} << 32};
    shape.codes = codes[random.Below(4)];
    shape.principals = random.Below(2) == 0;
    shape.groups = random.Below(3) == 0;
    shape.weights = !shape.principals && random.Below(2) == 0;
    CodedTable table = test::RandomCodedTable(random, shape);
    // A person has one home here, or no split would respect both.
    for (std::size_t r = 0; shape.groups && shape.principals && r < table.rows;
         ++r) {
      table.groups[r] = {table.principals[r].high / 2,
                         table.principals[r].high / 2};
    }
    const std::size_t parts = 1 + random.Below(5);
    std::vector<std::vector<std::size_t>> rows(parts);
    for (std::size_t r = 0; r < table.rows; ++r) {
      rows[PartOf(table, r, parts, random)].push_back(r);
    }
    std::vector<Classes> counted;
    std::vector<const Classes*> pointers;
    for (auto& part : rows) {
      for (std::size_t i = part.size(); i > 1; --i) {
        std::swap(part[i - 1], part[random.Below(i)]);
      }
      counted.push_back(CountAll(test::Rows(table, part)));
    }
    for (const Classes& part : counted) pointers.push_back(&part);
    for (std::size_t i = parts; i > 1; --i) {
      std::swap(pointers[i - 1], pointers[random.Below(i)]);
    }
    const auto merged = Classes::Merge(pointers);
    REQUIRE(merged.ok());
    CAPTURE(trial);
    const Classes whole = CountAll(table);
    CheckSame(*merged, whole);
    for (std::size_t s = 0; s < shape.sensitive; ++s) {
      CHECK(std::ranges::equal(merged->table_histogram(s),
                               whole.table_histogram(s)));
    }
    CHECK(test::Differences(*merged, test::CountSlowly(table)) == 0);
  }
}

TEST_CASE("Merge: nothing, other attributes and other kinds are refused") {
  test::SeededRandom random(32);
  CHECK_FALSE(Classes::Merge({}).ok());
  const Classes plain = CountAll(test::RandomCodedTable(random, {}));
  const Classes other = CountAll(test::RandomCodedTable(random, {.quasi = 2}));
  const Classes weighted =
      CountAll(test::RandomCodedTable(random, {.weights = true}));
  const std::vector<const Classes*> mixed{&plain, &other};
  CHECK_FALSE(Classes::Merge(mixed).ok());
  const std::vector<const Classes*> kinds{&plain, &weighted};
  CHECK_FALSE(Classes::Merge(kinds).ok());
}

// Gives rows coarser codes at random; empty maps leave an attribute as it is.
std::vector<std::vector<std::uint32_t>> Coarsen(test::SeededRandom& random,
                                                std::uint64_t codes,
                                                CodedTable& table) {
  std::vector<std::vector<std::uint32_t>> maps(table.quasi.size());
  for (std::size_t q = 0; q < maps.size(); ++q) {
    if (random.Below(3) == 0) continue;
    for (std::uint64_t c = 0; c < codes; ++c) {
      maps[q].push_back(
          static_cast<std::uint32_t>(random.Below(1 + random.Below(codes))));
    }
    for (auto& code : table.quasi[q]) code = maps[q][code];
  }
  return maps;
}

TEST_CASE("RollUp: gives what counting the coarser rows gives") {
  test::SeededRandom random(33);
  for (int trial = 0; trial < 60; ++trial) {
    TableShape shape;
    shape.rows = random.Below(600);
    shape.quasi = trial % 6 == 5 ? 80 : random.Below(5);
    shape.sensitive = random.Below(3);
    shape.codes = trial % 2 == 0 ? 8 : 300;
    shape.frequencies = random.Below(3) == 0;
    shape.weights = random.Below(3) == 0;
    CodedTable table = test::RandomCodedTable(random, shape);
    const Classes fine = CountAll(table);
    auto maps = Coarsen(random, shape.codes, table);
    const auto coarse = fine.RollUp(maps);
    REQUIRE(coarse.ok());
    CAPTURE(trial);
    CheckSame(*coarse, CountAll(table));
  }
}

TEST_CASE("RollUp: with membership, people and households count once") {
  test::SeededRandom random(38);
  int people_met = 0;
  for (int trial = 0; trial < 80; ++trial) {
    TableShape shape;
    shape.rows = random.Below(400);
    shape.quasi = trial % 8 == 7 ? 80 : 1 + random.Below(4);
    shape.sensitive = random.Below(3);
    shape.codes = trial % 2 == 0 ? 6 : 300;
    shape.principals = trial % 3 != 0;
    shape.groups = trial % 3 != 1;
    CodedTable table = test::RandomCodedTable(random, shape);
    ClassCounterOptions options = test::OptionsFor(table);
    options.keep_membership = true;
    const Classes fine = test::CountTable(table, options, 100);
    CheckSame(fine, CountAll(table));
    auto maps = Coarsen(random, shape.codes, table);
    CAPTURE(trial);
    auto coarse = fine.RollUp(maps);
    REQUIRE(coarse.ok());
    CheckSame(*coarse, CountAll(table));
    for (std::size_t i = 0; i < fine.size(); ++i) {
      people_met += fine.principals(i) < fine.records(i) ? 1 : 0;
    }
    // And again, from what was rolled up.
    for (auto& map : maps) map.assign(shape.codes, 0);
    for (auto& column : table.quasi) std::ranges::fill(column, 0);
    const auto whole = coarse->RollUp(maps);
    REQUIRE(whole.ok());
    CheckSame(*whole, CountAll(table));
  }
  CHECK(people_met > 100);
}

std::vector<std::uint32_t> TupleAt(const CodedTable& table, std::size_t row) {
  std::vector<std::uint32_t> tuple;
  for (const auto& column : table.quasi) tuple.push_back(column[row]);
  return tuple;
}

// Whether `counts` are the distinct people of some rows by their value of the
// first sensitive attribute.
template <typename IsOf>
void CheckValues(const CodedTable& table, const std::vector<ValueCount>& counts,
                 const IsOf& is_of) {
  std::map<std::uint32_t, std::set<std::uint64_t>> people;
  for (std::size_t r = 0; r < table.rows; ++r) {
    if (!is_of(r)) continue;
    people[table.sensitive[0][r]].insert(
        table.principals.empty() ? r : table.principals[r].high);
  }
  std::vector<ValueCount> expected;
  for (const auto& [code, who] : people) {
    expected.push_back({code, static_cast<std::int64_t>(who.size())});
  }
  CHECK(counts == expected);
}

TEST_CASE("PrincipalsOf, ValuesOf: count people of several classes once") {
  test::SeededRandom random(39);
  for (int trial = 0; trial < 40; ++trial) {
    TableShape shape;
    shape.rows = 1 + random.Below(200);
    shape.principals = trial % 4 != 0;
    const CodedTable table = test::RandomCodedTable(random, shape);
    ClassCounterOptions options = test::OptionsFor(table);
    options.keep_membership = true;
    const Classes classes = test::CountTable(table, options, 100);
    std::vector<bool> chosen(classes.size());
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      chosen[i] = random.Below(2) == 0;
    }
    std::set<std::uint64_t> people;
    for (std::size_t r = 0; r < table.rows; ++r) {
      if (!chosen[*classes.Find(TupleAt(table, r))]) continue;
      people.insert(shape.principals ? table.principals[r].high : r);
    }
    CHECK(*classes.PrincipalsOf(chosen) ==
          static_cast<std::int64_t>(people.size()));
    CheckValues(table, classes.ValuesOf(chosen, 0), [&](std::size_t r) {
      return chosen[*classes.Find(TupleAt(table, r))];
    });
    const auto all = classes.table_histogram(0);
    CheckValues(table, {all.begin(), all.end()},
                [](std::size_t) { return true; });
    const Classes counts = CountAll(table);
    CHECK(counts.PrincipalsOf(chosen).ok() == counts.one_row_per_principal());
  }
}

TEST_CASE("RollUp: without membership would count twice, and is refused") {
  CodedTable table;
  table.rows = 2;
  table.quasi = {{0, 1}};
  table.principals = {{7, 7}, {7, 7}};
  const std::vector<std::vector<std::uint32_t>> maps{{0, 0}};
  const Classes two_rows = CountAll(table);
  CHECK_FALSE(two_rows.one_row_per_principal());
  CHECK(absl::IsFailedPrecondition(two_rows.RollUp(maps).status()));

  table.principals = {{7, 7}, {8, 8}};
  const Classes one_row = CountAll(table);
  const auto rolled = one_row.RollUp(maps);
  REQUIRE(rolled.ok());
  CHECK(rolled->principals(0) == 2);

  table.groups = {{1, 1}, {1, 1}};
  CHECK(absl::IsFailedPrecondition(CountAll(table).RollUp(maps).status()));
}

TEST_CASE("RollUp: a code without a place in its map is an error") {
  test::SeededRandom random(34);
  CodedTable table;
  table.rows = 2;
  table.quasi = {{0, 5}};
  const Classes classes = CountAll(table);
  const std::vector<std::vector<std::uint32_t>> maps{{0, 0}};
  CHECK_FALSE(classes.RollUp(maps).ok());
  CHECK_FALSE(classes.RollUp({}).ok());
}

TEST_CASE("Select: gives what counting the rows of the chosen classes gives") {
  test::SeededRandom random(35);
  for (int trial = 0; trial < 60; ++trial) {
    TableShape shape;
    shape.rows = random.Below(400);
    shape.quasi = trial % 6 == 5 ? 80 : 1 + random.Below(4);
    shape.sensitive = random.Below(3);
    shape.codes = trial % 2 == 0 ? 3 : 300;
    shape.weights = random.Below(3) == 0;
    const CodedTable table = test::RandomCodedTable(random, shape);
    const Classes all = CountAll(table);
    std::vector<bool> chosen(all.size());
    for (std::size_t i = 0; i < all.size(); ++i) chosen[i] = random.Below(2);
    std::vector<std::size_t> rows;
    for (std::size_t r = 0; r < table.rows; ++r) {
      std::vector<std::uint32_t> tuple;
      for (const auto& column : table.quasi) tuple.push_back(column[r]);
      if (chosen[*all.Find(tuple)]) rows.push_back(r);
    }
    const auto part = all.Select(chosen);
    REQUIRE(part.ok());
    CAPTURE(trial);
    const CodedTable same = test::Rows(table, rows);
    CHECK(test::Differences(*part, test::CountSlowly(same)) == 0);
    // Both halves make the whole again.
    chosen.flip();
    const auto rest = all.Select(chosen);
    REQUIRE(rest.ok());
    const std::vector<const Classes*> halves{&*part, &*rest};
    CheckSame(*Classes::Merge(halves), all);
  }
}

TEST_CASE("Select: refuses people in several classes, and a list too short") {
  CodedTable table;
  table.rows = 2;
  table.quasi = {{0, 1}};
  CHECK_FALSE(CountAll(table).Select({true}).ok());
  table.principals = {{7, 7}, {7, 7}};
  CHECK(absl::IsFailedPrecondition(
      CountAll(table).Select({true, false}).status()));
}

}  // namespace
}  // namespace anon
