// SPDX-License-Identifier: Apache-2.0
//
// How fast classes are counted and models judged, against reading the columns
// (the limit), a plain hash map and DuckDB (if $ANON_DUCKDB names its library).
// One process, CPU time, medians; at the end nanoseconds a row, and the goals.
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
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "anon/data/classes.h"
#include "anon/model/alpha_k_anonymity.h"
#include "anon/model/beta_likeness.h"
#include "anon/model/delta_disclosure.h"
#include "anon/model/distinct_l_diversity.h"
#include "anon/model/entropy_l_diversity.h"
#include "anon/model/k_anonymity.h"
#include "anon/model/recursive_cl_diversity.h"
#include "anon/model/reidentification_risk.h"
#include "anon/model/t_closeness_equal.h"
#include "anon/model/t_closeness_ordered.h"
#include "data/kernels.h"
#include "data/key_layout.h"
#include "duckdb.h"
#include "medians.h"

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

// Tuples of 96 bits: of four million kinds of people, some more often.
const Table& TableC() {
  static const Table table = [] {
    Table t;
    std::mt19937_64 random(3);
    t.rows = Rows();
    t.radices.assign(12, 200);
    std::vector<std::uint32_t> kind;
    Fill(random, 4'000'000, 1.5, t.rows, kind);
    t.narrow.resize(t.radices.size());
    for (std::size_t q = 0; q < t.radices.size(); ++q) {
      for (std::size_t r = 0; r < t.rows; ++r) {
        const std::uint64_t mixed =
            (kind[r] + q * 0x1000000) * 0x9E3779B97F4A7C15;
        t.narrow[q].push_back(static_cast<std::uint8_t>((mixed >> 32) % 200));
      }
      t.quasi.emplace_back(t.narrow[q]);
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
    k = classes.smallest();
  }
  Report(state, size, k);
}

// Every model that needs no more than the table and one sensitive attribute.
PrivacyModels AllModels() {
  const Ratio half = *Ratio::Create(1, 2);
  const Ratio one = *Ratio::Create(1, 1);
  return {KAnonymity(2),
          HighestReidentificationRisk(half),
          AverageReidentificationRisk(half),
          AlphaKAnonymity("s", half, 2),
          DistinctLDiversity("s", 2),
          EntropyLDiversity("s", 2),
          RecursiveClDiversity("s", one, 2),
          TClosenessEqual("s", half),
          TClosenessOrdered("s", half),
          BasicBetaLikeness("s", one),
          EnhancedBetaLikeness("s", one),
          DeltaDisclosure("s", one)};
}

// Counts and judges, as a check of a table does.
void CheckModels(benchmark::State& state, const Table& table,
                 Sensitive sensitive) {
  const PrivacyModels models = AllModels();
  std::vector<std::string> labels;
  for (int v = 0; v < 1000; ++v) labels.push_back(std::to_string(v));
  ModelContext context;
  context.sensitive["s"].label = [&](std::uint32_t code) -> std::string_view {
    return labels[code];
  };
  std::int64_t satisfied = 0;
  for (auto _ : state) {
    satisfied = 0;
    const Classes classes = CountOrDie(table, sensitive, 1);
    std::vector<std::unique_ptr<const BoundModel>> bound;
    for (const auto& model : models) {
      auto on_table = model->On(classes, context);
      if (!on_table.ok()) std::abort();
      bound.push_back(*std::move(on_table));
    }
    for (const Verdict& verdict : BoundModel::JudgeAll(bound)) {
      satisfied += verdict.satisfied ? 1 : 0;
    }
  }
  state.counters["satisfied"] = static_cast<double>(satisfied);
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
    internal::KeyPacker packer(*layout, table.quasi, 0);
    for (std::size_t from = 0; from < table.rows; from += kBlock) {
      const std::size_t n = std::min(kBlock, table.rows - from);
      if (!packer.Wide(n, scratch.data(), keys.data())) std::abort();
      for (std::size_t i = 0; i < n; ++i) ++counts[keys[i]];
    }
    size = counts.size();
    for (const auto& [key, count] : counts) k = std::min(k, count);
  }
  Report(state, size, k);
}

void DuckDbGroupBy(benchmark::State& state, DuckDb& db, const Table& table,
                   const std::string& name, bool tuned, Sensitive sensitive,
                   int threads) {
  db.Run("SET threads=" + std::to_string(threads));
  db.Run("SET perfect_ht_threshold=" + std::string(tuned ? "24" : "12"));
  std::string by;
  for (std::size_t q = 0; q < table.quasi.size(); ++q) {
    by += (q == 0 ? "c" : ", c") + std::to_string(q);
  }
  const std::size_t column =
      table.quasi.size() + (sensitive == Sensitive::kMany ? 1 : 0);
  const std::string counted =
      sensitive == Sensitive::kNone
          ? "count(*)"
          : "count(distinct c" + std::to_string(column) + ")";
  std::int64_t k = 0;
  for (auto _ : state) {
    k = db.Number("SELECT min(n)::BIGINT FROM (SELECT " + counted +
                  " AS n FROM " + name + " GROUP BY " + by + ")");
  }
  state.counters["k"] = static_cast<double>(k);
}

// Once.
void Load(DuckDb& db, const std::string& name, const Table& table) {
  static std::map<std::string, bool> loaded;
  if (loaded[name]) return;
  loaded[name] = true;
  std::vector<CodeColumn> columns = table.quasi;
  columns.emplace_back(table.few);
  columns.emplace_back(table.many);
  db.Load(name, columns);
}

// What is measured of every table.
void RegisterK(const std::string& name, const Table& (*table)(), DuckDb* db) {
  using benchmark::State;
  Register(name + "/read", [=](State& s) { ReadColumns(s, table()); });
  Register(name + "/k",
           [=](State& s) { CheckK(s, table(), Sensitive::kNone, 1); });
  if (db == nullptr) return;
  Register(name + "/duckdb", [=](State& s) {
    Load(*db, name, table());
    DuckDbGroupBy(s, *db, table(), name, false, Sensitive::kNone, 1);
  });
}

void RegisterTable(const std::string& name, const Table& (*table)(),
                   DuckDb* db) {
  using benchmark::State;
  RegisterK(name, table, db);
  Register(name + "/k/2_threads",
           [=](State& s) { CheckK(s, table(), Sensitive::kNone, 2); });
  Register(name + "/k+14_values",
           [=](State& s) { CheckK(s, table(), Sensitive::kFew, 1); });
  Register(name + "/k+1000_values",
           [=](State& s) { CheckK(s, table(), Sensitive::kMany, 1); });
  Register(name + "/all_models_14",
           [=](State& s) { CheckModels(s, table(), Sensitive::kFew); });
  Register(name + "/all_models_1000",
           [=](State& s) { CheckModels(s, table(), Sensitive::kMany); });
  Register(name + "/hash_map", [=](State& s) { HashMap(s, table()); });
  if (db == nullptr) return;
  const auto load = [=] { Load(*db, name, table()); };
  Register(name + "/duckdb_tuned", [=](State& s) {
    load();
    DuckDbGroupBy(s, *db, table(), name, true, Sensitive::kNone, 1);
  });
  Register(name + "/duckdb/2_threads", [=](State& s) {
    load();
    DuckDbGroupBy(s, *db, table(), name, false, Sensitive::kNone, 2);
  });
  Register(name + "/duckdb_distinct_14", [=](State& s) {
    load();
    DuckDbGroupBy(s, *db, table(), name, false, Sensitive::kFew, 1);
  });
  Register(name + "/duckdb_distinct_1000", [=](State& s) {
    load();
    DuckDbGroupBy(s, *db, table(), name, false, Sensitive::kMany, 1);
  });
}

void PrintMedians(const Medians& medians) {
  const double rows = static_cast<double>(Rows());
  const auto cpu = [&](const std::string& name) { return medians.Cpu(name); };
  std::printf("\n%-24s %10s %11s %8s %8s %8s\n", "median", "CPU ns/row",
              "wall ns/row", "x read", "x k", "duckdb/");
  for (const std::string& name : medians.names()) {
    const std::string table = name.substr(0, 1);
    std::printf("%-24s %10.2f %11.2f %8.1f %8.2f %8.1f\n", name.c_str(),
                cpu(name) * 1e6 / rows, medians.Wall(name) * 1e6 / rows,
                cpu(name) / cpu(table + "/read"), cpu(name) / cpu(table + "/k"),
                cpu(table + "/duckdb") / cpu(name));
  }
}

void PrintGoals(const Medians& m) {
  std::printf("\n%-58s %9s  %s\n", "goal", "measured", "asked");
  PrintGoal("A: k, over reading the columns", m.Cpu("A/k") / m.Cpu("A/read"),
            Goal::kAtMost, 4);
  PrintGoal("A: DuckDB's default plan, over k",
            m.Cpu("A/duckdb") / m.Cpu("A/k"), Goal::kAtLeast, 8);
  PrintGoal("A: DuckDB with perfect_ht_threshold=24, over k",
            m.Cpu("A/duckdb_tuned") / m.Cpu("A/k"), Goal::kAtLeast, 5);
  PrintGoal("B: DuckDB, over k", m.Cpu("B/duckdb") / m.Cpu("B/k"),
            Goal::kAtLeast, 10);
  PrintGoal("B: k by one thread, over two (wall time)",
            m.Wall("B/k") / m.Wall("B/k/2_threads"), Goal::kAtLeast, 1.7);
  PrintGoal("A: all models, 14 values, over k",
            m.Cpu("A/all_models_14") / m.Cpu("A/k"), Goal::kAtMost, 4);
  PrintGoal("A: DuckDB count(distinct), over all models, 14 values",
            m.Cpu("A/duckdb_distinct_14") / m.Cpu("A/all_models_14"),
            Goal::kAtLeast, 10);
  PrintGoal("A: DuckDB count(distinct), over all models, 1000 values",
            m.Cpu("A/duckdb_distinct_1000") / m.Cpu("A/all_models_1000"),
            Goal::kAtLeast, 6);
}

}  // namespace
}  // namespace anon::bench

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  const auto db = anon::bench::DuckDb::Open();
  anon::bench::RegisterTable("A", anon::bench::TableA, db.get());
  anon::bench::RegisterTable("B", anon::bench::TableB, db.get());
  anon::bench::RegisterK("C", anon::bench::TableC, db.get());
  anon::bench::Medians medians;
  benchmark::RunSpecifiedBenchmarks(&medians);
  anon::bench::PrintMedians(medians);
  anon::bench::PrintGoals(medians);
}
