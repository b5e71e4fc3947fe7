// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "anon/base/random.h"
#include "anon/secret/keyring.h"
#include "cli/commands.h"
#include "cli/keyring_options.h"

namespace anon::cli {
namespace {

struct Arguments {
  KeyringOptions keyring;
  std::string id;
  bool yes = false;
};

// Before a key-encryption key is made: one without a keyring is of no use, and
// somebody would have to find out what it is for.
absl::Status CheckPlace(const KeyringOptions& keyring) {
  namespace fs = std::filesystem;
  const fs::path path = keyring.path;
  const fs::path parent = path.has_parent_path() ? path.parent_path() : ".";
  std::error_code ignored;
  if (!fs::is_directory(parent, ignored)) {
    return PolicyError(
        fmt::format("{}: its directory is not there; make it (mkdir -m 700 {})",
                    keyring.path, parent.string()));
  }
  if (fs::exists(path, ignored)) {
    return absl::AlreadyExistsError(
        fmt::format("{}: exists; name a keyring that does not", keyring.path));
  }
  return RequireApart(keyring);
}

// A key-encryption key named by file: is made if there is none.
absl::Status MakeKek(const std::string& reference, RandomSource& random) {
  constexpr std::string_view kFile = "file:";
  if (!reference.starts_with(kFile)) return absl::OkStatus();
  const std::string path = reference.substr(kFile.size());
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored)) return absl::OkStatus();
  absl::Status made = CreateKeyWrapperFile(path, random);
  if (made.ok()) {
    fmt::print("{}: new key-encryption key; without it the keyring is lost\n",
               path);
  }
  return made;
}

int Create(const Arguments& arguments) {
  OsRandom random;
  absl::Status status = CheckPlace(arguments.keyring);
  if (status.ok()) status = MakeKek(arguments.keyring.kek, random);
  if (!status.ok()) return Fail(status);
  const auto opened = OpenAccess(arguments.keyring);
  if (!opened.ok()) return Fail(opened.status());
  const auto keyring =
      Keyring::CreateFile(arguments.keyring.path, opened->access, random);
  if (!keyring.ok()) return Fail(keyring.status());
  fmt::print("{}: new keyring, primary key {}\n", arguments.keyring.path,
             keyring->primary().id());
  return kOk;
}

void Print(const Keyring& keyring) {
  for (const KeyInfo& key : keyring.infos()) {
    fmt::print("{} {}{}\n", key.id, ToString(key.state),
               key.primary ? " (primary)" : "");
  }
  fmt::print("counter {}\n", keyring.counter());
}

int List(const Arguments& arguments) {
  const auto keyring = OpenKeyring(arguments.keyring);
  if (!keyring.ok()) return Fail(keyring.status());
  Print(*keyring);
  return kOk;
}

int Rotate(const Arguments& arguments) {
  OsRandom random;
  const auto opened = OpenAccess(arguments.keyring);
  if (!opened.ok()) return Fail(opened.status());
  const auto keyring =
      Keyring::Rotate(arguments.keyring.path, opened->access, random);
  if (!keyring.ok()) return Fail(keyring.status());
  Print(*keyring);
  return kOk;
}

int SetState(const Arguments& arguments, KeyState state) {
  if (state == KeyState::kDestroyed && !arguments.yes) {
    return Fail(PolicyError(
        "nothing made with a destroyed key can be linked or tested again, and "
        "that is for good; add --yes if this is meant"));
  }
  OsRandom random;
  const auto opened = OpenAccess(arguments.keyring);
  if (!opened.ok()) return Fail(opened.status());
  const auto keyring = Keyring::SetState(arguments.keyring.path, opened->access,
                                         arguments.id, state, random);
  if (!keyring.ok()) return Fail(keyring.status());
  Print(*keyring);
  return kOk;
}

}  // namespace

void AddKey(CLI::App& app, int& exit_code) {
  CLI::App* const key =
      app.add_subcommand("key", "Keep the keys that make pseudonyms");
  key->require_subcommand(1);
  const auto a = std::make_shared<Arguments>();
  const auto add = [&](const char* name, const char* help,
                       std::function<int(const Arguments&)> command) {
    CLI::App* const sub = key->add_subcommand(name, help);
    AddKeyringOptions(*sub, a->keyring, true);
    sub->callback([a, command = std::move(command), &exit_code] {
      exit_code = command(*a);
    });
    return sub;
  };
  const auto add_state = [&](const char* name, const char* help,
                             KeyState state) {
    CLI::App* const sub = add(name, help, [state](const Arguments& arguments) {
      return SetState(arguments, state);
    });
    sub->add_option("--id", a->id, "Id of the key, as listed")->required();
    return sub;
  };
  add("create", "Make a keyring with one fresh key", Create);
  add("list", "Name the keys of a keyring, their states and its counter", List);
  add("rotate", "Add a fresh key and make it primary", Rotate);
  add_state("disable", "Keep a key but refuse its use", KeyState::kDisabled);
  add_state("enable", "Allow the use of a disabled key", KeyState::kEnabled);
  add_state("destroy", "Wipe a key for good", KeyState::kDestroyed)
      ->add_flag("--yes", a->yes, "This is meant");
}

}  // namespace anon::cli
