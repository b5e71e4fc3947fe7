// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_BASE_FILES_H_
#define ANON_BASE_FILES_H_

#include <filesystem>
#include <string>
#include <string_view>

#include "anon/base/status.h"

namespace anon {

// Whole files and directories, with the care a release needs: what a function
// says it wrote is on the disk, under its final name, or nothing is.

absl::StatusOr<std::string> ReadFile(const std::filesystem::path& path);

// Creates or replaces `path` with `bytes`: temporary sibling, fsync, rename,
// fsync of the directory. `mode` is the file's permission (umask not applied).
absl::Status WriteFile(const std::filesystem::path& path,
                       std::string_view bytes, unsigned mode = 0644);

// Flushes one file or directory to the disk.
absl::Status SyncPath(const std::filesystem::path& path);

// Flushes every file and directory below `directory`, itself included.
absl::Status SyncTree(const std::filesystem::path& directory);

// mkdir -p for the parents (default modes), then `path` itself with `mode`.
// An existing directory is fine if it is no more permissive than `mode`.
absl::Status MakeDirectory(const std::filesystem::path& path, unsigned mode);

// Refuses a file that others may read: owner must be this user and no bit of
// group or other may be set. For keyrings, vaults and the like.
absl::Status RequirePrivate(const std::filesystem::path& path);

// Symlinks resolved as far as the path exists; the rest appended.
absl::StatusOr<std::filesystem::path> RealPath(
    const std::filesystem::path& path);

}  // namespace anon

#endif  // ANON_BASE_FILES_H_
