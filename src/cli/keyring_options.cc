// SPDX-License-Identifier: Apache-2.0
#include "cli/keyring_options.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "anon/base/files.h"
#include "base/status_macros.h"

namespace anon::cli {
namespace fs = std::filesystem;

fs::path KekFile(const KeyringOptions& options) {
  for (const std::string_view kind : {"file:", "passphrase-file:"}) {
    if (options.kek.starts_with(kind)) return options.kek.substr(kind.size());
  }
  return {};
}

absl::Status RequireApart(const KeyringOptions& options) {
  const fs::path file = KekFile(options);
  if (file.empty()) return absl::OkStatus();
  ANON_ASSIGN_OR_RETURN(const fs::path keyring, RealPath(options.path));
  ANON_ASSIGN_OR_RETURN(const fs::path kek, RealPath(file));
  if (keyring.parent_path() != kek.parent_path()) return absl::OkStatus();
  return PolicyError(fmt::format(
      "{}: the key-encryption key lies in the keyring's directory, where one "
      "thief takes both; keep it elsewhere",
      kek.string()));
}

void AddKeyringOptions(CLI::App& app, KeyringOptions& options, bool required) {
  CLI::Option* const keyring =
      app.add_option("--keyring", options.path, "Keyring for pseudonyms");
  if (required) keyring->required();
  app.add_option("--kek", options.kek,
                 "Its key-encryption key, by reference: file:PATH, fd:N, "
                 "passphrase-file:PATH, passphrase-fd:N or pkcs11:...")
      ->envname("ANON_KEK");
  app.add_option("--keyring-counter", options.counter_file,
                 "Where the newest state seen is kept (default: the keyring's "
                 "path and .counter)");
  app.add_option("--least-counter", options.least_counter,
                 "Refuse a keyring older than this counter");
  app.add_option("--key-log", options.log_file,
                 "Where uses of keys are logged (default: the keyring's path "
                 "and .log)");
}

absl::StatusOr<OpenedAccess> OpenAccess(const KeyringOptions& options) {
  if (options.kek.empty()) {
    return PolicyError(
        "a keyring needs its key-encryption key; give --kek file:PATH, fd:N, "
        "passphrase-file:PATH, passphrase-fd:N or pkcs11:...");
  }
  ANON_RETURN_IF_ERROR(RequireApart(options));
  OpenedAccess opened;
  ANON_ASSIGN_OR_RETURN(opened.wrapper, OpenKeyWrapper(options.kek));
  ANON_ASSIGN_OR_RETURN(
      opened.access.log,
      OpenKeyUseLog(options.log_file.empty() ? options.path + ".log"
                                             : options.log_file));
  opened.access.wrapper = opened.wrapper.get();
  opened.access.counter_file = options.counter_file;
  opened.access.least_counter = options.least_counter;
  return opened;
}

absl::StatusOr<Keyring> OpenKeyring(const KeyringOptions& options) {
  ANON_ASSIGN_OR_RETURN(const OpenedAccess opened, OpenAccess(options));
  return Keyring::OpenFile(options.path, opened.access);
}

}  // namespace anon::cli
