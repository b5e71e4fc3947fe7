// SPDX-License-Identifier: Apache-2.0
#include "data/tuple_index.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <vector>

#include "support/support.h"

namespace anon::internal {
namespace {

// Columns of codes below `below`, the first of two bytes each, the others of
// one; against a map.
void Compare(std::size_t width, std::size_t rows, std::uint64_t below) {
  CAPTURE(width);
  CAPTURE(below);
  test::SeededRandom random(11);
  std::vector<std::uint16_t> first(rows);
  for (auto& code : first) code = static_cast<std::uint16_t>(random.Below(300));
  std::vector<std::vector<std::uint8_t>> others(width - 1);
  std::vector<CodeColumn> columns{CodeColumn(first)};
  for (auto& column : others) {
    column.resize(rows);
    for (auto& code : column) {
      code = static_cast<std::uint8_t>(random.Below(below));
    }
    columns.emplace_back(column);
  }
  TupleIndex index(width);
  std::map<std::vector<std::uint32_t>, std::uint32_t> known;
  std::vector<std::uint64_t> numbers(1000);
  for (std::size_t from = 0; from < rows; from += numbers.size()) {
    const std::size_t n = std::min(numbers.size(), rows - from);
    index.Intern(columns, from, n, numbers.data());
    for (std::size_t i = 0; i < n; ++i) {
      std::vector<std::uint32_t> tuple;
      for (const CodeColumn& column : columns) {
        tuple.push_back(column[from + i]);
      }
      const auto fresh = static_cast<std::uint32_t>(known.size());
      const std::uint32_t number =
          known.try_emplace(tuple, fresh).first->second;
      REQUIRE(numbers[i] == number);
      REQUIRE(index.Intern(tuple) == number);
    }
  }
  REQUIRE(index.size() == known.size());
  std::vector<std::uint32_t> order;
  for (const auto& [tuple, number] : known) order.push_back(number);
  CHECK(index.Order() == order);
}

TEST_CASE("TupleIndex: numbers and orders as a map does") {
  Compare(1, 2000, 1);
  Compare(2, 20'001, 3);
  Compare(9, 30'000, 2);     // few bits, all of them in front
  Compare(12, 10'000, 256);  // more than 64 bits
  Compare(300, 3'000, 2);    // ties in the first 64 bits
  Compare(40, 5'000, 1);     // columns of one value
}

TEST_CASE("TupleIndex: codes that need more and more bits keep their numbers") {
  test::SeededRandom random(12);
  for (const std::size_t width : {1, 3, 4, 5, 9}) {
    CAPTURE(width);
    TupleIndex index(width);
    std::map<std::vector<std::uint32_t>, std::uint32_t> known;
    for (unsigned bits = 0; bits <= 32; ++bits) {
      for (int i = 0; i < 60; ++i) {
        std::vector<std::uint32_t> tuple(width);
        for (auto& code : tuple) {
          code = static_cast<std::uint32_t>(
              random.Below(std::uint64_t{1} << random.Below(bits + 1)));
        }
        if (bits == 32 && i == 0) tuple.back() = 0xFFFFFFFF;
        const auto fresh = static_cast<std::uint32_t>(known.size());
        REQUIRE(index.Intern(tuple) ==
                known.try_emplace(tuple, fresh).first->second);
      }
      for (const auto& [tuple, number] : known) {
        REQUIRE(index.Intern(tuple) == number);
      }
    }
    std::vector<std::uint32_t> order;
    for (const auto& [tuple, number] : known) {
      order.push_back(number);
      for (std::size_t q = 0; q < width; ++q) {
        CHECK(index.Code(number, q) == tuple[q]);
      }
    }
    CHECK(index.Order() == order);
  }
}

TEST_CASE("TupleIndex: tuples that differ only far behind are in order") {
  TupleIndex index(100);
  std::vector<std::uint32_t> tuple(100, 7);
  for (std::uint32_t i = 0; i < 5000; ++i) {
    tuple[0] = 0xFFFFFFFF;
    tuple[1] = 0x80000000;
    tuple[99] = 5000 - i;
    CHECK(index.Intern(tuple) == i);
  }
  const auto order = index.Order();
  REQUIRE(order.size() == 5000);
  CHECK(order.front() == 4999);
  CHECK(order.back() == 0);
}

}  // namespace
}  // namespace anon::internal
