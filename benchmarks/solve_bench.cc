// SPDX-License-Identifier: Apache-2.0
//
// Search of a lattice of levels against the figures that ARX 3.9.2 takes for
// anonymize() on the same class of machine: CPU time of one thread, medians.
// Encoding and counting are outside, where ARX's figure includes its own. Needs
// the Adult table (see tests/support); says so without it. An argument leaves
// out what does not have it in its name.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "anon/io/csv.h"
#include "anon/model/k_anonymity.h"
#include "anon/model/t_closeness_equal.h"
#include "anon/solve/mondrian.h"
#include "anon/solve/solve.h"
#include "anon/transform/load_hierarchy.h"
#include "anon/transform/row_coder.h"

namespace {

using namespace anon;  // NOLINT

struct Table {
  std::vector<std::shared_ptr<const Hierarchy>> hierarchies;
  std::unique_ptr<RowCoder> coder;
  std::unique_ptr<Classes> classes;
  Goal goal;
};

// Adult, with `times` copies of each record of which 15 % of the cells are
// those of another record. `several`: copies of a record are of one person,
// four at a time.
Table MakeTable(const std::filesystem::path& directory,
                const std::vector<std::string>& names, bool sensitive,
                std::size_t times, bool several = false) {
  Table made;
  OsRandom random;
  ClassColumns columns;
  for (const std::string& name : names) {
    made.hierarchies.push_back(
        *LoadHierarchy(directory / ("adult_hierarchy_" + name + ".csv")));
    columns.quasi_identifiers.push_back(
        *Generalization::Create(name, made.hierarchies.back(), 0));
    made.goal.attributes.push_back(
        {.hierarchy = made.hierarchies.back().get()});
  }
  if (sensitive) columns.sensitive_attributes = {"occupation"};
  const auto table =
      *CsvSource::Open(directory / "adult.csv", {.delimiter = ';'});
  made.coder = std::make_unique<RowCoder>(
      *RowCoder::Create(std::move(columns), *table, random));
  ClassCounterOptions options = made.coder->counter_options(64'000'000);
  options.keep_membership = several;
  ClassCounter counter(std::move(options));
  std::vector<std::vector<std::uint32_t>> codes(names.size());
  std::vector<std::uint32_t> values;
  Batch batch;
  while (*table->Next(batch)) {
    const CodedRows rows = *made.coder->Encode(batch);
    for (std::size_t r = 0; r < rows.rows; ++r) {
      for (std::size_t q = 0; q < names.size(); ++q) {
        codes[q].push_back(rows.quasi_identifiers[q][r]);
      }
      if (sensitive) values.push_back(rows.sensitive_attributes[0][r]);
    }
  }
  const std::size_t records = codes[0].size();
  std::uint64_t state = 1;
  const auto next = [&state](std::uint64_t below) {
    state = state * 6364136223846793005 + 1442695040888963407;
    return (state >> 33) % below;
  };
  for (std::size_t copy = 0; copy < times; ++copy) {
    auto noisy = codes;
    for (auto& column : noisy) {
      for (std::uint32_t& code : column) {
        if (copy > 0 && next(100) < 15) code = column[next(records)];
      }
    }
    CodedRows rows;
    for (const auto& column : noisy) rows.quasi_identifiers.push_back(column);
    if (sensitive) rows.sensitive_attributes.push_back(values);
    std::vector<Fingerprint> people;
    for (std::size_t r = 0; several && r < records; ++r) {
      people.push_back({copy / 4, r});
    }
    rows.principals = people;
    rows.rows = records;
    if (!counter.Add(rows).ok()) std::abort();
  }
  made.classes = std::make_unique<Classes>(std::move(counter).Finish());
  made.goal.against_release = false;
  return made;
}

double CpuMs() {
  return static_cast<double>(std::clock()) * 1e3 / CLOCKS_PER_SEC;
}
double WallMs() {
  return std::chrono::duration<double, std::milli>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

std::string wanted;  // part of a name
bool IsWanted(std::string_view name) {
  return name.find(wanted) != std::string_view::npos;
}

void Report(const std::string& name, double arx_ms, int times, double (*now)(),
            const std::function<SearchResult()>& search) {
  std::vector<double> took;
  SearchResult result;
  for (int i = 0; i < times; ++i) {
    const double begin = now();
    result = search();
    took.push_back(now() - begin);
  }
  std::ranges::sort(took);
  const double median = took[took.size() / 2];
  fmt::print("{:<44} {:>9.2f} ms {:>7} of {} nodes, cost {:.6g}", name, median,
             result.nodes_evaluated, result.nodes, result.best.cost);
  if (arx_ms > 0) {
    fmt::print("  [ARX {} ms: {:.1f}x]", arx_ms, arx_ms / median);
  }
  fmt::print("\n");
}

void Ask(const std::string& name, const Table& table, PrivacyModels models,
         const char* limit, double arx_ms, int times = 7,
         const SearchBudget& budget = {}, double (*now)() = CpuMs) {
  if (!IsWanted(name)) return;
  Goal goal = table.goal;
  goal.models = std::move(models);
  goal.suppression_limit = *Ratio::Parse(limit);
  Report(name, arx_ms, times, now, [&] {
    auto result = Solve(*table.classes, goal, budget);
    if (!result.ok()) std::abort();
    return *std::move(result);
  });
}

// A million rows of six attributes of as many values as a telecom table has,
// divided to k = 10. CPU time of the division and of placing every class.
void AskMondrian(const char* name, bool relaxed) {
  if (!IsWanted(name)) return;
  const std::vector<std::uint32_t> values = {74, 99, 4096, 16, 14, 1900};
  constexpr std::size_t kRows = 1'000'000;
  ClassCounterOptions options;
  MondrianGoal goal;
  goal.relaxed = relaxed;
  goal.models = {KAnonymity(10)};
  std::vector<std::vector<std::uint32_t>> codes;
  std::uint64_t state = 1;
  for (const std::uint32_t most : values) {
    options.quasi_identifiers.push_back(
        std::to_string(options.quasi_identifiers.size()));
    auto& column = codes.emplace_back();
    MondrianAttribute attribute;
    attribute.kind = MondrianAttribute::Kind::kNumbers;
    for (std::uint32_t c = 0; c < most; ++c) {
      attribute.positions.emplace_back(Decimal(c));
    }
    attribute.label = [](std::uint32_t) -> std::string_view { return "0"; };
    goal.attributes.push_back(std::move(attribute));
    for (std::size_t r = 0; r < kRows; ++r) {
      state = state * 6364136223846793005 + 1442695040888963407;
      column.push_back(static_cast<std::uint32_t>((state >> 33) % most));
    }
  }
  ClassCounter counter(options);
  CodedRows rows;
  for (const auto& column : codes) rows.quasi_identifiers.push_back(column);
  rows.rows = kRows;
  if (!counter.Add(rows).ok()) std::abort();
  const Classes classes = std::move(counter).Finish();
  std::vector<double> took;
  std::size_t regions = 0;
  for (int i = 0; i < 5; ++i) {
    const double begin = CpuMs();
    const auto result = Solve(classes, goal);
    took.push_back(CpuMs() - begin);
    if (!result.ok()) std::abort();
    regions = result->recoding.size();
  }
  std::ranges::sort(took);
  fmt::print("{:<44} {:>9.2f} ms {:>7} regions, {:.1f} ns a row\n", name,
             took[took.size() / 2], regions,
             took[took.size() / 2] * 1e6 / kRows);
}

std::filesystem::path Directory() {
  const char* const data = std::getenv("ANON_TEST_DATA");
  return std::filesystem::path(data != nullptr ? data : "../shared") / "data" /
         "adult";
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (argc > 1) wanted = argv[1];
  AskMondrian("mondrian strict, 1M x 6, k=10", false);
  AskMondrian("mondrian relaxed, 1M x 6, k=10", true);
  const auto directory = Directory();
  if (!std::filesystem::exists(directory / "adult.csv")) {
    fmt::print("solve_bench: no {}\n", (directory / "adult.csv").string());
    return 0;
  }
  std::vector<std::string> names = {"sex",         "age",
                                    "race",        "marital-status",
                                    "education",   "native-country",
                                    "workclass",   "occupation",
                                    "salary-class"};
  const Table nine = MakeTable(directory, names, false, 1);
  Ask("adult 9, k=5, 0 %, loss", nine, {KAnonymity(5)}, "0", 39);
  Ask("adult 9, k=5, 5 %, loss", nine, {KAnonymity(5)}, "5%", 847);
  SearchBudget every;
  every.every_node = true;
  Ask("adult 9, k=5, 5 %, loss, every node", nine, {KAnonymity(5)}, "5%", 0, 5,
      every);
  const bool large = wanted.empty() || wanted.starts_with("1M");
  const Table million = MakeTable(directory, names, false, large ? 33 : 1);
  names.erase(names.begin() + 7);
  const Table eight = MakeTable(directory, names, true, 1);
  Ask("adult 8, k=5, t=0.2, 5 %, loss", eight,
      {KAnonymity(5), TClosenessEqual("occupation", *Ratio::Create(1, 5))},
      "5%", 1007);
  if (!large) return 0;
  fmt::print("1M rows have {} classes\n", million.classes->size());
  Ask("1M x 9, k=5, 5 %, loss", million, {KAnonymity(5)}, "5%", 38452, 5);
  SearchBudget two;
  two.threads = 2;
  Ask("1M x 9, 1 thread, wall time", million, {KAnonymity(5)}, "5%", 0, 5, {},
      WallMs);
  Ask("1M x 9, 2 threads, wall time", million, {KAnonymity(5)}, "5%", 0, 5, two,
      WallMs);
  names.push_back("occupation");
  const Table several = MakeTable(directory, names, false, 33, true);
  Ask(fmt::format("1M x 9 of {} people, k=5, 5 %, loss",
                  several.classes->total_principals()),
      several, {KAnonymity(5)}, "5%", 0, 5);
  return 0;
}
