// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <vector>

#include "solve/class_roller.h"
#include "support/support.h"

namespace anon::internal {
namespace {

using Table = std::map<std::uint64_t, std::uint32_t>;

Table TableOf(const ClassArrays& arrays) {
  Table table;
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    REQUIRE(table.emplace(arrays.tuples[0][i], arrays.records[i]).second);
  }
  return table;
}

// A label in the bits from `shift` on, of which the first `codes` occur.
struct Label {
  TupleField field;
  std::size_t codes = 1;
};

Label RandomLabel(test::SeededRandom& random) {
  const auto shift = static_cast<unsigned>(random.Below(7));
  const auto bits = static_cast<unsigned>(1 + random.Below(9 - shift));
  Label label{
      .field = {.shift = shift, .mask = (std::uint64_t{1} << bits) - 1}};
  label.codes = 1 + random.Below(std::uint64_t{1} << bits);
  return label;
}

// In no order. What lies above and below the label is of few values, so that
// many classes become one.
ClassArrays RandomArrays(test::SeededRandom& random, const Label& label) {
  const unsigned end = label.field.shift +
                       static_cast<unsigned>(std::bit_width(label.field.mask));
  const std::uint64_t most = std::uint64_t{1} << random.Below(14);
  Table table;
  for (std::uint64_t i = random.Below(2 * most) + 1; i > 0; --i) {
    const std::uint64_t below =
        random.Below(std::uint64_t{1} << label.field.shift);
    table[random.Below(most) * 0x10001 << end |
          random.Below(label.codes) << label.field.shift | below] =
        1 + static_cast<std::uint32_t>(random.Below(9));
  }
  std::vector<std::pair<std::uint64_t, std::uint32_t>> classes(table.begin(),
                                                               table.end());
  for (std::size_t i = classes.size(); i > 1; --i) {
    std::swap(classes[i - 1], classes[random.Below(i)]);
  }
  ClassArrays arrays;
  for (const auto& [tuple, people] : classes) {
    arrays.tuples[0].push_back(tuple);
    arrays.records.push_back(people);
  }
  return arrays;
}

void CheckSorted(const ClassArrays& out, const ClassArrays& expected) {
  CHECK(out.sorted);
  CHECK(std::ranges::is_sorted(out.tuples[0]));
  CHECK(TableOf(out) == TableOf(expected));
}

TEST_CASE("ClassRoller: from sorted classes comes what comes from others") {
  test::SeededRandom random(20261123);
  ClassRoller roller;
  for (int round = 0; round < 600; ++round) {
    CAPTURE(round);
    const Label label = RandomLabel(random);
    ClassArrays in = RandomArrays(random, label);
    std::vector<std::uint32_t> same(label.codes);
    std::vector<std::uint32_t> coarser(label.codes);
    const std::uint64_t left = 1 + random.Below(label.codes);
    for (std::uint32_t c = 0; c < label.codes; ++c) {
      same[c] = c;
      coarser[c] = static_cast<std::uint32_t>(random.Below(left));
    }
    ClassArrays sorted;
    roller.RollUpSorted(in, {.field = label.field, .map = same.data()},
                        label.codes, in.size(), sorted);
    CheckSorted(sorted, in);
    const ClassRoller::Step step{.field = label.field, .map = coarser.data()};
    ClassArrays expected;
    roller.RollUp(in, {&step, 1}, in.size(), expected);
    CHECK_FALSE(expected.sorted);
    ClassArrays out;
    roller.RollUpSorted(sorted, step, label.codes, in.size(), out);
    CheckSorted(out, expected);
  }
}

}  // namespace
}  // namespace anon::internal
