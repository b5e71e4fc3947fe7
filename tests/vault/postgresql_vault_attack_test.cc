// SPDX-License-Identifier: Apache-2.0
//
// Attempts to read or alter a vault in PostgreSQL without the right to.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "anon/vault/postgresql_vault.h"
#include "vault/postgresql_support.h"

namespace anon {
namespace {

namespace fs = std::filesystem;
using test::PostgresqlFixture;
using test::PostgresqlServer;

TEST_CASE(
    "PostgresqlVault: the run's role adds, and reads and changes nothing") {
  ANON_NEED_POSTGRESQL();
  const PostgresqlFixture vault(*PostgresqlServer::Shared());
  vault.Fill("ds-1", "p", 300);
  const PostgresqlServer& server = vault.server;
  for (const char* const table : {"block", "page", "session"}) {
    const std::string name = std::string("anon_vault.") + table;
    for (const std::string& sql :
         {"SELECT * FROM " + name, "DELETE FROM " + name, "TRUNCATE " + name,
          "DROP TABLE " + name, "COPY " + name + " TO STDOUT",
          "CREATE VIEW anon_vault.v AS SELECT * FROM " + name}) {
      CHECK_MESSAGE(server.Denies(vault.data, sql, "runner"), sql);
    }
  }
  for (const char* const table : {"share", "session", "access_log"}) {
    const std::string name = std::string("anon_record_keys.") + table;
    for (const std::string& sql :
         {"SELECT * FROM " + name, "DELETE FROM " + name, "TRUNCATE " + name,
          "DROP TABLE " + name, "COPY " + name + " TO STDOUT"}) {
      CHECK_MESSAGE(server.Denies(vault.keys, sql, "runner"), sql);
    }
  }
  for (const char* const sql :
       {"UPDATE anon_vault.block SET records = ''",
        "UPDATE anon_vault.data_set SET kind = 'x'",
        "UPDATE anon_vault.vault SET custodian = custodian",
        "INSERT INTO anon_vault.data_set (id, origin, kind, key_id,"
        " retain_until, committed) VALUES ('x', '', '', '', '', true)"}) {
    CHECK_MESSAGE(server.Denies(vault.data, sql, "runner"), sql);
  }
  for (const char* const sql :
       {"UPDATE anon_record_keys.share SET shares = ''",
        "UPDATE anon_record_keys.access_log SET reason = ''",
        "UPDATE anon_record_keys.vault SET custodian = custodian"}) {
    CHECK_MESSAGE(server.Denies(vault.keys, sql, "runner"), sql);
  }
  // The functions of the schema touch nothing that is committed.
  server.Sql(vault.data, "SELECT anon_vault.roll_back(1)", "runner");
  server.Sql(vault.keys, "SELECT anon_record_keys.roll_back('ds-1')", "runner");
  CHECK(vault.Custodian().Verify("ds-1")->opened == 300);
  // With the custodian's key and the run's role nothing is read either.
  auto custodian = OpenPostgresqlVaultCustodian(
      server.Url("runner", vault.data), vault.key, {.reason = "test"});
  REQUIRE(custodian.ok());
  CHECK(absl::IsPermissionDenied(
      custodian->Original("ds-1", "id", "p1/").status()));
  CHECK(absl::IsPermissionDenied(custodian->EraseDataSet("ds-1").status()));
  CHECK(vault.Custodian().Verify("ds-1")->opened == 300);
}

TEST_CASE("PostgresqlVault: the run's role forges no log and no head of it") {
  ANON_NEED_POSTGRESQL();
  const PostgresqlFixture vault(*PostgresqlServer::Shared());
  vault.Fill("ds-1", "p", 10);
  const PostgresqlServer& server = vault.server;
  for (const char* const sql :
       {"INSERT INTO anon_record_keys.access_log VALUES (999, 0, 'x',"
        " 'look-up', '', '', 1000000, '', '')",
        "SELECT * FROM anon_record_keys.log_head()",
        "SELECT head_secret FROM anon_record_keys.vault",
        "SELECT anon_record_keys.append_of_run('x', 'look-up', '', 1000000)",
        "SELECT anon_record_keys.append_of_run('x', 'begin', '', -1)"}) {
    CHECK_MESSAGE(server.Denies(vault.keys, sql, "runner"), sql);
  }
  const std::string last =
      "SELECT max(number) FROM anon_record_keys.access_log";
  REQUIRE(server.Sql(vault.keys, last) == "2");
  // What proves entry 3 proves no other, and no continuation of it.
  const std::string proven = server.Sql(
      vault.keys,
      "SELECT '''' || its_hash::text || ''',''' || proof::text || ''''"
      " FROM anon_record_keys.append_of_run('x', 'begin', 'y', 0)",
      "runner");
  const std::string proof = proven.substr(proven.find(',') + 1);
  const std::string note = "SELECT anon_vault.note_log(";
  for (const std::string& sql :
       {std::string("SELECT head_secret FROM anon_vault.vault"),
        note + "9223372036854775807, '\\x00', '\\x00')",
        note + "9223372036854775807, " + proven + ")",
        note + "3, sha256('other'), " + proof + ")",
        note + "3, '\\x00', " + proof + ")", note + "3, NULL, NULL)"}) {
    CHECK_MESSAGE(server.Denies(vault.data, sql, "runner"), sql);
  }
  server.Sql(vault.data, note + "3, " + proven + ")", "runner");
  CHECK(server.Sql(vault.data, "SELECT log_number FROM anon_vault.vault") ==
        "3");
  vault.Fill("ds-2", "p", 10);
  VaultCustodian custodian =
      vault.Custodian({.reason = "test", .look_ups_per_hour = 1});
  CHECK(custodian.VerifyLog().ok());
  CHECK(custodian.Original("ds-1", "id", "p1/").ok());
}

TEST_CASE("PostgresqlVault: the run's role adds nothing to what is committed") {
  ANON_NEED_POSTGRESQL();
  const PostgresqlFixture vault(*PostgresqlServer::Shared());
  vault.Fill("ds-1", "p", 10);
  const PostgresqlServer& server = vault.server;
  const auto sink = vault.Sink();
  REQUIRE(sink->Begin(test::VaultFixture::DataSet("ds-2")).ok());
  for (const char* const sql :
       {"INSERT INTO anon_vault.block VALUES (1::bigint << 32 | 9, '{}',"
        " 'x')",
        "INSERT INTO anon_vault.block VALUES (77::bigint << 32, '{}', 'x')",
        "INSERT INTO anon_vault.block VALUES (2::bigint << 32, '{}', 'x'),"
        " (1::bigint << 32 | 9, '{}', 'x')"}) {
    CHECK_MESSAGE(server.Denies(vault.data, sql, "runner"), sql);
  }
  for (const char* const sql :
       {"INSERT INTO anon_record_keys.share VALUES (1::bigint << 32 | 9, 'x')",
        "INSERT INTO anon_record_keys.session (data_set, public_key) VALUES"
        " ('ds-1', sha256('x'))"}) {
    CHECK_MESSAGE(server.Denies(vault.keys, sql, "runner"), sql);
  }
  // Every data set has one session, and none is committed without.
  CHECK(server.Denies(vault.data,
                      "INSERT INTO anon_vault.session (data_set, public_key)"
                      " VALUES (1, sha256('x'))",
                      "runner", "23505"));
  server.Sql(vault.data,
             "INSERT INTO anon_vault.data_set (id, origin, kind, key_id,"
             " retain_until) VALUES ('x', '', '', '', '')",
             "runner");
  CHECK(server.Denies(vault.data, "SELECT anon_vault.mark_committed(3)",
                      "runner"));
  const DeletionRecord record{"id", "p1", "one"};
  REQUIRE(sink->Put(std::span(&record, 1)).ok());
  REQUIRE(sink->Commit("ds-2").ok());
  for (const auto& [id, records] : {std::pair{"ds-1", 10}, {"ds-2", 1}}) {
    CHECK(vault.Custodian().Verify(id)->opened == records);
  }
  CHECK(vault.Custodian().Expire("2026-01-01").ok());
}

TEST_CASE("PostgresqlVault: a record the index lacks is noticed") {
  ANON_NEED_POSTGRESQL();
  const PostgresqlFixture vault(*PostgresqlServer::Shared());
  vault.Fill("ds-1", "p", 300);
  vault.Fill("ds-2", "p", 300);
  vault.server.Sql(vault.data,
                   "UPDATE anon_vault.page SET hashes = hashes[2:], places = "
                   "places[2:] WHERE data_set = 1 AND number = (SELECT "
                   "max(number) FROM anon_vault.page WHERE data_set = 1)",
                   "custodian");
  CHECK(absl::IsDataLoss(vault.Custodian().Verify("ds-1").status()));
  CHECK(vault.Custodian().Verify("ds-2")->opened == 300);
}

TEST_CASE("PostgresqlVault: strangers reach nothing at all") {
  ANON_NEED_POSTGRESQL();
  const PostgresqlFixture vault(*PostgresqlServer::Shared());
  vault.server.Sql("postgres", "DROP ROLE IF EXISTS stranger");
  vault.server.Sql("postgres", "CREATE ROLE stranger LOGIN");
  for (const char* const sql :
       {"SELECT * FROM anon_vault.vault", "SELECT anon_vault.last_block(1)"}) {
    CHECK(vault.server.Denies(vault.data, sql, "stranger"));
  }
  CHECK(vault.server.Denies(
      vault.keys, "SELECT * FROM anon_record_keys.log_head()", "stranger"));
  CHECK(absl::IsPermissionDenied(
      OpenPostgresqlDeletionSink(vault.server.Url("stranger", vault.data))
          .status()));
}

TEST_CASE("PostgresqlVault: a run under a role that can read is refused") {
  ANON_NEED_POSTGRESQL();
  const PostgresqlFixture vault(*PostgresqlServer::Shared());
  for (const char* const role : {"custodian", "admin"}) {
    CHECK(absl::IsPermissionDenied(
        OpenPostgresqlDeletionSink(vault.server.Url(role, vault.data))
            .status()));
  }
  CHECK(
      OpenPostgresqlDeletionSink(vault.server.Url("runner", vault.data)).ok());
  // A column is enough to read by.
  vault.server.Sql(vault.keys,
                   "GRANT SELECT (shares) ON anon_record_keys.share TO runner");
  CHECK(absl::IsPermissionDenied(
      OpenPostgresqlDeletionSink(vault.server.Url("runner", vault.data))
          .status()));
}

TEST_CASE("PostgresqlVault: an unsafe place for it is refused") {
  ANON_NEED_POSTGRESQL();
  const PostgresqlFixture vault(*PostgresqlServer::Shared());
  const PostgresqlServer& server = vault.server;
  const std::string data = server.Url("custodian", "postgres");
  const std::string keys = server.Url("custodian", vault.keys);
  const fs::path key = vault.dir / "other.key";
  const auto refused = [&](const std::string& url,
                           const PostgresqlVaultOptions& options,
                           const std::string& part) {
    const absl::Status status =
        CreatePostgresqlVault(url, key, options).status();
    CHECK_FALSE(status.ok());
    CHECK_MESSAGE(Message(status).find(part) != std::string_view::npos,
                  Message(status));
    CHECK_FALSE(fs::exists(key));
  };
  refused(data, {.run_role = "runner"}, "second database");
  refused(data, {.record_keys = keys, .run_role = "runner"}, "--same-server");
  refused(data,
          {.record_keys = data, .run_role = "runner", .same_server = true},
          "one database");
  for (const char* const role : {"", "custodian"}) {
    refused(data, {.record_keys = keys, .run_role = role, .same_server = true},
            "--run-role");
  }
  refused(data,
          {.record_keys = keys, .run_role = "nobody", .same_server = true},
          "no role nobody");
  refused(data, {.record_keys = keys, .run_role = "admin", .same_server = true},
          "superuser");
  // There is one already, in either place; nothing is left in the other.
  server.Sql("postgres", "CREATE DATABASE fresh" + vault.data, "custodian");
  refused(server.Url("custodian", "fresh" + vault.data),
          {.record_keys = keys, .run_role = "runner", .same_server = true},
          "already exists");
  CHECK(server.Sql("fresh" + vault.data,
                   "SELECT count(*) FROM pg_namespace WHERE nspname LIKE"
                   " 'anon%'") == "0");
  CHECK(absl::IsNotFound(
      OpenPostgresqlDeletionSink(server.Url("custodian", "fresh" + vault.data))
          .status()));
}

TEST_CASE(
    "PostgresqlVault: passwords in the URL and unverified servers are "
    "refused") {
  const auto refused = [](const std::string& url) {
    const absl::Status status = OpenPostgresqlDeletionSink(url).status();
    CHECK(Message(status).find("sesame") == std::string_view::npos);
    CHECK_MESSAGE(absl::IsInvalidArgument(status), Message(status));
    return std::string(Message(status));
  };
  CHECK(refused("postgresql://run:sesame@localhost/vault").find("PGPASSFILE") !=
        std::string::npos);
  CHECK(refused("postgresql:///vault?password=sesame").find("PGPASSFILE") !=
        std::string::npos);
  CHECK(refused("postgresql:///vault?sesame=1").find("URL") !=
        std::string::npos);
  // 192.0.2.0/24 is nobody's: RFC 5737.
  for (const char* const url :
       {"postgresql://192.0.2.1/vault",
        "postgresql://192.0.2.1/v?sslmode=require",
        "postgresql://192.0.2.1/v?sslmode=verify-ca",
        "postgresql://localhost,192.0.2.1/v",
        "postgresql://localhost/v?hostaddr=192.0.2.1"}) {
    CHECK(refused(url).find("verify-full") != std::string::npos);
  }
  // The environment and service files count as the URL does.
  const test::TempDir dir;
  test::Write(dir / "services", "[far]\nhost=192.0.2.1\n");
  setenv("PGSERVICEFILE", (dir / "services").c_str(), 1);
  CHECK(refused("postgresql:///vault?service=far").find("verify-full") !=
        std::string::npos);
  unsetenv("PGSERVICEFILE");
  setenv("PGHOST", "192.0.2.1", 1);
  CHECK(refused("postgresql:///vault").find("verify-full") !=
        std::string::npos);
  unsetenv("PGHOST");
}

// A server whose certificate for "localhost" an authority of its own signed.
// Null: no PostgreSQL, or no openssl to make certificates with.
std::unique_ptr<PostgresqlServer> TlsServer(const fs::path& dir, int port) {
  const std::string make =
      "cd " + dir.string() +
      " && openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=ca"
      " -keyout ca.key -out ca.crt && openssl req -newkey rsa:2048 -nodes"
      " -subj /CN=localhost -keyout server.key -out server.csr &&"
      " openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key"
      " -CAcreateserial -days 2 -out server.crt && openssl req -x509 -newkey"
      " rsa:2048 -nodes -days 2 -subj /CN=other -keyout o.key -out other.crt";
  if (std::system(("(" + make + ") >/dev/null 2>&1").c_str()) != 0) {
    return nullptr;
  }
  auto server = PostgresqlServer::Start();
  if (!server) return nullptr;
  server->Kill(SIGQUIT);
  for (const char* const name : {"server.key", "server.crt"}) {
    const fs::path to = server->files() / name;
    fs::copy_file(dir / name, to);
    struct stat owner {};
    REQUIRE(stat(server->files().c_str(), &owner) == 0);
    REQUIRE(chown(to.c_str(), owner.st_uid, owner.st_gid) == 0);
    REQUIRE(chmod(to.c_str(), 0600) == 0);
  }
  std::ofstream(server->files() / "postgresql.auto.conf", std::ios::app)
      << "ssl = on\nlisten_addresses = '127.0.0.1'\nport = " << port << "\n";
  server->SetPort(port);
  server->StartAgain();
  return server;
}

TEST_CASE("PostgresqlVault: a server's certificate is verified by the URL") {
  ANON_NEED_POSTGRESQL();
  const test::TempDir certificates;
  const int port = 20'000 + getpid() % 20'000;
  const auto server = TlsServer(certificates.path(), port);
  if (!server) {
    MESSAGE("skipped: no openssl");
    return;
  }
  const PostgresqlFixture vault(*server);
  const auto open = [&](const std::string& host, const std::string& authority) {
    const std::string url = "postgresql://runner@" + host + ":" +
                            std::to_string(port) + "/" + vault.data +
                            "?sslmode=verify-full&sslrootcert=" +
                            (certificates.path() / authority).string();
    return OpenPostgresqlDeletionSink(
               url, {.record_keys = server->Url("runner", vault.keys)})
        .status();
  };
  CHECK_MESSAGE(open("localhost", "ca.crt").ok(),
                Message(open("localhost", "ca.crt")));
  CHECK(absl::IsUnavailable(open("localhost", "other.crt")));
  CHECK(absl::IsUnavailable(open("127.0.0.1", "ca.crt")));
}

TEST_CASE(
    "PostgresqlVault: no original is in any file of the server, and no "
    "pseudonym in its log") {
  ANON_NEED_POSTGRESQL();
  const PostgresqlFixture vault(*PostgresqlServer::Shared());
  vault.Fill("ds-1", "PSEUDONYM-", 300, "CANARY-090-8765-4321-");
  {
    VaultCustodian custodian = vault.Custodian();
    REQUIRE(custodian.Original("ds-1", "id", "PSEUDONYM-1/").ok());
    const std::string_view canary = "CANARY-090-8765-4321-7";
    const auto found = custodian.FindPrincipal(std::span(&canary, 1));
    REQUIRE(found.ok());
    REQUIRE(custodian.EraseRecords(found->records).ok());
  }
  vault.server.Sql("postgres", "CHECKPOINT");
  bool logged = false;
  for (const auto& entry :
       fs::recursive_directory_iterator(vault.server.directory())) {
    if (!entry.is_regular_file()) continue;
    const std::string bytes = test::Read(entry.path());
    CHECK_MESSAGE(bytes.find("CANARY") == std::string::npos, entry.path());
    if (entry.path() != vault.server.log()) continue;
    // It logs every statement with its values.
    logged = bytes.find("COPY block") != std::string::npos;
    CHECK(bytes.find("PSEUDONYM") == std::string::npos);
  }
  CHECK(logged);
}

TEST_CASE("PostgresqlVault: what was altered does not open") {
  ANON_NEED_POSTGRESQL();
  const PostgresqlFixture vault(*PostgresqlServer::Shared());
  vault.Fill("ds-1", "p", 10);
  const auto broken = [&](const std::string& sql) {
    const std::string saved = (vault.dir / "whole.dump").string();
    vault.server.Dump(vault.data, saved);
    vault.server.Sql(vault.data, sql);
    const absl::Status status =
        vault.Custodian().Original("ds-1", "id", "p1/").status();
    vault.server.Restore(vault.data, saved);
    return absl::IsDataLoss(status);
  };
  CHECK_FALSE(broken("SELECT 1"));
  CHECK(broken("UPDATE anon_vault.data_set SET origin = 'x'"));
  CHECK(
      broken("UPDATE anon_vault.block SET records = set_byte(records, 100,"
             " get_byte(records, 100) # 1)"));
  CHECK(
      broken("UPDATE anon_vault.session SET public_key ="
             " sha256(public_key)"));
}

TEST_CASE("PostgresqlVault: nothing expires because the vault was altered") {
  ANON_NEED_POSTGRESQL();
  const PostgresqlFixture vault(*PostgresqlServer::Shared());
  vault.Fill("ds-1", "p", 10);
  const std::string saved = (vault.dir / "whole.dump").string();
  vault.server.Dump(vault.data, saved);
  for (const char* const sql :
       {"UPDATE anon_vault.data_set SET retain_until = '2000-01-01'",
        "UPDATE anon_vault.data_set SET retain_until = '2000-01-01';"
        "DELETE FROM anon_vault.block",
        "DELETE FROM anon_vault.session"}) {
    vault.server.Sql(vault.data, sql);
    CHECK(absl::IsDataLoss(vault.Custodian().Expire("2026-01-01").status()));
    vault.server.Restore(vault.data, saved);
  }
  CHECK(vault.Custodian().Verify("ds-1")->opened == 10);
}

TEST_CASE(
    "PostgresqlVault: older record keys and an exchanged custodian are "
    "noticed") {
  ANON_NEED_POSTGRESQL();
  const PostgresqlFixture vault(*PostgresqlServer::Shared());
  vault.Fill("ds-1", "p", 10);
  const std::string saved = (vault.dir / "keys.dump").string();
  const std::string url = vault.server.Url("runner", vault.data);
  vault.server.Dump(vault.keys, saved);
  const VaultRecord record{"ds-1", "id", "p1/"};
  REQUIRE(vault.Custodian().EraseRecords(std::span(&record, 1)).ok());
  CHECK(OpenPostgresqlDeletionSink(url, {.custodian = vault.fingerprint}).ok());
  vault.server.Restore(vault.keys, saved);
  CHECK(absl::IsFailedPrecondition(OpenPostgresqlDeletionSink(url).status()));
  CHECK(absl::IsFailedPrecondition(
      OpenPostgresqlVaultCustodian(vault.server.Url("custodian", vault.data),
                                   vault.key)
          .status()));

  const PostgresqlFixture other(vault.server);
  const std::string theirs = other.server.Url("runner", other.data);
  const std::string exchange = "UPDATE vault SET custodian = sha256('mine')";
  other.server.Sql(other.data, "SET search_path = anon_vault;" + exchange);
  CHECK(absl::IsPermissionDenied(OpenPostgresqlDeletionSink(theirs).status()));
  // In both databases only who was told the fingerprint can notice.
  other.server.Sql(other.keys,
                   "SET search_path = anon_record_keys;" + exchange);
  CHECK(OpenPostgresqlDeletionSink(theirs).ok());
  CHECK(absl::IsPermissionDenied(
      OpenPostgresqlDeletionSink(theirs, {.custodian = other.fingerprint})
          .status()));
}

}  // namespace
}  // namespace anon
