// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <string>

#include "anon/policy/policy.h"
#include "cli/commands.h"

namespace anon::cli {
namespace {

int Check(const std::string& file) {
  const absl::StatusOr<Policy> policy = LoadPolicy(file);
  if (!policy.ok()) return Fail(policy.status());
  Warn(*policy);
  fmt::print("{}: ok ({}, {} columns, {} models)\n", file,
             ToString(policy->kind), policy->columns.size(),
             policy->models.size());
  return kOk;
}

}  // namespace

void AddPolicy(CLI::App& app, int& exit_code) {
  CLI::App* const policy = app.add_subcommand("policy", "Work on policy files");
  policy->require_subcommand(1);

  CLI::App* const check = policy->add_subcommand(
      "check", "Validate a policy file; names line, column and fix");
  auto file = std::make_shared<std::string>();
  check->add_option("policy", *file, "Policy file (YAML)")->required();
  check->callback([file, &exit_code] { exit_code = Check(*file); });

  policy->add_subcommand("schema", "Print the JSON Schema of policy files")
      ->callback([] { fmt::print("{}", PolicySchema()); });
}

}  // namespace anon::cli
