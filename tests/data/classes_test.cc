// SPDX-License-Identifier: Apache-2.0
#include "anon/data/classes.h"

#include <doctest/doctest.h>

#include <map>
#include <set>

#include "support/support.h"

namespace anon {
namespace {

struct Row {
  std::vector<std::uint32_t> tuple;
  std::uint32_t sensitive = 0;
  std::uint64_t principal = 0;
};

Classes Count(const std::vector<Row>& rows, std::size_t width,
              bool with_principals, std::size_t batch = 1000) {
  ClassCounterOptions options;
  for (std::size_t q = 0; q < width; ++q) {
    options.quasi_identifiers.push_back("q" + std::to_string(q));
  }
  options.sensitive_attributes = {"s"};
  ClassCounter counter(options);
  for (std::size_t from = 0; from < rows.size(); from += batch) {
    const std::size_t n = std::min(batch, rows.size() - from);
    std::vector<std::vector<std::uint32_t>> columns(width);
    std::vector<std::uint32_t> sensitive;
    std::vector<Fingerprint> principals;
    for (std::size_t r = from; r < from + n; ++r) {
      for (std::size_t q = 0; q < width; ++q) {
        columns[q].push_back(rows[r].tuple[q]);
      }
      sensitive.push_back(rows[r].sensitive);
      principals.push_back({rows[r].principal, ~rows[r].principal});
    }
    CodedRows coded;
    for (const auto& column : columns) {
      coded.quasi_identifiers.emplace_back(column);
    }
    coded.sensitive_attributes.emplace_back(sensitive);
    if (with_principals) coded.principals = principals;
    coded.rows = n;
    REQUIRE(counter.Add(coded).ok());
  }
  return std::move(counter).Finish();
}

TEST_CASE("ClassCounter: five lines of one subscriber make a class of one") {
  const std::vector<Row> rows(5, Row{{1, 2}, 9, 77});
  const Classes counted = Count(rows, 2, true);
  REQUIRE(counted.size() == 1);
  CHECK(counted.records(0) == 5);
  CHECK(counted.principals(0) == 1);
  CHECK(counted.histogram(0, 0)[0] == ValueCount{9, 1});
  CHECK(counted.total_principals() == 1);

  const Classes by_row = Count(rows, 2, false);
  CHECK(by_row.principals(0) == 5);
  CHECK(by_row.histogram(0, 0)[0] == ValueCount{9, 5});
}

TEST_CASE("ClassCounter: one person in five classes is one in each") {
  std::vector<Row> rows;
  for (std::uint32_t i = 0; i < 5; ++i) rows.push_back({{i, 0}, i, 77});
  const Classes counted = Count(rows, 2, true);
  REQUIRE(counted.size() == 5);
  for (std::size_t i = 0; i < 5; ++i) CHECK(counted.principals(i) == 1);
  CHECK(counted.total_principals() == 1);
}

TEST_CASE("ClassCounter: agrees with sorting and counting on random tables") {
  test::SeededRandom random(11);
  for (int trial = 0; trial < 30; ++trial) {
    const std::size_t width = random.Below(5);
    const std::size_t count = random.Below(400);
    const bool with_principals = random.Below(2) == 1;
    std::vector<Row> rows(count);
    std::map<std::vector<std::uint32_t>, std::vector<Row>> oracle;
    for (Row& row : rows) {
      for (std::size_t q = 0; q < width; ++q) {
        row.tuple.push_back(static_cast<std::uint32_t>(random.Below(4)));
      }
      row.sensitive = static_cast<std::uint32_t>(random.Below(6));
      row.principal = random.Below(100);
      oracle[row.tuple].push_back(row);
    }
    const Classes counted =
        Count(rows, width, with_principals, 1 + random.Below(50));
    REQUIRE(counted.size() == oracle.size());
    std::size_t i = 0;
    for (const auto& [tuple, members] : oracle) {
      std::set<std::uint64_t> people;
      std::map<std::uint32_t, std::set<std::uint64_t>> by_value;
      std::uint64_t next = 1000;
      for (const Row& row : members) {
        const std::uint64_t who = with_principals ? row.principal : ++next;
        people.insert(who);
        by_value[row.sensitive].insert(who);
      }
      CHECK(counted.Find(tuple) == i);
      for (std::size_t q = 0; q < width; ++q) {
        CHECK(counted.code(i, q) == tuple[q]);
      }
      CHECK(counted.records(i) == std::ssize(members));
      CHECK(counted.principals(i) == std::ssize(people));
      const auto histogram = counted.histogram(i, 0);
      REQUIRE(histogram.size() == by_value.size());
      std::size_t cell = 0;
      for (const auto& [value, holders] : by_value) {
        CHECK(histogram[cell++] == ValueCount{value, std::ssize(holders)});
      }
      ++i;
    }
    if (width > 0) {
      const std::vector<std::uint32_t> absent(width, 99);
      CHECK_FALSE(counted.Find(absent).has_value());
    }
  }
}

TEST_CASE("Classes: the histogram of the table is the sum of all") {
  std::vector<Row> rows;
  std::map<std::uint32_t, std::int64_t> people;
  for (std::uint32_t r = 0; r < 300; ++r) {
    const std::uint32_t value = r % 7 == 0 ? 0xFFFFFFFF - r % 2 : r % 5;
    rows.push_back({{r % 11, r % 3}, value, r});
    ++people[value];
  }
  const Classes counted = Count(rows, 2, true);
  const auto sum = counted.table_histogram(0);
  REQUIRE(sum.size() == people.size());
  auto expected = people.begin();
  for (const ValueCount& value : sum) {
    CHECK(value == ValueCount{expected->first, expected->second});
    ++expected;
  }
  CHECK(counted.table_histogram(0).data() == sum.data());
  CHECK(Count({}, 2, true).table_histogram(0).empty());
}

TEST_CASE("ClassCounter: no rows give no classes") {
  const Classes counted = Count({}, 3, true);
  CHECK(counted.size() == 0);
  CHECK(counted.total_records() == 0);
  CHECK(counted.total_principals() == 0);
}

TEST_CASE("ClassCounter: past its budget it names the widest attribute") {
  ClassCounter counter({.quasi_identifiers = {"sex", "birth_date"},
                        .sensitive_attributes = {},
                        .class_budget = 10});
  std::vector<std::uint32_t> sex(20, 1);
  std::vector<std::uint32_t> birth(20);
  for (std::uint32_t i = 0; i < 20; ++i) birth[i] = i;
  const absl::Status status = counter.Add({.quasi_identifiers = {sex, birth},
                                           .sensitive_attributes = {},
                                           .principals = {},
                                           .rows = 20});
  CHECK(absl::IsResourceExhausted(status));
  CHECK(Message(status).find("first of all birth_date") !=
        std::string_view::npos);
}

}  // namespace
}  // namespace anon
