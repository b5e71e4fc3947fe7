// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: AES-SIV (RFC 5297), deterministic authenticated
// encryption.
#ifndef ANON_SRC_PSEUDONYM_SIV_H_
#define ANON_SRC_PSEUDONYM_SIV_H_

#include <span>
#include <string>
#include <string_view>

#include "anon/base/status.h"

namespace anon::internal {

// A key of 32, 48 or 64 bytes (two AES keys). The tag of 16 bytes stands before
// the ciphertext. `plain` must not be empty.
absl::StatusOr<std::string> SealSiv(std::span<const std::byte> key,
                                    std::string_view associated,
                                    std::string_view plain);
// kDataLoss if a single bit differs.
absl::StatusOr<std::string> OpenSiv(std::span<const std::byte> key,
                                    std::string_view associated,
                                    std::string_view sealed);

}  // namespace anon::internal

#endif  // ANON_SRC_PSEUDONYM_SIV_H_
