// SPDX-License-Identifier: Apache-2.0
#include "anon/model/k_anonymity.h"

#include <doctest/doctest.h>

#include <map>
#include <set>

#include "model/model_support.h"
#include "support/support.h"

namespace anon {
namespace {

using test::Count;
using test::Row;

TEST_CASE("KAnonymity: five lines of one subscriber never pass k=5") {
  const Classes classes =
      Count({{1, 1, 7}, {1, 1, 7}, {1, 2, 7}, {1, 2, 7}, {1, 3, 7}});
  const auto verdict = KAnonymity(5)->Judge(classes);
  REQUIRE(verdict.ok());
  CHECK_FALSE(verdict->satisfied);
  CHECK(verdict->achieved == "1");
  CHECK(verdict->failing_classes == 1);
  CHECK(verdict->failing_records == 5);
}

TEST_CASE("KAnonymity: exactly k people are enough, k-1 are not") {
  const Classes classes = Count({{1, 1, 1}, {1, 1, 2}, {1, 1, 3}});
  const auto three = KAnonymity(3)->Judge(classes);
  const auto four = KAnonymity(4)->Judge(classes);
  REQUIRE(three.ok());
  REQUIRE(four.ok());
  CHECK(three->satisfied);
  CHECK(three->achieved == "3");
  CHECK(three->asked == "3");
  CHECK(three->worst.empty());
  CHECK_FALSE(four->satisfied);
}

TEST_CASE("KAnonymity: a k below two is refused, not satisfied") {
  const Classes classes = Count({{1, 1, 1}});
  for (const std::int64_t k : {1, 0, -5}) {
    CHECK(KAnonymity(k)->Judge(classes).status().code() ==
          absl::StatusCode::kInvalidArgument);
  }
}

TEST_CASE("KAnonymity: agrees with sets of people on random tables") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    test::SeededRandom random(seed);
    std::vector<Row> rows(random.Below(40) + 1);
    std::map<std::uint32_t, std::set<std::uint64_t>> people;
    std::map<std::uint32_t, std::int64_t> records;
    for (Row& row : rows) {
      row = {static_cast<std::uint32_t>(random.Below(6)), 0, random.Below(12)};
      people[row.q].insert(row.principal);
      ++records[row.q];
    }
    const std::int64_t k = 2 + static_cast<std::int64_t>(random.Below(5));
    std::size_t least = rows.size();
    std::int64_t failing = 0;
    std::int64_t failing_records = 0;
    for (const auto& [q, set] : people) {
      least = std::min(least, set.size());
      if (static_cast<std::int64_t>(set.size()) >= k) continue;
      ++failing;
      failing_records += records[q];
    }
    const auto verdict = KAnonymity(k)->Judge(Count(rows));
    REQUIRE(verdict.ok());
    CHECK(verdict->achieved == std::to_string(least));
    CHECK(verdict->satisfied == (failing == 0));
    CHECK(verdict->failing_classes == failing);
    CHECK(verdict->failing_records == failing_records);
  }
}

}  // namespace
}  // namespace anon
