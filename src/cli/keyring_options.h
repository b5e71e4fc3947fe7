// SPDX-License-Identifier: Apache-2.0
//
// The options of every command that opens a keyring.
#ifndef ANON_SRC_CLI_KEYRING_OPTIONS_H_
#define ANON_SRC_CLI_KEYRING_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "anon/secret/keyring.h"

namespace anon::cli {

struct KeyringOptions {
  std::string path;
  std::string kek;  // a reference, see secret/key_wrapper.h
  std::string counter_file;
  std::uint64_t least_counter = 0;
  std::string log_file;  // empty: the keyring's path and ".log"
};

void AddKeyringOptions(CLI::App& app, KeyringOptions& options, bool required);

// The file of the key-encryption key; empty if it is in none.
std::filesystem::path KekFile(const KeyringOptions& options);

// Refuses a key-encryption key in the directory of the keyring, where one thief
// takes both.
absl::Status RequireApart(const KeyringOptions& options);

// A KeyringAccess with what it points to, if they are apart.
struct OpenedAccess {
  std::unique_ptr<KeyWrapper> wrapper;
  KeyringAccess access;
};
absl::StatusOr<OpenedAccess> OpenAccess(const KeyringOptions& options);

absl::StatusOr<Keyring> OpenKeyring(const KeyringOptions& options);

}  // namespace anon::cli

#endif  // ANON_SRC_CLI_KEYRING_OPTIONS_H_
