// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_RELEASE_PLACES_H_
#define ANON_RELEASE_PLACES_H_

#include <filesystem>
#include <vector>

#include "anon/base/status.h"

namespace anon {

// Where the parts of a run live. They are apart because whoever holds two of
// them can undo the work: keys and deletion information identify people, the
// internal files say how the data were made.
struct Places {
  std::filesystem::path out;       // the release: publish/ and provide/
  std::filesystem::path internal;  // report, solution: mode 0700
  std::filesystem::path vault;     // deletion information; empty if none
  std::filesystem::path keyring;   // empty if none
  // What else belongs to neither the recipient nor the internal files: record
  // keys, key-encryption key, signing key, ledger.
  std::vector<std::filesystem::path> outside = {};
};

// Resolves symlinks and refuses places that are not apart: the release, the
// internal directory, and the directories of vault and keyring must be four
// different directories, and none may lie inside the release or the internal
// directory, nor may what is `outside`. Returns the resolved paths.
absl::StatusOr<Places> ResolvePlaces(const Places& places);

// Refuses a `file` that lies in the release or the internal directory of
// `resolved`: a run that replaces those would delete what it reads.
absl::Status CheckOutside(const Places& resolved,
                          const std::filesystem::path& file);

}  // namespace anon

#endif  // ANON_RELEASE_PLACES_H_
