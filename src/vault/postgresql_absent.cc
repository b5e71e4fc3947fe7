// SPDX-License-Identifier: Apache-2.0
//
// In place of the PostgreSQL store where anon is built without libpq.
#include "anon/vault/postgresql_vault.h"

namespace anon {
namespace {

absl::Status Absent() {
  return absl::UnimplementedError(
      "this anon was built without PostgreSQL; install libpq and build it with "
      "ANON_POSTGRESQL=ON, or name a vault file");
}

}  // namespace

bool IsPostgresqlUrl(std::string_view vault) {
  return vault.starts_with("postgresql://") || vault.starts_with("postgres://");
}

absl::StatusOr<std::string> CreatePostgresqlVault(
    std::string_view, const std::filesystem::path&,
    const PostgresqlVaultOptions&) {
  return Absent();
}

absl::StatusOr<std::unique_ptr<DeletionSink>> OpenPostgresqlDeletionSink(
    std::string_view, const PostgresqlVaultOptions&) {
  return Absent();
}

absl::StatusOr<VaultCustodian> OpenPostgresqlVaultCustodian(
    std::string_view, const std::filesystem::path&, const CustodianOptions&,
    const PostgresqlVaultOptions&) {
  return Absent();
}

}  // namespace anon
