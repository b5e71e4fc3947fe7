// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: small text files that hold secrets (a keyring, a
// custodian's key). Mode 0600 from the first instant; the last line is the
// SHA-256 of what stands before it, so that a torn or damaged file is noticed.
// No copy of the text stays behind in memory.
#ifndef ANON_SRC_SECRET_SECRET_FILE_H_
#define ANON_SRC_SECRET_SECRET_FILE_H_

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "anon/secret/secret_bytes.h"

namespace anon::internal {

// Text that is wiped when it dies. Holds at most the capacity given, because a
// string that grows leaves its old memory behind.
class SecretText {
 public:
  explicit SecretText(std::size_t capacity);
  SecretText(const SecretText&) = delete;
  SecretText& operator=(const SecretText&) = delete;
  ~SecretText();

  void Add(std::string_view text);
  void AddHex(std::span<const std::byte> bytes);
  std::string_view view() const { return text_; }

 private:
  std::string text_;
  std::size_t capacity_;
};

// Creates `path` with `body` and the checksum line. kAlreadyExists if there is
// something by that name; it is left alone.
absl::Status CreateSecretFile(const std::filesystem::path& path,
                              std::string_view body);

// The same without the checksum line.
absl::Status CreatePlainSecretFile(const std::filesystem::path& path,
                                   std::string_view text);
// Replaces a file made by CreateSecretFile, at once and for good.
absl::Status ReplaceSecretFile(const std::filesystem::path& path,
                               std::string_view body);

// A secret of at most 4 KiB: the whole file, which nobody else may read, or
// what is left to read from `fd`, which stays open.
absl::StatusOr<SecretBytes> ReadSmallSecret(const std::filesystem::path& path);
absl::StatusOr<SecretBytes> ReadSmallSecret(int fd);

// The body of a file made by CreateSecretFile. Refuses one that others may
// read.
absl::StatusOr<SecretBytes> ReadSecretFile(const std::filesystem::path& path);

// Takes the first line, without its end, off `text`.
std::string_view TakeLine(std::string_view& text);

// Up to 64 bytes written as lower-case hex; an empty secret if they are not.
absl::StatusOr<SecretBytes> ParseHexSecret(std::string_view hex);

}  // namespace anon::internal

#endif  // ANON_SRC_SECRET_SECRET_FILE_H_
