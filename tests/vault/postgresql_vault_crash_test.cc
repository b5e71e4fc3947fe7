// SPDX-License-Identifier: Apache-2.0
//
// Writers and servers that end at any moment: nothing acknowledged is lost,
// nothing half-written is visible.
#include <doctest/doctest.h>
#include <signal.h>
#include <unistd.h>

#include <string>
#include <thread>

#include "vault/crash_support.h"
#include "vault/postgresql_support.h"

namespace anon {
namespace {

using test::kPerFlush;
using test::PostgresqlFixture;
using test::PostgresqlServer;

std::function<std::unique_ptr<DeletionSink>()> SinkOf(
    const PostgresqlFixture& vault) {
  const std::string url = vault.server.Url("runner", vault.data);
  return [url]() -> std::unique_ptr<DeletionSink> {
    auto sink = OpenPostgresqlDeletionSink(url);
    return sink.ok() ? *std::move(sink) : nullptr;
  };
}

TEST_CASE("PostgresqlVault: what was flushed survives a writer's kill -9") {
  ANON_NEED_POSTGRESQL();
  const PostgresqlFixture vault(*PostgresqlServer::Shared());
  for (int round = 0; round < 4; ++round) {
    const std::string data_set = "ds-" + std::to_string(round);
    const int acknowledged =
        test::RunAndKill(SinkOf(vault), data_set, 3 + round,
                         static_cast<unsigned>(round) * 1700U);
    REQUIRE(acknowledged >= 3);
    REQUIRE(vault.Sink()->Commit(data_set).ok());
    VaultCustodian custodian = vault.Custodian();
    int missing = 0;
    for (int i = 0; i < acknowledged * kPerFlush; i += 7) {
      const auto original =
          custodian.Original(data_set, "id", "p" + std::to_string(i));
      const bool right =
          original.ok() && test::Text(*original) == "o" + std::to_string(i);
      missing += right ? 0 : 1;
    }
    CHECK(missing == 0);
    // Whole flushes only.
    CHECK(custodian.DataSets()->back().records % kPerFlush == 0);
    CHECK(custodian.Verify(data_set)->erased == 0);
  }
  test::RunAndKill(SinkOf(vault), "killed", 3, 0);
  REQUIRE(vault.Sink()->RollBack("/out").ok());
  CHECK(vault.Custodian().DataSets()->size() == 4);
}

TEST_CASE(
    "PostgresqlVault: a server that crashes in the middle loses nothing "
    "it acknowledged, and a run goes on when it is back") {
  if (PostgresqlServer::Shared() == nullptr) return;
  const auto server = PostgresqlServer::Start();
  const PostgresqlFixture vault(*server);
  vault.Fill("before", "p", 300);
  const auto sink = vault.Sink();
  REQUIRE(sink->Begin(test::VaultFixture::DataSet("ds-1")).ok());
  int put = 0;
  const auto put_more = [&](int count) {
    for (const int until = put + count; put < until; ++put) {
      const std::string name = std::to_string(put);
      const DeletionRecord record{"id", name, name};
      REQUIRE(sink->Put(std::span(&record, 1)).ok());
    }
  };
  for (const int signal : {SIGQUIT, SIGINT, SIGKILL}) {
    put_more(400);
    REQUIRE(sink->Flush().ok());
    put_more(400);
    server->Kill(signal);
    const absl::Status gone = sink->Flush();
    CHECK(absl::IsUnavailable(gone));
    server->StartAgain();
    absl::Status back = sink->Flush();
    // Backends outlive a postmaster's kill -9 for a moment.
    for (int i = 0; signal == SIGKILL && !back.ok() && i < 50; ++i) {
      usleep(100'000);
      back = sink->Flush();
    }
    CHECK_MESSAGE(back.ok(), signal, ": ", Message(back));
  }
  REQUIRE(sink->Commit("ds-1").ok());
  VaultCustodian custodian = vault.Custodian();
  CHECK(custodian.Verify("ds-1")->opened == put);
  CHECK(custodian.Verify("before")->opened == 300);
  CHECK(custodian.VerifyLog().ok());
}

TEST_CASE(
    "PostgresqlVault: connections cut at random never leave half of a "
    "block") {
  ANON_NEED_POSTGRESQL();
  const PostgresqlFixture vault(*PostgresqlServer::Shared());
  bool over = false;
  std::thread cutter([&] {
    while (!over) {
      vault.server.Sql("postgres",
                       "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                       " WHERE usename = 'runner'");
      usleep(5'000);
    }
  });
  constexpr int kRecords = 5'000;
  auto sink = SinkOf(vault)();
  while (!sink) sink = SinkOf(vault)();
  // Begin is not repeated under one name: a cut may hide that it worked.
  std::string id;
  for (int i = 0;
       id.empty() || !sink->Begin(test::VaultFixture::DataSet(id)).ok(); ++i) {
    id = "ds-" + std::to_string(i);
  }
  int failures = 0;
  for (int i = 0; i < kRecords; ++i) {
    const std::string name = std::to_string(i);
    const DeletionRecord record{"id", name, name};
    REQUIRE(sink->Put(std::span(&record, 1)).ok());
    if (i % 100 != 0) continue;
    while (!sink->Flush().ok()) ++failures;
  }
  over = true;
  cutter.join();
  while (!sink->Commit(id).ok()) ++failures;
  CHECK(failures > 0);
  VaultCustodian custodian = vault.Custodian();
  CHECK(custodian.Verify(id)->opened == kRecords);
  CHECK(custodian.Verify(id)->erased == 0);
}

}  // namespace
}  // namespace anon
