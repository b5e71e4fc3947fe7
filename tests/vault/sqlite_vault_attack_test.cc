// SPDX-License-Identifier: Apache-2.0
//
// Attempts to read or alter a vault without the right to.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <string>

#include "anon/vault/sqlite_vault.h"
#include "vault/vault_support.h"

namespace anon {
namespace {

namespace fs = std::filesystem;
using test::ModeOf;
using test::Sql;
using test::VaultFixture;

constexpr std::string_view kCanary = "CANARY-090-8765-4321-no-one-may-see-me";

TEST_CASE_FIXTURE(VaultFixture, "Vault: no original is in any of its files") {
  const auto sink = Sink();
  REQUIRE(sink->Begin(DataSet("ds-1")).ok());
  const DeletionRecord record{"id", "p1", kCanary};
  REQUIRE(sink->Put(std::span(&record, 1)).ok());
  REQUIRE(sink->Flush().ok());
  const auto scan = [&] {
    int files = 0;
    for (const auto& entry : fs::directory_iterator(dir.path())) {
      ++files;
      const std::string bytes = test::Read(entry.path());
      CHECK(bytes.find(kCanary.substr(0, 8)) == std::string::npos);
      CHECK(bytes.find("8765-4321") == std::string::npos);
    }
    return files;
  };
  CHECK(scan() == 7);  // vault, record keys, both -wal, -shm; key
  CHECK(test::Read(vault.string() + "-wal").find("p1") != std::string::npos);
  REQUIRE(sink->Commit("ds-1").ok());
  CHECK(test::Text(*Reader().Original("ds-1", "id", "p1")) == kCanary);
  CHECK(scan() == 7);
}

TEST_CASE_FIXTURE(VaultFixture, "Vault: every file of it is private") {
  const auto sink = Sink();
  REQUIRE(sink->Begin(DataSet("ds-1")).ok());
  CHECK(ModeOf(vault) == 0600);
  CHECK(ModeOf(vault.string() + "-wal") == 0600);
  CHECK(ModeOf(vault.string() + "-shm") == 0600);
  CHECK(ModeOf(key) == 0600);
}

TEST_CASE("Vault: is private under the loosest umask, and leaves no scraps") {
  const test::TempDir dir;
  const mode_t before = umask(0);
  const absl::Status status = CreateSqliteVault(dir / "v", dir / "k").status();
  umask(before);
  REQUIRE(status.ok());
  CHECK(ModeOf(dir / "v") == 0600);
  CHECK(ModeOf(dir / "k") == 0600);
  CHECK(std::distance(fs::directory_iterator(dir.path()), {}) == 3);
}

TEST_CASE_FIXTURE(VaultFixture, "Vault: a record the index lacks is noticed") {
  Commit("ds-1", "p1", "o1");
  Commit("ds-2", "p1", "o1");
  Sql(vault,
      "UPDATE page SET entries = substr(entries, 17) WHERE data_set = 1");
  CHECK(absl::IsDataLoss(Reader().Verify("ds-1").status()));
  CHECK(Reader().Verify("ds-2")->opened == 1);
}

TEST_CASE_FIXTURE(VaultFixture, "Vault: loose modes are refused") {
  for (const mode_t mode : {0640U, 0604U, 0620U}) {
    REQUIRE(chmod(vault.c_str(), mode) == 0);
    CHECK(absl::IsPermissionDenied(OpenSqliteDeletionSink(vault).status()));
    CHECK(absl::IsPermissionDenied(
        OpenSqliteVaultCustodian(vault, key).status()));
  }
  REQUIRE(chmod(vault.c_str(), 0600) == 0);
  REQUIRE(chmod(key.c_str(), 0644) == 0);
  CHECK(
      absl::IsPermissionDenied(OpenSqliteVaultCustodian(vault, key).status()));
  REQUIRE(chmod(key.c_str(), 0600) == 0);
  const auto open = Sink();
  REQUIRE(open->Begin(DataSet("ds-1")).ok());
  REQUIRE(chmod((vault.string() + "-wal").c_str(), 0644) == 0);
  CHECK(absl::IsPermissionDenied(OpenSqliteDeletionSink(vault).status()));
}

TEST_CASE_FIXTURE(VaultFixture, "Vault: another custodian's key is refused") {
  const VaultFixture other;
  CHECK(absl::IsPermissionDenied(
      OpenSqliteVaultCustodian(vault, other.key).status()));
  // Nor does it help to claim to be the custodian afterwards, in both files.
  Commit("ds-1", "p1", "one");
  const std::string theirs =
      Sql(other.vault, "SELECT hex(custodian) FROM vault");
  for (const fs::path& file : {vault, keys}) {
    Sql(file, "UPDATE vault SET custodian = x'" + theirs + "'");
  }
  auto reader = OpenSqliteVaultCustodian(vault, other.key, {.reason = "test"});
  REQUIRE(reader.ok());
  CHECK(absl::IsDataLoss(reader->Original("ds-1", "id", "p1").status()));
}

TEST_CASE_FIXTURE(VaultFixture, "Vault: nothing is overwritten") {
  const std::string vault_before = test::Read(vault);
  const std::string key_before = test::Read(key);
  CHECK(absl::IsAlreadyExists(
      CreateSqliteVault(vault, dir / "new.key").status()));
  CHECK_FALSE(fs::exists(dir / "new.key"));
  CHECK(absl::IsAlreadyExists(CreateSqliteVault(dir / "new.db", key).status()));
  CHECK_FALSE(fs::exists(dir / "new.db"));
  CHECK(test::Read(vault) == vault_before);
  CHECK(test::Read(key) == key_before);
  CHECK(std::distance(fs::directory_iterator(dir.path()), {}) == 3);
}

TEST_CASE_FIXTURE(VaultFixture, "Vault: what is not a vault is refused") {
  CHECK_FALSE(OpenSqliteDeletionSink(dir / "none").ok());
  CHECK_FALSE(fs::exists(dir / "none"));
  test::Write(dir / "text", std::string(5000, 'x'));
  REQUIRE(chmod((dir / "text").c_str(), 0600) == 0);
  CHECK(absl::IsDataLoss(OpenSqliteDeletionSink(dir / "text").status()));
  Sql(dir / "plain.db", "CREATE TABLE vault (custodian)");
  REQUIRE(chmod((dir / "plain.db").c_str(), 0600) == 0);
  CHECK(absl::IsDataLoss(OpenSqliteDeletionSink(dir / "plain.db").status()));
  CHECK(absl::IsDataLoss(OpenSqliteVaultCustodian(vault, vault).status()));
  for (const char* const format : {"1", "2", "4"}) {
    Sql(vault, std::string("PRAGMA user_version = ") + format);
    const absl::Status status = OpenSqliteDeletionSink(vault).status();
    CHECK(absl::IsFailedPrecondition(status));
    CHECK(Message(status).find(std::string("format ") + format) !=
          std::string_view::npos);
  }
}

TEST_CASE_FIXTURE(VaultFixture, "Vault: altered records do not open") {
  Commit("a", "p1", "one");
  Commit("b", "p1", "two");
  Commit("b2", "p2", "three");
  const auto broken = [&](const char* sql) {
    const fs::path copy = dir / "copy.db";
    fs::copy_file(vault, copy, fs::copy_options::overwrite_existing);
    REQUIRE(chmod(copy.c_str(), 0600) == 0);
    Sql(copy, sql);
    auto reader = OpenSqliteVaultCustodian(copy, key, {.reason = "test"},
                                           {.record_keys = keys});
    REQUIRE(reader.ok());
    const absl::Status status = reader->Original("b", "id", "p1").status();
    CHECK(Message(status).find("p1") == std::string_view::npos);
    return absl::IsDataLoss(status);
  };
  CHECK_FALSE(broken("SELECT 1"));
  CHECK(
      broken("UPDATE block SET records = substr(records, 1, 30) ||"
             " x'0000' || substr(records, 33)"));
  CHECK(broken("UPDATE block SET records = x'01'"));
  // A genuine record of another data set in this one's place.
  CHECK(
      broken("UPDATE block SET records = (SELECT records FROM block ORDER BY"
             " place LIMIT 1)"));
  CHECK(broken("UPDATE session SET public_key = randomblob(32)"));
  // What describes the data set is sealed with it.
  for (const char* const column : {"origin", "key_id", "retain_until"}) {
    CHECK(broken(
        (std::string("UPDATE data_set SET ") + column + " = '2'").c_str()));
  }
}

TEST_CASE_FIXTURE(VaultFixture,
                  "Vault: another legal kind does not open what was sealed") {
  DeletionDataSet data_set = DataSet("ds-1");
  data_set.kind = "pseudonymized_personal_information";
  Commit(data_set, {{"id", "p1", "one"}});
  CHECK(
      absl::IsPermissionDenied(Reader().Original("ds-1", "id", "p1").status()));
  Sql(vault,
      "UPDATE data_set SET kind = '" + std::string(kSecurityMeasure) + "'");
  CHECK(absl::IsDataLoss(Reader().Original("ds-1", "id", "p1").status()));
  CHECK(absl::IsDataLoss(Reader().Verify("ds-1").status()));
}

TEST_CASE_FIXTURE(VaultFixture,
                  "Vault: another legal kind does not open what is open in the "
                  "custodian's program") {
  DeletionDataSet data_set = DataSet("ds-1");
  data_set.kind = "pseudonymized_personal_information";
  Commit(data_set, {{"id", "p1", "one"}});
  VaultCustodian custodian = Reader();
  REQUIRE(custodian.Verify("ds-1").ok());
  Sql(vault,
      "UPDATE data_set SET kind = '" + std::string(kSecurityMeasure) + "'");
  CHECK(absl::IsDataLoss(custodian.Original("ds-1", "id", "p1").status()));
  Sql(vault, "UPDATE data_set SET kind = '" + data_set.kind + "'");
  CHECK(custodian.Verify("ds-1")->opened == 1);
}

TEST_CASE("Vault: a custodian's key put in its place is noticed") {
  const test::TempDir dir;
  const auto mine = CreateSqliteVault(dir / "v", dir / "k");
  const auto theirs = CreateSqliteVault(dir / "w", dir / "l");
  REQUIRE(mine.ok());
  REQUIRE(mine->size() == 64);
  const std::string key = Sql(dir / "w", "SELECT hex(custodian) FROM vault");
  CHECK(OpenSqliteDeletionSink(dir / "v", {.custodian = *mine}).ok());
  CHECK(absl::IsPermissionDenied(
      OpenSqliteDeletionSink(dir / "v", {.custodian = *theirs}).status()));
  Sql(dir / "v", "UPDATE vault SET custodian = x'" + key + "'");
  CHECK(absl::IsPermissionDenied(OpenSqliteDeletionSink(dir / "v").status()));
  // In both files only who was told the fingerprint can notice.
  Sql(dir / "v.record-keys", "UPDATE vault SET custodian = x'" + key + "'");
  CHECK(OpenSqliteDeletionSink(dir / "v").ok());
  CHECK(absl::IsPermissionDenied(
      OpenSqliteDeletionSink(dir / "v", {.custodian = *mine}).status()));
}

TEST_CASE_FIXTURE(VaultFixture, "Vault: a rollback leaves no trace in files") {
  const auto sink = Sink();
  REQUIRE(sink->Begin(DataSet("ds-1")).ok());
  const DeletionRecord record{"id", "PSEUDONYM-TO-FORGET", "x"};
  REQUIRE(sink->Put(std::span(&record, 1)).ok());
  REQUIRE(sink->Flush().ok());
  REQUIRE(sink->RollBack("/out").ok());
  for (const char* const suffix : {"", "-wal"}) {
    CHECK(test::Read(vault.string() + suffix).find("TO-FORGET") ==
          std::string::npos);
  }
}

}  // namespace
}  // namespace anon
