// SPDX-License-Identifier: Apache-2.0
#include "anon/base/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/fd.h"
#include "base/private_fd.h"
#include "base/status_macros.h"

namespace anon {
namespace {

namespace fs = std::filesystem;

absl::Status WriteAll(const internal::Fd& fd, std::string_view bytes,
                      const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t wrote = write(fd.get(), bytes.data(), bytes.size());
    if (wrote < 0) {
      if (errno == EINTR) continue;
      return IoError("write", path, errno);
    }
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return absl::OkStatus();
}

fs::path ParentOf(const fs::path& path) {
  const fs::path parent = path.parent_path();
  return parent.empty() ? fs::path(".") : parent;
}

absl::Status CheckPrivate(const struct stat& info, const fs::path& path) {
  if (info.st_uid != geteuid()) {
    return absl::PermissionDeniedError(fmt::format(
        "{}: belongs to another user; secrets must belong to the user who "
        "runs",
        path.string()));
  }
  if ((info.st_mode & 077U) != 0) {
    return absl::PermissionDeniedError(fmt::format(
        "{}: mode {:o} lets others in; run chmod {} on it", path.string(),
        info.st_mode & 0777U, S_ISDIR(info.st_mode) ? "700" : "600"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const fs::path& path) {
  internal::Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.ok()) return IoError("open", path.string(), errno);
  std::string bytes;
  char buffer[1 << 16];
  for (;;) {
    const ssize_t got = read(fd.get(), buffer, sizeof(buffer));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return IoError("read", path.string(), errno);
    if (got == 0) return bytes;
    bytes.append(buffer, static_cast<std::size_t>(got));
  }
}

absl::Status WriteFile(const fs::path& path, std::string_view bytes,
                       unsigned mode) {
  std::string temporary = path.string() + ".XXXXXX";
  internal::Fd fd(mkostemp(temporary.data(), O_CLOEXEC));
  if (!fd.ok()) return IoError("create", path.string(), errno);
  absl::Status status = WriteAll(fd, bytes, path.string());
  if (status.ok() && (fchmod(fd.get(), mode) != 0 || fsync(fd.get()) != 0)) {
    status = IoError("flush", path.string(), errno);
  }
  if (status.ok() && rename(temporary.c_str(), path.c_str()) != 0) {
    status = IoError("replace", path.string(), errno);
  }
  if (!status.ok()) {
    unlink(temporary.c_str());
    return status;
  }
  return SyncPath(ParentOf(path));
}

absl::Status SyncPath(const fs::path& path) {
  internal::Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.ok()) return IoError("open", path.string(), errno);
  if (fsync(fd.get()) != 0) return IoError("flush", path.string(), errno);
  return absl::OkStatus();
}

absl::Status SyncTree(const fs::path& directory) {
  std::error_code error;
  for (fs::recursive_directory_iterator it(directory, error), end;
       !error && it != end; it.increment(error)) {
    if (it->is_symlink()) continue;
    ANON_RETURN_IF_ERROR(SyncPath(it->path()));
  }
  if (error) return IoError("list", directory.string(), error.value());
  return SyncPath(directory);
}

absl::Status MakeDirectory(const fs::path& path, unsigned mode) {
  std::error_code error;
  fs::create_directories(ParentOf(path), error);
  if (error) return IoError("create", ParentOf(path).string(), error.value());
  if (mkdir(path.c_str(), mode) == 0) {
    // mkdir applies the umask; the caller meant `mode`.
    if (chmod(path.c_str(), mode) != 0) {
      return IoError("set the mode of", path.string(), errno);
    }
    return absl::OkStatus();
  }
  if (errno != EEXIST) return IoError("create", path.string(), errno);
  struct stat info {};
  if (stat(path.c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) {
    return IoError("use as a directory", path.string(), ENOTDIR);
  }
  if ((info.st_mode & 0777U & ~mode) != 0) {
    return absl::FailedPreconditionError(
        fmt::format("{}: mode {:o} is looser than {:o}; run chmod {:o} on it",
                    path.string(), info.st_mode & 0777U, mode, mode));
  }
  return absl::OkStatus();
}

absl::Status RequirePrivate(const fs::path& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) {
    return IoError("open", path.string(), errno);
  }
  return CheckPrivate(info, path);
}

absl::Status internal::RequirePrivate(const Fd& fd, const fs::path& path) {
  struct stat info {};
  if (fstat(fd.get(), &info) != 0) {
    return IoError("open", path.string(), errno);
  }
  return CheckPrivate(info, path);
}

absl::StatusOr<fs::path> RealPath(const fs::path& path) {
  std::error_code error;
  const fs::path absolute = fs::absolute(path, error);
  fs::path real = error ? fs::path() : fs::weakly_canonical(absolute, error);
  if (error) return IoError("resolve", path.string(), error.value());
  // weakly_canonical keeps the empty last component of "dir/".
  return real.has_filename() ? real : real.parent_path();
}

}  // namespace anon
