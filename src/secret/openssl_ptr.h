// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: OpenSSL objects that free themselves.
#ifndef ANON_SRC_SECRET_OPENSSL_PTR_H_
#define ANON_SRC_SECRET_OPENSSL_PTR_H_

#include <openssl/evp.h>
#include <openssl/kdf.h>

#include <memory>

namespace anon::internal {

template <auto free_function>
struct OpensslFree {
  template <typename T>
  void operator()(T* object) const {
    free_function(object);
  }
};

using KdfPtr = std::unique_ptr<EVP_KDF, OpensslFree<EVP_KDF_free>>;
using KdfContext = std::unique_ptr<EVP_KDF_CTX, OpensslFree<EVP_KDF_CTX_free>>;
using MacPtr = std::unique_ptr<EVP_MAC, OpensslFree<EVP_MAC_free>>;
using MacContext = std::unique_ptr<EVP_MAC_CTX, OpensslFree<EVP_MAC_CTX_free>>;
using CipherPtr = std::unique_ptr<EVP_CIPHER, OpensslFree<EVP_CIPHER_free>>;
using CipherContext =
    std::unique_ptr<EVP_CIPHER_CTX, OpensslFree<EVP_CIPHER_CTX_free>>;
using PkeyPtr = std::unique_ptr<EVP_PKEY, OpensslFree<EVP_PKEY_free>>;
using PkeyContext =
    std::unique_ptr<EVP_PKEY_CTX, OpensslFree<EVP_PKEY_CTX_free>>;

}  // namespace anon::internal

#endif  // ANON_SRC_SECRET_OPENSSL_PTR_H_
