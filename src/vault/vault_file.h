// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: the two SQLite files of a vault, data and record keys.
#ifndef ANON_SRC_VAULT_VAULT_FILE_H_
#define ANON_SRC_VAULT_VAULT_FILE_H_

#include <filesystem>
#include <memory>
#include <string>

#include "anon/vault/sqlite_vault.h"
#include "base/sqlite.h"
#include "vault/custodian_key.h"
#include "vault/store.h"

namespace anon::internal {

inline constexpr int kVaultFormat = 3;

struct VaultFiles {
  std::string path;
  std::string id;  // in hex
  Database data;
  Database keys;
  PublicKey custodian;
};

// Opens a vault of this format that only this user can read, and whose
// custodian is the one recorded with the record keys and, if given, in the
// options.
absl::StatusOr<VaultFiles> OpenVaultFiles(const std::filesystem::path& path,
                                          const SqliteVaultOptions& options);

// The store over them.
absl::StatusOr<std::unique_ptr<Store>> OpenSqliteStore(
    const std::filesystem::path& path, const SqliteVaultOptions& options);

}  // namespace anon::internal

#endif  // ANON_SRC_VAULT_VAULT_FILE_H_
