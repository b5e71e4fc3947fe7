// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <string>

#include "anon/release/attestation.h"
#include "anon/secret/signing_key.h"
#include "cli/commands.h"

namespace anon::cli {
namespace {

int CreateKey(const std::string& path) {
  const auto key = SigningKey::CreateFile(path);
  if (!key.ok()) return Fail(key.status());
  fmt::print(
      "{}: new signing key {}\n{}.pub: its public half, to be published\n",
      path, key->verifying_key().id(), path);
  return kOk;
}

struct SignArguments {
  std::string directory;
  std::string key;
  std::string role = "maker";
};

int Sign(const SignArguments& a) {
  const auto key = SigningKey::OpenFile(a.key);
  if (!key.ok()) return Fail(key.status());
  const SignerRole role =
      a.role == "approver" ? SignerRole::kApprover : SignerRole::kMaker;
  const absl::Status status = SignRelease(a.directory, *key, role);
  if (!status.ok()) return Fail(status);
  fmt::print("{}: signed by {} as {}\n", a.directory, key->verifying_key().id(),
             a.role);
  return kOk;
}

}  // namespace

void AddSign(CLI::App& app, int& exit_code) {
  CLI::App* const keys =
      app.add_subcommand("signing-key", "Keep the key that signs releases");
  keys->require_subcommand(1);
  auto path = std::make_shared<std::string>();
  CLI::App* const create = keys->add_subcommand(
      "create", "Make a key; the public half goes beside it in FILE.pub");
  create->add_option("file", *path, "File to create (mode 0600)")->required();
  create->callback([path, &exit_code] { exit_code = CreateKey(*path); });

  CLI::App* const sign = app.add_subcommand(
      "sign", "Sign the attestation of a release, as maker or approver");
  auto a = std::make_shared<SignArguments>();
  sign->add_option("directory", a->directory, "Directory of the release")
      ->required();
  sign->add_option("--key", a->key, "Signing key")->required();
  sign->add_option("--role", a->role, "As what (default maker)")
      ->check(CLI::IsMember({"maker", "approver"}));
  sign->callback([a, &exit_code] { exit_code = Sign(*a); });
}

}  // namespace anon::cli
