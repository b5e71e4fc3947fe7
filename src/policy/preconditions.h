// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: what must be right before a run begins.
#ifndef ANON_SRC_POLICY_PRECONDITIONS_H_
#define ANON_SRC_POLICY_PRECONDITIONS_H_

#include <string_view>

#include "anon/base/status.h"
#include "anon/policy/policy.h"
#include "anon/policy/run.h"
#include "anon/release/places.h"

namespace anon::internal {

bool UsesPseudonyms(const Policy& policy);
// Whether they are made with a key.
bool UsesKey(const Policy& policy);

// Keys and vault are there if they are needed, and only then.
absl::Status CheckSecrets(const Policy& policy, const RunOptions& options);

// No file that the run reads lies where the run writes.
absl::Status CheckInputs(const Policy& policy, const RunOptions& options,
                         const Places& places);

// Anonymized information is not collated with other tables: neither is it a
// source beside which the policy reads another table of people, nor is it that
// other table.
absl::Status CheckCollation(const Policy& policy);

// Entrusted work has not ended on `today`, an ISO 8601 date.
absl::Status CheckContractor(const Policy& policy, std::string_view today);

}  // namespace anon::internal

#endif  // ANON_SRC_POLICY_PRECONDITIONS_H_
