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

 private:
  Ff1(CipherContext context, std::uint32_t radix)
      : context_(std::move(context)), radix_(radix) {}
  absl::Status Apply(Digits& digits, std::string_view tweak, bool encrypt);

  CipherContext context_;  // AES in ECB mode
  std::uint32_t radix_;
};

}  // namespace anon::internal

#endif  // ANON_SRC_PSEUDONYM_FF1_H_
