// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string>

#include "anon/release/delivery.h"
#include "anon/release/life_cycle.h"
#include "cli/commands.h"
#include "cli/ledger_options.h"

namespace anon::cli {
namespace {

struct Arguments {
  LedgerArguments ledger;
  std::string directory;
  std::string scope = "third_party";
  Provision provision;
  std::string package;
  std::string certificate;
};

RecipientScope ScopeOf(const std::string& name) {
  for (const RecipientScope scope :
       {RecipientScope::kContractor, RecipientScope::kSuccessor,
        RecipientScope::kJointUser}) {
    if (ToString(scope) == name) return scope;
  }
  return RecipientScope::kThirdParty;
}

// The package first: what cannot be handed over is not recorded. It is gone
// again if the step is refused.
int Provide(const Arguments& a) {
  if (a.package.empty() != a.certificate.empty()) {
    return Fail(PolicyError("--package and --encrypt-for go together"));
  }
  auto ledger = Ledger::Open(a.ledger.ledger);
  if (!ledger.ok()) return Fail(ledger.status());
  const auto release = SealedRelease::Open(a.directory);
  if (!release.ok()) return Fail(release.status());
  Provision provision = a.provision;
  provision.scope = ScopeOf(a.scope);
  provision.actor = a.ledger.Actor();
  provision.day = a.ledger.Day();
  if (provision.notice_day.empty()) provision.notice_day = provision.day;
  if (!a.package.empty()) {
    const absl::Status made =
        MakeDeliveryPackage(a.directory, a.certificate, a.package);
    if (!made.ok()) return Fail(made);
  }
  const auto record = RecordProvision(*ledger, *release, provision);
  if (!record.ok() && !a.package.empty()) {
    std::error_code ignored;
    std::filesystem::remove_all(a.package, ignored);
  }
  return Show(record);
}

}  // namespace

void AddProvide(CLI::App& app, int& exit_code) {
  CLI::App* const command = app.add_subcommand(
      "provide", "Record to whom a release is given, before it is given");
  auto a = std::make_shared<Arguments>();
  Provision& p = a->provision;
  command->add_option("directory", a->directory, "Directory of the release")
      ->required();
  AddLedgerOptions(*command, a->ledger);
  command->add_option("--to", p.recipient, "Name of the recipient")->required();
  command->add_option("--address", p.address, "The recipient's address");
  command->add_option("--representative", p.representative,
                      "Who represents the recipient");
  command->add_option("--scope", a->scope, "What the recipient is")
      ->check(CLI::IsMember(
          {"third_party", "contractor", "successor", "joint_user"}));
  command->add_option("--method", p.method, "How the data travel")->required();
  command
      ->add_option("--notice", p.notice_route,
                   "How the recipient was told what the data are")
      ->check(CLI::IsMember({"email", "document", "with_data"}));
  command->add_option("--notice-date", p.notice_day,
                      "The day of that (default: that of the provision)");
  command->add_option("--contract", p.contract, "Number of the contract");
  command->add_option("--purpose", p.purpose,
                      "What the recipient may do with the data");
  command->add_option("--expires", p.expires,
                      "Last day of a contractor's work");
  command->add_option("--consent", p.consent,
                      "Where consent is on record (no legal kind)");
  command->add_option("--required-by", p.required_by,
                      "The law that requires the provision");
  command->add_option("--approver", p.approver, "Who decided");
  command->add_option("--retain-until", p.retain_until,
                      "How long the record is kept");
  command->add_option("--package", a->package,
                      "Directory to make, with the data encrypted");
  command->add_option("--encrypt-for", a->certificate,
                      "The recipient's certificate (X.509, PEM)");
  command->callback([a, &exit_code] { exit_code = Provide(*a); });
}

}  // namespace anon::cli
