// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: key derivation.
#ifndef ANON_SRC_SECRET_HKDF_H_
#define ANON_SRC_SECRET_HKDF_H_

#include <initializer_list>
#include <string>
#include <string_view>

#include "anon/secret/secret_bytes.h"

namespace anon::internal {

// Joins fields so that no two different lists give the same bytes: each field
// follows its length (8 bytes, big-endian). "ab","c" is not "a","bc".
std::string LengthPrefixed(std::initializer_list<std::string_view> fields);

// HKDF-SHA-256 (RFC 5869) without salt, 32 bytes of output. `info` may have up
// to 1024 bytes (OpenSSL 3.0 stops at 2048). A destroyed or wiped secret is an
// error, never a key of zeros.
absl::StatusOr<SecretBytes> HkdfSha256(const SecretBytes& secret,
                                       std::string_view info);

}  // namespace anon::internal

#endif  // ANON_SRC_SECRET_HKDF_H_
