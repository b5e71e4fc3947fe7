// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: a key-encryption key that stays in an HSM.
#ifndef ANON_SRC_SECRET_PKCS11_KEY_WRAPPER_H_
#define ANON_SRC_SECRET_PKCS11_KEY_WRAPPER_H_

#include <memory>
#include <string_view>

#include "anon/secret/key_wrapper.h"

namespace anon::internal {

// `uri`: what follows "pkcs11:" (see OpenKeyWrapper), without %-escapes.
absl::StatusOr<std::unique_ptr<KeyWrapper>> OpenPkcs11(std::string_view uri);

}  // namespace anon::internal

#endif  // ANON_SRC_SECRET_PKCS11_KEY_WRAPPER_H_
