// SPDX-License-Identifier: Apache-2.0
//
// A writer killed at any moment loses nothing it was told is on the disk.
#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <string>

#include "anon/vault/sqlite_vault.h"
#include "vault/crash_support.h"
#include "vault/vault_support.h"

namespace anon {
namespace {

using test::kPerFlush;
using test::RunAndKill;
using test::Sql;
using test::VaultFixture;

// A sink, or none: for a process that must not end in an exception.
std::function<std::unique_ptr<DeletionSink>()> SinkOf(
    const std::filesystem::path& vault) {
  return [vault]() -> std::unique_ptr<DeletionSink> {
    auto sink = OpenSqliteDeletionSink(vault);
    return sink.ok() ? *std::move(sink) : nullptr;
  };
}

TEST_CASE_FIXTURE(VaultFixture,
                  "Vault: what was flushed survives kill -9 at any moment") {
  for (int round = 0; round < 8; ++round) {
    const std::string data_set = "ds-" + std::to_string(round);
    const int acknowledged = RunAndKill(SinkOf(vault), data_set, 3 + round,
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
  RunAndKill(SinkOf(vault), "killed", 3, 0);
  REQUIRE(Sink()->RollBack("/out").ok());
  CHECK(Reader().DataSets()->size() == 1);
  CHECK(test::Text(*Reader().Original("done", "id", "p1")) == "kept");
  CHECK(Sql(vault, "PRAGMA integrity_check") == "ok");
}

}  // namespace
}  // namespace anon
