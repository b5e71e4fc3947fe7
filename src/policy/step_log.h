// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: what was done to the columns, in words the manifest may
// print and in parameters that stay internal.
#ifndef ANON_SRC_POLICY_STEP_LOG_H_
#define ANON_SRC_POLICY_STEP_LOG_H_

#include <string>
#include <vector>

#include "anon/policy/policy.h"
#include "anon/policy/run.h"
#include "base/json.h"

namespace anon::internal {

// Every step of the policy, in order. `tallies` are those of OperatorsOf, which
// lists the operators in the same order; empty if nothing has run.
std::vector<RunStep> StepsOf(const Policy& policy,
                             const std::vector<OperatorTally>& tallies = {});

// The levels that were found become parameters of the steps that go to them.
void AddLevels(const RunSearch& search, std::vector<RunStep>& steps);

// As report.json has it.
Json StepLog(const RunReport& report);

// What was done, as the words a manifest may print, each once.
std::vector<std::string> TechniqueVerbs(const Policy& policy,
                                        bool records_suppressed);

}  // namespace anon::internal

#endif  // ANON_SRC_POLICY_STEP_LOG_H_
