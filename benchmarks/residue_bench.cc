// SPDX-License-Identifier: Apache-2.0
//
// How fast cells are looked through, in bytes of values: kinds of columns that
// differ in how far a cell gets.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <vector>

#include "anon/residue/residue_scanner.h"

namespace anon {
namespace {

constexpr std::size_t kRows = 20'000;

// Deterministic and different digits.
std::string Digits(std::uint64_t seed, std::size_t length) {
  std::string digits;
  for (std::size_t i = 0; i < length; ++i) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    digits += static_cast<char>('0' + (seed >> 33) % 10);
  }
  return digits;
}

void Scan(benchmark::State& state, const std::vector<std::string>& values) {
  Batch batch;
  batch.Reset(1);
  std::int64_t bytes = 0;
  for (const std::string& value : values) {
    batch.columns[0].push_back(value);
    batch.lines.push_back(1);
    bytes += static_cast<std::int64_t>(value.size());
  }
  for (auto _ : state) {
    auto scanner = ResidueScanner::Create({"x"});
    scanner->Scan(batch);
    benchmark::DoNotOptimize(scanner->Report());
  }
  state.SetBytesProcessed(state.iterations() * bytes);
  state.SetItemsProcessed(state.iterations() *
                          static_cast<std::int64_t>(values.size()));
}

void BM_Labels(benchmark::State& state) {
  const std::string labels[] = {"東京都", "使い放題プラン", "Mihon Phone 14",
                                "男", "Married-civ-spouse"};
  std::vector<std::string> values;
  for (std::size_t i = 0; i < kRows; ++i) values.push_back(labels[i % 5]);
  Scan(state, values);
}
BENCHMARK(BM_Labels);

void BM_Dates(benchmark::State& state) {  // digits, but few distinct values
  std::vector<std::string> values;
  for (std::size_t i = 0; i < kRows; ++i) {
    values.push_back("2026-0" + std::to_string(1 + i % 9) + "-1" +
                     std::to_string(i % 10));
  }
  Scan(state, values);
}
BENCHMARK(BM_Dates);

void BM_DistinctNumbers(benchmark::State& state) {  // ten digits, look-alikes
  std::vector<std::string> values;
  for (std::size_t i = 0; i < kRows; ++i) values.push_back(Digits(i, 10));
  Scan(state, values);
}
BENCHMARK(BM_DistinctNumbers);

void BM_OrderNumbers(benchmark::State& state) {  // the worst: look-alikes all
  std::vector<std::string> values;
  for (std::size_t i = 0; i < kRows; ++i) values.push_back("4" + Digits(i, 15));
  Scan(state, values);
}
BENCHMARK(BM_OrderNumbers);

void BM_Memos(benchmark::State& state) {  // sentences with numbers, distinct
  std::vector<std::string> values;
  for (std::size_t i = 0; i < kRows; ++i) {
    values.push_back("料金プランの変更について相談あり。来店予定 2026-11-" +
                     Digits(i, 2) + " 担当" + Digits(i + 7, 4) +
                     "、折り返し希望とのこと。");
  }
  Scan(state, values);
}
BENCHMARK(BM_Memos);

}  // namespace
}  // namespace anon
