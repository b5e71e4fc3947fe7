// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: what a run found, in words and JSON.
#ifndef ANON_SRC_POLICY_FINDINGS_H_
#define ANON_SRC_POLICY_FINDINGS_H_

#include <string>
#include <vector>

#include "anon/data/classes.h"
#include "anon/policy/run.h"
#include "anon/solve/solution.h"
#include "anon/transform/generalization.h"

namespace anon::internal {

// "0.1.0", from the build.
std::string ToolVersion();

// Why too much would be suppressed: which models fail, in how many classes.
std::string OverLimit(const RunReport& report);
// Which models fail before suppression, and how much.
std::string Failing(const RunReport& report);
// Why the written file does not do.
std::string Unmet(const Verdict& verdict);

// The worst classes behind each failing model. For the internal directory only.
std::string FailingClassesJson(const std::vector<Verdict>& verdicts,
                               const Classes& classes,
                               const std::vector<Generalization>& quasi);

std::string DescribeSolution(const Solution& solution, const Classes& classes,
                             const std::vector<Generalization>& quasi);

// The items of the policy in the order of the output columns.
std::vector<Item> ItemsInOrder(const Policy& policy,
                               const std::vector<std::string>& columns);

}  // namespace anon::internal

#endif  // ANON_SRC_POLICY_FINDINGS_H_
