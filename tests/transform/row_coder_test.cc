// SPDX-License-Identifier: Apache-2.0
#include "anon/transform/row_coder.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <map>
#include <set>
#include <utility>

#include "anon/io/csv.h"
#include "anon/transform/load_hierarchy.h"
#include "support/support.h"

namespace anon {
namespace {

constexpr std::string_view kTable =
    "id,age,sex,plan\n"
    "a,18,F,S\na,18,F,M\na,21,F,S\nb,19,F,S\nc,21,M,L\nd,29,M,L\n";

// A table of lines of customers, ages looked at in decades.
struct Fixture {
  test::TempDir dir;
  test::SeededRandom random{1};
  std::unique_ptr<CsvSource> table =
      *CsvSource::Open(test::Write(dir / "lines.csv", kTable));

  ClassColumns Columns() const {
    const auto ages = *LoadHierarchy(test::Write(
        dir / "age.csv", "18;10s;*\n19;10s;*\n21;20s;*\n29;20s;*\n"));
    ClassColumns columns;
    columns.quasi_identifiers.push_back(
        *Generalization::Create("age", ages, 1));
    columns.quasi_identifiers.push_back(Generalization::Identity("sex"));
    columns.sensitive_attributes = {"plan"};
    columns.principal = "id";
    return columns;
  }
};

// The class of an age and a sex, found by their labels.
std::size_t ClassOf(const Classes& classes, const RowCoder& coder,
                    std::string_view age, std::string_view sex) {
  const auto& quasi = coder.quasi_identifiers();
  for (std::size_t i = 0; i < classes.size(); ++i) {
    if (quasi[0].label(classes.code(i, 0)) == age &&
        quasi[1].label(classes.code(i, 1)) == sex) {
      return i;
    }
  }
  FAIL("no such class");
  return 0;
}

TEST_CASE("CountClasses: counts people at the levels asked for") {
  Fixture f;
  auto coder = RowCoder::Create(f.Columns(), *f.table, f.random);
  REQUIRE(coder.ok());
  CHECK(coder->has_principals());
  const auto classes = CountClasses(*f.table, *coder);
  REQUIRE(classes.ok());
  CHECK(classes->size() == 3);
  CHECK(classes->total_records() == 6);
  CHECK(classes->total_principals() == 4);
  const std::size_t young = ClassOf(*classes, *coder, "10s", "F");
  CHECK(classes->records(young) == 3);
  CHECK(classes->principals(young) == 2);  // two lines of a, one of b
  CHECK(classes->histogram(young, 0).size() == 2);
  CHECK(classes->principals(ClassOf(*classes, *coder, "20s", "F")) == 1);
}

TEST_CASE("CountClasses: reads from the beginning, and again the same") {
  Fixture f;
  auto coder = RowCoder::Create(f.Columns(), *f.table, f.random);
  REQUIRE(coder.ok());
  Batch batch;
  REQUIRE(f.table->Next(batch).ok());
  for (int time = 0; time < 2; ++time) {
    const auto classes = CountClasses(*f.table, *coder);
    REQUIRE(classes.ok());
    CHECK(classes->total_records() == 6);
  }
}

TEST_CASE("CountClasses: without a principal every row is one") {
  Fixture f;
  ClassColumns columns = f.Columns();
  columns.principal.clear();
  auto coder = RowCoder::Create(std::move(columns), *f.table, f.random);
  REQUIRE(coder.ok());
  CHECK_FALSE(coder->has_principals());
  CHECK(CountClasses(*f.table, *coder)->total_principals() == 6);
}

TEST_CASE("CountClasses: more classes than the budget are refused") {
  Fixture f;
  auto coder = RowCoder::Create(f.Columns(), *f.table, f.random);
  REQUIRE(coder.ok());
  CHECK_FALSE(CountClasses(*f.table, *coder, {.class_budget = 2}).ok());
  CHECK(CountClasses(*f.table, *coder, {.class_budget = 3}).ok());
}

TEST_CASE("RowCoder: a column the table lacks is named") {
  Fixture f;
  for (const std::string missing : {"sex", "plan", "id"}) {
    std::string text(kTable);
    text.replace(text.find(missing), missing.size(), "x");
    const auto table = *CsvSource::Open(test::Write(f.dir / "t.csv", text));
    const absl::Status status =
        RowCoder::Create(f.Columns(), *table, f.random).status();
    CHECK(absl::IsDataLoss(status));
    CHECK(Message(status).find("'" + missing + "'") != std::string_view::npos);
  }
}

TEST_CASE("RowCoder: a record that is nobody's names its place") {
  Fixture f;
  const auto table = *CsvSource::Open(
      test::Write(f.dir / "t.csv", "id,age,sex,plan\na,18,F,S\n,18,F,S\n"));
  auto coder = RowCoder::Create(f.Columns(), *table, f.random);
  REQUIRE(coder.ok());
  const auto classes = CountClasses(*table, *coder);
  CHECK(absl::IsDataLoss(classes.status()));
  CHECK(Message(classes.status())
            .ends_with("line 3, column 1 (id): empty, but it says whose record "
                       "this is"));
}

// The slow way: sets of strings.
TEST_CASE("CountClasses: agrees with sets of strings on random tables") {
  Fixture f;
  for (int round = 0; round < 50; ++round) {
    std::string text = "id,age,sex,plan\n";
    std::map<std::pair<std::string, std::string>, std::set<std::string>> people;
    const char* const ages[] = {"18", "19", "21", "29"};
    for (std::uint64_t r = 0, rows = 1 + f.random.Below(40); r < rows; ++r) {
      const std::string id = std::to_string(f.random.Below(12));
      const std::string age = ages[f.random.Below(4)];
      const std::string sex = f.random.Below(2) == 0 ? "F" : "M";
      text += id + "," + age + "," + sex + ",S\n";
      people[{age[0] == '1' ? "10s" : "20s", sex}].insert(id);
    }
    const auto table = *CsvSource::Open(test::Write(f.dir / "t.csv", text));
    auto coder = RowCoder::Create(f.Columns(), *table, f.random);
    REQUIRE(coder.ok());
    const auto classes = CountClasses(*table, *coder);
    REQUIRE(classes.ok());
    CHECK(classes->size() == people.size());
    for (const auto& [labels, ids] : people) {
      const std::size_t i =
          ClassOf(*classes, *coder, labels.first, labels.second);
      CHECK(classes->principals(i) == static_cast<std::int64_t>(ids.size()));
    }
  }
}

// What a column of one value makes of a table with the quasi-identifier q.
absl::StatusOr<Classes> CountWith(std::string_view column, bool weight,
                                  std::string_view value) {
  const test::TempDir dir;
  test::SeededRandom random(1);
  const auto table = CsvSource::Open(
      test::Write(dir / "t.csv", fmt::format("q,{}\n1,{}\n", column, value)));
  if (!table.ok()) return table.status();
  ClassColumns columns;
  columns.quasi_identifiers.push_back(Generalization::Identity("q"));
  (weight ? columns.weight : columns.frequency) = column;
  auto coder = RowCoder::Create(std::move(columns), **table, random);
  if (!coder.ok()) return coder.status();
  return CountClasses(**table, *coder);
}

TEST_CASE("RowCoder: weights are decimals, exact to the nearest unit") {
  const std::map<std::string, std::int64_t> weights = {
      {"0", 0},
      {"0.0", 0},
      {"1", kWeightUnit},
      {"45.5", 91 * kWeightUnit / 2},
      {"0.25", kWeightUnit / 4},
      {"007", 7 * kWeightUnit},
      {"0.1", 104858},                         // 104857.6
      {"83.333333333333333333333", 87381333},  // 87381333.33
      {"0.000000476837158203125", 1},          // half a unit, upwards
      {"0.00000047683715820312", 0},           // less than half
      {"8796093022207", 8796093022207 * kWeightUnit}};
  for (const auto& [text, units] : weights) {
    CAPTURE(text);
    const auto classes = CountWith("w", true, text);
    REQUIRE_MESSAGE(classes.ok(), Message(classes.status()));
    CHECK(classes->population(0) == units);
  }
  for (const char* const text :
       {"", "-1", "+1", "1.", ".5", "1e3", "1,5", " 1", "0x1", "1.2.3",
        "8796093022208", "99999999999999999999"}) {
    CAPTURE(text);
    CHECK_FALSE(CountWith("w", true, text).ok());
  }
}

TEST_CASE("RowCoder: frequencies are whole numbers of one or more") {
  CHECK(CountWith("n", false, "12")->records(0) == 12);
  for (const char* const text : {"", "0", "-1", "1.0", "1e3", "x"}) {
    const auto classes = CountWith("n", false, text);
    REQUIRE_FALSE(classes.ok());
    CHECK(Message(classes.status()).find("line 2, column 2 (n)") !=
          std::string_view::npos);
  }
}

}  // namespace
}  // namespace anon
