// SPDX-License-Identifier: Apache-2.0
#include "solve/class_arrays.h"

#include <doctest/doctest.h>

#include <array>
#include <map>
#include <vector>

#include "support/support.h"

namespace anon::internal {
namespace {

using Cells = std::map<std::uint32_t, std::int64_t>;
struct Class {
  std::int64_t people = 0;
  Cells values;
  bool operator==(const Class&) const = default;
};
using Table = std::map<std::uint64_t, Class>;

constexpr TupleField kFirst = {.shift = 0, .mask = 0xFFFF};
constexpr TupleField kSecond = {.shift = 16, .mask = 0xFF};

// As many classes as asked, in no order.
ClassArrays RandomArrays(test::SeededRandom& random, std::size_t classes) {
  ClassArrays arrays;
  HistogramArrays& histogram = arrays.histograms.emplace_back();
  histogram.starts = {0};
  for (std::size_t i = 0; i < classes; ++i) {
    arrays.tuples.push_back((i * 40503) % 65536 |
                            std::uint64_t{random.Below(200)} << 16 |
                            std::uint64_t{i / 65536} << 24);
    std::uint32_t people = 0;
    for (std::uint32_t value = 0; value < 3; ++value) {
      const auto count = static_cast<std::uint32_t>(random.Below(3));
      if (count == 0 && people + value < 2) continue;
      histogram.cells.push_back({value, count + 1});
      people += count + 1;
    }
    histogram.starts.push_back(
        static_cast<std::uint32_t>(histogram.cells.size()));
    arrays.principals.push_back(people);
  }
  return arrays;
}

Table TableOf(const ClassArrays& arrays) {
  Table table;
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    REQUIRE_FALSE(table.contains(arrays.tuples[i]));
    Class& one = table[arrays.tuples[i]];
    one.people = arrays.principals[i];
    const HistogramArrays& histogram = arrays.histograms[0];
    for (auto c = histogram.starts[i]; c < histogram.starts[i + 1]; ++c) {
      one.values[histogram.cells[c].code] += histogram.cells[c].principals;
    }
  }
  return table;
}

// Whether it stops for a reason, with some of the classes as they are.
void CheckEnough(const ClassArrays& in,
                 std::span<const ClassRoller::Step> steps,
                 const ClassArrays& whole, ClassRoller& roller) {
  const Table all = TableOf(whole);
  std::int64_t small = 0;
  for (const std::uint32_t people : whole.principals) {
    small += people < 50 ? people : 0;
  }
  for (const std::int64_t enough : {std::int64_t{0}, small / 5, small}) {
    ClassArrays out;
    const std::int64_t seen =
        roller.RollUp(in, steps, whole.size(), out, {50, enough});
    CHECK(seen <= small);
    if (seen == 0) {
      CHECK(out.tuples == whole.tuples);
      CHECK(out.histograms[0].starts == whole.histograms[0].starts);
      continue;
    }
    CHECK(seen > enough);
    CHECK(out.histograms.empty());
    for (std::size_t i = 0; i < out.size(); ++i) {
      REQUIRE(all.at(out.tuples[i]).people == out.principals[i]);
    }
  }
}

TEST_CASE("ClassRoller: many classes or few, by any number of threads") {
  test::SeededRandom random(5);
  for (const std::size_t classes : {1U, 500U, 33'000U, 120'000U}) {
    const ClassArrays in = RandomArrays(random, classes);
    for (const std::uint32_t divisor : {2U, 40U, 70'000U}) {
      std::vector<std::uint32_t> first(65536);
      std::vector<std::uint32_t> second(256);
      for (std::uint32_t i = 0; i < first.size(); ++i) first[i] = i / divisor;
      for (std::uint32_t i = 0; i < second.size(); ++i) second[i] = i / 100;
      Table expected;
      for (const auto& [tuple, one] : TableOf(in)) {
        Class& sum = expected[tuple >> 24 << 24 |
                              std::uint64_t{second[kSecond.Code(tuple)]} << 16 |
                              first[kFirst.Code(tuple)]];
        sum.people += one.people;
        for (const auto& [value, count] : one.values) {
          sum.values[value] += count;
        }
      }
      const std::array<ClassRoller::Step, 2> steps = {
          {{.field = kFirst, .map = first.data()},
           {.field = kSecond, .map = second.data()}}};
      ClassArrays by_one;
      ClassRoller(1).RollUp(in, steps, 1'000'000, by_one);
      CHECK(TableOf(by_one) == expected);
      for (const int threads : {2, 3, 100}) {
        ClassRoller roller(threads);
        ClassArrays out;
        roller.RollUp(in, steps, expected.size(), out);
        CHECK(out.tuples == by_one.tuples);
        CHECK(out.principals == by_one.principals);
        CHECK(out.histograms[0].starts == by_one.histograms[0].starts);
        roller.RollUp(in, steps, expected.size(), out);  // buffers again
        CHECK(out.tuples == by_one.tuples);
        CheckEnough(in, steps, by_one, roller);
      }
    }
  }
}

}  // namespace
}  // namespace anon::internal
