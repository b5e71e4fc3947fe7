// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_TESTS_VAULT_POSTGRESQL_SUPPORT_H_
#define ANON_TESTS_VAULT_POSTGRESQL_SUPPORT_H_

#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "anon/vault/postgresql_vault.h"
#include "vault/postgresql_server.h"
#include "vault/vault_support.h"

namespace anon::test {

// A vault in two new databases of a server.
struct PostgresqlFixture {
  explicit PostgresqlFixture(const PostgresqlServer& server) : server(server) {
    static int number = 0;
    data = "vault" + std::to_string(++number);
    keys = "keys" + std::to_string(number);
    for (const std::string& database : {data, keys}) {
      server.Sql("postgres", "CREATE DATABASE " + database, "custodian");
    }
    const auto made =
        CreatePostgresqlVault(server.Url("custodian", data), key,
                              {.record_keys = server.Url("custodian", keys),
                               .run_role = "runner",
                               .same_server = true});
    REQUIRE_MESSAGE(made.ok(), Message(made.status()));
    fingerprint = *made;
  }

  ~PostgresqlFixture() {
    for (const std::string& database : {data, keys}) {
      server.Sql("postgres", "DROP DATABASE " + database + " WITH (FORCE)");
    }
  }

  std::unique_ptr<DeletionSink> Sink() const {
    auto sink = OpenPostgresqlDeletionSink(server.Url("runner", data));
    REQUIRE_MESSAGE(sink.ok(), Message(sink.status()));
    return *std::move(sink);
  }
  VaultCustodian Custodian(const CustodianOptions& options = {
                               .reason = "test",
                               .look_ups_per_hour = 1 << 30}) const {
    auto custodian = OpenPostgresqlVaultCustodian(server.Url("custodian", data),
                                                  key, options);
    REQUIRE_MESSAGE(custodian.ok(), Message(custodian.status()));
    return *std::move(custodian);
  }
  // Commits `count` records ("id", <prefix><i>/, <original><i>).
  void Fill(const std::string& data_set, const std::string& prefix, int count,
            const std::string& original = "o") const {
    const auto sink = Sink();
    REQUIRE(sink->Begin(VaultFixture::DataSet(data_set)).ok());
    for (int i = 0; i < count; ++i) {
      const std::string pseudonym = prefix + std::to_string(i) + "/";
      const std::string value = original + std::to_string(i);
      const DeletionRecord record{"id", pseudonym, value};
      REQUIRE(sink->Put(std::span(&record, 1)).ok());
    }
    REQUIRE(sink->Commit(data_set).ok());
  }

  const PostgresqlServer& server;
  TempDir dir;
  std::filesystem::path key = dir / "custodian.key";
  std::string data;
  std::string keys;
  std::string fingerprint;
};

}  // namespace anon::test

// Ends a test case where there is no PostgreSQL to test with.
#define ANON_NEED_POSTGRESQL()                                \
  if (::anon::test::PostgresqlServer::Shared() == nullptr) {  \
    MESSAGE("skipped: PostgreSQL's server is not installed"); \
    return;                                                   \
  }

#endif  // ANON_TESTS_VAULT_POSTGRESQL_SUPPORT_H_
