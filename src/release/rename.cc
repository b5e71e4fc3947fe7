// SPDX-License-Identifier: Apache-2.0
#include "release/rename.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/fs.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace anon::internal {
namespace {

namespace fs = std::filesystem;

int RenameAt2(const fs::path& from, const fs::path& to, unsigned flags) {
  return static_cast<int>(syscall(SYS_renameat2, AT_FDCWD, from.c_str(),
                                  AT_FDCWD, to.c_str(), flags));
}

bool Unsupported(int error) { return error == EINVAL || error == ENOSYS; }

}  // namespace

DirectoryId IdOf(const fs::path& path) {
  struct stat info {};
  if (lstat(path.c_str(), &info) != 0) return {};
  return {.inode = info.st_ino};
}

absl::Status PutInPlace(const fs::path& stage, const fs::path& target,
                        const fs::path& old, DirectoryId id, bool replace) {
  if (IdOf(target) == id) return absl::OkStatus();
  if (IdOf(stage) != id) {
    return absl::FailedPreconditionError(fmt::format(
        "{}: the directory that was to replace it is gone", target.string()));
  }
  const bool occupied = IdOf(target) != DirectoryId{};
  if (occupied && !replace) {
    return absl::AlreadyExistsError(fmt::format(
        "{}: exists; move it away or run with --replace", target.string()));
  }
  if (occupied) {
    if (RenameAt2(stage, target, RENAME_EXCHANGE) == 0) return absl::OkStatus();
    if (!Unsupported(errno)) return IoError("exchange", target.string(), errno);
    if (rename(target.c_str(), old.c_str()) != 0) {
      return IoError("move away", target.string(), errno);
    }
  }
  if (RenameAt2(stage, target, RENAME_NOREPLACE) == 0) return absl::OkStatus();
  if (!Unsupported(errno)) return IoError("create", target.string(), errno);
  if (rename(stage.c_str(), target.c_str()) != 0) {
    return IoError("create", target.string(), errno);
  }
  return absl::OkStatus();
}

}  // namespace anon::internal
