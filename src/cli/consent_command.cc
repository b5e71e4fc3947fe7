// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <chrono>
#include <iostream>
#include <memory>
#include <string>

#include "anon/policy/consent.h"
#include "cli/commands.h"
#include "cli/today.h"

namespace anon::cli {
namespace {

struct ConsentArguments {
  std::string policy;
  std::string principal;
  std::string date;
};

int Status(ConsentArguments& a) {
  const auto policy = LoadPolicy(a.policy);
  if (!policy.ok()) return Fail(policy.status());
  if (a.principal == "-") std::getline(std::cin, a.principal);
  const auto status = FindConsentStatus(*policy, a.principal,
                                        a.date.empty() ? Today() : a.date);
  if (!status.ok()) return Fail(status.status());
  fmt::print("records in the source: {}\n", status->in_source ? "yes" : "no");
  if (!status->consent.empty()) {
    fmt::print("consent: {}\n", status->consent);
  }
  if (status->version) {
    fmt::print("receipt: version {}, given on {}{}\n", *status->version,
               status->given_on,
               status->withdrawn_on.empty()
                   ? ""
                   : ", withdrawn on " + status->withdrawn_on);
  }
  if (policy->gates.exclusion) {
    fmt::print("on the exclusion list: {}\n", status->excluded ? "yes" : "no");
  }
  fmt::print("would be used: {}\n", status->passes ? "yes" : "no");
  return status->passes ? kOk : kPolicyNotMet;
}

}  // namespace

void AddConsent(CLI::App& app, int& exit_code) {
  CLI::App* const consent =
      app.add_subcommand("consent", "Answer for one person");
  consent->require_subcommand(1);
  CLI::App* const status = consent->add_subcommand(
      "status", "Say whether a person's records would be used, and why");
  auto a = std::make_shared<ConsentArguments>();
  status->add_option("--policy", a->policy, "Policy file (YAML)")->required();
  status
      ->add_option("--principal", a->principal,
                   "Who, as the source says it; - reads one line of stdin, "
                   "which keeps it out of the list of processes")
      ->required();
  status->add_option("--date", a->date, "On which day (default: today)");
  status->callback([a, &exit_code] { exit_code = Status(*a); });
}

}  // namespace anon::cli
