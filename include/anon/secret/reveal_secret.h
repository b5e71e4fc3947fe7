// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SECRET_REVEAL_SECRET_H_
#define ANON_SECRET_REVEAL_SECRET_H_

#include <cstddef>
#include <span>

#include "anon/secret/secret_bytes.h"

namespace anon {

// The one door to the raw bytes of a secret. Every place that opens it is found
// by searching for this name, and is a place to review.
class RevealSecret {
 public:
  // Valid as long as `secret` lives and is not destroyed. Empty if the secret
  // was destroyed, or if this process is a forked child of the one that made
  // it: callers refuse to go on with an empty key.
  static std::span<const std::byte> Bytes(const SecretBytes& secret);
};

}  // namespace anon

#endif  // ANON_SECRET_REVEAL_SECRET_H_
