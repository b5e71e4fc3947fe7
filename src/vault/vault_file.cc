// SPDX-License-Identifier: Apache-2.0
//
// The files of a vault, format 3. (1 had a row for every record, no record keys
// and did not bind the legal kind; in 2 the access log did not say which
// entries are sealed. Both are refused.)
#include "vault/vault_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "anon/base/digest.h"
#include "anon/base/files.h"
#include "anon/base/random.h"
#include "base/status_macros.h"

namespace anon {
namespace internal {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kDataId = 0x616E6F6E;  // "anon"
constexpr std::int64_t kKeysId = 0x616E6F6B;  // "anok"

// A block's place is its session's number << 32, and its own number.
constexpr char kDataSchema[] = R"sql(
  PRAGMA application_id = 0x616E6F6E;
  PRAGMA user_version = 3;
  CREATE TABLE vault (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    id TEXT NOT NULL,
    custodian BLOB NOT NULL CHECK (length(custodian) = 32),
    record_keys TEXT NOT NULL,
    log_number INTEGER NOT NULL DEFAULT 0,
    log_hash BLOB NOT NULL DEFAULT x'');
  CREATE TABLE data_set (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    origin TEXT NOT NULL,
    kind TEXT NOT NULL,
    key_id TEXT NOT NULL,
    retain_until TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'committed')),
    records INTEGER NOT NULL DEFAULT 0);
  CREATE TABLE session (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    data_set INTEGER NOT NULL REFERENCES data_set,
    public_key BLOB NOT NULL UNIQUE CHECK (length(public_key) = 32));
  CREATE INDEX session_of_data_set ON session (data_set);
  CREATE TABLE block (
    place INTEGER PRIMARY KEY,
    records BLOB NOT NULL);
  CREATE TABLE page (
    number INTEGER PRIMARY KEY,
    data_set INTEGER NOT NULL REFERENCES data_set,
    first INTEGER NOT NULL,
    entries BLOB NOT NULL);
  CREATE INDEX page_at ON page (data_set, first);
)sql";

constexpr char kKeysSchema[] = R"sql(
  PRAGMA application_id = 0x616E6F6B;
  PRAGMA user_version = 3;
  CREATE TABLE vault (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    id TEXT NOT NULL,
    custodian BLOB NOT NULL CHECK (length(custodian) = 32));
  CREATE TABLE session (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    data_set TEXT NOT NULL,
    public_key BLOB NOT NULL UNIQUE CHECK (length(public_key) = 32));
  CREATE INDEX session_of_data_set ON session (data_set);
  CREATE TABLE share (
    place INTEGER PRIMARY KEY,
    shares BLOB NOT NULL);
  CREATE TABLE access_log (
    number INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    data_set TEXT NOT NULL,
    reason TEXT NOT NULL,
    records INTEGER NOT NULL,
    hash BLOB NOT NULL,
    seal TEXT NOT NULL);
  CREATE INDEX access_log_at ON access_log (action, time);
)sql";

// Everything of a file, at a name nobody knows yet.
absl::Status Fill(const fs::path& path, const char* schema, const char* row,
                  std::string_view id, const PublicKey& custodian,
                  std::string_view record_keys) {
  ANON_ASSIGN_OR_RETURN(Database database, Database::Open(path));
  ANON_RETURN_IF_ERROR(
      database.Execute("PRAGMA page_size = 8192; PRAGMA auto_vacuum = 2;"
                       "PRAGMA journal_mode = WAL"));
  ANON_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(database));
  ANON_RETURN_IF_ERROR(database.Execute(schema));
  ANON_ASSIGN_OR_RETURN(Statement insert, database.Prepare(row));
  insert.Bind(1, id);
  insert.Bind(2, std::span<const std::byte>(custodian));
  if (!record_keys.empty()) insert.Bind(3, record_keys);
  ANON_RETURN_IF_ERROR(insert.Run());
  return transaction.Commit();
}

fs::path BesideVault(const fs::path& vault) {
  return vault.string() + ".record-keys";
}

// As the vault file names it: by the bare name if it lies beside the vault, so
// that both can be moved; else in full.
std::string NameInVault(const fs::path& vault, const fs::path& record_keys) {
  if (record_keys == BesideVault(vault)) return record_keys.filename().string();
  return fs::absolute(record_keys).string();
}

struct OpenedFile {
  Database database;
  std::string id;
  PublicKey custodian{};
  std::string record_keys;
};

absl::Status CheckFormat(const Database& database, const fs::path& path,
                         std::int64_t id, const char* what) {
  ANON_ASSIGN_OR_RETURN(const std::int64_t application,
                        PragmaNumber(database, "PRAGMA application_id"));
  if (application != id) {
    return InputError(
        fmt::format("{}: an SQLite file, but not {}; name the right file",
                    path.string(), what));
  }
  ANON_ASSIGN_OR_RETURN(const std::int64_t format,
                        PragmaNumber(database, "PRAGMA user_version"));
  if (format == kVaultFormat) return absl::OkStatus();
  return absl::FailedPreconditionError(fmt::format(
      "{}: a vault of format {}, this version reads format {}; {}",
      path.string(), format, kVaultFormat,
      format < kVaultFormat
          ? "it cannot be converted: make a new vault and run again, and read "
            "the old one with the anon that made it"
          : "use a newer anon"));
}

// A file may come from somebody who added triggers or views to it, so that what
// is written or read is not what is there.
absl::Status IgnoreForeignSchema(const Database& database,
                                 const fs::path& path) {
  for (const int setting :
       {SQLITE_DBCONFIG_ENABLE_TRIGGER, SQLITE_DBCONFIG_ENABLE_VIEW}) {
    int now = 1;
    if (sqlite3_db_config(database.handle(), setting, 0, &now) != SQLITE_OK ||
        now != 0) {
      return absl::InternalError(fmt::format(
          "{}: SQLite cannot be told to ignore triggers", path.string()));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<OpenedFile> OpenFile(const fs::path& path, std::int64_t id,
                                    const char* what, const char* select_row) {
  ANON_RETURN_IF_ERROR(RequirePrivateDatabase(path));
  ANON_ASSIGN_OR_RETURN(Database database, Database::Open(path));
  ANON_RETURN_IF_ERROR(IgnoreForeignSchema(database, path));
  ANON_RETURN_IF_ERROR(CheckFormat(database, path, id, what));
  ANON_RETURN_IF_ERROR(database.Execute("PRAGMA journal_mode = WAL"));
  OpenedFile opened;
  {
    ANON_ASSIGN_OR_RETURN(Statement select, database.Prepare(select_row));
    ANON_ASSIGN_OR_RETURN(const bool found, select.Step());
    if (!found || select.Blob(1).size() != opened.custodian.size()) {
      return InputError(fmt::format(
          "{}: holds no custodian's public key; restore it from a backup",
          path.string()));
    }
    opened.id = std::string(select.Text(0));
    std::ranges::copy(select.Blob(1), opened.custodian.begin());
    opened.record_keys = std::string(select.Text(2));
  }
  opened.database = std::move(database);
  return opened;
}

absl::Status CheckCustodian(const fs::path& path, const OpenedFile& data,
                            const OpenedFile& keys,
                            const std::string& expected) {
  if (data.id != keys.id) {
    return InputError(fmt::format(
        "{}: its file of record keys belongs to another vault; name the right "
        "one",
        path.string()));
  }
  if (data.custodian != keys.custodian ||
      (!expected.empty() && KeyFingerprint(data.custodian) != expected)) {
    return absl::PermissionDeniedError(fmt::format(
        "{}: its custodian's public key (fingerprint {}) is not the one "
        "expected; somebody may have exchanged it, ask the custodian",
        path.string(), KeyFingerprint(data.custodian)));
  }
  return absl::OkStatus();
}

// An older copy of the record keys would bring erased records back.
absl::Status CheckNotRolledBack(const VaultFiles& files) {
  ANON_ASSIGN_OR_RETURN(
      Statement head,
      files.data.Prepare("SELECT log_number, log_hash FROM vault"));
  ANON_RETURN_IF_ERROR(head.Step().status());
  if (head.Number(0) == 0) return absl::OkStatus();
  ANON_ASSIGN_OR_RETURN(
      Statement entry,
      files.keys.Prepare("SELECT 1 FROM access_log WHERE number = ? AND hash"
                         " = ?"));
  entry.Bind(1, head.Number(0));
  entry.Bind(2, head.Blob(1));
  ANON_ASSIGN_OR_RETURN(const bool found, entry.Step());
  if (found) return absl::OkStatus();
  return absl::FailedPreconditionError(fmt::format(
      "{}: its file of record keys is older than the vault, or its access log "
      "was cut; put the newest copy of the record keys back",
      files.path));
}

}  // namespace

absl::StatusOr<VaultFiles> OpenVaultFiles(const fs::path& path,
                                          const SqliteVaultOptions& options) {
  ANON_ASSIGN_OR_RETURN(
      OpenedFile data,
      OpenFile(path, kDataId, "a vault",
               "SELECT id, custodian, record_keys FROM vault"));
  const fs::path record_keys = options.record_keys.empty()
                                   ? path.parent_path() / data.record_keys
                                   : options.record_keys;
  std::error_code ignored;
  if (!fs::exists(record_keys, ignored)) {
    return absl::NotFoundError(fmt::format(
        "{}: its file of record keys is not at {}; put it back or name its "
        "place, without it nothing in the vault opens",
        path.string(), record_keys.string()));
  }
  ANON_ASSIGN_OR_RETURN(OpenedFile keys,
                        OpenFile(record_keys, kKeysId, "a file of record keys",
                                 "SELECT id, custodian, '' FROM vault"));
  ANON_RETURN_IF_ERROR(CheckCustodian(path, data, keys, options.custodian));
  VaultFiles files{path.string(), data.id, std::move(data.database),
                   std::move(keys.database), data.custodian};
  ANON_RETURN_IF_ERROR(CheckNotRolledBack(files));
  return files;
}

}  // namespace internal

absl::StatusOr<std::string> CreateSqliteVault(
    const std::filesystem::path& vault,
    const std::filesystem::path& custodian_key,
    const SqliteVaultOptions& options) {
  using namespace internal;
  const fs::path record_keys =
      options.record_keys.empty() ? BesideVault(vault) : options.record_keys;
  std::error_code ignored;
  for (const fs::path& path : {vault, record_keys}) {
    if (fs::exists(path, ignored)) return DatabaseExists(path);
  }
  ANON_ASSIGN_OR_RETURN(const SecretBytes private_key, NewPrivateKey());
  ANON_ASSIGN_OR_RETURN(const PublicKey custodian, PublicKeyOf(private_key));
  std::array<std::byte, 16> id_bytes{};
  OsRandom random;
  random.Fill(id_bytes);
  const std::string id = ToHex(id_bytes);
  NewDatabaseFile data(vault);
  NewDatabaseFile keys(record_keys);
  ANON_RETURN_IF_ERROR(data.Make());
  ANON_RETURN_IF_ERROR(keys.Make());
  ANON_RETURN_IF_ERROR(
      Fill(data.temporary(), kDataSchema,
           "INSERT INTO vault (only, id, custodian, record_keys) VALUES"
           " (1, ?, ?, ?)",
           id, custodian, NameInVault(vault, record_keys)));
  ANON_RETURN_IF_ERROR(
      Fill(keys.temporary(), kKeysSchema,
           "INSERT INTO vault (only, id, custodian) VALUES (1, ?, ?)", id,
           custodian, ""));
  // The custodian's key last: there is none without a vault.
  ANON_RETURN_IF_ERROR(keys.Place());
  ANON_RETURN_IF_ERROR(data.Place());
  ANON_RETURN_IF_ERROR(CreateCustodianKeyFile(custodian_key, private_key));
  data.Keep();
  keys.Keep();
  return KeyFingerprint(custodian);
}

}  // namespace anon
