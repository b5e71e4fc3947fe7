// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <exception>

#include "cli/commands.h"

namespace anon::cli {
namespace {

// Identifiers and keys pass through this process: no core dumps, no peeking.
void KeepMemoryPrivate() {
  const rlimit none{.rlim_cur = 0, .rlim_max = 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

int Main(int argc, char** argv) {
  KeepMemoryPrivate();
  CLI::App app(
      "Anonymizes and pseudonymizes personal data, with proof.\n"
      "Exit codes: 0 ok, 1 policy not met, 2 usage or policy file, "
      "3 input or output.",
      "anon");
  app.set_version_flag("--version", "anon " ANON_VERSION);
  app.require_subcommand(1);
  int exit_code = kOk;
  AddRun(app, exit_code);
  AddCheck(app, exit_code);
  AddPlan(app, exit_code);
  AddPolicy(app, exit_code);
  AddProfile(app, exit_code);
  AddHierarchy(app, exit_code);
  AddConsent(app, exit_code);
  AddOperators(app, exit_code);
  AddKey(app, exit_code);
  AddVault(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kOk : kUsageOrPolicy;
  }
  return exit_code;
}

}  // namespace

int Fail(const absl::Status& status) {
  fmt::print(stderr, "anon: {}\n", Message(status));
  if (absl::IsCancelled(status)) return kInterrupted;
  return absl::IsInvalidArgument(status) ? kUsageOrPolicy : kInputOutput;
}

void Warn(const Policy& policy) {
  for (const std::string& warning : policy.warnings) {
    fmt::print(stderr, "anon: warning: {}\n", warning);
  }
}

}  // namespace anon::cli

int main(int argc, char** argv) {
  try {
    return anon::cli::Main(argc, argv);
  } catch (const std::exception&) {
    // What an exception says may hold data; its kind is enough to report.
    fmt::print(stderr, "anon: internal error (out of memory?)\n");
    return anon::cli::kInputOutput;
  }
}
