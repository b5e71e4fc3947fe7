// SPDX-License-Identifier: Apache-2.0
#include "anon/vault/postgresql_vault.h"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <thread>
#include <vector>

#include "vault/conformance.h"
#include "vault/postgresql_support.h"

namespace anon {
namespace {

namespace fs = std::filesystem;
using test::PostgresqlFixture;
using test::PostgresqlServer;

TEST_CASE("PostgresqlVault: does what every store must") {
  ANON_NEED_POSTGRESQL();
  const PostgresqlFixture vault(*PostgresqlServer::Shared());
  const std::string saved = (vault.dir / "saved.dump").string();
  test::CheckConformance([&]() -> test::StoreUnderTest {
    return {[&] { return vault.Sink(); },
            [&](const CustodianOptions& options) {
              return vault.Custodian(options);
            },
            [&] { vault.server.Dump(vault.data, saved); },
            [&] { vault.server.Restore(vault.data, saved); }};
  });
}

TEST_CASE("PostgresqlVault: the custodian reads what a run wrote") {
  ANON_NEED_POSTGRESQL();
  const PostgresqlFixture vault(*PostgresqlServer::Shared());
  const std::string binary("a\0b\\'\xE5\xB1\xB1", 8);
  const std::vector<DeletionRecord> records = {
      {"id", "p1", "090-1111-2222"}, {"id", "p2", binary}, {"mail", "p1", ""}};
  const auto sink = vault.Sink();
  REQUIRE(sink->Begin(test::VaultFixture::DataSet("ds-1")).ok());
  REQUIRE(sink->Put(records).ok());
  REQUIRE(sink->Flush().ok());
  VaultCustodian custodian = vault.Custodian();
  // Pending: listed, not opened.
  CHECK(custodian.DataSets()->front().records == 3);
  CHECK_FALSE(custodian.DataSets()->front().committed);
  CHECK(absl::IsNotFound(custodian.Original("ds-1", "id", "p1").status()));
  REQUIRE(sink->Commit("ds-1").ok());
  REQUIRE(sink->Commit("ds-1").ok());
  for (const DeletionRecord& record : records) {
    const auto original =
        custodian.Original("ds-1", record.attribute, record.pseudonym);
    REQUIRE(original.ok());
    CHECK(test::Text(*original) == record.original);
  }
  CHECK(custodian.Verify("ds-1")->opened == 3);
  CHECK(custodian.DataSets()->front().records == 3);
  CHECK(
      absl::IsAlreadyExists(sink->Begin(test::VaultFixture::DataSet("ds-1"))));
}

TEST_CASE("PostgresqlVault: many pages of records, each found by its name") {
  ANON_NEED_POSTGRESQL();
  const PostgresqlFixture vault(*PostgresqlServer::Shared());
  constexpr int kCount = 70'000;
  vault.Fill("ds-1", "p", kCount);
  VaultCustodian custodian = vault.Custodian();
  for (int i = 0; i < kCount; i += 997) {
    const auto original =
        custodian.Original("ds-1", "id", "p" + std::to_string(i) + "/");
    REQUIRE(original.ok());
    CHECK(test::Text(*original) == "o" + std::to_string(i));
  }
  CHECK(custodian.DataSets()->front().records == kCount);
}

TEST_CASE("PostgresqlVault: what is pending can be rolled back, and no more") {
  ANON_NEED_POSTGRESQL();
  const PostgresqlFixture vault(*PostgresqlServer::Shared());
  vault.Fill("kept", "p", 300);
  {
    const auto sink = vault.Sink();
    REQUIRE(sink->Begin(test::VaultFixture::DataSet("gone")).ok());
    const DeletionRecord record{"id", "p", "o"};
    REQUIRE(sink->Put(std::span(&record, 1)).ok());
    REQUIRE(sink->Flush().ok());
  }
  REQUIRE(vault.Sink()->RollBack("/out").ok());
  VaultCustodian custodian = vault.Custodian();
  REQUIRE(custodian.DataSets()->size() == 1);
  CHECK(custodian.Verify("kept")->opened == 300);
  CHECK(vault.server.Sql(vault.keys,
                         "SELECT count(*) FROM anon_record_keys.session") ==
        "1");
}

TEST_CASE("PostgresqlVault: many writers at once") {
  ANON_NEED_POSTGRESQL();
  const PostgresqlFixture vault(*PostgresqlServer::Shared());
  constexpr int kWriters = 4;
  std::vector<std::thread> writers;
  std::vector<int> failed(kWriters, 0);
  for (int w = 0; w < kWriters; ++w) {
    writers.emplace_back([&, w] {
      const std::string id = "ds-" + std::to_string(w);
      auto sink =
          OpenPostgresqlDeletionSink(vault.server.Url("runner", vault.data));
      bool ok = sink.ok() &&
                (*sink)->Begin(test::VaultFixture::DataSet(id, "/" + id)).ok();
      for (int i = 0; ok && i < 900; ++i) {
        const std::string pseudonym = std::to_string(i);
        const DeletionRecord record{"id", pseudonym, pseudonym};
        ok = (*sink)->Put(std::span(&record, 1)).ok() &&
             (i % 300 != 0 || (*sink)->Flush().ok());
      }
      failed[static_cast<std::size_t>(w)] =
          ok && (*sink)->Commit(id).ok() ? 0 : 1;
    });
  }
  for (std::thread& writer : writers) writer.join();
  CHECK(failed == std::vector<int>(kWriters, 0));
  VaultCustodian custodian = vault.Custodian();
  for (int w = 0; w < kWriters; ++w) {
    CHECK(custodian.Verify("ds-" + std::to_string(w))->opened == 900);
  }
  CHECK(custodian.VerifyLog().ok());
}

// The bytes of every file of a server but its write-ahead log and its own log,
// of which the certificate says that they may hold what was erased.
std::string TableBytes(const PostgresqlServer& server) {
  server.Sql("postgres", "CHECKPOINT");
  std::string bytes;
  for (const auto& entry :
       fs::recursive_directory_iterator(server.files() / "base")) {
    if (entry.is_regular_file()) bytes += test::Read(entry.path());
  }
  return bytes;
}

TEST_CASE(
    "PostgresqlVault: nothing of what was erased is in a table, and the "
    "certificate names what the server may still hold") {
  ANON_NEED_POSTGRESQL();
  const PostgresqlFixture vault(*PostgresqlServer::Shared());
  vault.Fill("some", "SOME-", 700);
  vault.Fill("gone", "GONE-", 700);
  const std::string before = TableBytes(vault.server);
  const auto sealed = [&](const std::string& pseudonym) {
    const std::size_t at = before.find(pseudonym);
    REQUIRE(at != std::string::npos);
    return before.substr(at + pseudonym.size(), 24);
  };
  const std::string one = sealed("SOME-555/");
  const std::string other = sealed("SOME-556/");
  const std::string whole = sealed("GONE-99/");
  VaultCustodian custodian = vault.Custodian();
  const VaultRecord record{"some", "id", "SOME-555/"};
  const auto certificate = custodian.EraseRecords(std::span(&record, 1));
  REQUIRE(certificate.ok());
  REQUIRE(custodian.EraseDataSet("gone").ok());
  const std::string after = TableBytes(vault.server);
  CHECK(after.find(other) != std::string::npos);
  for (const std::string& gone :
       {one, whole, std::string("SOME-555/"), std::string("GONE-")}) {
    CHECK(after.find(gone) == std::string::npos);
  }
  CHECK(custodian.Verify("some")->opened == 699);
  for (const char* const said :
       {"write-ahead log", "physical backups", "VACUUM FULL", "pg_dump"}) {
    CHECK(certificate->certificate.find(said) != std::string::npos);
  }
  CHECK(certificate->certificate.find("SOME-") == std::string::npos);
}

}  // namespace
}  // namespace anon
