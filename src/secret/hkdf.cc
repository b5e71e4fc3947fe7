// SPDX-License-Identifier: Apache-2.0
#include "secret/hkdf.h"

#include <openssl/core_names.h>
#include <openssl/params.h>

#include <array>

#include "anon/secret/reveal_secret.h"
#include "secret/openssl_ptr.h"

namespace anon::internal {

std::string LengthPrefixed(std::initializer_list<std::string_view> fields) {
  std::string joined;
  for (const std::string_view field : fields) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      joined += static_cast<char>((field.size() >> shift) & 0xFF);
    }
    joined += field;
  }
  return joined;
}

absl::StatusOr<SecretBytes> HkdfSha256(const SecretBytes& secret,
                                       std::string_view info) {
  const std::span<const std::byte> bytes = RevealSecret::Bytes(secret);
  if (bytes.empty()) {
    return absl::FailedPreconditionError(
        "the key is gone: it was destroyed, or the process has forked since "
        "it was loaded; load it again in this process");
  }
  if (info.size() > 1024) {
    return PolicyError(
        "the names a key is derived for are longer than 1024 bytes together; "
        "shorten them");
  }
  const KdfPtr kdf(EVP_KDF_fetch(nullptr, "HKDF", nullptr));
  const KdfContext context(kdf ? EVP_KDF_CTX_new(kdf.get()) : nullptr);
  if (!context) return absl::InternalError("OpenSSL offers no HKDF");
  // OpenSSL's parameters are not const, but it only reads these.
  char digest[] = "SHA256";
  const std::string info_copy(info);
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY,
                                        const_cast<std::byte*>(bytes.data()),
                                        bytes.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO,
                                        const_cast<char*>(info_copy.data()),
                                        info_copy.size()),
      OSSL_PARAM_construct_end()};
  std::array<std::byte, 32> key{};
  if (EVP_KDF_derive(context.get(),
                     reinterpret_cast<unsigned char*>(key.data()), key.size(),
                     parameters) != 1) {
    return absl::InternalError("OpenSSL refused to derive a key (HKDF)");
  }
  return SecretBytes::TakeFrom(key);
}

}  // namespace anon::internal
