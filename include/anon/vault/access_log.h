// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_VAULT_ACCESS_LOG_H_
#define ANON_VAULT_ACCESS_LOG_H_

#include <cstdint>
#include <string>

#include "anon/base/digest.h"

namespace anon {

// One access to a vault. Entries form a chain: `hash` is over the entry and the
// hash before it, so none can be changed, removed or put in between without
// breaking what follows. A custodian's entry is also sealed under a key that
// follows from the custodian's private key: whoever lacks it can change nothing
// up to the last sealed entry that is left. To cut the log there and add
// entries of runs after it takes no key: only an earlier head, kept elsewhere,
// shows that (VaultCustodian::VerifyLog).
struct AccessLogEntry {
  std::int64_t number = 0;  // from 1
  std::int64_t time = 0;    // seconds since 1970, never going back
  std::string actor;
  std::string action;    // "begin", "look-up", "erase", ...
  std::string data_set;  // empty: the vault
  std::string reason;
  std::int64_t records = 0;  // how many it was about
  Digest hash{};
  // 64 hex digits, or empty: by a run ("begin", "commit", "roll back").
  std::string seal;
};

}  // namespace anon

#endif  // ANON_VAULT_ACCESS_LOG_H_
