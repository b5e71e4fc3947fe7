// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <string>

#include "anon/base/random.h"
#include "anon/secret/keyring.h"
#include "cli/commands.h"

namespace anon::cli {
namespace {

int Create(const std::string& path) {
  OsRandom random;
  const absl::StatusOr<Keyring> keyring = Keyring::CreateFile(path, random);
  if (!keyring.ok()) return Fail(keyring.status());
  fmt::print("{}: new keyring, primary key {}\n", path,
             keyring->primary().id());
  return kOk;
}

int List(const std::string& path) {
  const absl::StatusOr<Keyring> keyring = Keyring::OpenFile(path);
  if (!keyring.ok()) return Fail(keyring.status());
  for (const Key& key : keyring->keys()) {
    fmt::print("{}{}\n", key.id(),
               key.id() == keyring->primary().id() ? " (primary)" : "");
  }
  return kOk;
}

}  // namespace

void AddKey(CLI::App& app, int& exit_code) {
  CLI::App* const key =
      app.add_subcommand("key", "Keep the keys that make pseudonyms");
  key->require_subcommand(1);
  auto path = std::make_shared<std::string>();

  CLI::App* const create =
      key->add_subcommand("create", "Make a keyring with one fresh key");
  create->add_option("--keyring", *path, "File to create (mode 0600)")
      ->required();
  create->callback([path, &exit_code] { exit_code = Create(*path); });

  CLI::App* const list =
      key->add_subcommand("list", "Name the keys of a keyring");
  list->add_option("--keyring", *path, "Keyring file")->required();
  list->callback([path, &exit_code] { exit_code = List(*path); });
}

}  // namespace anon::cli
