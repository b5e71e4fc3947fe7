// SPDX-License-Identifier: Apache-2.0
#include "secret/secret_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <vector>

#include "anon/base/digest.h"
#include "anon/base/files.h"
#include "anon/secret/reveal_secret.h"
#include "base/fd.h"
#include "base/private_fd.h"
#include "base/status_macros.h"

namespace anon::internal {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kChecksum = "sha256 ";
constexpr std::size_t kChecksumLine = kChecksum.size() + 64 + 1;
constexpr std::size_t kMostBytes = std::size_t{1} << 20;

std::string ChecksumLine(std::string_view body) {
  return std::string(kChecksum) + ToHex(Sha256(body)) + "\n";
}

absl::Status WriteWhole(int fd, std::string_view text, const fs::path& path) {
  while (!text.empty()) {
    const ssize_t wrote = write(fd, text.data(), text.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return IoError("write", path.string(), errno);
    text.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return absl::OkStatus();
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

SecretText::SecretText(std::size_t capacity) : capacity_(capacity) {
  text_.reserve(capacity);
}

SecretText::~SecretText() { OPENSSL_cleanse(text_.data(), text_.size()); }

void SecretText::Add(std::string_view text) {
  if (text.size() > capacity_ - text_.size()) std::abort();
  text_ += text;
}

void SecretText::AddHex(std::span<const std::byte> bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  for (const std::byte byte : bytes) {
    const auto value = std::to_integer<unsigned>(byte);
    Add({&kDigits[value >> 4], 1});
    Add({&kDigits[value & 15], 1});
  }
}

absl::Status CreatePlainSecretFile(const fs::path& path,
                                   std::string_view text) {
  // mkostemp makes the file 0600 less the umask: never looser. link, unlike
  // rename, does not replace.
  std::string temporary = path.string() + ".XXXXXX";
  const Fd fd(mkostemp(temporary.data(), O_CLOEXEC));
  if (!fd.ok()) return IoError("create", path.string(), errno);
  absl::Status status = WriteWhole(fd.get(), text, path);
  if (status.ok() && (fchmod(fd.get(), 0600) != 0 || fsync(fd.get()) != 0)) {
    status = IoError("flush", path.string(), errno);
  }
  if (status.ok() && link(temporary.c_str(), path.c_str()) != 0) {
    status = errno == EEXIST
                 ? absl::AlreadyExistsError(fmt::format(
                       "{}: exists; name a file that does not, secrets are "
                       "never overwritten",
                       path.string()))
                 : IoError("create", path.string(), errno);
  }
  unlink(temporary.c_str());
  ANON_RETURN_IF_ERROR(status);
  const fs::path parent = path.parent_path();
  return SyncPath(parent.empty() ? fs::path(".") : parent);
}

absl::Status CreateSecretFile(const fs::path& path, std::string_view body) {
  const std::string checksum = ChecksumLine(body);
  SecretText text(body.size() + checksum.size());
  text.Add(body);
  text.Add(checksum);
  return CreatePlainSecretFile(path, text.view());
}

absl::Status ReplaceSecretFile(const fs::path& path, std::string_view body) {
  const std::string checksum = ChecksumLine(body);
  SecretText text(body.size() + checksum.size());
  text.Add(body);
  text.Add(checksum);
  return WriteFile(path, text.view(), 0600);
}

absl::StatusOr<SecretBytes> ReadSmallSecret(int fd) {
  std::array<std::byte, 4097> bytes{};
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t got = read(fd, &bytes[filled], bytes.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      OPENSSL_cleanse(bytes.data(), bytes.size());
      return IoError("read", fmt::format("file descriptor {}", fd), errno);
    }
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  auto secret = SecretBytes::TakeFrom(std::span(bytes).first(filled));
  if (filled == bytes.size()) {
    return InputError("a secret has at most 4 KiB; give the right file");
  }
  return secret;
}

absl::StatusOr<SecretBytes> ReadSmallSecret(const fs::path& path) {
  const Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd.ok()) return IoError("open", path.string(), errno);
  ANON_RETURN_IF_ERROR(RequirePrivate(fd, path));
  return ReadSmallSecret(fd.get());
}

absl::StatusOr<SecretBytes> ReadSecretFile(const fs::path& path) {
  const Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd.ok()) return IoError("open", path.string(), errno);
  ANON_RETURN_IF_ERROR(RequirePrivate(fd, path));
  struct stat info {};
  if (fstat(fd.get(), &info) != 0) {
    return IoError("open", path.string(), errno);
  }
  const auto size = static_cast<std::size_t>(info.st_size);
  if (!S_ISREG(info.st_mode) || size < kChecksumLine || size > kMostBytes) {
    return InputError(
        fmt::format("{}: not a file of secrets; give the right file, or "
                    "restore it from a backup",
                    path.string()));
  }
  std::vector<std::byte> bytes(size);
  std::size_t filled = 0;
  int error = 0;
  while (filled < size && error == 0) {
    const ssize_t got = read(fd.get(), &bytes[filled], size - filled);
    if (got > 0) filled += static_cast<std::size_t>(got);
    if (got == 0) error = EIO;  // it shrank meanwhile
    if (got < 0 && errno != EINTR) error = errno;
  }
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()),
                              size);
  const std::string_view body = text.substr(0, size - kChecksumLine);
  const bool intact = text.substr(body.size()) == ChecksumLine(body);
  auto secret = SecretBytes::TakeFrom(std::span(bytes).first(body.size()));
  if (error != 0) return IoError("read", path.string(), error);
  if (!intact) {
    return InputError(
        fmt::format("{}: damaged (its checksum does not match); restore it "
                    "from a backup",
                    path.string()));
  }
  return secret;
}

std::string_view TakeLine(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

absl::StatusOr<SecretBytes> ParseHexSecret(std::string_view hex) {
  std::array<std::byte, 64> bytes{};
  const std::size_t size = hex.size() / 2;
  bool good = hex.size() % 2 == 0 && size <= bytes.size();
  for (std::size_t i = 0; good && i < size; ++i) {
    const int high = HexDigit(hex[2 * i]);
    const int low = HexDigit(hex[2 * i + 1]);
    good = high >= 0 && low >= 0;
    if (good) bytes[i] = static_cast<std::byte>(16 * high + low);
  }
  if (!good) OPENSSL_cleanse(bytes.data(), bytes.size());
  return SecretBytes::TakeFrom(std::span(bytes).first(good ? size : 0));
}

}  // namespace anon::internal
