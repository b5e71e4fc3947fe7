// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_VAULT_POSTGRESQL_VAULT_H_
#define ANON_VAULT_POSTGRESQL_VAULT_H_

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "anon/base/status.h"
#include "anon/secret/deletion_sink.h"
#include "anon/vault/custodian.h"

namespace anon {

// Deletion information in PostgreSQL 15 or newer: the same vault as in
// sqlite_vault.h, for many machines. It is named by URLs as libpq takes them
// ("postgresql://user@host/database?sslmode=verify-full"), without a password,
// which belongs into a password file (PGPASSFILE) or a service file. A server
// on another machine must show a certificate for its name.
//
// The vault is two databases: sealed records in one, record keys and access log
// in the other, so that they are backed up apart. Two roles work on it. The
// owner, who makes it, is the custodian's. The run role can add data sets,
// records and shares and roll back what is pending; it can read no record, no
// share and no log, and change nothing that is there. A run under a role that
// could read is refused.
//
// Where anon was built without libpq, these answer kUnimplemented.
struct PostgresqlVaultOptions {
  // The URL of the database of record keys. Empty when opening: where the vault
  // says it is, under the user of the vault's URL. Needed when creating.
  std::string record_keys = {};
  // When creating: the role that runs log in as; it must exist.
  std::string run_role = {};
  // When creating: vault and record keys may lie on one server, although its
  // physical backups hold both.
  bool same_server = false;
  // The server's certificate need not be verified.
  bool allow_unverified_server = false;
  // As in SqliteVaultOptions.
  std::string custodian = {};
  std::string actor = {};
};

// Whether `vault` names a vault of this kind rather than a file.
bool IsPostgresqlUrl(std::string_view vault);

// Makes the schemas `anon_vault` and `anon_record_keys`, which must not exist,
// and the custodian's private key file (0600). Returns the fingerprint of the
// custodian's public key.
absl::StatusOr<std::string> CreatePostgresqlVault(
    std::string_view vault, const std::filesystem::path& custodian_key,
    const PostgresqlVaultOptions& options);

// Opens the write-only side.
absl::StatusOr<std::unique_ptr<DeletionSink>> OpenPostgresqlDeletionSink(
    std::string_view vault, const PostgresqlVaultOptions& options = {});

// Opens the custodian's side. kPermissionDenied if the key is another's.
absl::StatusOr<VaultCustodian> OpenPostgresqlVaultCustodian(
    std::string_view vault, const std::filesystem::path& custodian_key,
    const CustodianOptions& custodian = {},
    const PostgresqlVaultOptions& options = {});

}  // namespace anon

#endif  // ANON_VAULT_POSTGRESQL_VAULT_H_
