// SPDX-License-Identifier: Apache-2.0
#include "release/lock_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace anon::internal {

absl::StatusOr<LockFile> LockFile::Acquire(const std::filesystem::path& path) {
  for (;;) {
    Fd fd(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!fd.ok()) return IoError("create", path.string(), errno);
    if (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK) return IoError("lock", path.string(), errno);
      return absl::FailedPreconditionError(
          fmt::format("{}: another run is at work here; wait for it to end",
                      path.string()));
    }
    // The holder before us may have removed the file we opened.
    struct stat ours {};
    struct stat named {};
    if (fstat(fd.get(), &ours) == 0 && stat(path.c_str(), &named) == 0 &&
        ours.st_ino == named.st_ino && ours.st_dev == named.st_dev) {
      return LockFile(path, std::move(fd));
    }
  }
}

LockFile::~LockFile() {
  if (fd_.ok()) unlink(path_.c_str());
}

}  // namespace anon::internal
