// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string>
#include <vector>

#include "policy/passes.h"

namespace anon::internal {

std::size_t OwnersOf(const TablePlan& plan) {
  return (plan.has_principals() ? 1U : 0U) + (plan.has_groups() ? 1U : 0U);
}

absl::StatusOr<OwnerFile> OwnerFile::Create(
    const std::filesystem::path& directory, const TablePlan& plan) {
  Fd fd(open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (!fd.ok()) {
    return IoError("open a temporary file in", directory.string(), errno);
  }
  return OwnerFile(std::move(fd), plan);
}

absl::Status OwnerFile::Append(std::span<const std::string_view> owners) {
  std::string bytes;
  bytes.reserve(owners.size() * width_ * sizeof(Fingerprint));
  for (const std::string_view of_record : owners) bytes += of_record;
  std::string_view rest = bytes;
  while (!rest.empty()) {
    const ssize_t wrote = write(fd_.get(), rest.data(), rest.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return IoError("write", "a temporary file", errno);
    rest.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return absl::OkStatus();
}

absl::Status OwnerFile::Read(off_t& offset,
                             std::span<Fingerprint> owners) const {
  std::span<std::byte> rest = std::as_writable_bytes(owners);
  while (!rest.empty()) {
    const ssize_t got = pread(fd_.get(), rest.data(), rest.size(), offset);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      return IoError("read", "a temporary file", got < 0 ? errno : EIO);
    }
    rest = rest.subspan(static_cast<std::size_t>(got));
    offset += got;
  }
  return absl::OkStatus();
}

PrincipalReader OwnerFile::Reader(std::size_t owner) const {
  auto offset = std::make_shared<off_t>(0);
  auto both = std::make_shared<std::vector<Fingerprint>>();
  return [this, owner, offset, both](std::span<Fingerprint> out) {
    if (width_ == 1) return Read(*offset, out);
    both->resize(out.size() * width_);
    absl::Status status = Read(*offset, *both);
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = (*both)[i * width_ + owner];
    }
    return status;
  };
}

PrincipalReader OwnerFile::Principals() const {
  return principals_ ? Reader(0) : nullptr;
}
PrincipalReader OwnerFile::Groups() const {
  return groups_ ? Reader(principals_ ? 1 : 0) : nullptr;
}

}  // namespace anon::internal
