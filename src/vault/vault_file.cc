// SPDX-License-Identifier: Apache-2.0
//
// The file of a vault, format 1. A data set's records arrive in `arrival`, in
// order, while it is pending, and are sorted once into `record` when it is
// committed: far cheaper than keeping random pseudonyms sorted all along, and
// nothing pending can be looked up by mistake.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <utility>

#include "anon/base/files.h"
#include "anon/vault/sqlite_vault.h"
#include "base/fd.h"
#include "base/status_macros.h"
#include "vault/vault_file.h"

namespace anon {
namespace internal {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kApplicationId = 0x616E6F6E;  // "anon"

constexpr char kSchema[] = R"sql(
  PRAGMA application_id = 0x616E6F6E;
  PRAGMA user_version = 1;
  CREATE TABLE vault (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    custodian BLOB NOT NULL CHECK (length(custodian) = 32));
  CREATE TABLE data_set (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    origin TEXT NOT NULL,
    kind TEXT NOT NULL,
    key_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'committed')),
    records INTEGER NOT NULL DEFAULT 0);
  CREATE TABLE session (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    data_set INTEGER NOT NULL REFERENCES data_set,
    public_key BLOB NOT NULL UNIQUE CHECK (length(public_key) = 32));
  CREATE INDEX session_of_data_set ON session (data_set);
  CREATE TABLE arrival (
    session INTEGER NOT NULL REFERENCES session,
    sequence INTEGER NOT NULL,
    attribute TEXT NOT NULL,
    pseudonym TEXT NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (session, sequence)) WITHOUT ROWID;
  CREATE TABLE record (
    data_set INTEGER NOT NULL REFERENCES data_set,
    attribute TEXT NOT NULL,
    pseudonym TEXT NOT NULL,
    session INTEGER NOT NULL REFERENCES session,
    sequence INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (data_set, attribute, pseudonym)) WITHOUT ROWID;
)sql";

absl::StatusOr<std::int64_t> Pragma(const Database& database,
                                    std::string_view sql) {
  ANON_ASSIGN_OR_RETURN(Statement statement, database.Prepare(sql));
  ANON_RETURN_IF_ERROR(statement.Step().status());
  return statement.Number(0);
}

// Everything of the vault, at a name nobody knows yet.
absl::Status Fill(const fs::path& path, const PublicKey& custodian) {
  ANON_ASSIGN_OR_RETURN(Database database, Database::Open(path));
  ANON_RETURN_IF_ERROR(
      database.Execute("PRAGMA page_size = 8192; PRAGMA journal_mode = WAL"));
  ANON_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(database));
  ANON_RETURN_IF_ERROR(database.Execute(kSchema));
  ANON_ASSIGN_OR_RETURN(
      Statement insert,
      database.Prepare("INSERT INTO vault (only, custodian) VALUES (1, ?)"));
  insert.Bind(1, std::span<const std::byte>(custodian));
  ANON_RETURN_IF_ERROR(insert.Run());
  return transaction.Commit();
}

absl::Status Exists(const fs::path& path) {
  return absl::AlreadyExistsError(
      fmt::format("{}: exists; name a vault that does not, vaults are never "
                  "overwritten",
                  path.string()));
}

absl::Status CreateAt(const fs::path& temporary, const fs::path& vault,
                      const fs::path& custodian_key) {
  ANON_ASSIGN_OR_RETURN(const SecretBytes private_key, NewPrivateKey());
  ANON_ASSIGN_OR_RETURN(const PublicKey custodian, PublicKeyOf(private_key));
  ANON_RETURN_IF_ERROR(Fill(temporary, custodian));
  ANON_RETURN_IF_ERROR(CreateCustodianKeyFile(custodian_key, private_key));
  // link, unlike rename, does not replace a vault made meanwhile.
  if (link(temporary.c_str(), vault.c_str()) != 0) {
    const int error = errno;
    unlink(custodian_key.c_str());
    return error == EEXIST ? Exists(vault)
                           : IoError("create", vault.string(), error);
  }
  const fs::path parent = vault.parent_path();
  return SyncPath(parent.empty() ? fs::path(".") : parent);
}

}  // namespace

absl::StatusOr<VaultFile> OpenVaultFile(const fs::path& path) {
  for (const char* const suffix : {"", "-wal", "-shm"}) {
    const fs::path file = path.string() + suffix;
    std::error_code ignored;
    if (*suffix != '\0' && !fs::exists(file, ignored)) continue;
    ANON_RETURN_IF_ERROR(RequirePrivate(file));
  }
  ANON_ASSIGN_OR_RETURN(Database database, Database::Open(path));
  ANON_ASSIGN_OR_RETURN(const std::int64_t application,
                        Pragma(database, "PRAGMA application_id"));
  if (application != kApplicationId) {
    return InputError(fmt::format(
        "{}: an SQLite file, but not a vault; name the vault's file",
        path.string()));
  }
  ANON_ASSIGN_OR_RETURN(const std::int64_t format,
                        Pragma(database, "PRAGMA user_version"));
  if (format != kVaultFormat) {
    return absl::FailedPreconditionError(
        fmt::format("{}: a vault of format {}, this version reads format {}; "
                    "use the anon that fits",
                    path.string(), format, kVaultFormat));
  }
  ANON_RETURN_IF_ERROR(database.Execute("PRAGMA journal_mode = WAL"));
  PublicKey custodian{};
  {
    ANON_ASSIGN_OR_RETURN(Statement select,
                          database.Prepare("SELECT custodian FROM vault"));
    ANON_ASSIGN_OR_RETURN(const bool found, select.Step());
    if (!found || select.Blob(0).size() != custodian.size()) {
      return InputError(fmt::format(
          "{}: holds no custodian's public key; restore it from a backup",
          path.string()));
    }
    std::ranges::copy(select.Blob(0), custodian.begin());
  }
  return VaultFile{std::move(database), custodian};
}

}  // namespace internal

absl::Status CreateSqliteVault(const std::filesystem::path& vault,
                               const std::filesystem::path& custodian_key) {
  std::error_code ignored;
  if (std::filesystem::exists(vault, ignored)) return internal::Exists(vault);
  // mkostemp makes the file 0600 less the umask; SQLite gives the -wal and
  // -shm files the mode of the main file.
  std::string temporary = vault.string() + ".XXXXXX";
  {
    const internal::Fd fd(mkostemp(temporary.data(), O_CLOEXEC));
    if (!fd.ok()) return IoError("create", vault.string(), errno);
    if (fchmod(fd.get(), 0600) != 0) {
      const int error = errno;
      unlink(temporary.c_str());
      return IoError("set the mode of", vault.string(), error);
    }
  }
  const absl::Status status =
      internal::CreateAt(temporary, vault, custodian_key);
  for (const char* const suffix : {"", "-wal", "-shm"}) {
    unlink((temporary + suffix).c_str());
  }
  return status;
}

}  // namespace anon
