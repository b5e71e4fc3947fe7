// SPDX-License-Identifier: Apache-2.0
#include "cli/ledger_options.h"

#include <fmt/format.h>

#include "anon/release/life_cycle.h"
#include "cli/commands.h"
#include "cli/custodian_options.h"
#include "cli/today.h"

namespace anon::cli {

std::string LedgerArguments::Actor() const {
  return actor.empty() ? UserName() : actor;
}

std::string LedgerArguments::Day() const { return day.empty() ? Today() : day; }

void AddLedgerOptions(CLI::App& command, LedgerArguments& arguments) {
  command.add_option("--ledger", arguments.ledger, "Ledger of releases")
      ->required();
  command.add_option("--actor", arguments.actor,
                     "Who, for the ledger (default: the user's name)");
  command.add_option("--date", arguments.day,
                     "The day it happened (default: today)");
}

int FailStep(const absl::Status& status) {
  const int code = Fail(status);
  return absl::IsFailedPrecondition(status) ? kPolicyNotMet : code;
}

int Show(const absl::StatusOr<LedgerRecord>& record) {
  if (!record.ok()) return FailStep(record.status());
  fmt::print("{}", RecordJson(*record));
  return kOk;
}

}  // namespace anon::cli
