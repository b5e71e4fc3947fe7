// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <string>

#include "anon/release/places.h"
#include "anon/vault/sqlite_vault.h"
#include "cli/commands.h"

namespace anon::cli {
namespace {

int Init(const std::string& vault, const std::string& custodian_key) {
  const absl::Status status = CreateSqliteVault(vault, custodian_key);
  if (!status.ok()) return Fail(status);
  fmt::print(
      "{}: new vault\n{}: the custodian's private key; give it to the "
      "custodian and keep no copy here\n",
      vault, custodian_key);
  return kOk;
}

int List(const std::string& vault, const std::string& custodian_key) {
  const auto reader = SqliteVaultReader::Open(vault, custodian_key);
  if (!reader.ok()) return Fail(reader.status());
  const auto data_sets = reader->DataSets();
  if (!data_sets.ok()) return Fail(data_sets.status());
  for (const VaultDataSet& set : *data_sets) {
    fmt::print("{}  {}  {}  {} records  {}\n", set.id, set.kind, set.key_id,
               set.records, set.committed ? "committed" : "pending");
  }
  return kOk;
}

}  // namespace

void AddVault(CLI::App& app, int& exit_code) {
  CLI::App* const vault = app.add_subcommand(
      "vault", "Keep deletion information (削除情報等) apart");
  vault->require_subcommand(1);
  auto path = std::make_shared<std::string>();
  auto key = std::make_shared<std::string>();

  CLI::App* const init = vault->add_subcommand(
      "init", "Make a vault and its custodian's private key");
  init->add_option("--vault", *path, "Vault file to create")->required();
  init->add_option("--custodian-key", *key,
                   "Private key file to create (mode 0600)")
      ->required();
  init->callback([path, key, &exit_code] { exit_code = Init(*path, *key); });

  CLI::App* const list = vault->add_subcommand(
      "list", "Name the data sets of a vault (custodian only)");
  list->add_option("--vault", *path, "Vault file")->required();
  list->add_option("--custodian-key", *key, "The custodian's private key")
      ->required();
  list->callback([path, key, &exit_code] { exit_code = List(*path, *key); });
}

}  // namespace anon::cli
