// SPDX-License-Identifier: Apache-2.0
#include "solve/class_roller.h"

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
using Tuple = std::array<std::uint64_t, kMostWords>;
using Table = std::map<Tuple, Class>;

// Three labels, of which the last is not generalized.
struct Layout {
  std::size_t words = 1;
  TupleField first;
  TupleField second;
  TupleField last;
};
const Layout kLayouts[] = {
    {.words = 1,
     .first = {.shift = 0, .mask = 0xFFFF},
     .second = {.shift = 16, .mask = 0xFF},
     .last = {.shift = 24, .mask = 0xFF}},
    // At the upper ends of words, whose bits a product loses first.
    {.words = 2,
     .first = {.shift = 48, .mask = 0xFFFF, .word = 1},
     .second = {.shift = 56, .mask = 0xFF, .word = 0},
     .last = {.shift = 0, .mask = 0xFF, .word = 1}},
    {.words = 2,
     .first = {.shift = 48, .mask = 0xFFFF, .word = 0},
     .second = {.shift = 40, .mask = 0xFF, .word = 0},
     .last = {.shift = 56, .mask = 0xFF, .word = 1}},
    {.words = 3,
     .first = {.shift = 7, .mask = 0xFFFF, .word = 2},
     .second = {.shift = 56, .mask = 0xFF, .word = 1},
     .last = {.shift = 0, .mask = 0xFF, .word = 0}},
};

Tuple TupleOf(const ClassArrays& arrays, std::size_t i) {
  Tuple tuple{};
  for (std::size_t w = 0; w < arrays.words; ++w) tuple[w] = arrays.tuples[w][i];
  return tuple;
}

void Put(Tuple& tuple, const TupleField& field, std::uint64_t code) {
  tuple[field.word] &= ~(field.mask << field.shift);
  tuple[field.word] |= code << field.shift;
}

// As many classes as asked, in no order.
ClassArrays RandomArrays(test::SeededRandom& random, std::size_t classes,
                         const Layout& layout) {
  ClassArrays arrays;
  arrays.words = layout.words;
  HistogramArrays& histogram = arrays.histograms.emplace_back();
  histogram.starts = {0};
  for (std::size_t i = 0; i < classes; ++i) {
    Tuple tuple{};
    Put(tuple, layout.first, (i * 40503) % 65536);
    Put(tuple, layout.second, random.Below(200));
    Put(tuple, layout.last, i / 65536);
    for (std::size_t w = 0; w < layout.words; ++w) {
      arrays.tuples[w].push_back(tuple[w]);
    }
    std::uint32_t people = 0;
    for (std::uint32_t value = 0; value < 3; ++value) {
      const auto count = static_cast<std::uint32_t>(random.Below(3));
      if (count == 0 && people + value < 2) continue;
      histogram.cells.push_back({value, count + 1});
      people += count + 1;
    }
    histogram.starts.push_back(
        static_cast<std::uint32_t>(histogram.cells.size()));
    arrays.records.push_back(people);
  }
  return arrays;
}

Table TableOf(const ClassArrays& arrays) {
  Table table;
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    const Tuple tuple = TupleOf(arrays, i);
    REQUIRE_FALSE(table.contains(tuple));
    Class& one = table[tuple];
    one.people = arrays.records[i];
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
  for (const std::uint32_t people : whole.records) {
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
      REQUIRE(all.at(TupleOf(out, i)).people == out.records[i]);
    }
  }
}

// What rolling up has to give, added up one by one.
Table Expected(const ClassArrays& in, const Layout& layout,
               const std::vector<std::uint32_t>& first,
               const std::vector<std::uint32_t>& second) {
  Table expected;
  for (const auto& [tuple, one] : TableOf(in)) {
    Tuple up = tuple;
    Put(up, layout.first, first[layout.first.Code(tuple[layout.first.word])]);
    Put(up, layout.second,
        second[layout.second.Code(tuple[layout.second.word])]);
    Class& sum = expected[up];
    sum.people += one.people;
    for (const auto& [value, count] : one.values) sum.values[value] += count;
  }
  return expected;
}

void CheckRollUp(const ClassArrays& in, const Layout& layout,
                 std::uint32_t divisor) {
  std::vector<std::uint32_t> first(65536);
  std::vector<std::uint32_t> second(256);
  for (std::uint32_t i = 0; i < first.size(); ++i) first[i] = i / divisor;
  for (std::uint32_t i = 0; i < second.size(); ++i) second[i] = i / 100;
  const Table expected = Expected(in, layout, first, second);
  const std::array<ClassRoller::Step, 2> steps = {
      {{.field = layout.first, .map = first.data()},
       {.field = layout.second, .map = second.data()}}};
  ClassArrays by_one;
  ClassRoller(1).RollUp(in, steps, 1'000'000, by_one);
  CHECK(TableOf(by_one) == expected);
  for (const int threads : {2, 3, 100}) {
    ClassRoller roller(threads);
    ClassArrays out;
    roller.RollUp(in, steps, expected.size(), out);
    CHECK(out.tuples == by_one.tuples);
    CHECK(out.records == by_one.records);
    CHECK(out.histograms[0].starts == by_one.histograms[0].starts);
    roller.RollUp(in, steps, expected.size(), out);  // buffers again
    CHECK(out.tuples == by_one.tuples);
    CheckEnough(in, steps, by_one, roller);
  }
}

TEST_CASE("ClassRoller: many classes or few, by any number of threads") {
  test::SeededRandom random(5);
  for (const Layout& layout : kLayouts) {
    for (const std::size_t classes : {1U, 500U, 33'000U, 120'000U}) {
      if (layout.words > 1 && classes > 33'000) continue;  // takes long
      const ClassArrays in = RandomArrays(random, classes, layout);
      for (const std::uint32_t divisor : {2U, 40U, 70'000U}) {
        CheckRollUp(in, layout, divisor);
      }
    }
  }
}

}  // namespace
}  // namespace anon::internal
