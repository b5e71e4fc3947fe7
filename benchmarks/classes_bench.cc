// SPDX-License-Identifier: Apache-2.0
//
// How fast classes are counted, against reading the columns (the limit), a
// plain hash map and DuckDB (if $ANON_DUCKDB names its library). One process,
// CPU time, medians; the table at the end has nanoseconds a row and ratios.
//
//   A  five quasi-identifiers of 74, 2, 5, 16 and 7 values: every class occurs
//   B  eight, two out of three rows in a class of their own: 7 million classes
//
// ANON_BENCH_ROWS changes the number of rows from ten million.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "anon/data/classes.h"
#include "data/kernels.h"
#include "data/key_layout.h"
#include "duckdb.h"

namespace anon::bench {
namespace {

struct Table {
  std::vector<std::uint32_t> radices;
  std::vector<std::vector<std::uint8_t>> narrow;
  std::vector<std::uint16_t> municipality;  // B only
  std::vector<std::uint8_t> few;            // 14 sensitive values
  std::vector<std::uint16_t> many;          // 1,000
  std::vector<CodeColumn> quasi;
  std::size_t rows = 0;
};

std::size_t Rows() {
  const char* const rows = std::getenv("ANON_BENCH_ROWS");
  return rows == nullptr ? 10'000'000 : std::strtoull(rows, nullptr, 10);
}

// A code below `radix`; the higher `skew`, the more of them are low.
template <typename Code>
void Fill(std::mt19937_64& random, std::uint32_t radix, double skew,
          std::size_t rows, std::vector<Code>& codes) {
  codes.resize(rows);
  constexpr double kUnit = 1.0 / 9007199254740992.0;  // 2^-53
  for (Code& code : codes) {
    const double u = static_cast<double>(random() >> 11) * kUnit;
    code = static_cast<Code>(std::pow(u, skew) * radix);
  }
}

void FillSensitive(std::mt19937_64& random, Table& table) {
  Fill(random, 14, 1.5, table.rows, table.few);
  Fill(random, 1000, 1.5, table.rows, table.many);
}

const Table& TableA() {
  static const Table table = [] {
    Table t;
    std::mt19937_64 random(1);
    t.rows = Rows();
    t.radices = {74, 2, 5, 16, 7};
    t.narrow.resize(5);
    for (std::size_t q = 0; q < 5; ++q) {
      Fill(random, t.radices[q], 1, t.rows, t.narrow[q]);
    }
    for (const auto& column : t.narrow) t.quasi.emplace_back(column);
    FillSensitive(random, t);
    return t;
  }();
  return table;
}

const Table& TableB() {
  static const Table table = [] {
    Table t;
    std::mt19937_64 random(2);
    t.rows = Rows();
    t.radices = {47, 1900, 100, 2, 16, 7, 15, 70};
    const double skews[] = {0, 2.5, 1.5, 1, 6, 6, 7, 11};
    t.narrow.resize(8);
    Fill(random, 1900, skews[1], t.rows, t.municipality);
    t.narrow[0].resize(t.rows);  // the prefecture follows
    for (std::size_t r = 0; r < t.rows; ++r) {
      t.narrow[0][r] = static_cast<std::uint8_t>(t.municipality[r] * 47 / 1900);
    }
    for (std::size_t q = 2; q < 8; ++q) {
      Fill(random, t.radices[q], skews[q], t.rows, t.narrow[q]);
    }
    for (std::size_t q = 0; q < 8; ++q) {
      if (q == 1) {
        t.quasi.emplace_back(t.municipality);
      } else {
        t.quasi.emplace_back(t.narrow[q]);
      }
    }
    FillSensitive(random, t);
    return t;
  }();
  return table;
}

enum class Sensitive { kNone, kFew, kMany };

CodedRows RowsOf(const Table& table, Sensitive sensitive) {
  CodedRows rows;
  rows.quasi_identifiers = table.quasi;
  if (sensitive == Sensitive::kFew) rows.sensitive_attributes = {table.few};
  if (sensitive == Sensitive::kMany) rows.sensitive_attributes = {table.many};
  rows.rows = table.rows;
  return rows;
}

ClassCounterOptions OptionsFor(const Table& table, Sensitive sensitive,
                               int threads) {
  ClassCounterOptions options;
  for (std::size_t q = 0; q < table.quasi.size(); ++q) {
    options.quasi_identifiers.push_back("q" + std::to_string(q));
  }
  if (sensitive != Sensitive::kNone) options.sensitive_attributes = {"s"};
  options.radices = table.radices;
  options.threads = threads;
  return options;
}

Classes CountOrDie(const Table& table, Sensitive sensitive, int threads) {
  ClassCounter counter(OptionsFor(table, sensitive, threads));
  if (!counter.Add(RowsOf(table, sensitive)).ok()) std::abort();
  return std::move(counter).Finish();
}

std::int64_t SmallestClass(const Classes& classes) {
  std::int64_t k = INT64_MAX;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    k = std::min(k, classes.principals(i));
  }
  return k;
}

void Report(benchmark::State& state, std::size_t classes, std::int64_t k) {
  state.counters["classes"] = static_cast<double>(classes);
  state.counters["k"] = static_cast<double>(k);
}

void ReadColumns(benchmark::State& state, const Table& table) {
  const internal::Kernels& kernels = internal::BestKernels();
  for (auto _ : state) {
    for (const CodeColumn& column : table.quasi) {
      benchmark::DoNotOptimize(
          kernels.max(column.data(), column.width(), column.size()));
    }
  }
}

void CheckK(benchmark::State& state, const Table& table, Sensitive sensitive,
            int threads) {
  std::size_t size = 0;
  std::int64_t k = 0;
  for (auto _ : state) {
    const Classes classes = CountOrDie(table, sensitive, threads);
    size = classes.size();
    k = SmallestClass(classes);
  }
  Report(state, size, k);
}

// What one would write: packed keys into Abseil's hash map.
void HashMap(benchmark::State& state, const Table& table) {
  const auto layout =
      internal::KeyLayout::Of({table.radices.begin(), table.radices.end()});
  constexpr std::size_t kBlock = 2048;
  std::vector<std::uint32_t> scratch(kBlock);
  std::vector<std::uint64_t> keys(kBlock);
  std::size_t size = 0;
  std::int64_t k = INT64_MAX;
  for (auto _ : state) {
    absl::flat_hash_map<std::uint64_t, std::int64_t> counts;
    for (std::size_t from = 0; from < table.rows; from += kBlock) {
      const std::size_t n = std::min(kBlock, table.rows - from);
      layout->PackWide(internal::BestKernels(), table.quasi, from, n,
                       scratch.data(), keys.data());
      for (std::size_t i = 0; i < n; ++i) ++counts[keys[i]];
    }
    size = counts.size();
    for (const auto& [key, count] : counts) k = std::min(k, count);
  }
  Report(state, size, k);
}

void DuckDbGroupBy(benchmark::State& state, DuckDb& db, const Table& table,
                   const std::string& name, bool tuned, bool sensitive,
                   int threads) {
  db.Run("SET threads=" + std::to_string(threads));
  db.Run("SET perfect_ht_threshold=" + std::string(tuned ? "24" : "12"));
  std::string by;
  for (std::size_t q = 0; q < table.quasi.size(); ++q) {
    by += (q == 0 ? "c" : ", c") + std::to_string(q);
  }
  const std::string counted =
      sensitive ? "count(distinct c" + std::to_string(table.quasi.size()) + ")"
                : std::string("count(*)");
  std::int64_t k = 0;
  for (auto _ : state) {
    k = db.Number("SELECT min(n)::BIGINT FROM (SELECT " + counted +
                  " AS n FROM " + name + " GROUP BY " + by + ")");
  }
  state.counters["k"] = static_cast<double>(k);
}

void Register(const std::string& name, auto&& run) {
  benchmark::RegisterBenchmark(name.c_str(), run)
      ->Unit(benchmark::kMillisecond)
      ->MeasureProcessCPUTime()
      ->UseRealTime()
      ->Iterations(1)
      ->Repetitions(5);
}

void RegisterTable(const std::string& name, const Table& (*table)(),
                   DuckDb* db) {
  using benchmark::State;
  Register(name + "/read", [=](State& s) { ReadColumns(s, table()); });
  Register(name + "/k",
           [=](State& s) { CheckK(s, table(), Sensitive::kNone, 1); });
  Register(name + "/k/2_threads",
           [=](State& s) { CheckK(s, table(), Sensitive::kNone, 2); });
  Register(name + "/k+14_values",
           [=](State& s) { CheckK(s, table(), Sensitive::kFew, 1); });
  Register(name + "/k+1000_values",
           [=](State& s) { CheckK(s, table(), Sensitive::kMany, 1); });
  Register(name + "/hash_map", [=](State& s) { HashMap(s, table()); });
  if (db == nullptr) return;
  const auto load = [=] {
    static std::map<std::string, bool> loaded;
    if (loaded[name]) return;
    loaded[name] = true;
    std::vector<CodeColumn> columns = table().quasi;
    columns.emplace_back(table().few);
    db->Load(name, columns);
  };
  for (const bool tuned : {false, true}) {
    Register(name + (tuned ? "/duckdb_tuned" : "/duckdb"), [=](State& s) {
      load();
      DuckDbGroupBy(s, *db, table(), name, tuned, false, 1);
    });
  }
  Register(name + "/duckdb/2_threads", [=](State& s) {
    load();
    DuckDbGroupBy(s, *db, table(), name, false, false, 2);
  });
  Register(name + "/duckdb_distinct_14", [=](State& s) {
    load();
    DuckDbGroupBy(s, *db, table(), name, false, true, 1);
  });
}

// Prints as usual and keeps all times for a table of medians.
class Reporter final : public benchmark::ConsoleReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override {
    ConsoleReporter::ReportRuns(runs);
    for (const Run& run : runs) {
      if (run.run_type != Run::RT_Iteration || run.error_occurred) continue;
      times_[run.run_name.function_name].push_back(
          {run.GetAdjustedCPUTime(), run.GetAdjustedRealTime()});
    }
  }

  void PrintMedians() {
    std::printf("\n%-24s %10s %10s %8s %8s %8s\n", "median", "CPU ns/row",
                "wall ns/row", "x read", "x k", "duckdb/");
    for (const auto& [name, times] : times_) {
      const std::string table = name.substr(0, 1);
      std::printf("%-24s %10.2f %10.2f %8.1f %8.2f %8.1f\n", name.c_str(),
                  Cpu(name), Wall(name), Cpu(name) / Cpu(table + "/read"),
                  Cpu(name) / Cpu(table + "/k"),
                  Cpu(table + "/duckdb") / Cpu(name));
    }
  }

 private:
  struct Times {
    double cpu;
    double wall;
  };
  static double Median(std::vector<double> values) {
    if (values.empty()) return NAN;
    std::ranges::sort(values);
    return values[values.size() / 2];
  }
  double Cpu(const std::string& name) const {
    std::vector<double> values;
    const auto found = times_.find(name);
    if (found == times_.end()) return NAN;
    for (const Times& t : found->second) values.push_back(t.cpu);
    return Median(values) * 1e6 / static_cast<double>(Rows());
  }
  double Wall(const std::string& name) const {
    std::vector<double> values;
    for (const Times& t : times_.at(name)) values.push_back(t.wall);
    return Median(values) * 1e6 / static_cast<double>(Rows());
  }

  std::map<std::string, std::vector<Times>> times_;
};

}  // namespace
}  // namespace anon::bench

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  const auto db = anon::bench::DuckDb::Open();
  anon::bench::RegisterTable("A", anon::bench::TableA, db.get());
  anon::bench::RegisterTable("B", anon::bench::TableB, db.get());
  anon::bench::Reporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  reporter.PrintMedians();
}
