// SPDX-License-Identifier: Apache-2.0
#include "anon/assess/uniqueness.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <map>
#include <set>

#include "anon/io/csv.h"
#include "support/support.h"

namespace {

using namespace anon;

std::unique_ptr<CsvSource> Table(const test::TempDir& dir,
                                 const std::string& text) {
  auto source = CsvSource::Open(test::Write(dir / "table.csv", text));
  REQUIRE(source.ok());
  return *std::move(source);
}

std::vector<Uniqueness> Measure(RecordSource& table,
                                std::vector<std::vector<std::string>> what,
                                const UniquenessOptions& options = {}) {
  test::SeededRandom random(7);
  auto report = MeasureUniqueness(table, std::move(what), options, random);
  REQUIRE_MESSAGE(report.ok(), report.status().ToString());
  return *std::move(report);
}

// The same by the definition, with everything kept.
std::int64_t Alone(RecordSource& table, const std::vector<std::string>& names,
                   const std::string& principal) {
  const auto at = [&](const std::string& name) {
    return static_cast<std::size_t>(
        std::ranges::find(table.attributes(), name) -
        table.attributes().begin());
  };
  std::map<std::vector<std::string>, std::set<std::string>> owners;
  REQUIRE(table.Rewind().ok());
  Batch batch;
  int n = 0;
  while (*table.Next(batch)) {
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      std::vector<std::string> tuple;
      for (const auto& name : names) {
        tuple.emplace_back(batch.columns[at(name)][row]);
      }
      owners[tuple].insert(
          principal.empty() ? std::to_string(n++)
                            : std::string(batch.columns[at(principal)][row]));
    }
  }
  std::set<std::string> alone;
  for (const auto& [tuple, people] : owners) {
    if (people.size() == 1) alone.insert(*people.begin());
  }
  return static_cast<std::int64_t>(alone.size());
}

}  // namespace

TEST_CASE("five lines of one subscriber are one person alone") {
  const test::TempDir dir;
  const auto table = Table(dir,
                           "id,device,fee\n"
                           "a,P1,100\na,P1,200\na,P9,300\nb,P2,100\n"
                           "c,P2,\nd,P2,100\n");
  const auto report = Measure(*table, {{"device"}, {"fee"}, {"device", "fee"}},
                              {.principal = "id"});
  REQUIRE(report.size() == 3);
  CHECK(report[0].records == 6);
  CHECK(report[0].principals == 4);
  CHECK(report[0].distinct == 3);
  CHECK(report[0].alone == 1);
  CHECK(report[1].distinct == 4);  // a missing value is a value
  CHECK(report[1].alone == 2);
  CHECK(report[2].alone == 2);
  CHECK(report[2].exact);
  CHECK(report[0].share() == 0.25);
  CHECK(report[0].Exceeds(*Ratio::Parse("24%")));
  CHECK_FALSE(report[0].Exceeds(*Ratio::Parse("25%")));

  const auto rows = Measure(*table, {{"device"}});
  CHECK(rows[0].principals == 6);
  CHECK(rows[0].alone == 1);
}

TEST_CASE("all pairs of the generated subscribers, against the definition") {
  auto source =
      CsvSource::Open(test::SourceDir() / "examples/data/subscribers.csv");
  REQUIRE(source.ok());
  const std::vector<std::string> names = {
      "birth_date", "sex", "postal_code", "plan", "monthly_fee", "device"};
  for (const std::string principal : {"subscriber_id", ""}) {
    const auto report =
        Measure(**source, Combinations(names, 2), {.principal = principal});
    CHECK(report.size() == 6 + 15);
    for (const Uniqueness& unique : report) {
      CAPTURE(unique.attributes[0]);
      CHECK(unique.exact);
      CHECK(unique.alone == Alone(**source, unique.attributes, principal));
      if (!principal.empty()) CHECK(unique.principals == 6000);
    }
  }
}

TEST_CASE("past the budget figures are estimates near the truth") {
  const test::TempDir dir;
  std::string text = "id,value\n";
  // 60,000 values; two thirds of them have one owner.
  for (int i = 0; i < 60'000; ++i) {
    text += fmt::format("p{},v{}\n", i, i);
    if (i % 3 == 0) text += fmt::format("q{},v{}\n", i, i);
  }
  const auto table = Table(dir, text);
  const auto report = Measure(*table, {{"value"}}, {.value_budget = 1});
  CHECK_FALSE(report[0].exact);
  CHECK(report[0].principals == 80'000);
  CHECK(std::abs(static_cast<double>(report[0].distinct) / 60'000 - 1) < 0.1);
  CHECK(std::abs(static_cast<double>(report[0].alone) / 40'000 - 1) < 0.1);
}

TEST_CASE("combinations come by size, and end at the bound") {
  using List = std::vector<std::vector<std::string>>;
  CHECK(Combinations({"a", "b", "c"}, 2) ==
        List{{"a"}, {"b"}, {"c"}, {"a", "b"}, {"a", "c"}, {"b", "c"}});
  CHECK(Combinations({"a", "b", "c"}, 3).size() == 7);
  CHECK(Combinations({"a"}, 3) == List{{"a"}});
  CHECK(Combinations({"a", "b", "c"}, 2, 4).size() == 4);
  CHECK(Combinations({}, 2).empty());
}

TEST_CASE("a column that is not there is named") {
  const test::TempDir dir;
  const auto table = Table(dir, "a,b\n1,2\n");
  test::SeededRandom random(1);
  const auto report = MeasureUniqueness(*table, {{"a", "c"}}, {}, random);
  CHECK(absl::IsInvalidArgument(report.status()));
  CHECK(std::string(Message(report.status())).find("'c'") != std::string::npos);
}
