// SPDX-License-Identifier: Apache-2.0
#include "pseudonym/hmac.h"

#include <openssl/core_names.h>
#include <openssl/params.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace anon::internal {
namespace {

// RFC 4231, test case 2.
constexpr std::string_view kKnownKey = "Jefe";
constexpr std::string_view kKnownMessage = "what do ya want for nothing?";
constexpr std::array<std::uint8_t, 32> kKnownMac = {
    0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e, 0x6a, 0x04, 0x24,
    0x26, 0x08, 0x95, 0x75, 0xc7, 0x5a, 0x00, 0x3f, 0x08, 0x9d, 0x27,
    0x39, 0x83, 0x9d, 0xec, 0x58, 0xb9, 0x64, 0xec, 0x38, 0x43};

// Whether the known message gets its known value first, after another message,
// and twice in a row.
bool GivesKnownAnswers(EVP_MAC* mac, HmacRestart restart) {
  auto hmac =
      HmacSha256::Create(mac, std::as_bytes(std::span(kKnownKey)), restart);
  if (!hmac.ok()) return false;
  std::array<std::byte, 32> out{};
  for (const bool known : {true, false, true, true}) {
    if (!hmac->Compute(known ? kKnownMessage : "another", out).ok()) {
      return false;
    }
    const bool equal =
        std::ranges::equal(out, std::as_bytes(std::span(kKnownMac)));
    if (equal != known) return false;
  }
  return true;
}

}  // namespace

absl::StatusOr<MacPtr> FetchHmac() {
  MacPtr mac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
  if (!mac) return absl::InternalError("OpenSSL offers no HMAC");
  return mac;
}

absl::StatusOr<HmacRestart> ChooseHmacRestart(EVP_MAC* mac) {
  for (const auto restart : {HmacRestart::kReuseKey, HmacRestart::kKeyAnew}) {
    if (GivesKnownAnswers(mac, restart)) return restart;
  }
  return absl::InternalError(
      "OpenSSL's HMAC-SHA-256 fails the known answer of RFC 4231; repair the "
      "OpenSSL installation");
}

absl::StatusOr<HmacSha256> HmacSha256::Create(EVP_MAC* mac,
                                              std::span<const std::byte> key,
                                              HmacRestart restart) {
  if (key.empty()) {
    return absl::FailedPreconditionError(
        "the key is gone: it was destroyed, or the process has forked since "
        "it was loaded; load it again in this process");
  }
  MacContext context(EVP_MAC_CTX_new(mac));
  if (!context) return absl::ResourceExhaustedError("no memory for HMAC");
  char digest[] = "SHA256";
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_end()};
  if (EVP_MAC_init(context.get(),
                   reinterpret_cast<const unsigned char*>(key.data()),
                   key.size(), parameters) != 1) {
    return absl::InternalError("OpenSSL refused a key for HMAC-SHA-256");
  }
  return HmacSha256(std::move(context), key, restart);
}

absl::Status HmacSha256::Compute(std::string_view message,
                                 std::span<std::byte, 32> out) {
  const bool anew = restart_ == HmacRestart::kKeyAnew;
  const auto* const key =
      anew ? reinterpret_cast<const unsigned char*>(key_.data()) : nullptr;
  std::size_t length = 0;
  if (EVP_MAC_init(context_.get(), key, anew ? key_.size() : 0, nullptr) != 1 ||
      EVP_MAC_update(context_.get(),
                     reinterpret_cast<const unsigned char*>(message.data()),
                     message.size()) != 1 ||
      EVP_MAC_final(context_.get(),
                    reinterpret_cast<unsigned char*>(out.data()), &length,
                    out.size()) != 1 ||
      length != out.size()) {
    return absl::InternalError("OpenSSL's HMAC-SHA-256 failed");
  }
  return absl::OkStatus();
}

}  // namespace anon::internal
