// SPDX-License-Identifier: Apache-2.0
#include "anon/transform/treated_source.h"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include "anon/io/csv.h"
#include "anon/transform/rounding.h"
#include "anon/transform/suppression.h"
#include "anon/transform/top_coding.h"
#include "support/support.h"

namespace anon {
namespace {

using Rows = std::vector<std::vector<std::string>>;

Rows ReadAll(RecordSource& source) {
  Rows rows;
  REQUIRE(source.Rewind().ok());
  Batch batch;
  for (;;) {
    const auto more = source.Next(batch);
    REQUIRE_MESSAGE(more.ok(), std::string(Message(more.status())));
    if (!*more) return rows;
    for (std::size_t r = 0; r < batch.rows(); ++r) {
      auto& row = rows.emplace_back();
      for (const auto& column : batch.columns) row.emplace_back(column[r]);
    }
  }
}

TEST_CASE("operators run in order, and suppressed records are gone") {
  const test::TempDir dir;
  const auto file = test::Write(
      dir / "t.csv", "age,fee\n30,100\n95,740\n,760\n130,10\n95,740\n40,-1\n");
  auto csv = CsvSource::Open(file);
  REQUIRE(csv.ok());
  auto treated = TreatedSource::Create(
      **csv,
      {{"age",
        {SuppressRecord({.above = Decimal(120)}), TopCode(Decimal(90), "90+")}},
       {"fee",
        {RoundToBase(Decimal(500), Decimal::Toward::kNearest),
         SuppressCell({.below = Decimal(0)})}}});
  REQUIRE(treated.ok());
  const Rows expected = {
      {"30", "0"}, {"90+", "500"}, {"", "1000"}, {"90+", "500"}, {"40", "0"}};
  CHECK(ReadAll(**treated) == expected);
  CHECK(ReadAll(**treated) == expected);  // and again after Rewind
  const auto tallies = (*treated)->tallies();
  REQUIRE(tallies.size() == 4);
  CHECK(tallies[0].name == "suppress_record");
  CHECK(tallies[0].cells == 6);
  CHECK(tallies[0].records == 1);
  CHECK(tallies[1].cells == 5);
  CHECK(tallies[1].changed == 2);
  CHECK(tallies[2].cells == 5);  // the record that went is not looked at
  CHECK(tallies[2].changed == 5);
  CHECK(tallies[3].changed == 0);
}

TEST_CASE("a value of a wrong type is an error with its place and no value") {
  const test::TempDir dir;
  const auto file = test::Write(dir / "t.csv", "id,fee\n1,100\n2,secret\n");
  auto csv = CsvSource::Open(file);
  REQUIRE(csv.ok());
  auto treated = TreatedSource::Create(
      **csv, {{"fee", {RoundToBase(Decimal(5), Decimal::Toward::kDown)}}});
  REQUIRE(treated.ok());
  Batch batch;
  const auto more = (*treated)->Next(batch);
  REQUIRE_FALSE(more.ok());
  const std::string message(Message(more.status()));
  CHECK(message.find("line 3, column 2 (fee)") != std::string::npos);
  CHECK(message.find("round_to_base: not a decimal number") !=
        std::string::npos);
  CHECK(message.find("secret") == std::string::npos);
}

TEST_CASE("an operator on a column that is not there is refused") {
  const test::TempDir dir;
  auto csv = CsvSource::Open(test::Write(dir / "t.csv", "id\n1\n"));
  REQUIRE(csv.ok());
  CHECK_FALSE(TreatedSource::Create(**csv, {{"fee", {}}}).ok());
}

TEST_CASE("remembered values agree with values worked out one by one") {
  const test::TempDir dir;
  std::mt19937_64 chance(11);  // NOLINT(cert-msc51-cpp)
  std::string text = "a,b\n";
  for (int i = 0; i < 20000; ++i) {
    text += std::to_string(static_cast<int>(chance() % 3000) - 1000) + "," +
            std::to_string(chance() % 7) + "\n";
  }
  auto csv = CsvSource::Open(test::Write(dir / "t.csv", text));
  REQUIRE(csv.ok());
  const Rows plain = ReadAll(**csv);
  const auto round = RoundToBase(Decimal(125, 1), Decimal::Toward::kNearest);
  const auto drop = SuppressRecord({.values = {"3"}});
  auto treated = TreatedSource::Create(**csv, {{"a", {round}}, {"b", {drop}}});
  REQUIRE(treated.ok());
  Rows expected;
  for (const auto& row : plain) {
    if (row[1] != "3") expected.push_back({**round->Apply(row[0]), row[1]});
  }
  CHECK(ReadAll(**treated) == expected);
}

}  // namespace
}  // namespace anon
