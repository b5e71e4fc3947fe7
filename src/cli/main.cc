// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cerrno>
#include <cstdio>
#include <exception>
#include <string>
#include <system_error>

#include "cli/commands.h"

namespace anon::cli {
namespace {

// Identifiers and keys pass through this process: no core dumps, no peeking.
void KeepMemoryPrivate() {
  const rlimit none{.rlim_cur = 0, .rlim_max = 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

int OutputFailed(const std::string& why) {
  // Not by fmt::print: stderr may be as full, and this must not throw.
  std::fputs(("anon: standard output: cannot write: " + why + "\n").c_str(),
             stderr);
  return kInputOutput;
}

// The exit code, once all that was printed is out: half an answer is none,
// whatever it says.
int Flushed(int exit_code) {
  errno = 0;
  const bool written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  if (written) return exit_code;
  const int error = errno == 0 ? EIO : errno;
  const int failed = OutputFailed(std::generic_category().message(error));
  return exit_code == kOk || exit_code == kPolicyNotMet ? failed : exit_code;
}

int Main(int argc, char** argv) {
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
  AddApply(app, exit_code);
  AddPolicy(app, exit_code);
  AddProfile(app, exit_code);
  AddHierarchy(app, exit_code);
  AddConsent(app, exit_code);
  AddOperators(app, exit_code);
  AddKey(app, exit_code);
  AddPseudonymize(app, exit_code);
  AddVault(app, exit_code);
  AddReidentify(app, exit_code);
  AddErase(app, exit_code);
  AddSign(app, exit_code);
  AddVerify(app, exit_code);
  AddLedger(app, exit_code);
  AddPublish(app, exit_code);
  AddProvide(app, exit_code);
  AddEnd(app, exit_code);
  AddStatus(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kOk : kUsageOrPolicy;
  }
  return exit_code;
}

int InternalError() {
  // What an exception says may hold data; its kind is enough to report.
  std::fputs("anon: internal error (out of memory?)\n", stderr);
  return kInputOutput;
}

int Guarded(int argc, char** argv) {
  KeepMemoryPrivate();
  try {
    return Flushed(Main(argc, argv));
  } catch (const std::system_error& error) {
    // Thrown by fmt::print, if it was stdout.
    if (std::ferror(stdout) != 0) return OutputFailed(error.code().message());
    return InternalError();
  } catch (const std::exception&) {
    return InternalError();
  }
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

int main(int argc, char** argv) { return anon::cli::Guarded(argc, argv); }
