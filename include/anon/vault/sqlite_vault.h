// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_VAULT_SQLITE_VAULT_H_
#define ANON_VAULT_SQLITE_VAULT_H_

#include <filesystem>
#include <memory>
#include <string>

#include "anon/base/status.h"
#include "anon/secret/deletion_sink.h"
#include "anon/vault/custodian.h"

namespace anon {

// Deletion information in SQLite files (mode 0600, refused if looser), each
// value sealed to the vault's custodian. Part of anon::vault, a library of its
// own: whether a process can reach deletion information shows in its link line.
//
// A vault is two files. The vault file holds the sealed records. The file of
// record keys holds a random key share for every record, without which not even
// the custodian opens it, and the access log. Erasing a record destroys its
// share: back the two files up apart, keep backups of the record keys for a
// short time only, and no backup of the vault file brings erased records back.
struct SqliteVaultOptions {
  // The file of record keys; empty: where the vault file says it is.
  std::filesystem::path record_keys = {};
  // The fingerprint of the custodian's public key, as CreateSqliteVault gave
  // it; a vault with another custodian is refused. Empty: it is compared only
  // with what the file of record keys says.
  std::string custodian = {};
  // Who the access log says it was; empty: the number of the user.
  std::string actor = {};
};

// Makes a vault file, its file of record keys (options.record_keys, or the
// vault's name with ".record-keys") and the custodian's private key file
// (0600), which belongs elsewhere, with other people. Fails if any exists.
// Returns the fingerprint of the custodian's public key.
absl::StatusOr<std::string> CreateSqliteVault(
    const std::filesystem::path& vault,
    const std::filesystem::path& custodian_key,
    const SqliteVaultOptions& options = {});

// Opens the write-only side.
absl::StatusOr<std::unique_ptr<DeletionSink>> OpenSqliteDeletionSink(
    const std::filesystem::path& vault, const SqliteVaultOptions& options = {});

// Opens the custodian's side. kPermissionDenied if the key is another's.
absl::StatusOr<VaultCustodian> OpenSqliteVaultCustodian(
    const std::filesystem::path& vault,
    const std::filesystem::path& custodian_key,
    const CustodianOptions& custodian = {},
    const SqliteVaultOptions& options = {});

}  // namespace anon

#endif  // ANON_VAULT_SQLITE_VAULT_H_
