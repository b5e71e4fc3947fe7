// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: the file of a keyring, and the counter beside it.
#ifndef ANON_SRC_SECRET_KEYRING_FILE_H_
#define ANON_SRC_SECRET_KEYRING_FILE_H_

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "anon/secret/keyring.h"

namespace anon::internal {

struct StoredKey {
  KeyInfo info;
  SecretBytes secret;  // empty if destroyed
};

struct KeyringContents {
  std::string ring_id;  // random; tells keyrings apart
  std::uint64_t counter = 0;
  std::vector<StoredKey> keys;
};

absl::StatusOr<KeyringContents> ReadKeyringFile(
    const std::filesystem::path& path, const KeyWrapper& wrapper);
// Creates the file, which must not exist, or replaces it.
absl::Status WriteKeyringFile(const std::filesystem::path& path,
                              const KeyringContents& contents,
                              const KeyWrapper& wrapper, bool replace,
                              RandomSource& random);

// kAlreadyExists if the counter file is there before its keyring.
absl::Status RequireNoCounter(const std::filesystem::path& path,
                              const KeyringAccess& access);

// Refuses a keyring that is older than one seen before, and remembers this one.
// `created`: the keyring is new, and so is its counter file.
absl::Status CheckKeyringCounter(const std::filesystem::path& path,
                                 const KeyringAccess& access,
                                 const KeyringContents& contents, bool created);

}  // namespace anon::internal

#endif  // ANON_SRC_SECRET_KEYRING_FILE_H_
