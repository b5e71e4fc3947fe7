// SPDX-License-Identifier: Apache-2.0
//
// Every path of the class engine against sorting rows and counting.
#include <doctest/doctest.h>

#include <set>

#include "data/coded_table.h"

namespace anon {
namespace {

using test::CodedTable;
using test::TableShape;

void CheckTable(const CodedTable& table, std::size_t batch,
                ClassCounterOptions options, bool narrow = false) {
  const Classes classes =
      test::CountTable(table, std::move(options), batch, narrow);
  CHECK(test::Differences(classes, test::CountSlowly(table)) == 0);
  const std::set<Fingerprint> people(table.principals.begin(),
                                     table.principals.end());
  const std::set<Fingerprint> homes(table.groups.begin(), table.groups.end());
  if (people.empty()) {
    CHECK(classes.total_principals() == classes.total_records());
  } else {
    CHECK(classes.total_principals() == std::ssize(people));
  }
  CHECK(classes.total_groups() == std::ssize(homes));
  CHECK(classes.one_row_per_principal() ==
        (people.empty() || people.size() == table.rows));
}

TEST_CASE("Class engine: random tables of every kind") {
  test::SeededRandom random(21);
  for (int trial = 0; trial < 150; ++trial) {
    TableShape shape;
    shape.rows = random.Below(trial % 10 == 0 ? 6000 : 300);
    shape.quasi = random.Below(6);
    shape.sensitive = random.Below(4);
    const std::uint64_t codes[] = {1, 4, 300, 70'000, std::uint64_t{1} << 32};
    shape.codes = codes[random.Below(5)];
    shape.principals = random.Below(3) == 0;
    shape.groups = random.Below(3) == 0;
    shape.frequencies =
        !shape.principals && !shape.groups && random.Below(3) == 0;
    shape.weights = !shape.principals && random.Below(3) == 0;
    const CodedTable table = test::RandomCodedTable(random, shape);
    ClassCounterOptions options = test::OptionsFor(table);
    if (random.Below(2) == 0) options.radices.assign(shape.quasi, 5);
    CAPTURE(trial);
    CheckTable(table, 1 + random.Below(400), options, random.Below(2) == 0);
  }
}

TEST_CASE(
    "Class engine: no row, one row, one column, all equal, all distinct") {
  test::SeededRandom random(22);
  for (const std::size_t rows : {0, 1, 5000}) {
    CodedTable table = test::RandomCodedTable(
        random, {.rows = rows, .quasi = 1, .sensitive = 1, .codes = 9});
    CheckTable(table, 700, test::OptionsFor(table));
    table.quasi[0].assign(rows, 4294967295);
    CheckTable(table, 700, test::OptionsFor(table));
    for (std::uint32_t r = 0; r < rows; ++r) table.quasi[0][r] = r * 800'000;
    CheckTable(table, 700, test::OptionsFor(table), true);
    for (std::uint32_t r = 0; r < rows; ++r) table.quasi[0][r] = r;
    CheckTable(table, 64, test::OptionsFor(table), true);
  }
}

TEST_CASE("Class engine: 300 columns do not fit a key and are counted right") {
  test::SeededRandom random(23);
  for (const bool principals : {false, true}) {
    CodedTable table = test::RandomCodedTable(random, {.rows = 1500,
                                                       .quasi = 300,
                                                       .sensitive = 2,
                                                       .codes = 3,
                                                       .principals = principals,
                                                       .groups = principals});
    // The same rows again: classes of more than one.
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < 3000; ++i) rows.push_back(i % 1500);
    table = test::Rows(table, rows);
    CheckTable(table, 500, test::OptionsFor(table));
    CheckTable(table, 5000, test::OptionsFor(table), true);
  }
}

TEST_CASE("Class engine: codes that grow until keys no longer fit") {
  CodedTable table;
  table.rows = 4000;
  table.quasi.resize(3);
  table.sensitive.resize(1);
  for (std::uint32_t r = 0; r < table.rows; ++r) {
    const std::uint32_t wide = r < 3000 ? 1U << (r / 100) : 4294967295U;
    for (auto& column : table.quasi) column.push_back(wide - r % 2);
    table.sensitive[0].push_back(r % 7 * (r / 20));
  }
  CheckTable(table, 100, test::OptionsFor(table), true);
  for (std::uint64_t r = 0; r < table.rows; ++r) {
    table.principals.push_back({r % 900, r % 900 * 77777});
    table.groups.push_back({r % 200, r % 200 * 77777});
  }
  CheckTable(table, 100, test::OptionsFor(table));
}

TEST_CASE("Class engine: a million classes, any number of threads") {
  test::SeededRandom random(24);
  constexpr std::size_t kRows = 1'300'000;
  CodedTable table;
  table.rows = kRows;
  table.quasi.resize(2);
  table.sensitive.resize(1);
  for (std::uint32_t r = 0; r < kRows; ++r) {
    const std::uint32_t row = r < 1U << 20 ? r : r * 7 % (1U << 20);
    table.quasi[0].push_back(row >> 10);
    table.quasi[1].push_back((row & 1023) * 40'000);
    table.sensitive[0].push_back(r % 3);
  }
  std::string images[5];
  for (int threads = 1; threads <= 4; ++threads) {
    ClassCounterOptions options = test::OptionsFor(table);
    options.threads = threads;
    const Classes classes = test::CountTable(table, options, kRows);
    REQUIRE(classes.size() == 1U << 20);
    images[threads] = classes.SaveImage();
    CHECK(images[threads] == images[1]);
    std::int64_t records = 0;
    for (std::size_t i = 0; i < classes.size(); ++i) {
      records += classes.records(i);
    }
    CHECK(records == kRows);
    CHECK(classes.records(0) >= 1);
    CHECK(classes.code(1, 1) == 40'000);
  }
}

TEST_CASE("Class engine: threads give what one gives, dense and growing") {
  test::SeededRandom random(25);
  CodedTable table = test::RandomCodedTable(
      random, {.rows = 500'000, .quasi = 3, .sensitive = 2, .codes = 40});
  // A late code that no radix has room for.
  table.quasi[1][480'000] = 1000;
  table.sensitive[0][200'001] = 70'000;
  const test::Oracle oracle = test::CountSlowly(table);
  for (int threads = 1; threads <= 4; ++threads) {
    for (const std::size_t batch : {500'000, 300'000}) {
      ClassCounterOptions options = test::OptionsFor(table);
      options.threads = threads;
      const Classes classes = test::CountTable(table, options, batch, true);
      CHECK(test::Differences(classes, oracle) == 0);
    }
  }
}

TEST_CASE("Class engine: five rows of one person, in one class and in five") {
  CodedTable table;
  table.rows = 5;
  table.quasi = {{1, 1, 1, 1, 1}};
  table.sensitive = {{1, 2, 1, 2, 3}};
  table.principals.assign(5, {1, 2});
  table.groups.assign(5, {3, 4});
  CheckTable(table, 2, test::OptionsFor(table));
  table.quasi = {{1, 2, 3, 4, 5}};
  CheckTable(table, 2, test::OptionsFor(table));
  const Classes classes = test::CountTable(table, test::OptionsFor(table), 5);
  CHECK(classes.total_principals() == 1);
  CHECK(classes.total_groups() == 1);
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK(classes.principals(i) == 1);
    CHECK(classes.groups(i) == 1);
  }
}

absl::Status AddOnce(const CodedRows& rows) {
  ClassCounter counter(
      {.quasi_identifiers = {"q"}, .sensitive_attributes = {}});
  return counter.Add(rows);
}

TEST_CASE("ClassCounter: refuses rows that make no sense") {
  const std::vector<std::uint8_t> two{1, 2};
  const std::vector<std::int64_t> ones{1, 1};
  const std::vector<std::int64_t> negative{1, -1};
  const std::vector<std::int64_t> huge{INT64_MAX, 1};
  const std::vector<Fingerprint> one_person(2, {1, 1});
  const auto rows = [&] {
    CodedRows coded;
    coded.quasi_identifiers = {two};
    coded.rows = 2;
    return coded;
  };
  CodedRows good = rows();
  CHECK(AddOnce(good).ok());
  CodedRows short_column = rows();
  short_column.rows = 3;
  CHECK_FALSE(AddOnce(short_column).ok());
  CodedRows missing = rows();
  missing.quasi_identifiers.clear();
  CHECK_FALSE(AddOnce(missing).ok());
  CodedRows twice = rows();
  twice.frequencies = negative;
  CHECK_FALSE(AddOnce(twice).ok());
  twice.frequencies = huge;
  CHECK_FALSE(AddOnce(twice).ok());
  twice.frequencies = ones;
  CHECK(AddOnce(twice).ok());
  twice.principals = one_person;
  CHECK_FALSE(AddOnce(twice).ok());
  CodedRows weighted = rows();
  weighted.weights = negative;
  CHECK_FALSE(AddOnce(weighted).ok());
  weighted.weights = huge;
  CHECK_FALSE(AddOnce(weighted).ok());
  weighted.weights = ones;
  CHECK(AddOnce(weighted).ok());
  weighted.principals = one_person;
  CHECK_FALSE(AddOnce(weighted).ok());
}

TEST_CASE("ClassCounter: what is wrong with a row is said with its place") {
  const std::vector<std::uint8_t> codes{1, 2, 2};
  const std::vector<std::int64_t> lines{2, 4, 7};  // a field of two lines
  const std::vector<std::int64_t> ones{1, 1, 1};
  const std::vector<std::int64_t> negative{1, 1, -1};
  const std::vector<std::int64_t> huge{1, INT64_MAX, 1};
  const std::vector<Fingerprint> people{{1, 1}, {1, 2}, {1, 1}};
  CodedRows plain;
  plain.quasi_identifiers = {codes};
  plain.rows = 3;
  CodedRows rare = plain;
  rare.frequencies = negative;
  CodedRows many = plain;
  many.frequencies = huge;
  CodedRows against = plain;
  against.weights = negative;
  CodedRows heavy = plain;
  heavy.weights = huge;
  CodedRows twice = plain;
  twice.weights = ones;
  twice.principals = people;
  struct Wrong {
    CodedRows rows;
    std::string line;
    std::string what;
  };
  const std::vector<Wrong> all = {
      {rare, "7", "a frequency is less than 1"},
      {many, "4", "from here on frequencies or sampling weights add up"},
      {against, "7", "a sampling weight is negative"},
      {heavy, "4", "from here on frequencies or sampling weights add up"},
      {twice, "7", "a second record of one principal"}};
  for (Wrong wrong : all) {
    CAPTURE(wrong.what);
    CHECK(Message(AddOnce(wrong.rows)).starts_with(wrong.what));
    wrong.rows.source = "t.csv";
    wrong.rows.lines = lines;
    const absl::Status status = AddOnce(wrong.rows);
    CHECK(absl::IsDataLoss(status));
    CHECK(Message(status).starts_with("t.csv, line " + wrong.line + ": " +
                                      wrong.what));
  }
  plain.lines = std::span(lines).first(2);
  CHECK(absl::IsInvalidArgument(AddOnce(plain)));
}

TEST_CASE("ClassCounter: batches of different kinds are refused") {
  const std::vector<std::uint8_t> codes{1, 2};
  const std::vector<Fingerprint> people(2, {1, 1});
  CodedRows rows;
  rows.quasi_identifiers = {codes};
  rows.rows = 2;
  ClassCounter counter(
      {.quasi_identifiers = {"q"}, .sensitive_attributes = {}});
  CHECK(counter.Add(rows).ok());
  rows.principals = people;
  CHECK_FALSE(counter.Add(rows).ok());
}

TEST_CASE("ClassCounter: the budget holds on every path, to the class") {
  test::SeededRandom random(26);
  for (const std::size_t width : {1, 2, 40}) {
    CodedTable table;
    table.rows = 3000;
    table.quasi.assign(width, std::vector<std::uint32_t>(3000, 0));
    for (std::uint32_t r = 0; r < 3000; ++r) {
      table.quasi[0][r] = r % 1000 * 3'000'000;
    }
    for (const std::int64_t budget : {999, 1000}) {
      ClassCounterOptions options = test::OptionsFor(table);
      options.class_budget = budget;
      ClassCounter counter(options);
      CodedRows rows;
      for (const auto& column : table.quasi) {
        rows.quasi_identifiers.emplace_back(column);
      }
      rows.rows = table.rows;
      const absl::Status status = counter.Add(rows);
      CHECK(status.ok() == (budget == 1000));
      if (!status.ok()) {
        CHECK(Message(status).find("first of all q0 (1000 values)") !=
              std::string_view::npos);
      }
    }
  }
}

}  // namespace
}  // namespace anon
