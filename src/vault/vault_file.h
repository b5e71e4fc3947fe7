// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: the SQLite file of a vault.
#ifndef ANON_SRC_VAULT_VAULT_FILE_H_
#define ANON_SRC_VAULT_VAULT_FILE_H_

#include <filesystem>

#include "vault/custodian_key.h"
#include "vault/sqlite.h"

namespace anon::internal {

inline constexpr int kVaultFormat = 1;

struct VaultFile {
  Database database;
  PublicKey custodian;
};

// Opens a vault of this format that only this user can read.
absl::StatusOr<VaultFile> OpenVaultFile(const std::filesystem::path& path);

}  // namespace anon::internal

#endif  // ANON_SRC_VAULT_VAULT_FILE_H_
