// SPDX-License-Identifier: Apache-2.0
#include "anon/model/distinct_l_diversity.h"

#include <doctest/doctest.h>

#include <map>
#include <set>

#include "model/model_support.h"
#include "support/support.h"

namespace anon {
namespace {

using test::Count;
using test::Row;

TEST_CASE("DistinctLDiversity: a large class with one plan has the figure 1") {
  std::vector<Row> rows;
  for (std::uint64_t p = 0; p < 100; ++p) rows.push_back({1, 9, p});
  const auto verdict = DistinctLDiversity("s", 2)->Judge(Count(rows));
  REQUIRE(verdict.ok());
  CHECK_FALSE(verdict->satisfied);
  CHECK(verdict->attribute == "s");
  CHECK(verdict->achieved == "1");
  CHECK(verdict->failing_records == 100);
}

TEST_CASE("DistinctLDiversity: {8, 1, 1} and {5, 3, 1, 1} are 3 and 4") {
  std::vector<Row> rows;
  std::uint64_t principal = 0;
  const auto add = [&](std::uint32_t q, std::vector<int> counts) {
    for (std::uint32_t s = 0; s < counts.size(); ++s) {
      for (int n = 0; n < counts[s]; ++n) rows.push_back({q, s, principal++});
    }
  };
  add(0, {8, 1, 1});
  add(1, {5, 3, 1, 1});
  const Classes classes = Count(rows);
  const auto model = DistinctLDiversity("s", 4);
  const auto bound = model->On(classes);
  REQUIRE(bound.ok());
  CHECK((*bound)->Figure(0) == 3);
  CHECK((*bound)->Figure(1) == 4);
  CHECK_FALSE((*bound)->Holds(0));
  CHECK((*bound)->Holds(1));
}

TEST_CASE("DistinctLDiversity: without its attribute it judges nothing") {
  const Classes classes = Count({{1, 1, 1}});
  const auto verdict = DistinctLDiversity("plan", 2)->Judge(classes);
  CHECK(verdict.status().code() == absl::StatusCode::kInvalidArgument);
  CHECK(Message(verdict.status()).find("'plan'") != std::string_view::npos);
  CHECK_FALSE(DistinctLDiversity("", 2)->Judge(classes).ok());
  CHECK_FALSE(DistinctLDiversity("s", 1)->Judge(classes).ok());
}

TEST_CASE("DistinctLDiversity: agrees with sets of values on random tables") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    test::SeededRandom random(seed);
    std::vector<Row> rows(random.Below(40) + 1);
    std::map<std::uint32_t, std::set<std::uint32_t>> values;
    for (Row& row : rows) {
      row = {static_cast<std::uint32_t>(random.Below(6)),
             static_cast<std::uint32_t>(random.Below(5)), random.Below(12)};
      values[row.q].insert(row.s);
    }
    const std::int64_t l = 2 + static_cast<std::int64_t>(random.Below(3));
    std::size_t least = rows.size();
    for (const auto& [q, set] : values) least = std::min(least, set.size());
    const auto verdict = DistinctLDiversity("s", l)->Judge(Count(rows));
    REQUIRE(verdict.ok());
    CHECK(verdict->achieved == std::to_string(least));
    CHECK(verdict->satisfied == (static_cast<std::int64_t>(least) >= l));
  }
}

}  // namespace
}  // namespace anon
