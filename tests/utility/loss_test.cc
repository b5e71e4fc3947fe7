// SPDX-License-Identifier: Apache-2.0
#include "anon/utility/loss.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <sstream>

#include "anon/io/csv.h"
#include "anon/model/distinct_l_diversity.h"
#include "anon/model/k_anonymity.h"
#include "anon/solve/solution.h"
#include "anon/transform/generalization.h"
#include "support/support.h"

namespace anon {
namespace {

namespace fs = std::filesystem;

std::shared_ptr<const Hierarchy> Load(const fs::path& file) {
  const auto records =
      CsvSource::Open(file, {.delimiter = ';', .header = false});
  REQUIRE(records.ok());
  auto hierarchy = Hierarchy::FromRecords(**records);
  REQUIRE_MESSAGE(hierarchy.ok(), Message(hierarchy.status()));
  return std::make_shared<const Hierarchy>(*std::move(hierarchy));
}

std::shared_ptr<const Hierarchy> Make(const std::string& text) {
  const test::TempDir dir;
  return Load(test::Write(dir / "h.csv", text));
}

// 4 values: level 1 joins 3 of them, level 2 all.
std::shared_ptr<const Hierarchy> Four() {
  return Make("a;abc;*\nb;abc;*\nc;abc;*\nd;d;*\n");
}

// Classes of one attribute: (code, records).
Classes Count(const std::vector<std::pair<std::uint32_t, int>>& classes) {
  std::vector<std::uint32_t> codes;
  for (const auto& [code, records] : classes) {
    codes.insert(codes.end(), static_cast<std::size_t>(records), code);
  }
  ClassCounter counter(
      {.quasi_identifiers = {"q"}, .sensitive_attributes = {}});
  CodedRows rows;
  rows.quasi_identifiers = {codes};
  rows.rows = codes.size();
  REQUIRE(counter.Add(rows).ok());
  return std::move(counter).Finish();
}

double LossOf(const Classes& classes, const std::vector<bool>& kept,
              const Hierarchy* hierarchy, std::size_t level) {
  const CodedAttribute attribute{hierarchy, level};
  const Loss loss = MeasureLoss(classes, kept, std::span(&attribute, 1));
  REQUIRE(loss.attributes.size() == 1);
  CHECK(loss.attributes[0].name == "q");
  CHECK(loss.arithmetic_mean == doctest::Approx(loss.attributes[0].loss));
  CHECK(loss.geometric_mean == doctest::Approx(loss.attributes[0].loss));
  return loss.attributes[0].loss;
}

TEST_CASE("MeasureLoss: an untouched table loses nothing") {
  const auto four = Four();
  CHECK(LossOf(Count({{0, 3}, {1, 1}, {3, 6}}), {true, true, true}, four.get(),
               0) == 0);
  CHECK(LossOf(Count({{0, 3}, {1, 1}}), {true, true}, nullptr, 0) == 0);
}

TEST_CASE(
    "MeasureLoss: the top of a hierarchy and a table without records "
    "lose all") {
  const auto four = Four();
  CHECK(LossOf(Count({{0, 10}}), {true}, four.get(), 2) == 1);
  CHECK(LossOf(Count({{0, 10}, {1, 5}}), {false, false}, four.get(), 0) == 1);
  CHECK(LossOf(Count({{0, 10}, {1, 5}}), {false, false}, nullptr, 0) == 1);
}

TEST_CASE("MeasureLoss: by hand") {
  // 10 records: 6 under abc (3/4 of the domain), 4 under d (1/4):
  // (6*3/4 + 4*1/4 - 10/4) / (10 - 10/4) = 3 / 7.5.
  const auto four = Four();
  const std::uint32_t abc = four->Generalize(*four->Find("a"), 0, 1);
  const std::uint32_t d = four->Generalize(*four->Find("d"), 0, 1);
  const Classes classes = Count({{abc, 6}, {d, 4}});
  const auto kept_all = LossOf(classes, {true, true}, four.get(), 1);
  CHECK(kept_all == doctest::Approx(0.4));
  // The 4 suppressed: (4.5 + 4 - 2.5) / 7.5.
  std::vector<bool> kept(2, true);
  const std::uint32_t tuple[] = {d};
  kept[*classes.Find(tuple)] = false;
  CHECK(LossOf(classes, kept, four.get(), 1) == doctest::Approx(0.8));
  // Values that stay themselves lose only what is suppressed.
  CHECK(LossOf(classes, kept, nullptr, 0) == doctest::Approx(0.4));
}

TEST_CASE("MeasureLoss: kept values lose as level 0 of any hierarchy does") {
  const auto four = Four();
  const Classes classes = Count({{0, 3}, {1, 5}, {2, 2}});
  for (const std::vector<bool>& kept :
       {std::vector{true, true, true}, std::vector{false, true, true},
        std::vector{true, false, false}}) {
    CHECK(LossOf(classes, kept, nullptr, 0) ==
          doctest::Approx(LossOf(classes, kept, four.get(), 0)));
  }
}

TEST_CASE("MeasureLoss: domains of one value, empty tables, no attributes") {
  const auto one = Make("x;*\n");
  CHECK(LossOf(Count({{0, 5}}), {true}, one.get(), 1) == 0);
  CHECK(LossOf(Count({}), {}, Four().get(), 1) == 0);
  CHECK(LossOf(Count({}), {}, nullptr, 0) == 0);
  const Loss none = MeasureLoss(Count({{0, 5}}), {true}, {});
  CHECK(none.attributes.empty());
  CHECK(none.arithmetic_mean == 0);
  CHECK(none.geometric_mean == 0);
}

TEST_CASE("MeasureLoss: grows with the level and stays between 0 and 1") {
  test::SeededRandom random(31);
  const auto four = Four();
  for (int trial = 0; trial < 200; ++trial) {
    std::vector<int> records(4);
    for (int& count : records) count = static_cast<int>(random.Below(9)) + 1;
    const bool last_kept = random.Below(2) == 0;
    double before = -1;
    for (std::size_t level = 0; level <= 2; ++level) {
      std::map<std::uint32_t, int> classes;
      for (std::uint32_t leaf = 0; leaf < 4; ++leaf) {
        classes[four->Generalize(leaf, 0, level)] += records[leaf];
      }
      std::vector<bool> kept(classes.size(), true);
      kept.back() = last_kept || classes.size() < 2;
      const double loss = LossOf(Count({classes.begin(), classes.end()}), kept,
                                 four.get(), level);
      CHECK(loss >= 0);
      CHECK(loss <= 1);
      if (last_kept) CHECK(loss >= before);
      before = loss;
    }
  }
}

// The rows of a CSV file as maps from column to value.
std::vector<std::map<std::string, std::string>> Records(const fs::path& file) {
  const auto source = CsvSource::Open(file);
  REQUIRE(source.ok());
  std::vector<std::map<std::string, std::string>> records;
  Batch batch;
  while (*(*source)->Next(batch)) {
    for (std::size_t r = 0; r < batch.rows(); ++r) {
      auto& record = records.emplace_back();
      for (std::size_t c = 0; c < batch.columns.size(); ++c) {
        record[(*source)->attributes()[c]] = batch.columns[c][r];
      }
    }
  }
  return records;
}

std::vector<std::string> Words(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), {}};
}

// Adult at fixed levels: its classes and how it was generalized.
struct Generalized {
  std::vector<Generalization> quasi;
  std::optional<Classes> classes;
};

Generalized Generalize(const fs::path& adult,
                       const std::vector<std::string>& names,
                       const std::vector<std::string>& levels) {
  Generalized result;
  const auto source = CsvSource::Open(adult / "adult.csv", {.delimiter = ';'});
  REQUIRE(source.ok());
  std::vector<std::size_t> at;
  for (std::size_t q = 0; q < names.size(); ++q) {
    auto one = Generalization::Create(
        names[q], Load(adult / ("adult_hierarchy_" + names[q] + ".csv")),
        std::stoll(levels[q]));
    REQUIRE(one.ok());
    result.quasi.push_back(*std::move(one));
    const auto& columns = (*source)->attributes();
    at.push_back(static_cast<std::size_t>(std::ranges::find(columns, names[q]) -
                                          columns.begin()));
  }
  const auto& columns = (*source)->attributes();
  const auto occupation = static_cast<std::size_t>(
      std::ranges::find(columns, "occupation") - columns.begin());
  ClassCounter counter(
      {.quasi_identifiers = names, .sensitive_attributes = {"occupation"}});
  Generalization sensitive = Generalization::Identity("occupation");
  std::vector<std::vector<std::uint32_t>> codes(names.size() + 1);
  Batch batch;
  while (*(*source)->Next(batch)) {
    CodedRows rows;
    rows.rows = batch.rows();
    for (auto& column : codes) column.resize(batch.rows());
    for (std::size_t q = 0; q < names.size(); ++q) {
      REQUIRE(result.quasi[q].Encode(batch, at[q], "adult", codes[q]).ok());
      rows.quasi_identifiers.emplace_back(codes[q]);
    }
    REQUIRE(sensitive.Encode(batch, occupation, "adult", codes.back()).ok());
    rows.sensitive_attributes.emplace_back(codes.back());
    REQUIRE(counter.Add(rows).ok());
  }
  result.classes = std::move(counter).Finish();
  return result;
}

// "k5+dl3" as models; nothing for models this library does not have.
PrivacyModels ModelsOf(const std::string& code) {
  static const std::map<std::string, PrivacyModels> known = {
      {"k2", {KAnonymity(2)}},
      {"k5", {KAnonymity(5)}},
      {"k10", {KAnonymity(10)}},
      {"k5+dl2", {KAnonymity(5), DistinctLDiversity("occupation", 2)}},
      {"k5+dl3", {KAnonymity(5), DistinctLDiversity("occupation", 3)}}};
  const auto at = known.find(code);
  return at == known.end() ? PrivacyModels() : at->second;
}

TEST_CASE("MeasureLoss: agrees with ARX on Adult at the levels ARX found") {
  ANON_REQUIRE_TEST_DATA(golden, "golden/arx_adult.csv");
  ANON_REQUIRE_TEST_DATA(adult, "data/adult");
  int compared = 0;
  for (auto& row : Records(golden)) {
    const PrivacyModels models = ModelsOf(row["privacy"]);
    if (models.empty() || !row["metric"].starts_with("loss_")) continue;
    INFO("row " << row["id"]);
    const auto names = Words(row["qi_attributes"]);
    const auto table = Generalize(adult, names, Words(row["optimal_levels"]));
    const Classes& classes = *table.classes;
    const auto solution = SolveFixedLevels(classes, models);
    REQUIRE(solution.ok());
    CHECK(std::to_string(solution->records_suppressed) ==
          row["suppressed_records"]);
    CHECK(std::to_string(solution->classes_kept) ==
          row["classes_excl_suppressed"]);
    std::vector<std::int64_t> sizes;
    std::vector<CodedAttribute> coded;
    for (std::size_t i = 0; i < classes.size(); ++i) {
      if (solution->kept[i]) sizes.push_back(classes.records(i));
    }
    REQUIRE_FALSE(sizes.empty());
    CHECK(std::to_string(std::ranges::min(sizes)) == row["min_class"]);
    CHECK(std::to_string(std::ranges::max(sizes)) == row["max_class"]);
    for (const Generalization& quasi : table.quasi) {
      coded.push_back({quasi.hierarchy(), quasi.level()});
    }
    const Loss loss = MeasureLoss(classes, solution->kept, coded);
    const double ours = row["metric"] == "loss_geomean" ? loss.geometric_mean
                                                        : loss.arithmetic_mean;
    // ARX cuts each attribute's loss off after ten decimals.
    CHECK(std::abs(ours - std::stod(row["information_loss"])) < 1e-9);
    ++compared;
  }
  CHECK(compared >= 20);
  MESSAGE("rows compared with ARX: " << compared);
}

}  // namespace
}  // namespace anon
