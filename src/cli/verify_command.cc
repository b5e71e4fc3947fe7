// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "anon/assess/assess.h"
#include "anon/io/csv.h"
#include "anon/policy/policy.h"
#include "anon/release/attestation.h"
#include "cli/commands.h"

namespace anon::cli {
namespace {

struct VerifyArguments {
  std::string directory;
  std::vector<std::string> public_keys;
  std::string policy;
};

// Every model of the policy on the data as they lie there. Each record counts
// as a principal: whose they are is not in a release.
absl::StatusOr<std::vector<Verdict>> JudgeAgain(const VerifyArguments& a) {
  const auto policy = LoadPolicy(a.policy);
  if (!policy.ok()) return policy.status();
  const auto data = CsvSource::Open(a.directory + "/provide/data.csv");
  if (!data.ok()) return data.status();
  AssessedColumns columns;
  for (const ColumnPolicy& column : policy->columns) {
    const auto& names = (*data)->attributes();
    if (std::ranges::find(names, column.name) == names.end()) continue;
    if (column.role == Role::kQuasiIdentifier) {
      columns.quasi_identifiers.push_back(column.name);
    } else if (column.role == Role::kSensitive) {
      columns.sensitive_attributes.push_back(column.name);
    }
  }
  PrivacyModels models;
  for (const auto& model : policy->models) {
    const ModelNeeds needs = model->needs();
    if (needs.population || needs.hierarchy || needs.groups) {
      fmt::print("  {}: not judged again, it needs more than the data\n",
                 model->name());
      continue;
    }
    models.push_back(model);
  }
  const auto assessment = Assess(**data, columns, models);
  if (!assessment.ok()) return assessment.status();
  return assessment->verdicts;
}

void PrintSignatures(const VerifiedRelease& release) {
  for (const auto& signature : release.signatures) {
    fmt::print("  signed by {} as {}: {}\n", signature.key_id, signature.role,
               !signature.valid  ? "NOT VALID"
               : signature.known ? "valid, a key you trust"
                                 : "valid, but a key you have not named");
  }
  if (release.signatures.empty()) fmt::print("  not signed by anybody\n");
}

int Verify(const VerifyArguments& a) {
  std::vector<VerifyingKey> keys;
  for (const std::string& path : a.public_keys) {
    const auto key = VerifyingKey::ReadFile(path);
    if (!key.ok()) return Fail(key.status());
    keys.push_back(*key);
  }
  const auto release = VerifyRelease(a.directory, keys);
  if (!release.ok()) return Fail(release.status());
  fmt::print("{}  {}  created {}\n", release->release_id, release->kind,
             release->created);
  PrintSignatures(*release);
  if (release->approval_missing) {
    fmt::print("  not approved: its policy asks for a second person\n");
  }
  for (const std::string& problem : release->problems) {
    fmt::print("  PROBLEM: {}\n", problem);
  }
  bool met = release->models_met;
  fmt::print("  models met: {}, as attested\n", met ? "yes" : "no");
  if (!a.policy.empty()) {
    const auto verdicts = JudgeAgain(a);
    if (!verdicts.ok()) return Fail(verdicts.status());
    for (const Verdict& verdict : *verdicts) {
      fmt::print("  {}{} {}: {} on the data as they lie there ({})\n",
                 verdict.model,
                 verdict.attribute.empty() ? "" : " of " + verdict.attribute,
                 verdict.asked, verdict.satisfied ? "satisfied" : "NOT MET",
                 verdict.achieved);
      met = met && verdict.satisfied;
    }
  }
  const bool trusted = release->trusted() && met;
  fmt::print("{}\n", trusted ? "TRUSTED" : "UNTRUSTED");
  return trusted ? kOk : kPolicyNotMet;
}

}  // namespace

void AddVerify(CLI::App& app, int& exit_code) {
  CLI::App* const verify = app.add_subcommand(
      "verify", "Say whether a release is whole and whose it is");
  auto a = std::make_shared<VerifyArguments>();
  verify->add_option("directory", a->directory, "Directory of the release")
      ->required();
  verify->add_option("--public-key", a->public_keys,
                     "Public key that you trust; may be given several times");
  verify->add_option("--policy", a->policy,
                     "Judge the models of this policy on the data again");
  verify->callback([a, &exit_code] { exit_code = Verify(*a); });
}

}  // namespace anon::cli
