// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: authenticated encryption and key wrapping by OpenSSL.
#ifndef ANON_SRC_SECRET_AEAD_H_
#define ANON_SRC_SECRET_AEAD_H_

#include <span>
#include <string>
#include <string_view>

#include "anon/secret/secret_bytes.h"

namespace anon::internal {

// AES-GCM (NIST SP 800-38D) with a nonce of 12 bytes never used before under
// this key: nonce, ciphertext and tag of 16 bytes, one after the other. The key
// has 16, 24 or 32 bytes.
absl::StatusOr<std::string> SealGcm(const SecretBytes& key,
                                    std::string_view nonce,
                                    std::string_view associated,
                                    std::span<const std::byte> plain);
// kDataLoss if a single bit differs.
absl::StatusOr<SecretBytes> OpenGcm(const SecretBytes& key,
                                    std::string_view associated,
                                    std::string_view sealed);

// AES key wrap (RFC 3394, NIST SP 800-38F KW), 8 bytes more than `secret`,
// whose size is a multiple of 8, at least 16.
absl::StatusOr<std::string> WrapAes(const SecretBytes& key,
                                    const SecretBytes& secret);
absl::StatusOr<SecretBytes> UnwrapAes(const SecretBytes& key,
                                      std::string_view wrapped);

// The hex of bytes, and back; nothing if it is not lower-case hex.
std::string HexOf(std::string_view bytes);
absl::StatusOr<std::string> FromHex(std::string_view hex);

}  // namespace anon::internal

#endif  // ANON_SRC_SECRET_AEAD_H_
