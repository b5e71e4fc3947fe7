// SPDX-License-Identifier: Apache-2.0
#include "anon/transform/aggregated_source.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "anon/base/decimal.h"
#include "anon/io/csv.h"
#include "support/support.h"

namespace anon {
namespace {

using enum AggregationRule;
using Rows = std::vector<std::vector<std::string>>;

// Rows in batches of chance, some of them empty, whose memory is gone with the
// next one.
class Pieces final : public RecordSource {
 public:
  Pieces(std::vector<std::string> names, Rows rows)
      : names_(std::move(names)), rows_(std::move(rows)) {}
  const std::string& name() const override { return name_; }
  const std::vector<std::string>& attributes() const override { return names_; }
  absl::StatusOr<bool> Next(Batch& batch) override {
    batch.Reset(names_.size());
    if (at_ == rows_.size()) return false;
    held_.assign(rows_.begin() + static_cast<std::ptrdiff_t>(at_),
                 rows_.begin() + static_cast<std::ptrdiff_t>(std::min(
                                     rows_.size(), at_ + chance_() % 40)));
    for (const auto& row : held_) {
      for (std::size_t c = 0; c < row.size(); ++c) {
        batch.columns[c].push_back(row[c]);
      }
      batch.lines.push_back(static_cast<std::int64_t>(++at_) + 1);
    }
    return true;
  }
  absl::Status Rewind() override {
    at_ = 0;
    ++rewound;
    return absl::OkStatus();
  }
  int rewound = 0;

 private:
  std::string name_ = "pieces";
  std::vector<std::string> names_;
  Rows rows_;
  Rows held_;
  std::size_t at_ = 0;
  std::mt19937_64 chance_{3};  // NOLINT(cert-msc51-cpp)
};

struct Read {
  Rows rows;
  std::vector<std::int64_t> lines;
  std::size_t largest = 0;  // batch
  std::string error;
  bool operator==(const Read&) const = default;
};

Read ReadAll(RecordSource& source) {
  Read all;
  REQUIRE(source.Rewind().ok());
  Batch batch;
  for (;;) {
    const auto more = source.Next(batch);
    if (!more.ok()) all.error = Message(more.status());
    if (!more.ok() || !*more) return all;
    REQUIRE(batch.columns.size() == source.attributes().size());
    all.largest = std::max(all.largest, batch.rows());
    all.lines.insert(all.lines.end(), batch.lines.begin(), batch.lines.end());
    for (std::size_t r = 0; r < batch.rows(); ++r) {
      auto& row = all.rows.emplace_back();
      for (const auto& column : batch.columns) row.emplace_back(column[r]);
    }
  }
}

// Two columns: whose, and what.
Read Aggregate(AggregationRule rule, const Rows& rows) {
  Pieces source({"id", "x"}, rows);
  auto made = AggregatedSource::Create(source, "id", {{"x", rule}});
  REQUIRE_MESSAGE(made.ok(), std::string(Message(made.status())));
  Read read = ReadAll(**made);
  if (read.error.empty()) CHECK(ReadAll(**made) == read);
  return read;
}

std::string One(AggregationRule rule, const std::vector<std::string>& values) {
  Rows rows;
  for (const std::string& value : values) rows.push_back({"a", value});
  const Read read = Aggregate(rule, rows);
  REQUIRE_MESSAGE(read.error.empty(), read.error);
  REQUIRE(read.rows.size() == 1);
  return read.rows[0][1];
}

TEST_CASE("each rule makes of several values what it says") {
  CHECK(One(kFirst, {"", "b", "a", ""}) == "b");
  CHECK(One(kLast, {"b", "a", ""}) == "a");
  CHECK(One(kLeast, {"10", "", "9.50", "9.5"}) == "9.50");
  CHECK(One(kLeast, {"-1", "+2", "-10"}) == "-10");
  CHECK(One(kGreatest, {"9", "10", "010"}) == "10");
  CHECK(One(kLeast, {"2026-10-31", "2025-12-01"}) == "2025-12-01");
  CHECK(One(kGreatest, {"", "2026-10-31", "2025-12-01"}) == "2026-10-31");
  CHECK(One(kSum, {"0.1", "", "0.20"}) == "0.30");
  CHECK(One(kSum, {"+007"}) == "7");
  CHECK(One(kSame, {"x", "x"}) == "x");
  CHECK(One(kOmit, {"x", "y"}) == "");
  for (const AggregationRule rule : AllAggregationRules()) {
    CHECK_MESSAGE(One(rule, {"", ""}) == "", ToString(rule));
  }
}

TEST_CASE("records keep the order, and the line, of each one's first") {
  Pieces source({"x", "id", "y"}, {{"1", "b", "p"},
                                   {"2", "a", "q"},
                                   {"3", "b", "r"},
                                   {"4", "c", "s"},
                                   {"5", "a", "t"}});
  auto made =
      AggregatedSource::Create(source, "id", {{"y", kLast}, {"x", kSum}});
  REQUIRE(made.ok());
  const Read read = ReadAll(**made);
  CHECK(read.rows == Rows{{"4", "b", "r"}, {"7", "a", "t"}, {"4", "c", "s"}});
  CHECK(read.lines == std::vector<std::int64_t>{2, 3, 5});
  CHECK((*made)->records_read() == 5);
  CHECK((*made)->principals() == 3);
}

TEST_CASE("what a rule does not take is an error with its place, no value") {
  struct Case {
    AggregationRule rule;
    std::vector<std::string> values;
    std::string said;
  };
  for (const Case& each : {
           Case{kSum, {"1", "secret"}, "line 3, column 2 (x): sum: not a dec"},
           Case{kSum,
                {"999999999999999999", "1"},
                "line 3, column 2 (x): sum: the sum has more than 18 digits"},
           Case{kLeast,
                {"secret"},
                "line 2, column 2 (x): least: neither a decimal number"},
           Case{kGreatest,
                {"2026-02-30"},
                "line 2, column 2 (x): greatest: neither a decimal number"},
           Case{kGreatest,
                {"20260101", "2026-01-02"},
                "line 3, column 2 (x): greatest: a date, but there were num"},
           Case{kLeast,
                {"2026-01-02", "", "7"},
                "line 4, column 2 (x): least: a number, but there were dates"},
           Case{kSame,
                {"secret", "secret", "other"},
                "line 4, column 2 (x): same: not what the record of the same "
                "principal in line 2 has"},
           Case{kSame, {"", "secret"}, "line 3, column 2 (x): same: not what"},
           Case{kSame, {"secret", ""}, "line 3, column 2 (x): same: not what"},
       }) {
    Rows rows;
    for (const std::string& value : each.values) rows.push_back({"a", value});
    const Read read = Aggregate(each.rule, rows);
    CHECK_MESSAGE(read.error.find("pieces, " + each.said) == 0, read.error);
    CHECK_MESSAGE(read.error.find("secret") == std::string::npos, read.error);
    CHECK(read.rows.empty());
  }
  // Also of somebody with one record, and of others than the first.
  CHECK_FALSE(
      Aggregate(kLeast, {{"a", "1"}, {"b", "2026-01-02"}}).error.empty());
  const Read nobody = Aggregate(kFirst, {{"a", "1"}, {"", "2"}});
  CHECK(nobody.error ==
        "pieces, line 3, column 1 (id): empty, but it says whose record this "
        "is");
}

TEST_CASE("after a failure, reading begins anew") {
  Pieces source({"id", "x"}, {{"a", "1"}, {"a", "2"}, {"b", "x"}});
  auto made = AggregatedSource::Create(source, "id", {{"x", kSum}});
  REQUIRE(made.ok());
  const Read first = ReadAll(**made);
  CHECK_FALSE(first.error.empty());
  CHECK(ReadAll(**made) == first);
  CHECK(source.rewound == 2);
}

TEST_CASE("each column but the principal's has one rule") {
  const auto error = [](const std::vector<AggregatedColumn>& columns,
                        std::string_view principal = "id") {
    Pieces source({"id", "x", "y"}, {});
    const auto made = AggregatedSource::Create(source, principal, columns);
    return made.ok() ? std::string() : std::string(Message(made.status()));
  };
  CHECK(error({{"x", kSum}, {"y", kOmit}}).empty());
  CHECK(error({{"y", kSum}}).find("become one in x: name one") !=
        std::string::npos);
  CHECK(error({}).find("in x, y:") != std::string::npos);
  CHECK(error({{"x", kSum}, {"y", kSum}, {"x", kLast}}).find("x has two") !=
        std::string::npos);
  CHECK(error({{"x", kSum}, {"y", kSum}, {"id", kFirst}}).find("whose") !=
        std::string::npos);
  CHECK_FALSE(error({{"x", kSum}, {"y", kSum}, {"z", kFirst}}).empty());
  CHECK_FALSE(error({}, "who").empty());
}

TEST_CASE("an empty source has no records, and a file its digest") {
  CHECK(Aggregate(kSum, {}).rows.empty());
  const test::TempDir dir;
  auto csv = CsvSource::Open(test::Write(dir / "t.csv", "id,x\na,1\na,2\n"));
  REQUIRE(csv.ok());
  auto made = AggregatedSource::Create(**csv, "id", {{"x", kSum}});
  REQUIRE(made.ok());
  CHECK(ReadAll(**made).rows == Rows{{"a", "3"}});
  CHECK((*made)->digest().has_value());
  CHECK((*made)->digest() == (*csv)->digest());
}

// The slow and obvious way: all records of each principal, put side by side.
std::string Slow(AggregationRule rule, std::vector<std::string> values) {
  if (rule == kOmit) return "";
  if (rule == kSame) return values.front();
  std::erase(values, "");
  if (values.empty()) return "";
  const auto less = [](const std::string& a, const std::string& b) {
    return std::stol(a) < std::stol(b);
  };
  long sum = 0;
  if (rule == kSum) {
    for (const std::string& value : values) sum += std::stol(value);
  }
  switch (rule) {
    case kFirst:
      return values.front();
    case kLast:
      return values.back();
    case kLeast:
      return *std::ranges::min_element(values, less);
    case kGreatest: {  // the first of those that are equal
      std::ranges::reverse(values);
      std::ranges::stable_sort(values, less);
      return values.back();
    }
    default:
      return std::to_string(sum);
  }
}

TEST_CASE("random tables in random batches agree with the slow way") {
  std::mt19937_64 chance(5);  // NOLINT(cert-msc51-cpp)
  const std::vector<std::string> names = {"f", "l", "s", "id",
                                          "g", "t", "e", "o"};
  const std::vector<AggregatedColumn> rules = {
      {"f", kFirst}, {"l", kLast}, {"s", kLeast}, {"g", kGreatest},
      {"t", kSum},   {"e", kSame}, {"o", kOmit}};
  for (const std::size_t people : {1, 7, 300, 60000}) {
    Rows rows;
    for (std::size_t r = 0; r < 3 * people; ++r) {
      const auto id = chance() % people;
      auto& row = rows.emplace_back();
      for (const std::string& name : names) {
        const long number = static_cast<long>(chance() % 2000) - 1000;
        row.push_back(name == "id"  ? fmt::format("principal {}", id)
                      : name == "e" ? fmt::format("e{}", id % 11)
                      : chance() % 4 == 0
                          ? ""
                          // Many values, some of them equal numbers.
                          : fmt::format("{}{}", chance() % 2 == 0 ? "" : "+0",
                                        number < 0 ? -number : number));
      }
    }
    Rows expected;
    std::map<std::string, Rows> of;
    for (const auto& row : rows) of[row[3]].push_back(row);
    for (const auto& row : rows) {
      const auto at = of.find(row[3]);
      if (at == of.end()) continue;
      auto& one = expected.emplace_back(names.size());
      one[3] = row[3];
      for (std::size_t c = 0; c < names.size(); ++c) {
        const auto rule =
            std::ranges::find(rules, names[c], &AggregatedColumn::column);
        if (rule == rules.end()) continue;
        std::vector<std::string> values;
        for (const auto& each : at->second) values.push_back(each[c]);
        one[c] = Slow(rule->rule, std::move(values));
      }
      of.erase(at);
    }
    Pieces source(names, rows);
    auto made = AggregatedSource::Create(source, "id", rules);
    REQUIRE(made.ok());
    const Read read = ReadAll(**made);
    REQUIRE_MESSAGE(read.error.empty(), read.error);
    CHECK(read.rows == expected);
    CHECK(read.largest <= 16384);
    CHECK(ReadAll(**made) == read);
    CHECK(source.rewound == 1);  // it is read once
  }
}

TEST_CASE("values that were replaced are forgotten, and no others") {
  Rows rows;
  for (int i = 0; i < 100000; ++i) {
    rows.push_back({fmt::format("{}", i % 3), fmt::format("{}", i)});
  }
  CHECK(Aggregate(kLast, rows).rows ==
        Rows{{"0", "99999"}, {"1", "99997"}, {"2", "99998"}});
  CHECK(Aggregate(kGreatest, rows).rows ==
        Rows{{"0", "99999"}, {"1", "99997"}, {"2", "99998"}});
}

}  // namespace
}  // namespace anon
