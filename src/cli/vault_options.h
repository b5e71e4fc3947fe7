// SPDX-License-Identifier: Apache-2.0
//
// Where a vault is, for every command that uses one: an SQLite file or a
// PostgreSQL database.
#ifndef ANON_SRC_CLI_VAULT_OPTIONS_H_
#define ANON_SRC_CLI_VAULT_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <string>

#include "anon/secret/deletion_sink.h"
#include "anon/vault/custodian.h"

namespace anon::cli {

struct VaultOptions {
  std::string vault;        // path or postgresql:// URL
  std::string record_keys;  // the same
  std::string fingerprint;  // of the custodian's public key
  bool allow_unverified_server = false;

  // Its path, and that of its record keys if it was given; empty if they are in
  // no file.
  std::filesystem::path File() const;
  std::filesystem::path RecordKeysFile() const;
  absl::StatusOr<std::unique_ptr<DeletionSink>> OpenSink() const;
  absl::StatusOr<VaultCustodian> OpenCustodian(
      const std::filesystem::path& custodian_key,
      const CustodianOptions& custodian) const;
};

// --vault, --record-keys and --allow-unverified-server.
void AddVaultOptions(CLI::App& command, VaultOptions& options, bool required);

}  // namespace anon::cli

#endif  // ANON_SRC_CLI_VAULT_OPTIONS_H_
