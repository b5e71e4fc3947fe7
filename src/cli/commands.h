// SPDX-License-Identifier: Apache-2.0
//
// The subcommands of the tool. Each Add function declares one on `app`; parsing
// it runs it and sets `exit_code`.
#ifndef ANON_SRC_CLI_COMMANDS_H_
#define ANON_SRC_CLI_COMMANDS_H_

#include <CLI/CLI.hpp>

#include "anon/base/status.h"
#include "anon/policy/policy.h"

namespace anon::cli {

// What the tool says to a shell. Stable.
enum ExitCode {
  kOk = 0,
  kPolicyNotMet = 1,   // a No: nothing was released
  kUsageOrPolicy = 2,  // the command line or the policy file is wrong
  kInputOutput = 3,    // data, keys, vault, disk
  kInterrupted = 130,  // stopped by a signal; nothing has changed
};

// Prints "anon: <message>" to stderr and returns the exit code that fits.
int Fail(const absl::Status& status);

// Prints what there is to know before a run to stderr.
void Warn(const Policy& policy);

void AddRun(CLI::App& app, int& exit_code);
void AddCheck(CLI::App& app, int& exit_code);
void AddApply(CLI::App& app, int& exit_code);
void AddPlan(CLI::App& app, int& exit_code);
void AddPolicy(CLI::App& app, int& exit_code);
void AddProfile(CLI::App& app, int& exit_code);
void AddHierarchy(CLI::App& app, int& exit_code);
void AddConsent(CLI::App& app, int& exit_code);
void AddOperators(CLI::App& app, int& exit_code);
void AddKey(CLI::App& app, int& exit_code);
void AddPseudonymize(CLI::App& app, int& exit_code);
void AddVault(CLI::App& app, int& exit_code);
void AddReidentify(CLI::App& app, int& exit_code);
void AddErase(CLI::App& app, int& exit_code);
void AddSign(CLI::App& app, int& exit_code);
void AddVerify(CLI::App& app, int& exit_code);
void AddLedger(CLI::App& app, int& exit_code);
void AddPublish(CLI::App& app, int& exit_code);
void AddProvide(CLI::App& app, int& exit_code);
void AddEnd(CLI::App& app, int& exit_code);
void AddStatus(CLI::App& app, int& exit_code);

}  // namespace anon::cli

#endif  // ANON_SRC_CLI_COMMANDS_H_
