// SPDX-License-Identifier: Apache-2.0
//
// Reading a CSV file of ten Japanese columns, in GB per CPU-second: records
// alone (read, check UTF-8, split) and with every column numbered by a
// dictionary. The file is made in a temporary directory.
//
//   ANON_BENCH_CSV_MB  its size in MB (default 256)
//   ANON_BENCH_CSV     a file of your own to read instead
//   ANON_DUCKDB        path of libduckdb.so (benchmarks/fetch_duckdb.sh): its
//                      read_csv into a table, for comparison (one thread)
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <stdlib.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "anon/data/dictionary.h"
#include "anon/io/csv.h"
#include "duckdb.h"

namespace anon {
namespace {

// Repeatable numbers (splitmix64); nothing here is a secret.
class Numbers {
 public:
  std::uint64_t Below(std::uint64_t n) {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return (z ^ (z >> 31)) % n;
  }

 private:
  std::uint64_t state_ = 1;
};

std::vector<std::string> Names(std::size_t count,
                               const std::vector<std::string>& heads,
                               const std::vector<std::string>& tails) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) {
    names.push_back(heads[i % heads.size()] +
                    tails[i / heads.size() % tails.size()] +
                    (i < heads.size() * tails.size()
                         ? ""
                         : fmt::format("{}", i / heads.size() / tails.size())));
  }
  return names;
}

const std::vector<std::string> kTowns = {"千代田", "横浜", "名古屋", "札幌",
                                         "那覇",   "京都", "神戸",   "福岡"};

std::string Record(Numbers& numbers) {
  static const std::vector<std::string> prefectures =
      Names(47, kTowns, {"県", "府", "道", "都", "州", "北県"});
  static const std::vector<std::string> towns =
      Names(1900, kTowns, {"市中央区", "市北区", "郡本町", "村", "市港南区"});
  static const std::vector<std::string> work =
      Names(200, {"専門・技術", "事務", "販売", "サービス", "農林漁業"},
            {"職", "従事者", "職（管理）", "職（補助）"});
  const auto pick = [&](const std::vector<std::string>& from) {
    return from[numbers.Below(from.size())];
  };
  const std::uint64_t postal = numbers.Below(120'000);
  std::string memo = fmt::format("コース{}", numbers.Below(20));
  if (numbers.Below(3) == 0) memo = "\"\"\"" + memo + "\"\", 割引\"";
  return fmt::format("{:03}-{:04},{},{},{}-{:02}-{:02},{},{},{},{},{},{}\n",
                     postal / 1000 + 1, postal % 1000 * 7, pick(prefectures),
                     pick(towns), 1930 + numbers.Below(80),
                     1 + numbers.Below(12), 1 + numbers.Below(28),
                     numbers.Below(2) == 0 ? "男" : "女",
                     1'000'000 + numbers.Below(60'000) * 100, pick(work),
                     1 + numbers.Below(12), numbers.Below(3000), memo);
}

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
    std::ofstream out(path_, std::ios::binary);
    out << "postal,prefecture,town,birth,sex,income,work,plan,minutes,memo\n";
    Numbers numbers;
    while (out.tellp() < goal) {
      for (int i = 0; i < 1000; ++i) out << Record(numbers);
    }
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

void Report(benchmark::State& state) {
  // The rate is per CPU-second.
  state.SetBytesProcessed(state.iterations() * File::Get().bytes());
}

void BM_CsvRecords(benchmark::State& state) {
  const auto path = File::Get().path();
  Batch batch;
  for (auto _ : state) {
    const auto source = *CsvSource::Open(path, Options(state.range(0) == 1));
    std::size_t rows = 0;
    while (*source->Next(batch)) rows += batch.rows();
    benchmark::DoNotOptimize(rows);
  }
  Report(state);
}
BENCHMARK(BM_CsvRecords)
    ->ArgName("digest")
    ->Arg(0)
    ->Arg(1)
    ->Unit(benchmark::kMillisecond);

void BM_CsvDictionaries(benchmark::State& state) {
  const auto path = File::Get().path();
  Batch batch;
  std::vector<std::uint32_t> codes;
  for (auto _ : state) {
    const auto source = *CsvSource::Open(path, Options(state.range(0) == 1));
    std::vector<Dictionary> dictionaries(source->attributes().size());
    while (*source->Next(batch)) {
      codes.resize(batch.rows());
      for (std::size_t c = 0; c < dictionaries.size(); ++c) {
        dictionaries[c].Intern(batch.columns[c], codes.data(), batch.slack);
        benchmark::DoNotOptimize(codes.data());
      }
    }
  }
  Report(state);
}
BENCHMARK(BM_CsvDictionaries)
    ->ArgName("digest")
    ->Arg(0)
    ->Arg(1)
    ->Unit(benchmark::kMillisecond);

void BM_DuckDbReadCsv(benchmark::State& state) {
  const auto duckdb = bench::DuckDb::Open();
  if (duckdb == nullptr) {
    state.SkipWithError("set ANON_DUCKDB to the path of libduckdb.so");
    return;
  }
  duckdb->Run("SET threads = 1");
  const std::string load =
      fmt::format("CREATE OR REPLACE TABLE t AS FROM read_csv('{}'{})",
                  File::Get().path().string(),
                  state.range(0) == 1 ? ", all_varchar = true" : "");
  for (auto _ : state) duckdb->Run(load);
  Report(state);
}
BENCHMARK(BM_DuckDbReadCsv)
    ->ArgName("varchar")
    ->Arg(0)
    ->Arg(1)
    ->MeasureProcessCPUTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace anon
