// SPDX-License-Identifier: Apache-2.0
//
// Sealing deletion records into an SQLite vault: all of Begin, Put and Commit;
// and looking up what was sealed. The goals at the end are about medians of
// five runs, in CPU time.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "anon/pseudonym/pseudonymizer.h"
#include "anon/vault/sqlite_vault.h"
#include "medians.h"

namespace anon {
namespace {

constexpr std::size_t kRecords = 500'000;

void VaultPutAndCommit(benchmark::State& state) {
  OsRandom random;
  const auto pseudonymizer =
      Pseudonymizer::Create(*Key::Generate(random), {"bench", "id"});
  std::vector<std::string> ids(kRecords);
  for (std::size_t i = 0; i < kRecords; ++i) ids[i] = std::to_string(i);
  const std::vector<std::string_view> views(ids.begin(), ids.end());
  const std::size_t width = pseudonymizer->width();
  std::string pseudonyms(kRecords * width, '\0');
  if (!pseudonymizer->Pseudonymize(views, pseudonyms).ok()) std::abort();
  std::vector<DeletionRecord> records;
  for (std::size_t i = 0; i < kRecords; ++i) {
    records.push_back(
        {"id", std::string_view(pseudonyms).substr(i * width, width), ids[i]});
  }
  std::string pattern =
      (std::filesystem::temp_directory_path() / "anon-bench-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) std::abort();
  const std::filesystem::path dir = pattern;
  if (!CreateSqliteVault(dir / "vault", dir / "key").ok()) std::abort();
  auto sink = OpenSqliteDeletionSink(dir / "vault");
  int data_set = 0;
  for (auto _ : state) {
    const std::string id = std::to_string(++data_set);
    if (!(*sink)->Begin({id, "/bench", "pseudonymized", "key-1"}).ok() ||
        !(*sink)->Put(records).ok() || !(*sink)->Commit(id).ok()) {
      std::abort();
    }
  }
  state.SetItemsProcessed(state.iterations() *
                          static_cast<std::int64_t>(kRecords));
  std::filesystem::remove_all(dir);
}
BENCHMARK(VaultPutAndCommit)->Unit(benchmark::kMillisecond);

// Pseudonyms looked up a thousand at a time, as `anon reidentify` does: one
// entry of the access log for all of them.
void VaultLookUp(benchmark::State& state) {
  constexpr std::size_t kAtOnce = 1000;
  std::string pattern =
      (std::filesystem::temp_directory_path() / "anon-bench-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) std::abort();
  const std::filesystem::path dir = pattern;
  if (!CreateSqliteVault(dir / "vault", dir / "key").ok()) std::abort();
  std::vector<std::string> ids(kRecords);
  for (std::size_t i = 0; i < kRecords; ++i) {
    ids[i] = "pseudonym-of-usual-length-" + std::to_string(i);
  }
  {
    auto sink = OpenSqliteDeletionSink(dir / "vault");
    std::vector<DeletionRecord> records;
    for (const std::string& id : ids) records.push_back({"id", id, id});
    if (!(*sink)->Begin({"1", "/b", std::string(kSecurityMeasure), "k"}).ok() ||
        !(*sink)->Put(records).ok() || !(*sink)->Commit("1").ok()) {
      std::abort();
    }
  }
  auto vault = OpenSqliteVaultCustodian(
      dir / "vault", dir / "key",
      {.reason = "bench", .look_ups_per_hour = std::int64_t{1} << 40});
  std::size_t at = 0;
  std::vector<std::string_view> some(kAtOnce);
  for (auto _ : state) {
    for (std::string_view& one : some) one = ids[(at += 7919) % kRecords];
    if (!vault->Originals("1", "id", some).ok()) std::abort();
  }
  state.SetItemsProcessed(state.iterations() *
                          static_cast<std::int64_t>(kAtOnce));
  std::filesystem::remove_all(dir);
}
BENCHMARK(VaultLookUp)->Unit(benchmark::kMillisecond);

void PrintGoals(const bench::Medians& m) {
  std::printf("\n%-58s %9s  asked\n", "goal", "measured");
  bench::PrintGoal("records sealed in a CPU-second, thousands",
                   kRecords / m.Cpu("VaultPutAndCommit"), bench::Goal::kAtLeast,
                   500);
  bench::PrintGoal("a look-up, CPU us, a thousand at a time",
                   m.Cpu("VaultLookUp"), bench::Goal::kAtMost, 30);
}

}  // namespace
}  // namespace anon

int main(int argc, char** argv) {
  // What is said on the command line comes later and wins.
  std::string program = argv[0];
  std::string repeat = "--benchmark_repetitions=5";
  std::vector<char*> arguments = {program.data(), repeat.data()};
  arguments.insert(arguments.end(), argv + 1, argv + argc);
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  anon::bench::Medians medians;
  benchmark::RunSpecifiedBenchmarks(&medians);
  anon::PrintGoals(medians);
}
