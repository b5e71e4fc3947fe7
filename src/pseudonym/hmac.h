// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: HMAC-SHA-256 of many messages under one key.
#ifndef ANON_SRC_PSEUDONYM_HMAC_H_
#define ANON_SRC_PSEUDONYM_HMAC_H_

#include <cstddef>
#include <span>
#include <string_view>

#include "anon/base/status.h"
#include "secret/openssl_ptr.h"

namespace anon::internal {

// How a context is readied for the next message. Restarting without a key
// halves the cost, but is a silent no-op that gives wrong values on OpenSSL
// 3.0.0 to 3.0.2 (openssl issue 17811; Ubuntu 22.04 shipped 3.0.2).
enum class HmacRestart {
  kReuseKey,  // EVP_MAC_init without a key
  kKeyAnew,   // EVP_MAC_init with the key: right everywhere
};

// HMAC-SHA-256 from OpenSSL's provider, looked up once. Shared by threads.
absl::StatusOr<MacPtr> FetchHmac();

// The fastest restart that gives the values of RFC 4231 on this OpenSSL, by
// trying; an error if none does.
absl::StatusOr<HmacRestart> ChooseHmacRestart(EVP_MAC* mac);

// One context. The key belongs to the caller and outlives this object; what
// OpenSSL keeps of it is wiped with the object. One thread at a time.
class HmacSha256 {
 public:
  static absl::StatusOr<HmacSha256> Create(EVP_MAC* mac,
                                           std::span<const std::byte> key,
                                           HmacRestart restart);

  absl::Status Compute(std::string_view message, std::span<std::byte, 32> out);

 private:
  HmacSha256(MacContext context, std::span<const std::byte> key,
             HmacRestart restart)
      : context_(std::move(context)), key_(key), restart_(restart) {}

  MacContext context_;
  std::span<const std::byte> key_;
  HmacRestart restart_;
};

}  // namespace anon::internal

#endif  // ANON_SRC_PSEUDONYM_HMAC_H_
