// SPDX-License-Identifier: Apache-2.0
//
// Making and opening a vault in PostgreSQL, format 2.
#include "anon/vault/postgresql_vault.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "anon/base/digest.h"
#include "anon/base/random.h"
#include "anon/secret/reveal_secret.h"
#include "base/status_macros.h"
#include "vault/custodian_access.h"
#include "vault/custodian_key.h"
#include "vault/postgresql_schema.h"
#include "vault/postgresql_store.h"
#include "vault/vault_sink.h"

namespace anon {
namespace internal {
namespace {

namespace fs = std::filesystem;

// Which server and database a connection is to. Every cluster has a number of
// its own, which a physical copy of it shares.
struct Where {
  std::string server;
  std::string database;
  std::string user;
};

absl::StatusOr<Where> WhereIs(PgConnection& connection) {
  ANON_ASSIGN_OR_RETURN(
      const PgResult row,
      connection.Query("SELECT system_identifier::text, current_database()"
                       "::text, current_user::text FROM pg_control_system()"));
  return Where{std::string(row.Bytes(0, 0)), std::string(row.Bytes(0, 1)),
               std::string(row.Bytes(0, 2))};
}

absl::Status CheckVersion(PgConnection& connection) {
  ANON_ASSIGN_OR_RETURN(
      const PgResult row,
      connection.Query("SELECT current_setting('server_version_num')::bigint"));
  if (row.Number(0, 0) >= 150000) return absl::OkStatus();
  return absl::FailedPreconditionError(
      fmt::format("{}: PostgreSQL is older than 15; use a newer server",
                  connection.name()));
}

struct VaultRow {
  std::string id;
  PublicKey custodian{};
  std::string record_keys;
};

absl::StatusOr<VaultRow> ReadVaultRow(PgConnection& connection,
                                      const char* sql) {
  ANON_ASSIGN_OR_RETURN(const PgResult row, connection.Query(sql));
  if (row.rows() != 1 || row.Bytes(0, 2).size() != PublicKey{}.size()) {
    return InputError(fmt::format(
        "{}: holds no custodian's public key; restore it from a backup",
        connection.name()));
  }
  if (row.Number(0, 0) != kPostgresqlFormat) {
    return absl::FailedPreconditionError(fmt::format(
        "{}: a vault of format {}, this version reads format {}; {}",
        connection.name(), row.Number(0, 0), kPostgresqlFormat,
        row.Number(0, 0) < kPostgresqlFormat
            ? "it cannot be converted: make a new vault and run "
              "again"
            : "use a newer anon"));
  }
  VaultRow found{
      std::string(row.Bytes(0, 1)), {}, std::string(row.Bytes(0, 3))};
  const std::string_view key = row.Bytes(0, 2);
  std::ranges::copy(std::as_bytes(std::span(key)), found.custodian.begin());
  return found;
}

absl::Status CheckCustodian(const std::string& name, const VaultRow& data,
                            const VaultRow& keys, const std::string& expected) {
  if (data.id != keys.id) {
    return InputError(fmt::format(
        "{}: its database of record keys belongs to another vault; name the "
        "right one",
        name));
  }
  if (data.custodian != keys.custodian ||
      (!expected.empty() && KeyFingerprint(data.custodian) != expected)) {
    return absl::PermissionDeniedError(fmt::format(
        "{}: its custodian's public key (fingerprint {}) is not the one "
        "expected; somebody may have exchanged it, ask the custodian",
        name, KeyFingerprint(data.custodian)));
  }
  return absl::OkStatus();
}

// An older copy of the record keys would bring erased records back.
absl::Status CheckNotRolledBack(PostgresqlVault& vault) {
  ANON_ASSIGN_OR_RETURN(
      const PgResult head,
      vault.data.Query("SELECT log_number, log_hash FROM vault"));
  if (head.Number(0, 0) == 0) return absl::OkStatus();
  const std::string_view hash = head.Bytes(0, 1);
  ANON_ASSIGN_OR_RETURN(
      const PgResult found,
      vault.keys.Query("SELECT log_has($1, $2)",
                       {head.Number(0, 0), std::as_bytes(std::span(hash))}));
  if (found.Number(0, 0) == 1) return absl::OkStatus();
  return absl::FailedPreconditionError(fmt::format(
      "{}: its database of record keys is older than the vault, or its access "
      "log was cut; put the newest copy of the record keys back",
      vault.data.name()));
}

absl::StatusOr<PostgresqlVault> OpenVault(
    std::string_view url, const PostgresqlVaultOptions& options) {
  ANON_ASSIGN_OR_RETURN(PgConnection data,
                        PgConnection::Open({std::string(url), kDataSchemaName,
                                            options.allow_unverified_server}));
  ANON_ASSIGN_OR_RETURN(
      const VaultRow data_row,
      ReadVaultRow(data,
                   "SELECT format, id, custodian, record_keys FROM"
                   " anon_vault.vault"));
  std::string keys_url = options.record_keys;
  if (keys_url.empty()) {
    ANON_ASSIGN_OR_RETURN(keys_url, WithUserOf(data_row.record_keys, url));
  }
  ANON_ASSIGN_OR_RETURN(PgConnection keys,
                        PgConnection::Open({keys_url, kKeysSchemaName,
                                            options.allow_unverified_server}));
  ANON_ASSIGN_OR_RETURN(const VaultRow keys_row,
                        ReadVaultRow(keys,
                                     "SELECT format, id, custodian, '' FROM"
                                     " anon_record_keys.vault"));
  ANON_RETURN_IF_ERROR(
      CheckCustodian(data.name(), data_row, keys_row, options.custodian));
  ANON_ASSIGN_OR_RETURN(const Where data_place, WhereIs(data));
  ANON_ASSIGN_OR_RETURN(const Where keys_place, WhereIs(keys));
  PostgresqlVault vault{std::move(data), std::move(keys), data_row.id,
                        data_row.custodian,
                        data_place.server == keys_place.server};
  ANON_RETURN_IF_ERROR(CheckNotRolledBack(vault));
  return vault;
}

// Superusers and owners can read everything; so could whoever took over a run.
absl::Status RequireCannotRead(PgConnection& connection, const char* sql) {
  ANON_ASSIGN_OR_RETURN(const PgResult row, connection.Query(sql));
  if (row.Number(0, 0) == 0) return absl::OkStatus();
  return absl::PermissionDeniedError(fmt::format(
      "{}: the role of this run can read or change what is sealed; name the "
      "vault's run role in the URL",
      connection.name()));
}

// Two databases, on two servers unless said otherwise.
absl::Status CheckApart(const Where& data, const Where& keys,
                        bool same_server) {
  if (data.server != keys.server) return absl::OkStatus();
  if (data.database == keys.database) {
    return PolicyError(
        "vault and record keys are one database, so that every backup would "
        "hold both; name another database for the record keys");
  }
  if (same_server) return absl::OkStatus();
  return PolicyError(
      "vault and record keys lie on one server, so that its physical backups "
      "would hold both and bring erased records back; name a database on "
      "another server, or say --same-server and back up by pg_dump only");
}

absl::StatusOr<std::string> QuotedRole(PgConnection& connection,
                                       const std::string& role,
                                       const std::string& owner) {
  if (role.empty() || role == owner) {
    return PolicyError(
        "a vault in PostgreSQL needs a role for runs that is not its owner's; "
        "name one (--run-role; CREATE ROLE ... LOGIN makes it)");
  }
  ANON_ASSIGN_OR_RETURN(
      const PgResult row,
      connection.Query("SELECT quote_ident($1), (SELECT"
                       " rolsuper::int::bigint FROM pg_roles WHERE rolname ="
                       " $1)",
                       {role}));
  if (row.Bytes(0, 1).empty()) {
    return absl::NotFoundError(
        fmt::format("{}: no role {}; make it with CREATE ROLE ... LOGIN",
                    connection.name(), role));
  }
  if (row.Number(0, 1) != 0) {
    return PolicyError(
        "the role for runs is a superuser, who can read everything; name "
        "another (--run-role)");
  }
  return std::string(row.Bytes(0, 0));
}

// The schema and its one row; the caller commits.
absl::Status Fill(PgConnection& connection, const char* schema,
                  const std::string& run_role, const char* insert,
                  std::initializer_list<PgValue> row) {
  const absl::Status made =
      connection.Execute(fmt::format(fmt::runtime(schema), run_role));
  if (!made.ok()) {
    return absl::Status(
        made.code(),
        fmt::format("{} (making the vault's schema; vaults are never "
                    "overwritten, and their maker may create schemas)",
                    Message(made)));
  }
  return connection.Query(insert, row).status();
}

}  // namespace
}  // namespace internal

bool IsPostgresqlUrl(std::string_view vault) {
  return vault.starts_with("postgresql://") || vault.starts_with("postgres://");
}

absl::StatusOr<std::string> CreatePostgresqlVault(
    std::string_view vault, const std::filesystem::path& custodian_key,
    const PostgresqlVaultOptions& options) {
  using namespace internal;
  if (options.record_keys.empty()) {
    return PolicyError(
        "a vault in PostgreSQL needs a second database for its record keys; "
        "name it (--record-keys postgresql://...)");
  }
  const auto open = [&](std::string_view url) {
    return PgConnection::Open(
        {std::string(url), "pg_catalog", options.allow_unverified_server});
  };
  ANON_ASSIGN_OR_RETURN(PgConnection data, open(vault));
  ANON_ASSIGN_OR_RETURN(PgConnection keys, open(options.record_keys));
  ANON_RETURN_IF_ERROR(CheckVersion(data));
  ANON_RETURN_IF_ERROR(CheckVersion(keys));
  ANON_ASSIGN_OR_RETURN(const Where data_place, WhereIs(data));
  ANON_ASSIGN_OR_RETURN(const Where keys_place, WhereIs(keys));
  ANON_RETURN_IF_ERROR(CheckApart(data_place, keys_place, options.same_server));
  ANON_ASSIGN_OR_RETURN(const std::string data_role,
                        QuotedRole(data, options.run_role, data_place.user));
  ANON_ASSIGN_OR_RETURN(const std::string keys_role,
                        QuotedRole(keys, options.run_role, keys_place.user));
  ANON_ASSIGN_OR_RETURN(const std::string shared,
                        SharedUrl(options.record_keys));
  ANON_ASSIGN_OR_RETURN(const SecretBytes private_key, NewPrivateKey());
  ANON_ASSIGN_OR_RETURN(const PublicKey custodian, PublicKeyOf(private_key));
  std::array<std::byte, 16> id_bytes{};
  OsRandom random;
  random.Fill(id_bytes);
  const std::string id = ToHex(id_bytes);
  // By which one database knows what the other said of the log's head.
  ANON_ASSIGN_OR_RETURN(const SecretBytes secret,
                        SecretBytes::Random(32, random));
  const std::span<const std::byte> head_secret = RevealSecret::Bytes(secret);
  const std::span<const std::byte> public_key(custodian);
  const std::int64_t format = kPostgresqlFormat;
  ANON_ASSIGN_OR_RETURN(PgTransaction data_made, PgTransaction::Begin(data));
  ANON_ASSIGN_OR_RETURN(PgTransaction keys_made, PgTransaction::Begin(keys));
  ANON_RETURN_IF_ERROR(
      Fill(data, kPostgresqlDataSchema, data_role,
           "INSERT INTO vault (only_row, format, id, custodian, head_secret,"
           " record_keys) VALUES (1, $1, $2, $3, $4, $5)",
           {format, id, public_key, head_secret, shared}));
  ANON_RETURN_IF_ERROR(
      Fill(keys, kPostgresqlKeysSchema, keys_role,
           "INSERT INTO vault (only_row, format, id, custodian, head_secret)"
           " VALUES (1, $1, $2, $3, $4)",
           {format, id, public_key, head_secret}));
  // The key before the commits: a key without a vault opens nothing, a vault
  // without a key would be filled for nobody.
  ANON_RETURN_IF_ERROR(CreateCustodianKeyFile(custodian_key, private_key));
  ANON_RETURN_IF_ERROR(keys_made.Commit());
  ANON_RETURN_IF_ERROR(data_made.Commit());
  return KeyFingerprint(custodian);
}

absl::StatusOr<std::unique_ptr<DeletionSink>> OpenPostgresqlDeletionSink(
    std::string_view vault, const PostgresqlVaultOptions& options) {
  using namespace internal;
  ANON_ASSIGN_OR_RETURN(PostgresqlVault opened, OpenVault(vault, options));
  ANON_RETURN_IF_ERROR(RequireCannotRead(
      opened.data,
      "SELECT (has_table_privilege('block', 'SELECT, UPDATE, DELETE') OR"
      " has_any_column_privilege('block', 'SELECT') OR"
      " has_any_column_privilege('page', 'SELECT'))::int::bigint"));
  ANON_RETURN_IF_ERROR(RequireCannotRead(
      opened.keys,
      "SELECT (has_table_privilege('share', 'SELECT, UPDATE, DELETE') OR"
      " has_any_column_privilege('share', 'SELECT') OR"
      " has_any_column_privilege('access_log', 'INSERT') OR"
      " has_table_privilege('access_log', 'UPDATE, DELETE'))::int::bigint"));
  return MakeVaultSink(std::make_unique<PostgresqlStore>(std::move(opened)),
                       options.actor);
}

absl::StatusOr<VaultCustodian> OpenPostgresqlVaultCustodian(
    std::string_view vault, const std::filesystem::path& custodian_key,
    const CustodianOptions& custodian, const PostgresqlVaultOptions& options) {
  using namespace internal;
  ANON_ASSIGN_OR_RETURN(SecretBytes private_key,
                        ReadCustodianKeyFile(custodian_key));
  ANON_ASSIGN_OR_RETURN(PostgresqlVault opened, OpenVault(vault, options));
  return CustodianAccess::Make(
      std::make_unique<PostgresqlStore>(std::move(opened)),
      std::move(private_key), custodian);
}

}  // namespace anon
