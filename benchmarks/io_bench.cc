// SPDX-License-Identifier: Apache-2.0
//
// Reading a CSV file of ten Japanese columns: records alone (read, check UTF-8,
// split) and with every column numbered by a dictionary, each also with the
// digest of the file; and DuckDB's read_csv into a table. One thread each, CPU
// time, medians; at the end GB per CPU-second, and the goals.
//
//   ANON_BENCH_CSV_MB  the size of the file in MB (default 256)
//   ANON_BENCH_CSV     a file of your own to read instead
//   ANON_DUCKDB        path of libduckdb.so (benchmarks/fetch_duckdb.sh)
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <stdlib.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "anon/data/dictionary.h"
#include "anon/io/csv.h"
#include "csv_table.h"
#include "duckdb.h"
#include "medians.h"

namespace anon {
namespace {

// The file, made at first use, gone at the end.
class File {
 public:
  static const File& Get() {
    static const File file;
    return file;
  }
  ~File() {
    if (!directory_.empty()) std::filesystem::remove_all(directory_);
  }
  const std::filesystem::path& path() const { return path_; }
  std::int64_t bytes() const { return bytes_; }

 private:
  File() {
    if (const char* const own = std::getenv("ANON_BENCH_CSV")) {
      path_ = own;
    } else {
      Make();
    }
    bytes_ = static_cast<std::int64_t>(std::filesystem::file_size(path_));
  }

  void Make() {
    std::string name =
        (std::filesystem::temp_directory_path() / "anon_bench_XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) std::abort();
    directory_ = name;
    path_ = directory_ / "table.csv";
    const char* const size = std::getenv("ANON_BENCH_CSV_MB");
    const std::int64_t goal =
        (size == nullptr ? 256 : std::atoll(size)) * 1'000'000;
    bench::WriteCsvTable(path_, goal);
  }

  std::filesystem::path directory_;
  std::filesystem::path path_;
  std::int64_t bytes_ = 0;
};

CsvOptions Options(bool digest) {
  CsvOptions options;
  options.digest = digest;
  return options;
}

void Records(benchmark::State& state, bool digest) {
  const auto path = File::Get().path();
  Batch batch;
  for (auto _ : state) {
    const auto source = *CsvSource::Open(path, Options(digest));
    std::size_t rows = 0;
    while (*source->Next(batch)) rows += batch.rows();
    benchmark::DoNotOptimize(rows);
  }
}

void Dictionaries(benchmark::State& state, bool digest) {
  const auto path = File::Get().path();
  Batch batch;
  std::vector<std::uint32_t> codes;
  for (auto _ : state) {
    const auto source = *CsvSource::Open(path, Options(digest));
    std::vector<Dictionary> dictionaries(source->attributes().size());
    while (*source->Next(batch)) {
      codes.resize(batch.rows());
      for (std::size_t c = 0; c < dictionaries.size(); ++c) {
        dictionaries[c].Intern(batch.columns[c], codes.data(), batch.slack);
        benchmark::DoNotOptimize(codes.data());
      }
    }
  }
}

void DuckDbReadCsv(benchmark::State& state, bench::DuckDb& duckdb,
                   bool varchar) {
  duckdb.Run("SET threads = 1");
  const std::string load = fmt::format(
      "CREATE OR REPLACE TABLE t AS FROM read_csv('{}'{})",
      File::Get().path().string(), varchar ? ", all_varchar = true" : "");
  for (auto _ : state) duckdb.Run(load);
}

void PrintRates(const bench::Medians& medians) {
  const auto bytes = static_cast<double>(File::Get().bytes());
  std::printf("\n%-24s %14s   (%.0f MB)\n", "median", "GB/CPU-second",
              bytes / 1e6);
  for (const std::string& name : medians.names()) {
    std::printf("%-24s %14.3f\n", name.c_str(),
                bytes / 1e6 / medians.Cpu(name));
  }
  std::printf("\n%-58s %9s  %s\n", "goal", "measured", "asked");
  const double dictionaries = medians.Cpu("csv/dictionaries");
  bench::PrintGoal("CSV: read, check, encode 10 columns, GB per CPU-second",
                   bytes / 1e6 / dictionaries, bench::Goal::kAtLeast, 0.6);
  bench::PrintGoal("CSV: DuckDB read_csv into a table, over it",
                   medians.Cpu("csv/duckdb") / dictionaries,
                   bench::Goal::kAtLeast, 4);
}

}  // namespace
}  // namespace anon

int main(int argc, char** argv) {
  using benchmark::State;
  benchmark::Initialize(&argc, argv);
  const auto db = anon::bench::DuckDb::Open();
  for (const bool digest : {false, true}) {
    const std::string end = digest ? "+digest" : "";
    anon::bench::Register("csv/records" + end,
                          [=](State& state) { anon::Records(state, digest); });
    anon::bench::Register("csv/dictionaries" + end, [=](State& state) {
      anon::Dictionaries(state, digest);
    });
  }
  for (const bool varchar : {false, true}) {
    if (db == nullptr) break;
    anon::bench::Register(
        varchar ? "csv/duckdb_varchar" : "csv/duckdb",
        [=, &db](State& state) { anon::DuckDbReadCsv(state, *db, varchar); });
  }
  anon::bench::Medians medians;
  benchmark::RunSpecifiedBenchmarks(&medians);
  anon::PrintRates(medians);
}
