// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <csignal>
#include <ctime>
#include <memory>
#include <optional>
#include <string>

#include "anon/policy/run.h"
#include "anon/release/life_cycle.h"
#include "anon/secret/keyring.h"
#include "cli/commands.h"
#include "cli/custodian_options.h"
#include "cli/keyring_options.h"
#include "cli/progress_line.h"
#include "cli/summary.h"
#include "cli/today.h"
#include "cli/vault_options.h"

namespace anon::cli {
namespace {

volatile std::sig_atomic_t stop_signal = 0;

void OnSignal(int signal) { stop_signal = signal; }

struct RunArguments {
  std::string policy;
  Places places;
  KeyringOptions keyring;
  bool replace = false;
  bool dry_run = false;
  bool quiet = false;
  std::string date;
  VaultOptions vault;
  std::string retain_until;
  std::string progress = "auto";
  std::string format = "text";
  std::string signing_key;
  std::string ledger;
  std::string publish_on;
};

// `resolved`, from here if the user named its like from here. (Where --internal
// is taken, a refused run goes to another place.)
std::filesystem::path AsGiven(const std::filesystem::path& given,
                              const std::filesystem::path& resolved) {
  std::error_code error;
  if (given.is_absolute()) return resolved;
  const auto path = std::filesystem::proximate(resolved, error);
  return error ? resolved : path;
}

int Report(const RunReport& report, const RunArguments& arguments) {
  if (!arguments.quiet) {
    for (const std::string& warning : report.warnings) {
      fmt::print(stderr, "anon: warning: {}\n", warning);
    }
  }
  if (arguments.format == "json") {
    fmt::print("{}", ReportJson(report));
  } else if (!arguments.quiet) {
    fmt::print("{}", Summary(report));
  }
  if (!report.released) {
    fmt::print(stderr, "anon: policy not met, nothing {}released: {}\n",
               report.dry_run ? "would be " : "", report.reason);
    if (!report.internal.empty()) {
      std::error_code error;
      const bool classes = std::filesystem::exists(
          report.internal / "failing_classes.json", error);
      fmt::print(stderr, "anon: {} in {}\n",
                 classes ? "the failing classes are" : "what was found is",
                 AsGiven(arguments.places.internal, report.internal).string());
    }
    return kPolicyNotMet;
  }
  if (!arguments.quiet && arguments.format == "text") {
    if (report.dry_run) {
      fmt::print("\n  dry run: this would be released; nothing was written\n");
    } else {
      fmt::print("\n  released to {}; internal files in {}\n",
                 arguments.places.out.string(),
                 arguments.places.internal.string());
    }
  }
  return kOk;
}

// The ledger is there and has no release of this id.
absl::StatusOr<std::optional<Ledger>> OpenLedger(const std::string& path,
                                                 const std::string& id) {
  if (path.empty()) return std::optional<Ledger>();
  auto ledger = Ledger::Open(path);
  if (!ledger.ok()) return ledger.status();
  const auto records = ledger->Records();
  if (!records.ok()) return records.status();
  for (const LedgerRecord& record : *records) {
    if (record.entry.release_id != id) continue;
    return PolicyError(fmt::format(
        "{}: has a release {}; give each release an id of its own (release.id "
        "of the policy)",
        path, id));
  }
  return std::optional<Ledger>(*std::move(ledger));
}

// A release stands before the ledger knows it; whoever is stopped in between
// records it with anon ledger add.
absl::Status Record(const RunArguments& arguments, const RunReport& report,
                    Ledger& ledger) {
  const auto release = SealedRelease::Open(arguments.places.out);
  if (!release.ok()) return release.status();
  const auto inside = DigestOfDirectory(arguments.places.internal);
  if (!inside.ok()) return inside.status();
  return RecordCreation(ledger, *release,
                        {.actor = UserName(),
                         .source = report.source,
                         .data_set_id = report.data_set_id,
                         .retain_until = arguments.retain_until,
                         .processing_method_sha256 = *inside})
      .status();
}

int RunCommand(const RunArguments& arguments) {
  const absl::StatusOr<Policy> policy = LoadPolicy(arguments.policy);
  if (!policy.ok()) return Fail(policy.status());
  auto ledger = OpenLedger(arguments.ledger, policy->terms.id);
  if (!ledger.ok()) return Fail(ledger.status());
  RunOptions options;
  options.places = arguments.places;
  options.replace = arguments.replace;
  options.created = arguments.date.empty() ? Today() : arguments.date;
  options.retain_until = arguments.retain_until;
  options.publish_on = arguments.publish_on;
  std::stop_source stop;
  options.stop = stop.get_token();
  ProgressLine line(arguments.quiet ? "none" : arguments.progress);
  options.progress = [&](const RunProgress& progress) {
    if (stop_signal != 0) stop.request_stop();
    line.Show(progress);
  };
  std::signal(SIGINT, OnSignal);
  std::signal(SIGTERM, OnSignal);

  if (arguments.dry_run) {
    const absl::StatusOr<RunReport> report = DryRun(*policy, options);
    line.Clear();
    return report.ok() ? Report(*report, arguments) : Fail(report.status());
  }
  std::optional<Keyring> keyring;
  if (!arguments.places.keyring.empty()) {
    absl::StatusOr<Keyring> opened = OpenKeyring(arguments.keyring);
    if (!opened.ok()) return Fail(opened.status());
    keyring = *std::move(opened);
    options.keyring = &*keyring;
  }
  std::unique_ptr<DeletionSink> vault;
  if (!arguments.vault.vault.empty()) {
    auto opened = arguments.vault.OpenSink();
    if (!opened.ok()) return Fail(opened.status());
    vault = *std::move(opened);
    options.deletion_sink = vault.get();
  }
  std::optional<SigningKey> signing_key;
  if (!arguments.signing_key.empty()) {
    auto opened = SigningKey::OpenFile(arguments.signing_key);
    if (!opened.ok()) return Fail(opened.status());
    signing_key = *std::move(opened);
    options.signing_key = &*signing_key;
  }
  const absl::StatusOr<RunReport> report = Run(*policy, options);
  line.Clear();
  if (!report.ok()) return Fail(report.status());
  if (report->released && *ledger) {
    const absl::Status recorded = Record(arguments, *report, **ledger);
    if (!recorded.ok()) {
      fmt::print(stderr, "anon: the release is in {} but not in the ledger\n",
                 arguments.places.out.string());
      return Fail(recorded);
    }
  }
  return Report(*report, arguments);
}

}  // namespace

void AddRun(CLI::App& app, int& exit_code) {
  CLI::App* const run = app.add_subcommand(
      "run", "Make a release from a policy file and its source");
  auto a = std::make_shared<RunArguments>();
  run->add_option("policy", a->policy, "Policy file (YAML)")->required();
  run->add_option("--out", a->places.out,
                  "Directory of the release: publish/ and provide/");
  run->add_option("--internal", a->places.internal,
                  "Directory of report and solution (mode 0700)");
  AddVaultOptions(*run, a->vault, /*required=*/false);
  run->add_option("--custodian", a->vault.fingerprint,
                  "Fingerprint of the vault's custodian; refuses any other");
  run->add_option("--retain-until", a->retain_until,
                  "Last day the deletion information may be kept");
  AddKeyringOptions(*run, a->keyring, false);
  run->add_option("--signing-key", a->signing_key,
                  "Sign the attestation as the maker");
  run->add_option("--publish-on", a->publish_on,
                  "Day of publication, to be printed in the pages");
  run->add_option("--ledger", a->ledger,
                  "Ledger that records the release as created");
  run->add_flag("--replace", a->replace, "Exchange an existing release");
  run->add_flag("--dry-run", a->dry_run, "Say what would be done");
  run->add_option("--date", a->date, "Date of creation (default: today)");
  run->add_option("--format", a->format, "What to print on stdout")
      ->check(CLI::IsMember({"text", "json"}));
  AddProgressOption(*run, a->progress);
  run->add_flag("--quiet", a->quiet, "Print errors only");
  run->callback([a, &exit_code] {
    a->places.keyring = a->keyring.path;
    a->places.vault = a->vault.File();
    for (const std::filesystem::path& file :
         {a->vault.RecordKeysFile(), KekFile(a->keyring),
          std::filesystem::path(a->signing_key),
          std::filesystem::path(a->ledger)}) {
      if (!file.empty()) a->places.outside.push_back(file);
    }
    exit_code = RunCommand(*a);
  });
}

}  // namespace anon::cli
