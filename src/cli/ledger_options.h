// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SRC_CLI_LEDGER_OPTIONS_H_
#define ANON_SRC_CLI_LEDGER_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <string>

#include "anon/release/ledger.h"

namespace anon::cli {

// What every step of a release's life is told.
struct LedgerArguments {
  std::string ledger;
  std::string actor;  // empty: the user's name
  std::string day;    // empty: today

  std::string Actor() const;
  std::string Day() const;
};

void AddLedgerOptions(CLI::App& command, LedgerArguments& arguments);

// Prints the record that a step left (JSON), or why it was refused: a refused
// step is a No.
int Show(const absl::StatusOr<LedgerRecord>& record);
int FailStep(const absl::Status& status);

}  // namespace anon::cli

#endif  // ANON_SRC_CLI_LEDGER_OPTIONS_H_
