// SPDX-License-Identifier: Apache-2.0
#include "anon/model/km_anonymity.h"

#include <doctest/doctest.h>

#include <bit>
#include <map>
#include <set>

#include "support/support.h"

namespace anon {
namespace {

// {abc, ab, ac, abc, bc}.
SetValuedRecords Baskets() {
  return {.records = {{0, 1, 2}, {0, 1}, {0, 2}, {2, 1, 0}, {1, 2}}};
}

TEST_CASE("KmAnonymity: {abc, ab, ac, abc, bc} has 4, 3 and 2") {
  for (const int m : {1, 2, 3, 4}) {
    const auto verdict = JudgeKmAnonymity(Baskets(), {.k = 2, .m = m});
    REQUIRE(verdict.ok());
    CHECK(verdict->satisfied);
    CHECK(verdict->achieved == (m == 1 ? 4 : m == 2 ? 3 : 2));
  }
  const auto three = JudgeKmAnonymity(Baskets(), {.k = 3, .m = 3});
  REQUIRE(three.ok());
  CHECK_FALSE(three->satisfied);
  CHECK(three->failing_itemsets == 1);
  CHECK(three->failing_principals == 2);
  CHECK(three->worst == std::vector<std::uint32_t>{0, 1, 2});
}

TEST_CASE("KmAnonymity: five records of one principal are one person") {
  SetValuedRecords table;
  for (int i = 0; i < 5; ++i) {
    table.records.push_back({7, 8});
    table.principals.push_back({1, 1});
  }
  const auto verdict = JudgeKmAnonymity(table, {.k = 2, .m = 1});
  REQUIRE(verdict.ok());
  CHECK_FALSE(verdict->satisfied);
  CHECK(verdict->achieved == 1);
  CHECK(verdict->failing_principals == 1);
}

TEST_CASE("KmAnonymity: items of two records of a principal go together") {
  const SetValuedRecords table = {
      .records = {{1}, {2}, {1}, {2}},
      .principals = {{0, 1}, {0, 1}, {0, 2}, {0, 3}}};
  CHECK(JudgeKmAnonymity(table, {.k = 2, .m = 1})->satisfied);
  const auto pairs = JudgeKmAnonymity(table, {.k = 2, .m = 2});
  CHECK_FALSE(pairs->satisfied);
  CHECK(pairs->worst == std::vector<std::uint32_t>{1, 2});
}

TEST_CASE("KmAnonymity: an item that stands twice counts once") {
  const auto verdict =
      JudgeKmAnonymity({.records = {{1, 1}, {1}}}, {.k = 2, .m = 2});
  REQUIRE(verdict.ok());
  CHECK(verdict->satisfied);
}

TEST_CASE("KmAnonymity: empty sets and empty tables say nothing of anybody") {
  CHECK(JudgeKmAnonymity({}, {.k = 2, .m = 2})->satisfied);
  CHECK(JudgeKmAnonymity({.records = {{}, {}}}, {.k = 2, .m = 2})->satisfied);
}

TEST_CASE("KmAnonymity: more itemsets than the budget are an error") {
  const auto verdict =
      JudgeKmAnonymity(Baskets(), {.k = 2, .m = 3, .itemset_budget = 6});
  CHECK(verdict.status().code() == absl::StatusCode::kResourceExhausted);
  CHECK(
      JudgeKmAnonymity(Baskets(), {.k = 2, .m = 3, .itemset_budget = 7}).ok());
}

TEST_CASE("KmAnonymity: parameters out of range are refused") {
  CHECK_FALSE(JudgeKmAnonymity(Baskets(), {.k = 1, .m = 1}).ok());
  CHECK_FALSE(JudgeKmAnonymity(Baskets(), {.k = 2, .m = 0}).ok());
  SetValuedRecords table = Baskets();
  table.principals.push_back({1, 1});
  CHECK_FALSE(JudgeKmAnonymity(table, {.k = 2, .m = 1}).ok());
}

TEST_CASE("KmAnonymity: agrees with all subsets of eight items") {
  test::SeededRandom random(12);
  for (int round = 0; round < 100; ++round) {
    SetValuedRecords table;
    std::map<std::uint64_t, unsigned> sets;  // principal -> items as bits
    for (std::uint64_t n = 1 + random.Below(30); n > 0; --n) {
      const std::uint64_t owner = random.Below(15);
      table.principals.push_back({owner, 0});
      auto& items = table.records.emplace_back();
      for (std::uint32_t item = 0; item < 8; ++item) {
        if (random.Below(3) != 0) continue;
        items.push_back(item);
        sets[owner] |= 1U << item;
      }
    }
    const int m = 1 + static_cast<int>(random.Below(4));
    const std::int64_t k = 2 + static_cast<std::int64_t>(random.Below(3));
    std::int64_t least = 0;
    std::int64_t failing = 0;
    std::set<std::uint64_t> people;
    for (unsigned subset = 1; subset < 256; ++subset) {
      if (std::popcount(subset) > m) continue;
      std::set<std::uint64_t> have;
      for (const auto& [owner, items] : sets) {
        if ((items & subset) == subset) have.insert(owner);
      }
      const auto support = static_cast<std::int64_t>(have.size());
      if (support == 0) continue;
      least = least == 0 ? support : std::min(least, support);
      if (support >= k) continue;
      ++failing;
      people.merge(have);
    }
    const auto verdict = JudgeKmAnonymity(table, {.k = k, .m = m});
    REQUIRE(verdict.ok());
    CHECK(verdict->achieved == least);
    CHECK(verdict->failing_itemsets == failing);
    CHECK(verdict->failing_principals ==
          static_cast<std::int64_t>(people.size()));
    CHECK(verdict->satisfied == (failing == 0));
  }
}

}  // namespace
}  // namespace anon
