// SPDX-License-Identifier: Apache-2.0
#include "anon/secret/keyring.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>

#include "anon/base/digest.h"
#include "base/fd.h"
#include "base/status_macros.h"
#include "secret/keyring_file.h"

namespace anon {
namespace {

namespace fs = std::filesystem;
using internal::KeyringContents;
using internal::StoredKey;

absl::Status RequireWrapper(const KeyringAccess& access) {
  if (access.wrapper != nullptr) return absl::OkStatus();
  return PolicyError(
      "a keyring needs a key-encryption key; give one by reference, as in "
      "file:PATH");
}

absl::Status Log(const KeyringAccess& access, std::string_view action,
                 std::string_view id) {
  if (access.log == nullptr) return absl::OkStatus();
  return access.log->Record({.action = action, .key_id = id});
}

// Adds a fresh key, the only primary one.
absl::StatusOr<std::string> AddPrimary(KeyringContents& contents,
                                       RandomSource& random) {
  std::array<std::byte, 8> name{};
  random.Fill(name);
  ANON_ASSIGN_OR_RETURN(SecretBytes secret, SecretBytes::Random(32, random));
  for (StoredKey& key : contents.keys) key.info.primary = false;
  std::string id = "key-" + ToHex(name);
  contents.keys.push_back({{id, KeyState::kEnabled, true}, std::move(secret)});
  return id;
}

absl::Status ChangeState(const fs::path& path, KeyringContents& contents,
                         std::string_view id, KeyState state) {
  const auto key = std::ranges::find_if(
      contents.keys,
      [id](const StoredKey& stored) { return stored.info.id == id; });
  if (key == contents.keys.end()) {
    return absl::NotFoundError(
        fmt::format("{}: has no key of that id; list its keys", path.string()));
  }
  if (key->info.primary && state != KeyState::kEnabled) {
    return absl::FailedPreconditionError(
        fmt::format("{}: {} is the primary key; rotate first", path.string(),
                    key->info.id));
  }
  if (key->info.state == KeyState::kDestroyed && state != key->info.state) {
    return absl::FailedPreconditionError(fmt::format(
        "{}: {} is destroyed for good", path.string(), key->info.id));
  }
  key->info.state = state;
  if (state == KeyState::kDestroyed) key->secret.Destroy();
  return absl::OkStatus();
}

// Holds the keyring's directory, so that changes come one after the other.
absl::StatusOr<internal::Fd> Lock(const fs::path& path) {
  const fs::path parent =
      path.parent_path().empty() ? fs::path(".") : path.parent_path();
  internal::Fd fd(open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.ok()) return IoError("open", parent.string(), errno);
  while (flock(fd.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return IoError("lock", parent.string(), errno);
  }
  return fd;
}

struct Checked {
  KeyringContents contents;
  bool newer = false;  // than the counter says
};

absl::StatusOr<Checked> ReadChecked(const fs::path& path,
                                    const KeyringAccess& access) {
  ANON_RETURN_IF_ERROR(RequireWrapper(access));
  ANON_ASSIGN_OR_RETURN(const internal::SeenKeyring seen,
                        internal::ReadKeyringCounter(path, access));
  ANON_ASSIGN_OR_RETURN(KeyringContents contents,
                        internal::ReadKeyringFile(path, *access.wrapper));
  ANON_RETURN_IF_ERROR(
      internal::CheckKeyringCounter(path, access, seen, contents));
  const bool newer = seen.missing || contents.counter > seen.counter;
  return Checked{std::move(contents), newer};
}

absl::Status WriteChanged(const fs::path& path, const KeyringAccess& access,
                          KeyringContents& contents, RandomSource& random) {
  ++contents.counter;
  ANON_RETURN_IF_ERROR(internal::WriteKeyringFile(
      path, contents, *access.wrapper, true, random));
  return internal::WriteKeyringCounter(path, access, contents);
}

}  // namespace

std::string_view ToString(KeyState state) {
  switch (state) {
    case KeyState::kEnabled:
      return "enabled";
    case KeyState::kDisabled:
      return "disabled";
    case KeyState::kDestroyed:
      return "destroyed";
  }
  std::abort();  // not a value of the enumeration
}

absl::StatusOr<Keyring> Keyring::CreateFile(const fs::path& path,
                                            const KeyringAccess& access,
                                            RandomSource& random) {
  ANON_RETURN_IF_ERROR(RequireWrapper(access));
  ANON_ASSIGN_OR_RETURN(const internal::Fd lock, Lock(path));
  ANON_RETURN_IF_ERROR(internal::RequireNoCounter(path, access));
  std::array<std::byte, 16> ring{};
  random.Fill(ring);
  KeyringContents contents{ToHex(ring), 1, {}};
  ANON_ASSIGN_OR_RETURN(const std::string id, AddPrimary(contents, random));
  ANON_RETURN_IF_ERROR(Log(access, "create", id));
  ANON_RETURN_IF_ERROR(internal::WriteKeyringFile(
      path, contents, *access.wrapper, false, random));
  ANON_RETURN_IF_ERROR(internal::WriteKeyringCounter(path, access, contents));
  return With(std::move(contents), access);
}

absl::StatusOr<Keyring> Keyring::OpenFile(const fs::path& path,
                                          const KeyringAccess& access) {
  ANON_ASSIGN_OR_RETURN(Checked read, ReadChecked(path, access));
  if (read.newer) {
    // A change was cut short or is under way, or the counter file is lost.
    ANON_ASSIGN_OR_RETURN(const internal::Fd lock, Lock(path));
    ANON_ASSIGN_OR_RETURN(read, ReadChecked(path, access));
    if (read.newer) {
      ANON_RETURN_IF_ERROR(
          internal::WriteKeyringCounter(path, access, read.contents));
    }
  }
  return With(std::move(read.contents), access);
}

absl::StatusOr<Keyring> Keyring::Rotate(const fs::path& path,
                                        const KeyringAccess& access,
                                        RandomSource& random) {
  ANON_ASSIGN_OR_RETURN(const internal::Fd lock, Lock(path));
  ANON_ASSIGN_OR_RETURN(Checked read, ReadChecked(path, access));
  ANON_ASSIGN_OR_RETURN(const std::string id,
                        AddPrimary(read.contents, random));
  ANON_RETURN_IF_ERROR(Log(access, "rotate", id));
  ANON_RETURN_IF_ERROR(WriteChanged(path, access, read.contents, random));
  return With(std::move(read.contents), access);
}

absl::StatusOr<Keyring> Keyring::SetState(const fs::path& path,
                                          const KeyringAccess& access,
                                          std::string_view id, KeyState state,
                                          RandomSource& random) {
  ANON_ASSIGN_OR_RETURN(const internal::Fd lock, Lock(path));
  ANON_ASSIGN_OR_RETURN(Checked read, ReadChecked(path, access));
  ANON_RETURN_IF_ERROR(ChangeState(path, read.contents, id, state));
  ANON_RETURN_IF_ERROR(Log(access, ToString(state), id));
  ANON_RETURN_IF_ERROR(WriteChanged(path, access, read.contents, random));
  return With(std::move(read.contents), access);
}

absl::StatusOr<Keyring> Keyring::With(KeyringContents contents,
                                      const KeyringAccess& access) {
  Keyring keyring;
  keyring.counter_ = contents.counter;
  for (StoredKey& stored : contents.keys) {
    if (stored.info.state == KeyState::kEnabled) {
      ANON_ASSIGN_OR_RETURN(
          Key key, Key::Create(stored.info.id, std::move(stored.secret)));
      key.LogTo(access.log);
      if (stored.info.primary) keyring.primary_ = keyring.keys_.size();
      keyring.keys_.push_back(std::move(key));
    }
    keyring.infos_.push_back(std::move(stored.info));
  }
  return keyring;
}

const Key& Keyring::primary() const { return keys_[primary_]; }

absl::StatusOr<const Key*> Keyring::Find(std::string_view id) const {
  for (const Key& key : keys_) {
    if (key.id() == id) return &key;
  }
  for (const KeyInfo& info : infos_) {
    if (info.id != id) continue;
    return absl::FailedPreconditionError(
        info.state == KeyState::kDestroyed
            ? fmt::format("key {} is destroyed for good; take another", info.id)
            : fmt::format("key {} is {}; enable it (anon key enable) or take "
                          "another",
                          info.id, ToString(info.state)));
  }
  return absl::NotFoundError("the keyring has no key of that id; list them");
}

}  // namespace anon
