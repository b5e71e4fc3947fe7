// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <map>
#include <utility>

#include "anon/vault/sqlite_vault.h"
#include "base/status_macros.h"
#include "vault/sealing.h"
#include "vault/vault_file.h"

namespace anon {

using internal::Statement;

namespace {

// A record as the vault stores it; views into a row.
struct RecordColumns {
  std::span<const std::byte> session;  // its public key
  std::uint64_t sequence = 0;
  std::span<const std::byte> sealed;
  std::string_view attribute;
  std::string_view pseudonym;
};

}  // namespace

struct SqliteVaultReader::State {
  std::string path;
  internal::VaultFile file;
  SecretBytes private_key;
  // By data set and session key: an agreement costs as much as hundreds of
  // records.
  std::map<std::string, internal::Opener> openers = {};

  absl::StatusOr<const internal::Opener*> OpenerOf(
      std::string_view data_set_id, std::span<const std::byte> session);
  absl::StatusOr<SecretBytes> OpenRecord(std::string_view data_set_id,
                                         const RecordColumns& record);
};

absl::StatusOr<const internal::Opener*> SqliteVaultReader::State::OpenerOf(
    std::string_view data_set_id, std::span<const std::byte> session) {
  std::string name(data_set_id);
  name.append(reinterpret_cast<const char*>(session.data()), session.size());
  const auto found = openers.find(name);
  if (found != openers.end()) return &found->second;
  ANON_ASSIGN_OR_RETURN(
      internal::Opener opener,
      internal::Opener::Create(private_key, session, data_set_id));
  return &openers.emplace(std::move(name), std::move(opener)).first->second;
}

absl::StatusOr<SqliteVaultReader> SqliteVaultReader::Open(
    const std::filesystem::path& vault,
    const std::filesystem::path& custodian_key) {
  ANON_ASSIGN_OR_RETURN(SecretBytes private_key,
                        internal::ReadCustodianKeyFile(custodian_key));
  ANON_ASSIGN_OR_RETURN(internal::VaultFile file,
                        internal::OpenVaultFile(vault));
  ANON_RETURN_IF_ERROR(file.database.Execute("PRAGMA query_only = ON"));
  ANON_ASSIGN_OR_RETURN(const internal::PublicKey public_key,
                        internal::PublicKeyOf(private_key));
  if (public_key != file.custodian) {
    return absl::PermissionDeniedError(fmt::format(
        "{}: not the key of this vault's custodian; give the file made with "
        "{}",
        custodian_key.string(), vault.string()));
  }
  return SqliteVaultReader(std::unique_ptr<State>(
      new State{vault.string(), std::move(file), std::move(private_key)}));
}

SqliteVaultReader::SqliteVaultReader(std::unique_ptr<State> state)
    : state_(std::move(state)) {}
SqliteVaultReader::~SqliteVaultReader() = default;
SqliteVaultReader::SqliteVaultReader(SqliteVaultReader&&) noexcept = default;

absl::StatusOr<std::vector<VaultDataSet>> SqliteVaultReader::DataSets() const {
  ANON_ASSIGN_OR_RETURN(
      Statement select,
      state_->file.database.Prepare(
          "SELECT id, origin, kind, key_id, state = 'committed', records +"
          " (SELECT count(*) FROM arrival WHERE session IN (SELECT"
          "  session.number FROM session WHERE data_set = data_set.number))"
          " FROM data_set ORDER BY number"));
  std::vector<VaultDataSet> data_sets;
  for (;;) {
    ANON_ASSIGN_OR_RETURN(const bool more, select.Step());
    if (!more) return data_sets;
    data_sets.push_back({.id = std::string(select.Text(0)),
                         .origin = std::string(select.Text(1)),
                         .kind = std::string(select.Text(2)),
                         .key_id = std::string(select.Text(3)),
                         .committed = select.Number(4) != 0,
                         .records = select.Number(5)});
  }
}

absl::StatusOr<SecretBytes> SqliteVaultReader::State::OpenRecord(
    std::string_view data_set_id, const RecordColumns& record) {
  ANON_ASSIGN_OR_RETURN(const internal::Opener* const opener,
                        OpenerOf(data_set_id, record.session));
  auto original = opener->Open(
      {record.sequence, record.attribute, record.pseudonym}, record.sealed);
  if (absl::IsDataLoss(original.status())) {
    return InputError(fmt::format(
        "{}: a sealed record of data set {} was altered or moved; restore the "
        "vault from a backup",
        path, data_set_id));
  }
  return original;
}

absl::StatusOr<std::int64_t> SqliteVaultReader::Verify(
    std::string_view data_set_id) const {
  ANON_ASSIGN_OR_RETURN(
      Statement select,
      state_->file.database.Prepare(
          "SELECT public_key, sequence, sealed, attribute, pseudonym"
          " FROM data_set JOIN record ON record.data_set = data_set.number"
          " JOIN session ON session.number = record.session"
          " WHERE id = ? AND state = 'committed'"));
  select.Bind(1, data_set_id);
  std::int64_t records = 0;
  for (;; ++records) {
    ANON_ASSIGN_OR_RETURN(const bool more, select.Step());
    if (!more) return records;
    ANON_RETURN_IF_ERROR(
        state_
            ->OpenRecord(
                data_set_id,
                {select.Blob(0), static_cast<std::uint64_t>(select.Number(1)),
                 select.Blob(2), select.Text(3), select.Text(4)})
            .status());
  }
}

absl::StatusOr<SecretBytes> SqliteVaultReader::Original(
    std::string_view data_set_id, std::string_view attribute,
    std::string_view pseudonym) const {
  ANON_ASSIGN_OR_RETURN(
      Statement select,
      state_->file.database.Prepare(
          "SELECT public_key, sequence, sealed, kind FROM data_set"
          " JOIN record ON record.data_set = data_set.number"
          " JOIN session ON session.number = record.session"
          " WHERE id = ? AND state = 'committed'"
          " AND attribute = ? AND pseudonym = ?"));
  select.Bind(1, data_set_id);
  select.Bind(2, attribute);
  select.Bind(3, pseudonym);
  ANON_ASSIGN_OR_RETURN(const bool found, select.Step());
  if (!found) {
    return absl::NotFoundError(fmt::format(
        "{}: no such pseudonym of attribute {} in data set {}; check the data "
        "set and that it is committed",
        state_->path, attribute, data_set_id));
  }
  if (select.Text(3) != kSecurityMeasure) {
    return absl::PermissionDeniedError(fmt::format(
        "{}: data set {} is {}: who is behind its pseudonyms may not be looked "
        "up",
        state_->path, data_set_id, select.Text(3)));
  }
  return state_->OpenRecord(
      data_set_id,
      {select.Blob(0), static_cast<std::uint64_t>(select.Number(1)),
       select.Blob(2), attribute, pseudonym});
}

}  // namespace anon
