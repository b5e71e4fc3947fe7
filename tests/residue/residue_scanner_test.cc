// SPDX-License-Identifier: Apache-2.0
#include "anon/residue/residue_scanner.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "anon/io/csv.h"
#include "support/support.h"

namespace {

using namespace anon;

// One column, in batches of 7.
ResidueReport Scan(const std::vector<std::string>& values,
                   const std::string& attribute = "x",
                   const ResidueOptions& options = {}) {
  auto scanner = ResidueScanner::Create({attribute}, options);
  REQUIRE(scanner.ok());
  Batch batch;
  for (std::size_t i = 0; i < values.size();) {
    batch.Reset(1);
    for (int n = 0; n < 7 && i < values.size(); ++n, ++i) {
      batch.columns[0].push_back(values[i]);
      batch.lines.push_back(static_cast<std::int64_t>(i) + 2);
    }
    scanner->Scan(batch);
  }
  return scanner->Report();
}

const ResidueFinding* Find(const ResidueReport& report, std::string_view rule) {
  const auto found =
      std::ranges::find_if(report.findings, [&](const ResidueFinding& finding) {
        return ResidueRules()[finding.rule].name == rule;
      });
  return found == report.findings.end() ? nullptr : &*found;
}

// `n` numbers of 16 digits from 4, in arithmetic progression.
std::vector<std::string> OrderNumbers(int n) {
  std::vector<std::string> numbers;
  for (int i = 0; i < n; ++i) {
    numbers.push_back(fmt::format("{}", 4'700'000'123'400'000 + i * 13));
  }
  return numbers;
}

}  // namespace

TEST_CASE("order numbers of which a tenth pass Luhn do not stop") {
  for (const int n : {50, 1'000, 40'000}) {
    const ResidueReport report = Scan(OrderNumbers(n), "order_no");
    const ResidueFinding* const cards = Find(report, "payment_card");
    REQUIRE(cards != nullptr);
    CHECK(cards->hits >= n / 12);
    CHECK(cards->look_alikes > n * 9 / 10);
    CHECK(cards->look_alikes < n * 11 / 10);
    CHECK(cards->basis == ResidueBasis::kChance);
    CHECK_FALSE(report.stops());
  }
}

TEST_CASE("a column of numbers that all pass stops") {
  std::vector<std::string> cards;
  for (const std::string& number : OrderNumbers(400)) {
    if (!Scan({number}).findings.empty()) cards.push_back(number);
  }
  REQUIRE(cards.size() > 30);
  CHECK(Find(Scan(cards), "payment_card")->basis == ResidueBasis::kAllPass);

  // The same among as many others.
  std::vector<std::string> mixed = OrderNumbers(static_cast<int>(cards.size()));
  mixed.insert(mixed.end(), cards.begin(), cards.end());
  const ResidueReport report = Scan(mixed);
  CHECK(Find(report, "payment_card")->basis == ResidueBasis::kBeyondChance);
  CHECK(report.stops());
}

TEST_CASE("one order number that occurs often is no evidence") {
  std::vector<std::string> values = OrderNumbers(100);
  values.insert(values.end(), 500, "4111111111111111");
  const ResidueReport report = Scan(values);
  CHECK(Find(report, "payment_card")->hits > 500);
  CHECK_FALSE(report.stops());
}

TEST_CASE("a lone number in doubt stops") {
  std::vector<std::string> values(1'000, "-");
  values[321] = "4111111111111111";
  const ResidueReport report = Scan(values);
  const ResidueFinding* const card = Find(report, "payment_card");
  REQUIRE(card != nullptr);
  CHECK(card->basis == ResidueBasis::kAllPass);
  CHECK(card->hits == 1);
  CHECK(card->cells == 1'000);
  CHECK(card->lines == std::vector<std::int64_t>{323});
}

TEST_CASE("one certain cell stops, and the finding has no value") {
  std::vector<std::string> values(5'000, "Mihon Phone 14");
  for (const std::size_t i : {10u, 20u, 30u, 40u, 50u, 60u}) {
    values[i] = "taro@example.jp";
  }
  const ResidueReport report = Scan(values, "device");
  REQUIRE(report.findings.size() == 1);
  const ResidueFinding& finding = report.findings[0];
  CHECK(report.stops());
  CHECK(finding.hits == 6);
  CHECK(finding.certain == 6);
  CHECK(finding.lines == std::vector<std::int64_t>{12, 22, 32, 42, 52});
  CHECK(ToString(finding) ==
        "column 'device': 6 of 5000 cells hold a value of the kind 'e-mail "
        "address' (rule email, certain_cell; first in lines 12, 22, 32, 42, "
        "52)");
  CHECK(report.records == 5'000);
}

TEST_CASE("a shape alone stops where it is the whole column") {
  std::vector<std::string> passports;
  for (int i = 0; i < 30; ++i)
    passports.push_back(fmt::format("TR12345{:02}", i));
  CHECK(Scan(passports).stops());
  passports.resize(60, "none");
  CHECK_FALSE(Scan(passports).stops());
  CHECK(Scan(passports, "passport_no").stops());
}

TEST_CASE("only the rules that are asked for are looked at") {
  CHECK(Scan({"a@b.jp"}, "x", {.rules = {"email"}}).stops());
  CHECK(Scan({"a@b.jp"}, "x", {.rules = {"imsi"}}).findings.empty());
  const auto unknown = ResidueScanner::Create({"x"}, {.rules = {"mail"}});
  CHECK(absl::IsInvalidArgument(unknown.status()));
}

TEST_CASE("the generated subscribers: identifiers stop, the rest does not") {
  auto source =
      CsvSource::Open(test::SourceDir() / "examples/data/subscribers.csv");
  REQUIRE(source.ok());
  auto scanner = ResidueScanner::Create((*source)->attributes());
  Batch batch;
  while (*(*source)->Next(batch)) scanner->Scan(batch);
  std::vector<std::string> stopped;
  for (const ResidueFinding& finding : scanner->Report().findings) {
    if (!finding.stops) continue;
    stopped.push_back(finding.attribute + " " +
                      std::string(ResidueRules()[finding.rule].name));
    CHECK(finding.hits == finding.cells);
  }
  CHECK(stopped == std::vector<std::string>{"phone mobile_phone", "email email",
                                            "imei imei"});
}
