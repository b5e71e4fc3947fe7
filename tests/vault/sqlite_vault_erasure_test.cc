// SPDX-License-Identifier: Apache-2.0
//
// What is erased is in no file of the store, and what was done is in its log.
#include <doctest/doctest.h>
#include <sys/resource.h>

#include <csignal>
#include <set>
#include <string>
#include <thread>

#include "vault/conformance.h"
#include "vault/sealing.h"
#include "vault/vault_support.h"

namespace anon {
namespace {

namespace fs = std::filesystem;
using test::Sql;
using test::VaultFixture;

TEST_CASE_FIXTURE(VaultFixture, "SqliteVault: does what every store must") {
  const fs::path saved = dir / "saved.db";
  test::CheckConformance([&]() -> test::StoreUnderTest {
    return {[&] { return Sink(); },
            [&](const CustodianOptions& options) {
              auto vault_opened = OpenSqliteVaultCustodian(vault, key, options);
              REQUIRE(vault_opened.ok());
              return *std::move(vault_opened);
            },
            [&] { Sql(vault, "VACUUM INTO '" + saved.string() + "'"); },
            [&] {
              for (const char* const suffix : {"-wal", "-shm"}) {
                fs::remove(vault.string() + suffix);
              }
              fs::copy_file(saved, vault, fs::copy_options::overwrite_existing);
              fs::permissions(vault,
                              fs::perms::owner_read | fs::perms::owner_write);
            }};
  });
}

// Everything a directory holds, as one text.
std::string AllBytes(const fs::path& directory) {
  std::string bytes;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file()) bytes += test::Read(entry.path());
  }
  return bytes;
}

// `count` records with the pseudonyms <prefix>0, <prefix>1, ...
void Fill(const VaultFixture& fixture, const std::string& data_set,
          const std::string& prefix, int count) {
  const auto sink = fixture.Sink();
  REQUIRE(sink->Begin(VaultFixture::DataSet(data_set)).ok());
  for (int i = 0; i < count; ++i) {
    const std::string pseudonym = prefix + std::to_string(i) + "/";
    const DeletionRecord record{"id", pseudonym, pseudonym};
    REQUIRE(sink->Put(std::span(&record, 1)).ok());
  }
  REQUIRE(sink->Commit(data_set).ok());
}

// Pieces of what is sealed in the first block: 24 bytes of each.
std::set<std::string> Ciphertexts(const VaultFixture& fixture,
                                  const std::string& pseudonym) {
  std::set<std::string> pieces;
  const std::string bytes = AllBytes(fixture.dir.path());
  for (std::size_t at = bytes.find(pseudonym); at != std::string::npos;
       at = bytes.find(pseudonym, at + 1)) {
    pieces.insert(bytes.substr(at + pseudonym.size(), 24));
  }
  return pieces;
}

void CheckGone(const VaultFixture& fixture, const std::string& pseudonym,
               const std::set<std::string>& pieces) {
  const std::string bytes = AllBytes(fixture.dir.path());
  CHECK(bytes.find(pseudonym) == std::string::npos);
  for (const std::string& piece : pieces) {
    CHECK(bytes.find(piece) == std::string::npos);
  }
}

TEST_CASE_FIXTURE(VaultFixture,
                  "SqliteVault: nothing of an erased principal is in a file") {
  Fill(*this, "ds-1", "PSEUDONYM-", 1000);
  const auto pieces = Ciphertexts(*this, "PSEUDONYM-777/");
  REQUIRE(pieces.size() == 1);
  // The vault has one session in both files: places are the same.
  const std::string place = "SELECT hex(shares) FROM share WHERE place = " +
                            Sql(vault,
                                "SELECT place FROM block WHERE instr(records,"
                                " CAST('PSEUDONYM-777/' AS BLOB)) > 0");
  const std::string before = Sql(keys, place);
  VaultCustodian custodian = Reader();
  const VaultRecord record{"ds-1", "id", "PSEUDONYM-777/"};
  const auto certificate = custodian.EraseRecords(std::span(&record, 1));
  REQUIRE(certificate.ok());
  CHECK(certificate->certificate.find("not_erased") != std::string::npos);
  CHECK(certificate->certificate.find("PSEUDONYM") == std::string::npos);
  CheckGone(*this, "PSEUDONYM-777/", pieces);
  // Its share is zero, all others are as before.
  const std::string after = Sql(keys, place);
  REQUIRE(after.size() == before.size());
  std::size_t zeros = 0;
  for (std::size_t i = 0; i < after.size(); i += 64) {
    const bool zero = after.substr(i, 64) == std::string(64, '0');
    zeros += zero ? 1 : 0;
    CHECK((zero || after.substr(i, 64) == before.substr(i, 64)));
  }
  CHECK(zeros == 1);
  CHECK(custodian.Verify("ds-1")->opened == 999);
}

TEST_CASE_FIXTURE(VaultFixture,
                  "SqliteVault: nothing of an erased data set is in a file") {
  Fill(*this, "kept", "KEPT-", 600);
  Fill(*this, "gone", "GONE-", 5000);
  const auto pieces = Ciphertexts(*this, "GONE-4321/");
  REQUIRE(pieces.size() == 1);
  const auto size = fs::file_size(vault);
  VaultCustodian custodian = Reader();
  REQUIRE(custodian.EraseDataSet("gone").ok());
  CheckGone(*this, "GONE-", pieces);
  CHECK(fs::file_size(vault) < size / 2);
  CHECK(custodian.Verify("kept")->opened == 600);
}

TEST_CASE_FIXTURE(VaultFixture, "SqliteVault: an altered log is noticed") {
  Commit("a", "p1", "one");
  REQUIRE(Reader().Original("a", "id", "p1").ok());
  const std::string head = *Reader().VerifyLog();
  const std::string all = "SELECT count(*) FROM access_log";
  CHECK(Sql(keys, all) == "4");
  for (const char* const sql :
       {"UPDATE access_log SET reason = 'other' WHERE number = 3",
        "UPDATE access_log SET actor = 'other' WHERE number = 1",
        "UPDATE access_log SET seal = '' WHERE number = 3;"
        "UPDATE access_log SET action = 'list' WHERE number = 3",
        "UPDATE access_log SET seal = ''",
        "DELETE FROM access_log WHERE number = 2",
        "UPDATE access_log SET time = 0"}) {
    const std::string copy = (dir / "copy.record-keys").string();
    fs::remove(copy);
    Sql(keys, "VACUUM INTO '" + copy + "'");
    fs::permissions(copy, fs::perms::owner_read | fs::perms::owner_write);
    Sql(copy, sql);
    auto custodian =
        OpenSqliteVaultCustodian(vault, key, {}, {.record_keys = copy});
    REQUIRE(custodian.ok());
    CHECK(absl::IsDataLoss(custodian->VerifyLog().status()));
  }
  // A log that was cut, as old record keys are, is not even opened.
  Sql(keys, "DELETE FROM access_log WHERE number > 2");
  CHECK(absl::IsFailedPrecondition(
      OpenSqliteVaultCustodian(vault, key).status()));
  CHECK(absl::IsFailedPrecondition(OpenSqliteDeletionSink(vault).status()));
}

TEST_CASE_FIXTURE(VaultFixture,
                  "SqliteVault: what is done is logged before it is done") {
  const auto sink = Sink();
  REQUIRE(sink->Begin(DataSet("a")).ok());
  CHECK(absl::IsAlreadyExists(Sink()->Begin(DataSet("a"))));
  const DeletionRecord record{"id", "p", "o"};
  REQUIRE(sink->Put(std::span(&record, 1)).ok());
  REQUIRE(sink->Flush().ok());
  Sql(vault, "UPDATE block SET records = x'01'");
  CHECK(absl::IsDataLoss(sink->Commit("a")));
  CHECK(Sql(keys,
            "SELECT group_concat(action || ' ' || records) FROM"
            " access_log ORDER BY number") == "begin 0,begin 0,commit 1");
}

TEST_CASE_FIXTURE(VaultFixture,
                  "SqliteVault: clones never repeat a key, even for the same "
                  "records") {
  Fill(*this, "before", "b", 10);
  const fs::path clone = dir / "clone.db";
  Sql(vault, "VACUUM INTO '" + clone.string() + "'");
  Sql(keys, "VACUUM INTO '" + clone.string() + ".record-keys'");
  Sql(clone, "UPDATE vault SET record_keys = 'clone.db.record-keys'");
  for (const char* const suffix : {"", ".record-keys"}) {
    fs::permissions(clone.string() + suffix,
                    fs::perms::owner_read | fs::perms::owner_write);
  }
  std::set<std::string> sessions;
  std::set<std::string> shares;
  std::set<std::string> blocks;
  for (const fs::path& file : {vault, clone}) {
    const auto sink = *OpenSqliteDeletionSink(file);
    REQUIRE(sink->Begin(DataSet("after")).ok());
    const DeletionRecord record{"id", "p", "o"};
    REQUIRE(sink->Put(std::span(&record, 1)).ok());
    REQUIRE(sink->Commit("after").ok());
    sessions.insert(
        Sql(file, "SELECT hex(public_key) FROM session ORDER BY number DESC"));
    blocks.insert(
        Sql(file, "SELECT hex(records) FROM block ORDER BY place DESC"));
    shares.insert(Sql(file.string() + ".record-keys",
                      "SELECT hex(shares) FROM share ORDER BY place DESC"));
  }
  CHECK(sessions.size() == 2);
  CHECK(blocks.size() == 2);
  CHECK(shares.size() == 2);
}

TEST_CASE_FIXTURE(VaultFixture, "SqliteVault: many writers at once") {
  constexpr int kWriters = 4;
  std::vector<std::thread> writers;
  std::vector<int> failed(kWriters, 0);
  for (int w = 0; w < kWriters; ++w) {
    writers.emplace_back([&, w] {
      const std::string id = "ds-" + std::to_string(w);
      auto sink = OpenSqliteDeletionSink(vault);
      bool ok = sink.ok() && (*sink)->Begin(DataSet(id, "/" + id)).ok();
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
  VaultCustodian custodian = Reader();
  for (int w = 0; w < kWriters; ++w) {
    CHECK(custodian.Verify("ds-" + std::to_string(w))->opened == 900);
  }
  CHECK(custodian.VerifyLog().ok());
}

TEST_CASE_FIXTURE(VaultFixture, "SqliteVault: a full disk loses nothing") {
  Commit("before", "p", "o");
  const auto sink = Sink();
  REQUIRE(sink->Begin(DataSet("ds-1")).ok());
  std::vector<std::string> names;
  for (int i = 0; i < 3000; ++i) names.push_back("n" + std::to_string(i));
  std::vector<DeletionRecord> records;
  for (const std::string& name : names) records.push_back({"id", name, name});
  REQUIRE(sink->Put(records).ok());
  // Files may grow no more: what a write gets is what a full disk gives.
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
  rlimit tight = before;
  tight.rlim_cur = 150'000;
  REQUIRE(setrlimit(RLIMIT_FSIZE, &tight) == 0);
  const absl::Status full = sink->Flush();
  REQUIRE(setrlimit(RLIMIT_FSIZE, &before) == 0);
  CHECK_FALSE(full.ok());
  CHECK(Message(full).find("n1") == std::string_view::npos);
  // There is room again.
  CHECK(sink->Commit("ds-1").ok());
  VaultCustodian custodian = Reader();
  CHECK(custodian.Verify("ds-1")->opened == 3000);
  CHECK(custodian.Verify("before")->opened == 1);
}

}  // namespace
}  // namespace anon
