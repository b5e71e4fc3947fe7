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

// The keyring that was seen last. Read before the keyring itself: changes write
// that first, so a keyring that is read later is never behind but by a fault.
struct SeenKeyring {
  bool missing = false;  // there is no counter file
  std::string ring_id = {};
  std::uint64_t counter = 0;
};
absl::StatusOr<SeenKeyring> ReadKeyringCounter(
    const std::filesystem::path& path, const KeyringAccess& access);

// Refuses a keyring that is older than the one seen before, or another one.
absl::Status CheckKeyringCounter(const std::filesystem::path& path,
                                 const KeyringAccess& access,
                                 const SeenKeyring& seen,
                                 const KeyringContents& contents);

// Remembers `contents` as seen. Only for whoever holds the keyring's lock:
// others could put an older counter over a newer one.
absl::Status WriteKeyringCounter(const std::filesystem::path& path,
                                 const KeyringAccess& access,
                                 const KeyringContents& contents);

}  // namespace anon::internal

#endif  // ANON_SRC_SECRET_KEYRING_FILE_H_
