// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SECRET_SIGNING_KEY_H_
#define ANON_SECRET_SIGNING_KEY_H_

#include <array>
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "anon/base/status.h"
#include "anon/secret/secret_bytes.h"

namespace anon {

// The public half of a signing key: what the world checks signatures with. A
// value type.
class VerifyingKey {
 public:
  // Its name: "sig-" and the first 16 hex digits of the SHA-256 of the key.
  std::string id() const;
  // "ed25519 " and 64 hex digits: how key files and attestations write it.
  std::string ToString() const;
  static absl::StatusOr<VerifyingKey> Parse(std::string_view text);
  // A file of that one line, as CreateFile writes it.
  static absl::StatusOr<VerifyingKey> ReadFile(
      const std::filesystem::path& path);

  // Whether `signature` (64 bytes) is one of `message` under this key.
  bool Verifies(std::string_view message,
                std::span<const std::byte> signature) const;

  friend bool operator==(const VerifyingKey&, const VerifyingKey&) = default;

 private:
  friend class SigningKey;
  std::array<std::byte, 32> bytes_{};
};

// An Ed25519 key (RFC 8032) that says "this release is mine". Move-only; const
// use is safe from many threads.
class SigningKey {
 public:
  // Makes a key: the private half in `path` (mode 0600), the public half, which
  // is no secret, beside it in `path`.pub. kAlreadyExists if either is there.
  static absl::StatusOr<SigningKey> CreateFile(
      const std::filesystem::path& path);
  // Refuses a file that others may read.
  static absl::StatusOr<SigningKey> OpenFile(const std::filesystem::path& path);

  const VerifyingKey& verifying_key() const { return verifying_key_; }
  absl::StatusOr<std::array<std::byte, 64>> Sign(
      std::string_view message) const;

 private:
  SigningKey(SecretBytes secret, VerifyingKey verifying_key)
      : secret_(std::move(secret)), verifying_key_(verifying_key) {}
  static absl::StatusOr<SigningKey> Create(SecretBytes secret);

  SecretBytes secret_;
  VerifyingKey verifying_key_;
};

}  // namespace anon

#endif  // ANON_SECRET_SIGNING_KEY_H_
