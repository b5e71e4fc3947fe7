// SPDX-License-Identifier: Apache-2.0
#include "anon/data/wildcard.h"

#include <doctest/doctest.h>

#include "support/support.h"

namespace anon {
namespace {

constexpr std::uint32_t kMissing = 0;

using Rows = std::vector<std::vector<std::uint32_t>>;  // [row][column]

Classes Count(const Rows& rows, std::size_t columns,
              const std::vector<std::int64_t>& weights = {},
              const std::vector<Fingerprint>& principals = {}) {
  ClassCounterOptions options;
  CodedRows coded;
  coded.principals = principals;
  coded.rows = rows.size();
  coded.weights = weights;
  std::vector<std::vector<std::uint32_t>> codes(columns);
  for (std::size_t c = 0; c < columns; ++c) {
    options.quasi_identifiers.push_back("q" + std::to_string(c));
    for (const auto& row : rows) codes[c].push_back(row[c]);
    coded.quasi_identifiers.emplace_back(codes[c]);
  }
  ClassCounter counter(options);
  REQUIRE(counter.Add(coded).ok());
  return std::move(counter).Finish();
}

WildcardSizes Match(const Classes& classes, const Ratio& alpha) {
  const std::vector<std::optional<std::uint32_t>> missing(
      classes.quasi_identifiers().size(), kMissing);
  const auto sizes = MatchWildcards(classes, missing, alpha);
  REQUIRE_MESSAGE(sizes.ok(), Message(sizes.status()));
  return *sizes;
}

Ratio R(std::int64_t n, std::int64_t d = 1) { return *Ratio::Create(n, d); }

// The definition, row against row, in units of 1 / denominator.
std::int64_t Oracle(const Rows& rows, const std::vector<std::int64_t>& each,
                    const std::vector<std::uint32_t>& x, const Ratio& alpha) {
  std::int64_t size = 0;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const auto& y = rows[r];
    bool matches = true;
    bool complete = true;
    for (std::size_t q = 0; q < x.size(); ++q) {
      complete = complete && y[q] != kMissing;
      matches =
          matches && (x[q] == kMissing || y[q] == kMissing || x[q] == y[q]);
    }
    if (!matches) continue;
    const bool whole = complete || y == x;
    size += each[r] * (whole ? alpha.denominator() : alpha.numerator());
  }
  return size;
}

TEST_CASE("Wildcards: the sizes of the header's example") {
  const Classes classes = Count({{1, 1}, {1, 1}, {0, 1}, {0, 0}}, 2);
  const WildcardSizes sizes = Match(classes, R(1, 2));
  CHECK(sizes.unit == 2);
  // Classes in the order of their tuples: (0,0), (0,1), (1,1).
  CHECK(sizes.principals == std::vector<std::int64_t>{7, 7, 6});
}

TEST_CASE("Wildcards: every weight agrees with matching row against row") {
  test::SeededRandom random(7);
  for (int round = 0; round < 60; ++round) {
    const std::size_t columns = 1 + random.Below(4);
    Rows rows(random.Below(40));
    std::vector<std::int64_t> weights;
    for (auto& row : rows) {
      for (std::size_t c = 0; c < columns; ++c) {
        row.push_back(static_cast<std::uint32_t>(random.Below(4)));
      }
      weights.push_back(static_cast<std::int64_t>(random.Below(5)) *
                        kWeightUnit / 2);
    }
    const Classes classes = Count(rows, columns, weights);
    const std::vector<std::int64_t> ones(rows.size(), 1);
    for (const Ratio& alpha : {R(0), R(1, 10), R(1, 2), R(1)}) {
      const WildcardSizes sizes = Match(classes, alpha);
      REQUIRE(sizes.principals.size() == classes.size());
      for (std::size_t i = 0; i < classes.size(); ++i) {
        std::vector<std::uint32_t> x;
        for (std::size_t q = 0; q < columns; ++q) {
          x.push_back(classes.code(i, q));
        }
        CHECK(sizes.principals[i] == Oracle(rows, ones, x, alpha));
        CHECK(sizes.population[i] == Oracle(rows, weights, x, alpha));
      }
    }
  }
}

TEST_CASE("Wildcards: without missing values nothing changes") {
  const Classes classes = Count({{1}, {1}, {2}}, 1);
  const auto sizes = MatchWildcards(
      classes, std::vector<std::optional<std::uint32_t>>{std::nullopt}, R(1));
  REQUIRE(sizes.ok());
  CHECK(sizes->principals == std::vector<std::int64_t>{2, 1});
}

TEST_CASE("Wildcards: several rows of one person are refused") {
  const std::vector<Fingerprint> one = {{1, 0}, {1, 0}};
  const Classes classes = Count({{1}, {2}}, 1, {}, one);
  const std::vector<std::optional<std::uint32_t>> missing(1, kMissing);
  CHECK_FALSE(MatchWildcards(classes, missing, R(1)).ok());
}

TEST_CASE("Wildcards: a weight outside 0 to 1 and a short list are refused") {
  const Classes classes = Count({{1}}, 1);
  const std::vector<std::optional<std::uint32_t>> missing(1, kMissing);
  CHECK_FALSE(MatchWildcards(classes, missing, R(3, 2)).ok());
  CHECK_FALSE(MatchWildcards(classes, {}, R(1)).ok());
}

}  // namespace
}  // namespace anon
