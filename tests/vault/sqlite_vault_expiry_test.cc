// SPDX-License-Identifier: Apache-2.0
//
// Erasing where somebody altered the files, others read them, or a run died.
#include <doctest/doctest.h>
#include <sqlite3.h>

#include <cstdint>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

#include "vault/vault_support.h"

namespace anon {
namespace {

using test::Sql;
using test::VaultFixture;

constexpr char kShares[] =
    "SELECT count(*) FROM share WHERE shares <> zeroblob(length(shares))";

TEST_CASE_FIXTURE(
    VaultFixture,
    "Expire: destroys nothing because the vault file was altered") {
  for (const char* const sql :
       {"UPDATE data_set SET retain_until = '2000-01-01'",
        "DELETE FROM session",
        "UPDATE data_set SET retain_until = '2000-01-01', state = 'pending'",
        "UPDATE data_set SET retain_until = '2000-01-01'; DELETE FROM block",
        "UPDATE data_set SET retain_until = '2000-01-01';"
        "UPDATE block SET records = x'01'"}) {
    CAPTURE(sql);
    const VaultFixture fresh;
    fresh.Commit("ds-1", "p1", "one");
    const std::string saved = (fresh.dir / "saved.db").string();
    Sql(fresh.vault, "VACUUM INTO '" + saved + "'");
    Sql(fresh.vault, sql);
    CHECK(absl::IsDataLoss(fresh.Reader().Expire("2026-01-01").status()));
    CHECK(Sql(fresh.keys, kShares) == "1");
    // So that a restored vault file still opens.
    Sql(fresh.vault,
        "PRAGMA foreign_keys = OFF; ATTACH '" + saved +
            "' AS saved; DELETE FROM data_set; DELETE FROM session;"
            "DELETE FROM block; INSERT INTO data_set SELECT * FROM"
            " saved.data_set; INSERT INTO session SELECT * FROM saved.session;"
            "INSERT INTO block SELECT * FROM saved.block");
    CHECK(fresh.Reader().Verify("ds-1")->opened == 1);
  }
}

TEST_CASE_FIXTURE(
    VaultFixture,
    "Expire: a name put over an empty data set destroys nothing") {
  const auto sink = Sink();
  DeletionDataSet empty = DataSet("empty");
  empty.retain_until = "2000-01-01";
  REQUIRE(sink->Begin(empty).ok());
  REQUIRE(sink->Commit("empty").ok());
  Commit("ds-1", "p1", "one");
  // Sessions and blocks exchanged as well: nothing under the name can be
  // opened.
  Sql(vault,
      "UPDATE data_set SET id = 'x' WHERE id = 'ds-1';"
      "UPDATE data_set SET id = 'ds-1' WHERE id = 'empty';"
      "UPDATE session SET data_set = 3 - data_set; DELETE FROM block");
  CHECK(absl::IsDataLoss(Reader().Expire("2026-01-01").status()));
  CHECK(Sql(keys, kShares) == "1");
}

TEST_CASE_FIXTURE(VaultFixture, "Expire: empties what is empty or erased") {
  const auto sink = Sink();
  DeletionDataSet set = DataSet("empty");
  set.retain_until = "2000-01-01";
  REQUIRE(sink->Begin(set).ok());
  REQUIRE(sink->Commit("empty").ok());
  set.id = "erased";
  REQUIRE(sink->Begin(set).ok());
  const DeletionRecord record{"id", "p1", "one"};
  REQUIRE(sink->Put(std::span(&record, 1)).ok());
  REQUIRE(sink->Commit("erased").ok());
  VaultCustodian custodian = Reader();
  const VaultRecord named{"erased", "id", "p1"};
  REQUIRE(custodian.EraseRecords(std::span(&named, 1)).ok());
  REQUIRE(custodian.Expire("2026-01-01").ok());
  CHECK(custodian.DataSets()->empty());
}

TEST_CASE_FIXTURE(VaultFixture,
                  "Expire: certifies nothing if nothing was due") {
  Commit("ds-1", "p1", "one");
  const auto expired = Reader().Expire("2026-01-01");
  REQUIRE(expired.ok());
  CHECK(expired->certificate.find("key share") == std::string::npos);
  CHECK(expired->certificate.find("nothing was erased") != std::string::npos);
}

TEST_CASE_FIXTURE(VaultFixture,
                  "EraseRecords: loses no record of a damaged block") {
  Commit(DataSet("ds-1"), {{"id", "p1", "one"}, {"id", "p2", "two"}});
  // The second record's slot, behind the first: 12 + 2 + 2 + 48 bytes.
  const char* const size = "SELECT length(CAST(records AS BLOB)) FROM block";
  REQUIRE(Sql(vault, size) == "128");
  Sql(vault,
      "UPDATE block SET records = substr(records, 1, 64) || x'FFFF' ||"
      " substr(records, 67)");
  const VaultRecord named{"ds-1", "id", "p1"};
  const absl::Status status =
      Reader().EraseRecords(std::span(&named, 1)).status();
  CHECK(absl::IsDataLoss(status));
  CHECK(Sql(vault, size) == "128");
}

TEST_CASE_FIXTURE(VaultFixture,
                  "EraseRecords: does not erase another record in its place") {
  Commit(DataSet("ds-1"), {{"id", "p1", "one"}, {"id", "p2", "two"}});
  const std::string before = Sql(keys, "SELECT hex(shares) FROM share");
  // The first record says that it lies in the second's slot.
  Sql(vault, "UPDATE block SET records = x'01' || substr(records, 2)");
  const VaultRecord named{"ds-1", "id", "p1"};
  CHECK(absl::IsDataLoss(Reader().EraseRecords(std::span(&named, 1)).status()));
  CHECK(Sql(keys, "SELECT hex(shares) FROM share") == before);
}

TEST_CASE_FIXTURE(VaultFixture,
                  "Erasing: is certified although another process reads") {
  Commit("ds-1", "p1", "one");
  Commit("ds-2", "p1", "one");
  VaultCustodian custodian = Reader();
  sqlite3* other = nullptr;
  REQUIRE(sqlite3_open(vault.c_str(), &other) == SQLITE_OK);
  REQUIRE(sqlite3_exec(other, "BEGIN; SELECT count(*) FROM block", nullptr,
                       nullptr, nullptr) == SQLITE_OK);
  const VaultRecord record{"ds-1", "id", "p1"};
  const auto first = custodian.EraseRecords(std::span(&record, 1));
  REQUIRE_MESSAGE(first.ok(), Message(first.status()));
  CHECK(first->warning.find("expire") != std::string::npos);
  const auto at = first->certificate.find("which another process was reading");
  CHECK(at > first->certificate.find("\"not_erased\""));
  CHECK(at != std::string::npos);
  const auto second = custodian.EraseDataSet("ds-2");
  REQUIRE(second.ok());
  CHECK_FALSE(second->warning.empty());
  sqlite3_close(other);
  const auto later = custodian.Expire("2026-01-01");
  REQUIRE(later.ok());
  CHECK(later->warning.empty());
}

TEST_CASE_FIXTURE(VaultFixture, "Erasing: triggers in the files do not run") {
  Commit("ds-1", "p1", "one");
  Commit("ds-1b", "p1", "one");
  Sql(keys,
      "CREATE TRIGGER keep BEFORE UPDATE ON share BEGIN"
      " SELECT RAISE(IGNORE); END;"
      "CREATE TRIGGER hold BEFORE DELETE ON share BEGIN"
      " SELECT RAISE(IGNORE); END");
  const VaultRecord record{"ds-1", "id", "p1"};
  REQUIRE(Reader().EraseRecords(std::span(&record, 1)).ok());
  CHECK(Sql(keys, kShares) == "1");
  REQUIRE(Reader().EraseDataSet("ds-1b").ok());
  CHECK(Sql(keys, kShares) == "0");
}

TEST_CASE_FIXTURE(VaultFixture,
                  "Erasing: a table that swallows what is written is noticed") {
  Commit("ds-1", "p1", "one");
  Sql(keys,
      "CREATE TABLE other (place INTEGER PRIMARY KEY, shares BLOB NOT NULL,"
      " erased AS (substr(shares, 1, 32) = zeroblob(32)) UNIQUE ON CONFLICT"
      " IGNORE);"
      "INSERT INTO other (place, shares) VALUES (7, zeroblob(32));"
      "INSERT INTO other (place, shares) SELECT place, shares FROM share;"
      "DROP TABLE share; ALTER TABLE other RENAME TO share");
  const VaultRecord record{"ds-1", "id", "p1"};
  CHECK(
      absl::IsDataLoss(Reader().EraseRecords(std::span(&record, 1)).status()));
  CHECK(Reader().Verify("ds-1")->opened == 1);
}

struct KilledRun : VaultFixture {
  // `data_set`: one record flushed, never committed.
  void Kill(const DeletionDataSet& data_set) const {
    const auto sink = Sink();
    REQUIRE(sink->Begin(data_set).ok());
    const DeletionRecord record{"id", "p1", "one"};
    REQUIRE(sink->Put(std::span(&record, 1)).ok());
    REQUIRE(sink->Flush().ok());
  }
  // A custodian so many days from now.
  VaultCustodian In(std::int64_t days) const {
    CustodianOptions options;
    const std::int64_t then = std::time(nullptr) + days * 24 * 3600;
    options.now = [then] { return then; };
    return Reader(options);
  }
};

TEST_CASE_FIXTURE(KilledRun, "Expire: erases what a killed run left") {
  Kill(DataSet("killed", "unique"));
  Commit("kept", "p1", "one");
  {
    const std::string_view one = "one";
    VaultCustodian custodian = Reader();
    const auto found = custodian.FindPrincipal(std::span(&one, 1));
    REQUIRE(found.ok());
    CHECK(found->records.size() == 1);
    CHECK(found->pending == std::vector<std::string>{"killed"});
    const auto erased = custodian.EraseRecords(found->records);
    REQUIRE(erased.ok());
    CHECK(erased->certificate.find("pending") != std::string::npos);
  }
  REQUIRE(In(6).Expire("2026-01-01").ok());
  CHECK(Sql(keys, kShares) == "1");
  const auto expired = In(8).Expire("2026-01-01");
  REQUIRE(expired.ok());
  CHECK(expired->certificate.find("\"killed\"") != std::string::npos);
  CHECK(Sql(keys, kShares) == "0");
  CHECK(In(8).DataSets()->size() == 1);
}

TEST_CASE_FIXTURE(KilledRun,
                  "Expire: erases pending data sets past their day") {
  DeletionDataSet set = DataSet("killed", "unique");
  set.retain_until = "2025-12-31";
  Kill(set);
  REQUIRE(Reader().Expire("2025-12-31").ok());
  CHECK(Sql(keys, kShares) == "1");
  REQUIRE(Reader().Expire("2026-01-01").ok());
  CHECK(Sql(keys, kShares) == "0");
}

TEST_CASE_FIXTURE(KilledRun,
                  "Expire: what was committed is not abandoned, whatever the "
                  "vault file says") {
  Commit("ds-1", "p1", "one");
  Sql(vault, "UPDATE data_set SET state = 'pending'");
  REQUIRE(In(8).Expire("2026-01-01").ok());
  CHECK(Sql(keys, kShares) == "1");
}

}  // namespace
}  // namespace anon
