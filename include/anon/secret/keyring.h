// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SECRET_KEYRING_H_
#define ANON_SECRET_KEYRING_H_

#include <cstddef>
#include <filesystem>
#include <vector>

#include "anon/base/random.h"
#include "anon/base/status.h"
#include "anon/secret/key.h"

namespace anon {

// The keys of a service, in a file of its own (mode 0600, refused if looser),
// away from vault, internal files and releases. One key is primary: new
// pseudonyms use it; the others stay to read what was made with them. Const use
// is safe from many threads.
class Keyring {
 public:
  // Creates `path` with one fresh primary key. Fails if it exists.
  static absl::StatusOr<Keyring> CreateFile(const std::filesystem::path& path,
                                            RandomSource& random);
  static absl::StatusOr<Keyring> OpenFile(const std::filesystem::path& path);

  const Key& primary() const;
  const std::vector<Key>& keys() const { return keys_; }

 private:
  Keyring() = default;
  std::vector<Key> keys_;
  std::size_t primary_ = 0;
};

}  // namespace anon

#endif  // ANON_SECRET_KEYRING_H_
