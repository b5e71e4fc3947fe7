// SPDX-License-Identifier: Apache-2.0
#include "vault/access_chain.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "anon/secret/reveal_secret.h"
#include "base/status_macros.h"
#include "base/utc_text.h"
#include "secret/hkdf.h"

namespace anon::internal {
namespace {

std::string_view AsText(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Who wrote it is hashed: a seal cannot be taken off an entry that a later
// seal covers.
Digest HashOf(const AccessLogEntry& entry, bool by_custodian,
              const Digest& before) {
  return Sha256(LengthPrefixed(
      {"anon/access-log/2", by_custodian ? "custodian" : "run", AsText(before),
       std::to_string(entry.number), std::to_string(entry.time), entry.actor,
       entry.action, entry.data_set, entry.reason,
       std::to_string(entry.records)}));
}

// What a run does, which has no key to seal with.
bool IsActionOfRun(std::string_view action) {
  return action == "begin" || action == "commit" || action == "roll back";
}

}  // namespace

Clock SystemClock() {
  return [] {
    return static_cast<std::int64_t>(
        std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()));
  };
}

std::string IsoTime(std::int64_t seconds) {
  return UtcText(
      std::chrono::system_clock::time_point(std::chrono::seconds(seconds)));
}

absl::StatusOr<SecretBytes> LogKey(const SecretBytes& custodian_private) {
  return HkdfSha256(custodian_private,
                    LengthPrefixed({"anon/vault/2 access log"}));
}

absl::StatusOr<std::string> LogSeal(const SecretBytes& log_key,
                                    std::string_view bytes) {
  const std::span<const std::byte> key = RevealSecret::Bytes(log_key);
  std::array<std::byte, 32> seal{};
  unsigned size = 0;
  if (key.empty() ||
      HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
           reinterpret_cast<unsigned char*>(seal.data()), &size) == nullptr) {
    return absl::InternalError("OpenSSL's HMAC failed");
  }
  return ToHex(seal);
}

absl::Status Chain(const AccessLogEntry& last, const SecretBytes* log_key,
                   AccessLogEntry& entry) {
  entry.number = last.number + 1;
  entry.time = std::max(entry.time, last.time);
  entry.hash = HashOf(entry, log_key != nullptr, last.hash);
  entry.seal.clear();
  if (log_key == nullptr) return absl::OkStatus();
  ANON_ASSIGN_OR_RETURN(entry.seal, LogSeal(*log_key, AsText(entry.hash)));
  return absl::OkStatus();
}

absl::Status CheckChain(std::span<const AccessLogEntry> entries,
                        const SecretBytes& log_key) {
  AccessLogEntry last;
  for (const AccessLogEntry& entry : entries) {
    const bool sealed = !entry.seal.empty();
    std::string seal;
    if (sealed) {
      ANON_ASSIGN_OR_RETURN(seal, LogSeal(log_key, AsText(entry.hash)));
    }
    if (entry.number != last.number + 1 || entry.time < last.time ||
        (!sealed && !IsActionOfRun(entry.action)) ||
        entry.hash != HashOf(entry, sealed, last.hash) ||
        seal.size() != entry.seal.size() ||
        CRYPTO_memcmp(seal.data(), entry.seal.data(), seal.size()) != 0) {
      return InputError(fmt::format(
          "the access log was altered at entry {}; keep the files and find out "
          "by whom",
          last.number + 1));
    }
    last = entry;
  }
  return absl::OkStatus();
}

}  // namespace anon::internal
