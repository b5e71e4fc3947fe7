// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_TESTS_VAULT_VAULT_SUPPORT_H_
#define ANON_TESTS_VAULT_VAULT_SUPPORT_H_

#include <doctest/doctest.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <memory>
#include <string>
#include <vector>

#include "anon/secret/reveal_secret.h"
#include "anon/vault/sqlite_vault.h"
#include "support/support.h"

namespace anon::test {

// A vault and its custodian's key in directories of their own.
struct VaultFixture {
  TempDir dir;
  std::filesystem::path vault = dir / "vault.db";
  std::filesystem::path keys = dir / "vault.db.record-keys";
  std::filesystem::path key = dir / "custodian.key";

  VaultFixture() { REQUIRE(CreateSqliteVault(vault, key).ok()); }

  std::unique_ptr<DeletionSink> Sink() const {
    auto sink = OpenSqliteDeletionSink(vault);
    REQUIRE(sink.ok());
    return *std::move(sink);
  }
  VaultCustodian Reader(CustodianOptions options = {}) const {
    if (options.reason.empty()) options.reason = "test";
    if (options.look_ups_per_hour == 1000) options.look_ups_per_hour = 1 << 30;
    auto reader = OpenSqliteVaultCustodian(vault, key, options);
    REQUIRE_MESSAGE(reader.ok(), Message(reader.status()));
    return *std::move(reader);
  }
  // Commits one data set with one record ("id", pseudonym, original).
  void Commit(const std::string& data_set, std::string_view pseudonym,
              std::string_view original) const {
    Commit(DataSet(data_set), {{"id", pseudonym, original}});
  }
  void Commit(const DeletionDataSet& data_set,
              const std::vector<DeletionRecord>& records) const {
    const auto sink = Sink();
    REQUIRE(sink->Begin(data_set).ok());
    REQUIRE(sink->Put(records).ok());
    REQUIRE(sink->Commit(data_set.id).ok());
  }

  static DeletionDataSet DataSet(std::string id, std::string origin = "/out") {
    return {std::move(id), std::move(origin), std::string(kSecurityMeasure),
            "key-1"};
  }
};

inline std::string Text(const SecretBytes& secret) {
  const auto bytes = RevealSecret::Bytes(secret);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline unsigned ModeOf(const std::filesystem::path& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 ? info.st_mode & 07777U : 0U;
}

// What somebody with an SQLite shell can do to the file. Returns the first
// column of the first row.
inline std::string Sql(const std::filesystem::path& path,
                       const std::string& sql) {
  sqlite3* connection = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &connection) == SQLITE_OK);
  std::string first;
  const auto keep = [](void* out, int count, char** values, char**) {
    auto& text = *static_cast<std::string*>(out);
    if (count > 0 && text.empty() && values[0] != nullptr) text = values[0];
    return 0;
  };
  CHECK(sqlite3_exec(connection, sql.c_str(), keep, &first, nullptr) ==
        SQLITE_OK);
  sqlite3_close(connection);
  return first;
}

}  // namespace anon::test

#endif  // ANON_TESTS_VAULT_VAULT_SUPPORT_H_
