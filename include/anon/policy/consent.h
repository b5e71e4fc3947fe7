// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_POLICY_CONSENT_H_
#define ANON_POLICY_CONSENT_H_

#include <optional>
#include <string>
#include <string_view>

#include "anon/base/random.h"
#include "anon/base/status.h"
#include "anon/policy/policy.h"

namespace anon {

// Where one person stands with the gates of a policy, on a day: the answer to
// that person's own question, from the source side.
struct ConsentStatus {
  bool passes = false;  // records of this person would be used
  std::string consent;  // "given", "none", "withdrawn", "not yet",
                        // "older version"; empty: no such gate
  std::optional<std::int64_t> version = {};  // of the receipt that decides
  std::string given_on = {};
  std::string withdrawn_on = {};
  bool excluded = false;  // on the exclusion list
  bool in_source = false;
};

// Reads the consents, the exclusion list and the source. Where the policy
// normalizes the principals before it pseudonymizes them, any spelling of
// `principal` does. `today` is an ISO 8601 date. Fails on files that are not
// what they should be. Messages never hold `principal`.
absl::StatusOr<ConsentStatus> FindConsentStatus(const Policy& policy,
                                                std::string_view principal,
                                                std::string_view today);

}  // namespace anon

#endif  // ANON_POLICY_CONSENT_H_
