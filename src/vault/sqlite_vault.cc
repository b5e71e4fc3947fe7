// SPDX-License-Identifier: Apache-2.0
#include "anon/vault/sqlite_vault.h"

#include <utility>

#include "base/status_macros.h"
#include "vault/custodian_access.h"
#include "vault/vault_file.h"
#include "vault/vault_sink.h"

namespace anon {

absl::StatusOr<std::unique_ptr<DeletionSink>> OpenSqliteDeletionSink(
    const std::filesystem::path& vault, const SqliteVaultOptions& options) {
  ANON_ASSIGN_OR_RETURN(std::unique_ptr<internal::Store> store,
                        internal::OpenSqliteStore(vault, options));
  return internal::MakeVaultSink(std::move(store), options.actor);
}

absl::StatusOr<VaultCustodian> OpenSqliteVaultCustodian(
    const std::filesystem::path& vault,
    const std::filesystem::path& custodian_key,
    const CustodianOptions& custodian, const SqliteVaultOptions& options) {
  ANON_ASSIGN_OR_RETURN(SecretBytes private_key,
                        internal::ReadCustodianKeyFile(custodian_key));
  ANON_ASSIGN_OR_RETURN(std::unique_ptr<internal::Store> store,
                        internal::OpenSqliteStore(vault, options));
  return internal::CustodianAccess::Make(std::move(store),
                                         std::move(private_key), custodian);
}

}  // namespace anon
