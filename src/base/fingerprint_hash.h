// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: fingerprints as keys of hash tables.
#ifndef ANON_SRC_BASE_FINGERPRINT_HASH_H_
#define ANON_SRC_BASE_FINGERPRINT_HASH_H_

#include <cstddef>

#include "anon/base/fingerprint.h"

namespace anon::internal {

struct FingerprintHash {
  std::size_t operator()(const Fingerprint& fingerprint) const {
    return fingerprint.low;  // keyed and uniform already
  }
};

}  // namespace anon::internal

#endif  // ANON_SRC_BASE_FINGERPRINT_HASH_H_
