// SPDX-License-Identifier: Apache-2.0
//
// A division that a limit ends is a valid one, only coarser.
#include <doctest/doctest.h>

#include <chrono>
#include <map>
#include <optional>
#include <stop_token>
#include <vector>

#include "anon/solve/mondrian.h"
#include "solve/divided_table.h"
#include "support/support.h"

namespace anon {
namespace {

using test::CheckRegions;
using test::Divide;
using test::DividedTable;
using test::Line;
using test::RandomTables;
using test::Rows;

void CheckSame(const MondrianResult& a, const MondrianResult& b) {
  CHECK(a.complete == b.complete);
  CHECK(a.parts_evaluated == b.parts_evaluated);
  CHECK(a.ncp == b.ncp);
  CHECK(a.recoding.regions == b.recoding.regions);
  CHECK(a.recoding.principals == b.recoding.principals);
  CHECK(a.recoding.region_of == b.recoding.region_of);
  REQUIRE(a.recoding.attributes.size() == b.recoding.attributes.size());
  for (std::size_t q = 0; q < a.recoding.attributes.size(); ++q) {
    CHECK(a.recoding.attributes[q].labels == b.recoding.attributes[q].labels);
    CHECK(a.recoding.attributes[q].covers == b.recoding.attributes[q].covers);
  }
  REQUIRE(a.recoding.shares.size() == b.recoding.shares.size());
  for (std::size_t i = 0; i < a.recoding.shares.size(); ++i) {
    CHECK(a.recoding.shares[i].of_class == b.recoding.shares[i].of_class);
    CHECK(a.recoding.shares[i].region == b.recoding.shares[i].region);
    CHECK(a.recoding.shares[i].records == b.recoding.shares[i].records);
  }
}

// Whether people of one region of `fine` are in one of `coarse`; strict only.
bool Refines(const Recoding& fine, const Recoding& coarse) {
  std::map<std::uint32_t, std::uint32_t> within;
  for (std::size_t i = 0; i < fine.region_of.size(); ++i) {
    const auto [at, fresh] =
        within.emplace(fine.region_of[i], coarse.region_of[i]);
    if (at->second != coarse.region_of[i]) return false;
  }
  return true;
}

// A line of many people, each a value of his own.
struct Crowd {
  static constexpr std::uint32_t kPeople = 20'000;
  Classes classes;
  MondrianGoal goal;

  Crowd() : classes(MakeClasses()) {
    goal.models = {KAnonymity(5)};
    goal.attributes = {Line(kPeople)};
  }
  static Classes MakeClasses() {
    Rows rows{{{}}, {}};
    for (std::uint32_t i = 0; i < kPeople; ++i) rows.columns[0].push_back(i);
    return rows.Count();
  }
};

// A clock that goes on by a second whenever it is looked at.
SearchBudget Ticking(std::chrono::milliseconds time) {
  SearchBudget budget;
  budget.time = time;
  budget.clock = [now = std::chrono::steady_clock::time_point()]() mutable {
    return now += std::chrono::seconds(1);
  };
  return budget;
}

TEST_CASE("Mondrian: whatever the limit, regions hold; a higher one refines") {
  RandomTables tables(20261123);
  int unfinished = 0;
  for (int round = 0; round < 24; ++round) {
    CAPTURE(round);
    const DividedTable table = tables.Next();
    const MondrianResult whole = Divide(table.classes, table.goal);
    std::optional<MondrianResult> before;
    for (std::int64_t limit = 0; limit <= whole.parts_evaluated; ++limit) {
      CAPTURE(limit);
      const MondrianResult result =
          Divide(table.classes, table.goal, {.evaluations = limit});
      CheckRegions(table, result);
      CHECK(result.parts_evaluated <= limit);
      unfinished += result.complete ? 0 : 1;
      if (before) {
        CHECK(result.ncp <= before->ncp + 1e-12);
        CHECK(result.complete >= before->complete);
        // Halves of relaxed cuts can turn out to be regions that there are.
        if (!table.goal.relaxed) {
          CHECK(result.recoding.size() >= before->recoding.size());
          CHECK(Refines(result.recoding, before->recoding));
        }
      }
      before = result;
    }
    // The last limit is not reached.
    CHECK(before->complete);
    CheckSame(*before, whole);
  }
  CHECK(unfinished > 500);
}

TEST_CASE("Mondrian: no division at all is one region, of the whole table") {
  const Crowd table;
  const MondrianResult none =
      Divide(table.classes, table.goal, {.evaluations = 0});
  CHECK(none.satisfied);
  CHECK_FALSE(none.complete);
  CHECK(none.parts_evaluated == 0);
  CHECK(none.recoding.principals == std::vector<std::int64_t>{20'000});
  CHECK(none.recoding.label(0, 0) == "[0, 19999]");
  CHECK(none.ncp == 1);
}

TEST_CASE("Mondrian: what a limit leaves is about as large everywhere") {
  const Crowd table;
  for (const std::int64_t limit : {3, 7, 20, 100}) {
    const MondrianResult result =
        Divide(table.classes, table.goal, {.evaluations = limit});
    CAPTURE(limit);
    CHECK_FALSE(result.complete);
    CHECK(std::ssize(result.recoding.principals) == limit + 1);
    const auto [least, most] = std::ranges::minmax(result.recoding.principals);
    CHECK(most <= 2 * least + 1);
  }
}

TEST_CASE("Mondrian: time ends a division by the clock that is given") {
  const Crowd table;
  const MondrianResult whole = Divide(table.classes, table.goal);
  CHECK(whole.complete);
  std::size_t before = 0;
  for (const int seconds : {1, 2, 3}) {
    const MondrianResult result = Divide(
        table.classes, table.goal, Ticking(std::chrono::seconds(seconds)));
    CHECK(result.satisfied);
    CHECK_FALSE(result.complete);
    CHECK(std::ranges::min(result.recoding.principals) >= 5);
    CHECK(result.recoding.size() > before);
    CHECK(result.recoding.size() < whole.recoding.size());
    before = result.recoding.size();
  }
  CheckSame(Divide(table.classes, table.goal, Ticking(std::chrono::hours(1))),
            whole);
}

TEST_CASE("Mondrian: tells how far it is, and stops on request") {
  const Crowd table;
  for (const bool limited : {false, true}) {
    CAPTURE(limited);
    SearchBudget budget;
    if (limited) budget.evaluations = 1'000'000;
    std::vector<std::int64_t> told;
    budget.progress = [&](const SearchProgress& progress) {
      told.push_back(progress.evaluated);
      CHECK_FALSE(progress.best);
    };
    const MondrianResult result = Divide(table.classes, table.goal, budget);
    REQUIRE(told.size() > 1);
    CHECK(std::ranges::is_sorted(told));
    CHECK(told.back() < result.parts_evaluated);

    // Also from the callback itself.
    std::stop_source stop;
    budget.stop = stop.get_token();
    budget.progress = [&](const SearchProgress& progress) {
      if (progress.evaluated > 0) stop.request_stop();
    };
    CHECK(absl::IsCancelled(Solve(table.classes, table.goal, budget).status()));
  }
}

TEST_CASE("Mondrian: time that nobody has is no limit") {
  const Crowd table;
  const MondrianResult whole = Divide(table.classes, table.goal);
  for (const auto time : {std::chrono::milliseconds::max(),
                          std::chrono::milliseconds(10'000'000'000'000)}) {
    CheckSame(Divide(table.classes, table.goal, {.time = time}), whole);
  }
}

TEST_CASE("Mondrian: a stop is heard though nothing more may be evaluated") {
  const Crowd table;
  std::stop_source stop;
  stop.request_stop();
  CHECK(absl::IsCancelled(Solve(table.classes, table.goal,
                                {.evaluations = 0, .stop = stop.get_token()})
                              .status()));
}

}  // namespace
}  // namespace anon
