// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SECRET_KEYRING_H_
#define ANON_SECRET_KEYRING_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "anon/base/random.h"
#include "anon/base/status.h"
#include "anon/secret/key.h"
#include "anon/secret/key_use_log.h"
#include "anon/secret/key_wrapper.h"

namespace anon {

namespace internal {
struct KeyringContents;
}

enum class KeyState {
  kEnabled,    // may be used
  kDisabled,   // kept, not used; may be enabled again
  kDestroyed,  // the secret is gone; the id stays, so that it is not reused
};
std::string_view ToString(KeyState state);  // "enabled", ...

// A key without its secret: what may be listed and logged.
struct KeyInfo {
  std::string id;
  KeyState state = KeyState::kEnabled;
  bool primary = false;
};

// How a keyring file is opened.
struct KeyringAccess {
  // The key-encryption key; used only during the call.
  const KeyWrapper* wrapper = nullptr;
  // Where the highest counter seen is kept, to notice that an old copy of the
  // keyring was put back. Empty: beside the keyring, with ".counter" appended.
  // Whoever can put both files back goes unnoticed: keep this one on another
  // machine's disk, or keep the number yourself (least_counter).
  std::filesystem::path counter_file = {};
  // The counter the caller saw last. Not 0: a keyring below it is refused, and
  // a counter file that is missing is made anew instead of an error.
  std::uint64_t least_counter = 0;
  // Told of every use of a key; none if empty.
  std::shared_ptr<KeyUseLog> log = nullptr;
};

// The keys of a service, in a file of its own (mode 0600, refused if looser),
// away from vault, internal files and releases. The whole file is encrypted and
// authenticated (AES-256-GCM under a fresh key each time it is written, which
// the key-encryption key wraps), and carries a counter that grows with every
// change. One key is primary: new pseudonyms use it; the other enabled ones
// stay to read what was made with them. Const use is safe from many threads.
class Keyring {
 public:
  // Creates `path` with one fresh primary key. Fails if it exists.
  static absl::StatusOr<Keyring> CreateFile(const std::filesystem::path& path,
                                            const KeyringAccess& access,
                                            RandomSource& random);
  static absl::StatusOr<Keyring> OpenFile(const std::filesystem::path& path,
                                          const KeyringAccess& access);

  // Changes of the file, one at a time (others wait), written whole or not at
  // all; what they return is the new state. A fresh key that becomes primary:
  static absl::StatusOr<Keyring> Rotate(const std::filesystem::path& path,
                                        const KeyringAccess& access,
                                        RandomSource& random);
  // Not for the primary key: rotate first. A destroyed key stays destroyed.
  static absl::StatusOr<Keyring> SetState(const std::filesystem::path& path,
                                          const KeyringAccess& access,
                                          std::string_view id, KeyState state,
                                          RandomSource& random);

  const Key& primary() const;
  // The enabled keys.
  const std::vector<Key>& keys() const { return keys_; }
  // kNotFound if there is none, kFailedPrecondition if it is not enabled.
  absl::StatusOr<const Key*> Find(std::string_view id) const;
  // All of them, in the order they were made.
  const std::vector<KeyInfo>& infos() const { return infos_; }
  // Grows with every change of the file.
  std::uint64_t counter() const { return counter_; }

 private:
  Keyring() = default;
  static absl::StatusOr<Keyring> With(internal::KeyringContents contents,
                                      const KeyringAccess& access);
  std::vector<Key> keys_;
  std::vector<KeyInfo> infos_;
  std::size_t primary_ = 0;
  std::uint64_t counter_ = 0;
};

}  // namespace anon

#endif  // ANON_SECRET_KEYRING_H_
