// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SECRET_REVEAL_SECRET_H_
#define ANON_SECRET_REVEAL_SECRET_H_

#include <span>

#include "anon/secret/secret_bytes.h"

namespace anon {

// The one door to the raw bytes of a secret. Every place that opens it is found
// by searching for this name, and is a place to review.
class RevealSecret {
 public:
  // Valid as long as `secret` lives and is not destroyed.
  static std::span<const std::byte> Bytes(const SecretBytes& secret) {
    return {secret.data_, secret.size_};
  }
};

}  // namespace anon

#endif  // ANON_SECRET_REVEAL_SECRET_H_
