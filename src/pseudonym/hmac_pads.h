// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: HMAC-SHA-256 with the key's two pads hashed once, by
// OpenSSL's low-level SHA-256. Half the time of EVP_MAC, but the calls are
// deprecated and stand outside OpenSSL's providers (so outside FIPS mode):
// PadsMayBeUsed decides at run time, and the EVP path is always there.
#ifndef ANON_SRC_PSEUDONYM_HMAC_PADS_H_
#define ANON_SRC_PSEUDONYM_HMAC_PADS_H_

#include <openssl/evp.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "anon/secret/secret_bytes.h"

namespace anon::internal {

// The SHA-256 states after the inner and after the outer pad: all that is
// needed of the key, and as secret as the key.
inline constexpr std::size_t kPadBytes = 64;

// Whether this OpenSSL has the low-level calls, is not in FIPS mode, the
// environment does not say ANON_CRYPTO=evp, and the calls agree with `mac`
// (RFC 4231 and lengths around the borders of a block).
bool PadsMayBeUsed(EVP_MAC* mac);

// The pads of `key`.
absl::StatusOr<SecretBytes> MakePads(std::span<const std::byte> key);

// One thread at a time; wiped with the object.
class PadHmac {
 public:
  explicit PadHmac(std::span<const std::byte, kPadBytes> pads);
  PadHmac(const PadHmac&) = delete;
  PadHmac& operator=(const PadHmac&) = delete;
  ~PadHmac();

  void Compute(std::string_view message, std::span<std::byte, 32> out);

 private:
  using Words = std::array<std::uint32_t, 8>;
  Words inner_;
  Words outer_;
  std::array<unsigned char, 64> block_{};
  std::array<unsigned char, 64> last_{};  // of the outer hash
};

}  // namespace anon::internal

#endif  // ANON_SRC_PSEUDONYM_HMAC_PADS_H_
