// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: whether a saved solution can be one of a policy. The
// policy's digest in it does not tell: a solution is a file, and files get
// damaged.
#ifndef ANON_SRC_POLICY_SOLUTION_CHECK_H_
#define ANON_SRC_POLICY_SOLUTION_CHECK_H_

#include <string>
#include <vector>

#include "anon/base/status.h"
#include "anon/policy/policy.h"
#include "anon/solve/saved_solution.h"
#include "policy/hierarchies.h"

namespace anon::internal {

// Gives `solution` its hierarchies. Fails unless it recodes exactly the
// quasi-identifiers that the policy releases of the columns `source`, in their
// order, in the way and at levels that the policy allows, by the same hierarchy
// files. Hierarchies by rule are made of the values at hand.
absl::Status BindSolution(const Policy& policy,
                          const std::vector<std::string>& source,
                          const Hierarchies& hierarchies,
                          SavedSolution& solution);

}  // namespace anon::internal

#endif  // ANON_SRC_POLICY_SOLUTION_CHECK_H_
