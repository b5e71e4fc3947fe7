// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_VAULT_SQLITE_VAULT_H_
#define ANON_VAULT_SQLITE_VAULT_H_

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "anon/base/random.h"
#include "anon/base/status.h"
#include "anon/secret/deletion_sink.h"
#include "anon/secret/secret_bytes.h"

namespace anon {

// Deletion information in one SQLite file (mode 0600, refused if looser), each
// value sealed to the vault's custodian. Part of anon::vault, a library of its
// own: whether a process can reach deletion information shows in its link line.
//
// Sealing: per writer session an ephemeral X25519 key pair; the shared secret
// with the custodian's public key goes through HKDF-SHA-256 into a fresh
// AES-256-GCM key, used with counter nonces and forgotten when the session
// ends. The writer cannot open what it sealed; only the custodian's private key
// can.

// Makes a vault file and the custodian's private key file (0600), which belongs
// elsewhere, with other people. Fails if either exists.
absl::Status CreateSqliteVault(const std::filesystem::path& vault,
                               const std::filesystem::path& custodian_key);

// Opens the write-only side.
absl::StatusOr<std::unique_ptr<DeletionSink>> OpenSqliteDeletionSink(
    const std::filesystem::path& vault);

// DeletionDataSet::kind of data whose pseudonyms may be undone.
inline constexpr std::string_view kSecurityMeasure =
    "pseudonymization_as_security_measure";

// One data set as the vault lists it; nothing here is secret.
struct VaultDataSet {
  std::string id;
  std::string origin;
  std::string kind;
  std::string key_id;
  bool committed = false;
  std::int64_t records = 0;
};

// The custodian's side: opens what was sealed. One thread at a time.
class SqliteVaultReader {
 public:
  static absl::StatusOr<SqliteVaultReader> Open(
      const std::filesystem::path& vault,
      const std::filesystem::path& custodian_key);
  ~SqliteVaultReader();
  SqliteVaultReader(SqliteVaultReader&&) noexcept;

  absl::StatusOr<std::vector<VaultDataSet>> DataSets() const;
  // Opens every entry of a committed data set and forgets it at once: says how
  // many there are, or which data set was altered. Shows nothing.
  absl::StatusOr<std::int64_t> Verify(std::string_view data_set_id) const;

  // The original behind a pseudonym of a committed data set; kNotFound if the
  // vault holds none. Only where pseudonyms were a security measure
  // (kSecurityMeasure): for pseudonymized personal information finding out who
  // is behind a pseudonym is forbidden, and this answers kPermissionDenied.
  absl::StatusOr<SecretBytes> Original(std::string_view data_set_id,
                                       std::string_view attribute,
                                       std::string_view pseudonym) const;

 private:
  struct State;
  explicit SqliteVaultReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace anon

#endif  // ANON_VAULT_SQLITE_VAULT_H_
