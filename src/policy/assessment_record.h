// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: what a policy says to an impact assessment.
#ifndef ANON_SRC_POLICY_ASSESSMENT_RECORD_H_
#define ANON_SRC_POLICY_ASSESSMENT_RECORD_H_

#include "anon/policy/policy.h"
#include "anon/release/pages.h"

namespace anon::internal {

// The judgment of people in `policy`, with what the policy says of the
// processing they judged.
ImpactAssessment DescribeAssessment(const Policy& policy);

}  // namespace anon::internal

#endif  // ANON_SRC_POLICY_ASSESSMENT_RECORD_H_
