// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: one process at a time.
#ifndef ANON_SRC_RELEASE_LOCK_FILE_H_
#define ANON_SRC_RELEASE_LOCK_FILE_H_

#include <filesystem>

#include "anon/base/status.h"
#include "base/fd.h"

namespace anon::internal {

// Holds an flock on a file that it makes and, when it dies, removes. A process
// that is killed leaves the file but not the lock.
class LockFile {
 public:
  static absl::StatusOr<LockFile> Acquire(const std::filesystem::path& path);
  LockFile(LockFile&&) noexcept = default;
  LockFile& operator=(LockFile&&) noexcept = default;
  ~LockFile();

 private:
  LockFile(std::filesystem::path path, Fd fd)
      : path_(std::move(path)), fd_(std::move(fd)) {}

  std::filesystem::path path_;
  Fd fd_;
};

}  // namespace anon::internal

#endif  // ANON_SRC_RELEASE_LOCK_FILE_H_
