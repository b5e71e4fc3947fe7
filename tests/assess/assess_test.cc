// SPDX-License-Identifier: Apache-2.0
#include "anon/assess/assess.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <set>

#include "anon/io/csv.h"
#include "anon/model/distinct_l_diversity.h"
#include "anon/model/k_anonymity.h"
#include "support/support.h"

namespace anon {
namespace {

using Table = std::vector<std::vector<std::string>>;  // age, sex, plan

std::string Csv(const Table& table) {
  std::string text = "age,sex,plan\n";
  for (const auto& row : table)
    text += fmt::format("{}\n", fmt::join(row, ","));
  return text;
}

const AssessedColumns kColumns = {.quasi_identifiers = {"age", "sex"},
                                  .sensitive_attributes = {"plan"}};

// Whose record each row is, batch by batch.
PrincipalReader ReaderOf(const std::vector<std::uint64_t>& owners) {
  return [&owners,
          at = std::size_t{0}](std::span<Fingerprint> principals) mutable {
    for (Fingerprint& principal : principals) {
      REQUIRE(at < owners.size());
      principal = {owners[at++], 0};
    }
    return absl::OkStatus();
  };
}

TEST_CASE("Assess: says what a slow count says") {
  const test::TempDir dir;
  test::SeededRandom random(21);
  for (int trial = 0; trial < 120; ++trial) {
    Table table(random.Below(50));
    std::vector<std::uint64_t> owners;
    for (auto& row : table) {
      row = {fmt::format("{}0s", random.Below(3)),
             random.Below(2) == 0 ? "f" : "",
             std::string(1, static_cast<char>('A' + random.Below(3)))};
      owners.push_back(random.Below(20));
    }
    const bool by_row = trial % 2 == 0;
    std::map<std::pair<std::string, std::string>, std::set<std::uint64_t>>
        people;
    std::map<std::pair<std::string, std::string>, std::set<std::string>> plans;
    for (std::size_t r = 0; r < table.size(); ++r) {
      const std::pair tuple(table[r][0], table[r][1]);
      people[tuple].insert(by_row ? r : owners[r]);
      plans[tuple].insert(table[r][2]);
    }
    std::int64_t smallest = 0;
    std::int64_t fewest = 0;
    for (const auto& [tuple, in_class] : people) {
      const auto size = std::ssize(in_class);
      const auto values = std::ssize(plans[tuple]);
      smallest = smallest == 0 ? size : std::min(smallest, size);
      fewest = fewest == 0 ? values : std::min(fewest, values);
    }

    const auto path = test::Write(dir / "t.csv", Csv(table));
    // Small blocks: several batches.
    const auto source = CsvSource::Open(path, {.block_bytes = 64});
    REQUIRE(source.ok());
    const auto found = Assess(
        **source, kColumns, {KAnonymity(3), DistinctLDiversity("plan", 2)},
        {.principals = by_row ? PrincipalReader() : ReaderOf(owners)});
    REQUIRE_MESSAGE(found.ok(), Message(found.status()));
    CHECK(found->records == std::ssize(table));
    CHECK(found->classes == std::ssize(people));
    CHECK(found->smallest_class == smallest);
    CHECK(found->attributes == std::vector<std::string>{"age", "sex", "plan"});
    CHECK(found->digest == Sha256(Csv(table)));
    const std::set<std::uint64_t> distinct(owners.begin(), owners.end());
    CHECK(found->principals ==
          (by_row ? std::ssize(table) : std::ssize(distinct)));
    const bool k_met = table.empty() || smallest >= 3;
    const bool l_met = table.empty() || fewest >= 2;
    REQUIRE(found->verdicts.size() == 2);
    CHECK(found->verdicts[0].model == "k_anonymity");
    CHECK(found->verdicts[0].satisfied == k_met);
    CHECK(found->verdicts[1].satisfied == l_met);
    CHECK(found->satisfied == (k_met && l_met));
    if (!table.empty()) {
      CHECK(found->verdicts[0].achieved == std::to_string(smallest));
    }
  }
}

TEST_CASE("Assess: reads the table from its beginning, wherever it stood") {
  const test::TempDir dir;
  const auto path =
      test::Write(dir / "t.csv", Csv({{"20s", "f", "A"}, {"20s", "f", "B"}}));
  const auto source = CsvSource::Open(path);
  REQUIRE(source.ok());
  Batch batch;
  REQUIRE((*source)->Next(batch).ok());
  for (int again = 0; again < 2; ++again) {
    const auto found = Assess(**source, kColumns, {KAnonymity(2)});
    REQUIRE(found.ok());
    CHECK(found->records == 2);
    CHECK(found->satisfied);
  }
}

TEST_CASE("Assess: no model is no objection; one unmet is a No") {
  const test::TempDir dir;
  const auto path = test::Write(dir / "t.csv", Csv({{"20s", "f", "A"}}));
  const auto source = CsvSource::Open(path);
  REQUIRE(source.ok());
  CHECK(Assess(**source, kColumns, {})->satisfied);
  const auto found = Assess(**source, kColumns, {KAnonymity(2)});
  REQUIRE(found.ok());
  CHECK_FALSE(found->satisfied);
  CHECK(found->verdicts[0].failing_records == 1);
  CHECK_FALSE(Assessment{}.satisfied);
}

TEST_CASE("Assess: a column that is not there is named") {
  const test::TempDir dir;
  const auto path = test::Write(dir / "t.csv", Csv({{"20s", "f", "A"}}));
  const auto source = CsvSource::Open(path);
  REQUIRE(source.ok());
  for (const AssessedColumns& columns :
       {AssessedColumns{{"age", "zip"}, {}}, AssessedColumns{{}, {"zip"}}}) {
    const auto found = Assess(**source, columns, {});
    CHECK(absl::IsDataLoss(found.status()));
    CHECK(Message(found.status()).find("no column 'zip'") !=
          std::string_view::npos);
  }
  CHECK_FALSE(
      Assess(**source, {{"age"}, {}}, {DistinctLDiversity("plan", 2)}).ok());
}

TEST_CASE(
    "Assess: errors of table, principals and class budget are passed on") {
  const test::TempDir dir;
  const auto path =
      test::Write(dir / "t.csv", Csv({{"20s", "f", "A"}, {"30s", "f", "A"}}));
  const auto source = CsvSource::Open(path);
  REQUIRE(source.ok());
  CHECK_FALSE(Assess(**source, kColumns, {}, {}, 1).ok());
  CHECK(absl::IsUnavailable(
      Assess(**source, kColumns, {}, {.principals = [](std::span<Fingerprint>) {
        return absl::UnavailableError("gone");
      }}).status()));
  test::Write(path, "age,sex,plan\n20s,f\n");
  CHECK(absl::IsDataLoss(Assess(**source, kColumns, {}).status()));
}

// Has records and cannot say which bytes they came from.
class Undigested final : public RecordSource {
 public:
  const std::string& name() const override { return name_; }
  const std::vector<std::string>& attributes() const override {
    return attributes_;
  }
  absl::StatusOr<bool> Next(Batch& batch) override {
    batch.Reset(1);
    return false;
  }
  absl::Status Rewind() override { return absl::OkStatus(); }

 private:
  std::string name_ = "memory";
  std::vector<std::string> attributes_ = {"age"};
};

TEST_CASE("Assess: a table without a digest cannot be assessed") {
  Undigested table;
  CHECK(absl::IsFailedPrecondition(Assess(table, {{"age"}, {}}, {}).status()));
}

}  // namespace
}  // namespace anon
