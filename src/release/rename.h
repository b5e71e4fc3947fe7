// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: directories that change places in one step.
#ifndef ANON_SRC_RELEASE_RENAME_H_
#define ANON_SRC_RELEASE_RENAME_H_

#include <cstdint>
#include <filesystem>

#include "anon/base/status.h"

namespace anon::internal {

// Tells a directory from another of the same name: its inode. Not its device,
// whose number may be another after a restart; all that is compared are
// siblings.
struct DirectoryId {
  std::uint64_t inode = 0;
  friend bool operator==(const DirectoryId&, const DirectoryId&) = default;
};

// The id of what is at `path`; zeros if nothing is.
DirectoryId IdOf(const std::filesystem::path& path);

// Makes `target` be the directory `id`, which is at `stage` or already at
// `target`. What was at `target` (only with `replace`) ends up at `stage`, or
// at `old` on file systems that cannot exchange. May be repeated after a crash.
absl::Status PutInPlace(const std::filesystem::path& stage,
                        const std::filesystem::path& target,
                        const std::filesystem::path& old, DirectoryId id,
                        bool replace);

}  // namespace anon::internal

#endif  // ANON_SRC_RELEASE_RENAME_H_
