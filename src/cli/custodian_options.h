// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SRC_CLI_CUSTODIAN_OPTIONS_H_
#define ANON_SRC_CLI_CUSTODIAN_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "anon/vault/custodian.h"
#include "cli/vault_options.h"

namespace anon::cli {

// What every command of the custodian is told.
struct CustodianArguments {
  VaultOptions place;
  std::string custodian_key;
  CustodianOptions options;

  absl::StatusOr<VaultCustodian> Open() const;
};

void AddCustodianOptions(CLI::App& command, CustodianArguments& arguments,
                         bool needs_reason);

// The certificate of an erasure; prints its warning to stderr.
std::string CertificateOf(const ErasureResult& erased);

// The name of the user who runs the tool; may be empty.
std::string UserName();

// The lines of stdin, without empty ones: identifiers and pseudonyms do not
// belong among arguments, which every process of the machine can see. Refuses
// anything but "-".
absl::StatusOr<std::vector<std::string>> LinesOfStdin(
    const std::string& argument, const std::string& option);

}  // namespace anon::cli

#endif  // ANON_SRC_CLI_CUSTODIAN_OPTIONS_H_
