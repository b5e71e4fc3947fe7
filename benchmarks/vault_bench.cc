// SPDX-License-Identifier: Apache-2.0
//
// Sealing deletion records into an SQLite vault: all of Begin, Put and Commit.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "anon/pseudonym/pseudonymizer.h"
#include "anon/vault/sqlite_vault.h"

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

}  // namespace
}  // namespace anon
