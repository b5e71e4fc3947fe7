// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_PSEUDONYM_REVERSIBLE_H_
#define ANON_PSEUDONYM_REVERSIBLE_H_

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "anon/base/status.h"
#include "anon/secret/key.h"

namespace anon {

// Encryption of identifiers: a security measure (安全管理措置) for data that
// stay personal data. Whoever holds the key gets every identifier back, so this
// is neither anonymization nor pseudonymization in the sense of the Act: a
// policy for 匿名加工情報, 仮名加工情報 or 統計情報 cannot name it (Rules Art.
// 31 and 34: replacement by a method without a regularity that restores). For
// those take Pseudonymizer. Both kinds are deterministic: equal identifiers
// stay equal, and frequencies show. Const use is safe from many threads.

struct ReversibleOptions {
  std::string domain = {};     // as in PseudonymOptions; required
  std::string attribute = {};  // required
  std::string epoch = {};
};

// AES-256-SIV (RFC 5297): text of any length, authenticated, so that a changed
// value is noticed. Lengths are hidden up to a multiple of 16 bytes.
class IdentifierCipher {
 public:
  static absl::StatusOr<IdentifierCipher> Create(
      const Key& key, const ReversibleOptions& options);
  ~IdentifierCipher();
  IdentifierCipher(IdentifierCipher&&) noexcept;
  IdentifierCipher& operator=(IdentifierCipher&&) noexcept;

  // Lower-case hex. An empty identifier is an error.
  absl::StatusOr<std::string> Encrypt(std::string_view identifier) const;
  absl::StatusOr<std::string> Decrypt(std::string_view text) const;

 private:
  struct State;
  explicit IdentifierCipher(std::unique_ptr<const State> state);
  std::unique_ptr<const State> state_;
};

// FF1 (NIST SP 800-38G r1) with AES-256: a value stays in its format, "0123456"
// becomes another seven digits. Not authenticated: any text of the format
// decrypts to something. Needs a million possible values: six decimal digits.
// Check digits (Luhn) are the caller's.
class FormatPreservingCipher {
 public:
  // `alphabet`: the characters of a value, 2 to 94 different visible ASCII ones
  // in their order, "0123456789" as a rule.
  static absl::StatusOr<FormatPreservingCipher> Create(
      const Key& key, const ReversibleOptions& options,
      std::string_view alphabet);
  ~FormatPreservingCipher();
  FormatPreservingCipher(FormatPreservingCipher&&) noexcept;
  FormatPreservingCipher& operator=(FormatPreservingCipher&&) noexcept;

  absl::StatusOr<std::string> Encrypt(std::string_view value) const;
  absl::StatusOr<std::string> Decrypt(std::string_view value) const;

  // Many at once, about twenty times faster: `out` gets them one after the
  // other, each as long as it was, and has as many characters as all `values`
  // together. Their lengths may differ. If one is refused, the error says which
  // by its number, and `out` is of no use. No allocation per value.
  absl::Status Encrypt(std::span<const std::string_view> values,
                       std::span<char> out) const;
  absl::Status Decrypt(std::span<const std::string_view> values,
                       std::span<char> out) const;

 private:
  struct State;
  explicit FormatPreservingCipher(std::unique_ptr<const State> state);
  std::unique_ptr<const State> state_;
};

}  // namespace anon

#endif  // ANON_PSEUDONYM_REVERSIBLE_H_
