// SPDX-License-Identifier: Apache-2.0
#include "cli/vault_options.h"

#include "anon/vault/postgresql_vault.h"
#include "anon/vault/sqlite_vault.h"

namespace anon::cli {
namespace {

PostgresqlVaultOptions PostgresqlOptions(const VaultOptions& options) {
  return {.record_keys = options.record_keys,
          .allow_unverified_server = options.allow_unverified_server,
          .custodian = options.fingerprint};
}

}  // namespace

std::filesystem::path VaultOptions::File() const {
  return IsPostgresqlUrl(vault) ? std::string() : vault;
}

std::filesystem::path VaultOptions::RecordKeysFile() const {
  return IsPostgresqlUrl(record_keys) ? std::string() : record_keys;
}

absl::StatusOr<std::unique_ptr<DeletionSink>> VaultOptions::OpenSink() const {
  if (IsPostgresqlUrl(vault)) {
    return OpenPostgresqlDeletionSink(vault, PostgresqlOptions(*this));
  }
  return OpenSqliteDeletionSink(
      vault, {.record_keys = record_keys, .custodian = fingerprint});
}

absl::StatusOr<VaultCustodian> VaultOptions::OpenCustodian(
    const std::filesystem::path& custodian_key,
    const CustodianOptions& custodian) const {
  if (IsPostgresqlUrl(vault)) {
    return OpenPostgresqlVaultCustodian(vault, custodian_key, custodian,
                                        PostgresqlOptions(*this));
  }
  return OpenSqliteVaultCustodian(
      vault, custodian_key, custodian,
      {.record_keys = record_keys, .custodian = fingerprint});
}

void AddVaultOptions(CLI::App& command, VaultOptions& options, bool required) {
  CLI::Option* const vault = command.add_option(
      "--vault", options.vault,
      "Vault for the deletion information: a file, or a postgresql:// URL "
      "(password by PGPASSFILE)");
  if (required) vault->required();
  command.add_option("--record-keys", options.record_keys,
                     "Its record keys: a file or URL (default: where the vault "
                     "says)");
  command.add_flag("--allow-unverified-server", options.allow_unverified_server,
                   "Accept a PostgreSQL server elsewhere without "
                   "sslmode=verify-full");
}

}  // namespace anon::cli
