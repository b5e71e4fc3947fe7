// SPDX-License-Identifier: Apache-2.0
#include "anon/model/entropy_l_diversity.h"

#include <doctest/doctest.h>

#include <cmath>

#include "model/model_support.h"

namespace anon {
namespace {

using test::FromCounts;
using test::R;
using Integer = boost::multiprecision::cpp_int;

bool Holds(const std::vector<int>& counts, const Ratio& l) {
  const auto verdict = EntropyLDiversity("s", l)->Judge(FromCounts({counts}));
  REQUIRE(verdict.ok());
  return verdict->satisfied;
}

// prod f^f a^N <= N^N b^N in whole numbers, with l = a/b.
bool Oracle(const std::vector<int>& counts, const Ratio& l) {
  const auto people = static_cast<unsigned>(test::Sum(counts));
  Integer left = pow(Integer(l.numerator()), people);
  for (const int count : counts) {
    left *= pow(Integer(count), static_cast<unsigned>(count));
  }
  return left <=
         pow(Integer(people), people) * pow(Integer(l.denominator()), people);
}

TEST_CASE("EntropyLDiversity: a uniform class of 3 and 3 passes l = 2") {
  CHECK(Holds({3, 3}, R(2)));
  const auto verdict =
      EntropyLDiversity("s", 2)->Judge(FromCounts({{3, 3}, {5, 5}}));
  REQUIRE(verdict.ok());
  CHECK(verdict->satisfied);
  CHECK(verdict->asked == "2");
  CHECK(verdict->achieved == "2");
}

TEST_CASE(
    "EntropyLDiversity: every uniform class passes its number of values") {
  for (int values = 2; values <= 12; ++values) {
    for (const int each : {1, 2, 3, 7, 10, 49, 1000}) {
      const std::vector<int> counts(static_cast<std::size_t>(values), each);
      CHECK(Holds(counts, R(values)));
      CHECK_FALSE(Holds(counts, R(values * 1'000'000 + 1, 1'000'000)));
    }
  }
}

TEST_CASE("EntropyLDiversity: the figure never contradicts the verdict") {
  for (int values = 2; values <= 12; ++values) {
    for (const int each : {1, 3, 7, 1000}) {
      const std::vector<int> counts(static_cast<std::size_t>(values), each);
      for (const Ratio& l : {R(values), R(3, 2)}) {
        const auto verdict =
            EntropyLDiversity("s", l)->Judge(FromCounts({counts}));
        CHECK(verdict->achieved_value == values);
      }
    }
  }
  // Nearly uniform, but not.
  const auto off =
      EntropyLDiversity("s", 2)->Judge(FromCounts({{1'000'000, 1'000'001}}));
  CHECK_FALSE(off->satisfied);
  CHECK(off->achieved_value < 2);
}

TEST_CASE("EntropyLDiversity: one person off a uniform class is refused") {
  CHECK_FALSE(Holds({500, 501}, R(2)));
  CHECK_FALSE(Holds({100'000, 100'001}, R(2)));
  CHECK(Holds({100'000, 100'001}, R(1'999'999, 1'000'000)));
}

TEST_CASE("EntropyLDiversity: {8, 1, 1} is 1.894645708138") {
  const auto verdict =
      EntropyLDiversity("s", 2)->Judge(FromCounts({{8, 1, 1}, {5, 3, 1, 1}}));
  REQUIRE(verdict.ok());
  CHECK_FALSE(verdict->satisfied);
  CHECK(verdict->achieved_value ==
        doctest::Approx(1.894645708138).epsilon(1e-12));
  CHECK(verdict->achieved == "1.89465");
  CHECK(verdict->worst == std::vector<std::size_t>{0});
}

TEST_CASE("EntropyLDiversity: agrees with powers of whole numbers") {
  test::SeededRandom random(1);
  for (int round = 0; round < 400; ++round) {
    std::vector<int> counts;
    for (std::uint64_t v = 1 + random.Below(4); v > 0; --v) {
      counts.push_back(1 + static_cast<int>(random.Below(9)));
    }
    for (const Ratio& l : {R(2), R(3), R(3, 2), R(9, 4), R(27, 16)}) {
      CHECK(Holds(counts, l) == Oracle(counts, l));
    }
    // As near to the boundary as a ratio of twelve digits gets.
    const auto bound = EntropyLDiversity("s", 2)->Judge(FromCounts({counts}));
    REQUIRE(bound.ok());
    const auto near =
        static_cast<std::int64_t>(std::llround(bound->achieved_value * 1e12));
    for (const std::int64_t step : {-1, 0, 1}) {
      if (near + step <= 1'000'000'000'000) continue;
      const Ratio l = R(near + step, 1'000'000'000'000);
      CHECK(Holds(counts, l) == Oracle(counts, l));
    }
  }
}

TEST_CASE("EntropyLDiversity: an l of one or less is refused") {
  const Classes classes = FromCounts({{1, 1}});
  CHECK_FALSE(EntropyLDiversity("s", 1)->Judge(classes).ok());
  CHECK_FALSE(EntropyLDiversity("s", 0)->Judge(classes).ok());
  CHECK_FALSE(EntropyLDiversity("", 2)->Judge(classes).ok());
  CHECK_FALSE(EntropyLDiversity("plan", 2)->Judge(classes).ok());
}

}  // namespace
}  // namespace anon
