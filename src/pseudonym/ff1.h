// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: FF1, format-preserving encryption of strings of digits.
#ifndef ANON_SRC_PSEUDONYM_FF1_H_
#define ANON_SRC_PSEUDONYM_FF1_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "anon/base/status.h"
#include "secret/openssl_ptr.h"

namespace anon::internal {

using Digits = std::vector<std::uint16_t>;

// One thread at a time.
class Ff1 {
 public:
  // A key of 16, 24 or 32 bytes, a radix from 2 to 65536.
  static absl::StatusOr<Ff1> Create(std::span<const std::byte> key,
                                    std::uint32_t radix);

  // In place. Every digit is below the radix; there are 2 to 4096, enough for
  // a million values, or kInvalidArgument. The tweak has at most 256 bytes.
  absl::Status Encrypt(Digits& digits, std::string_view tweak);
  absl::Status Decrypt(Digits& digits, std::string_view tweak);

  // The same for many strings of `length` digits each, one after the other: a
  // round of all of them is one call of OpenSSL, which takes an eighth of the
  // time. If one is refused, none is changed.
  absl::Status EncryptAll(std::span<std::uint16_t> digits, std::size_t length,
                          std::string_view tweak);
  absl::Status DecryptAll(std::span<std::uint16_t> digits, std::size_t length,
                          std::string_view tweak);

 private:
  Ff1(CipherContext context, std::uint32_t radix)
      : context_(std::move(context)), radix_(radix) {}
  absl::Status Apply(Digits& digits, std::string_view tweak, bool encrypt);
  absl::Status ApplyAll(std::span<std::uint16_t> digits, std::size_t length,
                        std::string_view tweak, bool encrypt);
  // Refuses what is too short, too long or too few values; the bytes of half.
  absl::StatusOr<std::size_t> Check(std::span<const std::uint16_t> digits,
                                    std::size_t length,
                                    std::string_view tweak) const;

  CipherContext context_;  // AES in ECB mode
  std::uint32_t radix_;
};

}  // namespace anon::internal

#endif  // ANON_SRC_PSEUDONYM_FF1_H_
