// SPDX-License-Identifier: Apache-2.0
//
// A writer killed at any moment loses nothing it was told is on the disk.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "anon/vault/sqlite_vault.h"
#include "vault/vault_support.h"

namespace anon {
namespace {

using test::Sql;
using test::VaultFixture;

constexpr int kPerFlush = 50;

// Puts and flushes for ever; writes one byte to `acknowledge` a flush.
[[noreturn]] void WriteForEver(const std::filesystem::path& vault,
                               const std::string& data_set, int acknowledge) {
  auto sink = OpenSqliteDeletionSink(vault);
  if (!sink.ok() || !(*sink)->Begin(VaultFixture::DataSet(data_set)).ok()) {
    _exit(1);
  }
  for (int i = 0;; ++i) {
    const std::string pseudonym = "p" + std::to_string(i);
    const std::string original = "o" + std::to_string(i);
    const DeletionRecord record{"id", pseudonym, original};
    if (!(*sink)->Put(std::span(&record, 1)).ok()) _exit(1);
    if (i % kPerFlush != kPerFlush - 1) continue;
    if (!(*sink)->Flush().ok()) _exit(1);
    if (write(acknowledge, "x", 1) != 1) _exit(1);
  }
}

// Kills a writer some time after `flushes`; returns how many it acknowledged.
int RunAndKill(const std::filesystem::path& vault, const std::string& data_set,
               int flushes, unsigned delay_us) {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const pid_t writer = fork();
  REQUIRE(writer >= 0);
  if (writer == 0) {
    close(ends[0]);
    WriteForEver(vault, data_set, ends[1]);
  }
  close(ends[1]);
  int acknowledged = 0;
  char byte = 0;
  while (acknowledged < flushes && read(ends[0], &byte, 1) == 1) {
    ++acknowledged;
  }
  usleep(delay_us);
  REQUIRE(kill(writer, SIGKILL) == 0);
  REQUIRE(waitpid(writer, nullptr, 0) == writer);
  while (read(ends[0], &byte, 1) == 1) ++acknowledged;
  close(ends[0]);
  return acknowledged;
}

TEST_CASE_FIXTURE(VaultFixture,
                  "Vault: what was flushed survives kill -9 at any moment") {
  for (int round = 0; round < 8; ++round) {
    const std::string data_set = "ds-" + std::to_string(round);
    const int acknowledged = RunAndKill(vault, data_set, 3 + round,
                                        static_cast<unsigned>(round) * 1700U);
    REQUIRE(acknowledged >= 3);
    CHECK(Sql(vault, "PRAGMA integrity_check") == "ok");
    REQUIRE(Sink()->Commit(data_set).ok());
    VaultCustodian reader = Reader();
    int missing = 0;
    for (int i = 0; i < acknowledged * kPerFlush; ++i) {
      const auto original =
          reader.Original(data_set, "id", "p" + std::to_string(i));
      const bool right =
          original.ok() && test::Text(*original) == "o" + std::to_string(i);
      missing += right ? 0 : 1;
    }
    CHECK(missing == 0);
    // Whole flushes only.
    CHECK(reader.DataSets()->back().records % kPerFlush == 0);
  }
  CHECK(Sql(vault, "PRAGMA foreign_key_check").empty());
}

TEST_CASE_FIXTURE(VaultFixture, "Vault: a killed run can be rolled back") {
  Commit("done", "p1", "kept");
  RunAndKill(vault, "killed", 3, 0);
  REQUIRE(Sink()->RollBack("/out").ok());
  CHECK(Reader().DataSets()->size() == 1);
  CHECK(test::Text(*Reader().Original("done", "id", "p1")) == "kept");
  CHECK(Sql(vault, "PRAGMA integrity_check") == "ok");
}

}  // namespace
}  // namespace anon
