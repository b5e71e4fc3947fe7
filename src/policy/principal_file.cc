// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "policy/passes.h"

namespace anon::internal {

absl::StatusOr<PrincipalFile> PrincipalFile::Create(
    const std::filesystem::path& directory) {
  Fd fd(open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (!fd.ok()) {
    return IoError("open a temporary file in", directory.string(), errno);
  }
  return PrincipalFile(std::move(fd));
}

absl::Status PrincipalFile::Append(
    std::span<const std::string_view> principals) {
  std::string bytes;
  bytes.reserve(principals.size() * sizeof(Fingerprint));
  for (const std::string_view principal : principals) bytes += principal;
  std::string_view rest = bytes;
  while (!rest.empty()) {
    const ssize_t wrote = write(fd_.get(), rest.data(), rest.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return IoError("write", "a temporary file", errno);
    rest.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return absl::OkStatus();
}

PrincipalReader PrincipalFile::Reader() {
  auto offset = std::make_shared<off_t>(0);
  return [this, offset](std::span<Fingerprint> principals) {
    std::span<std::byte> rest = std::as_writable_bytes(principals);
    while (!rest.empty()) {
      const ssize_t got = pread(fd_.get(), rest.data(), rest.size(), *offset);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) {
        return IoError("read", "a temporary file", got < 0 ? errno : EIO);
      }
      rest = rest.subspan(static_cast<std::size_t>(got));
      *offset += got;
    }
    return absl::OkStatus();
  };
}

}  // namespace anon::internal
