// SPDX-License-Identifier: Apache-2.0
#include "cli/custodian_options.h"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <iostream>

namespace anon::cli {

std::string UserName() {
  const passwd* const user = getpwuid(getuid());
  return user == nullptr ? std::string() : std::string(user->pw_name);
}

absl::StatusOr<VaultCustodian> CustodianArguments::Open() const {
  CustodianOptions with_actor = options;
  if (with_actor.actor.empty()) with_actor.actor = UserName();
  return place.OpenCustodian(custodian_key, with_actor);
}

void AddCustodianOptions(CLI::App& command, CustodianArguments& arguments,
                         bool needs_reason) {
  AddVaultOptions(command, arguments.place, /*required=*/true);
  command
      .add_option("--custodian-key", arguments.custodian_key,
                  "The custodian's private key")
      ->required();
  command.add_option("--actor", arguments.options.actor,
                     "Who, for the access log (default: the user's name)");
  CLI::Option* const reason = command.add_option(
      "--reason", arguments.options.reason,
      "Why, for the access log; without naming a data principal");
  if (needs_reason) reason->required();
}

std::string CertificateOf(const ErasureResult& erased) {
  if (!erased.warning.empty()) {
    fmt::print(stderr, "anon: warning: {}\n", erased.warning);
  }
  return erased.certificate;
}

absl::StatusOr<std::vector<std::string>> LinesOfStdin(
    const std::string& argument, const std::string& option) {
  if (argument != "-") {
    return PolicyError(fmt::format(
        "{0}: write it on stdin, one a line, and give {0} -; other processes "
        "can see arguments",
        option));
  }
  std::vector<std::string> lines;
  for (std::string line; std::getline(std::cin, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (!line.empty()) lines.push_back(line);
  }
  if (lines.empty()) {
    return PolicyError(
        fmt::format("{} -: nothing came on stdin; write one a line", option));
  }
  return lines;
}

}  // namespace anon::cli
