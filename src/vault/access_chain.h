// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: the chain of access-log entries.
#ifndef ANON_SRC_VAULT_ACCESS_CHAIN_H_
#define ANON_SRC_VAULT_ACCESS_CHAIN_H_

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "anon/secret/secret_bytes.h"
#include "anon/vault/access_log.h"

namespace anon::internal {

// Seconds since 1970.
using Clock = std::function<std::int64_t()>;
Clock SystemClock();
std::string IsoTime(std::int64_t seconds);  // "2026-04-01T09:00:00Z"

// The key of the seals: HKDF of the custodian's private key.
absl::StatusOr<SecretBytes> LogKey(const SecretBytes& custodian_private);

// HMAC-SHA-256 in hex.
absl::StatusOr<std::string> LogSeal(const SecretBytes& log_key,
                                    std::string_view bytes);

// Numbers `entry` as the one after `last` (number 0: there is none) and
// computes its hash; with a key, its seal.
absl::Status Chain(const AccessLogEntry& last, const SecretBytes* log_key,
                   AccessLogEntry& entry);

// Whether every entry follows from the one before it, every seal is genuine and
// only what runs do is without one; kDataLoss names the first that is not.
absl::Status CheckChain(std::span<const AccessLogEntry> entries,
                        const SecretBytes& log_key);

}  // namespace anon::internal

#endif  // ANON_SRC_VAULT_ACCESS_CHAIN_H_
