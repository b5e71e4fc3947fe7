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

// Hashes messages in batches: all inner hashes, then all outer ones, so that no
// compression waits for the bytes that were written just before it. One thread
// at a time; wiped with the object.
class PadHmac {
 public:
  static constexpr std::size_t kBatch = 16;
  using Mac = std::array<std::byte, 32>;

  explicit PadHmac(std::span<const std::byte, kPadBytes> pads);
  PadHmac(const PadHmac&) = delete;
  PadHmac& operator=(const PadHmac&) = delete;
  ~PadHmac();

  // Takes up to kBatch messages; each is needed for the call only.
  void Add(std::string_view message);
  // The values of what was added since, in order, until the next Add.
  std::span<const Mac> Finish();

  // One message; not in the middle of a batch.
  void Compute(std::string_view message, std::span<std::byte, 32> out);

 private:
  using Words = std::array<std::uint32_t, 8>;
  using Block = std::array<unsigned char, 64>;

  Words inner_;
  Words outer_;
  std::size_t count_ = 0;
  std::array<bool, kBatch> short_{};    // its inner hash is still to come
  std::array<Block, kBatch> blocks_{};  // a whole short message
  std::array<Block, kBatch> last_{};    // of the outer hash
  std::array<Mac, kBatch> macs_{};
};

}  // namespace anon::internal

#endif  // ANON_SRC_PSEUDONYM_HMAC_PADS_H_
