// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>

#include "anon/base/digest.h"
#include "anon/base/fingerprint.h"
#include "anon/base/random.h"
#include "anon/base/text.h"

namespace anon {
namespace {

void BM_Sha256(benchmark::State& state) {
  const std::string bytes(static_cast<std::size_t>(state.range(0)), 'x');
  for (auto _ : state) benchmark::DoNotOptimize(Sha256(bytes));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_Sha256)->Arg(64)->Arg(1 << 20);

void BM_Fingerprint(benchmark::State& state) {
  OsRandom random;
  const Fingerprinter fingerprinter(random);
  const std::string id = "090-1234-5678";
  for (auto _ : state) benchmark::DoNotOptimize(fingerprinter.Of(id));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_Fingerprint);

void BM_FindInvalidUtf8(benchmark::State& state) {
  std::string text;
  while (text.size() < 1 << 16) text += "千代田区見本町1-2-3,";
  for (auto _ : state) benchmark::DoNotOptimize(FindInvalidUtf8(text));
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(text.size()));
}
BENCHMARK(BM_FindInvalidUtf8);

void BM_RandomBelow(benchmark::State& state) {
  OsRandom random;
  for (auto _ : state) benchmark::DoNotOptimize(random.Below(1'000'003));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_RandomBelow);

}  // namespace
}  // namespace anon
