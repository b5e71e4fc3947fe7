// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: the steps of a run, one after the other: how far each
// is, how long it took, and whether to stop.
#ifndef ANON_SRC_POLICY_RUN_STEPS_H_
#define ANON_SRC_POLICY_RUN_STEPS_H_

#include <chrono>
#include <cstdint>
#include <string>

#include "anon/policy/run.h"
#include "policy/level_search.h"
#include "policy/passes.h"

namespace anon::internal {

class RunSteps {
 public:
  // Both must outlive it; `report` gets the timings.
  RunSteps(const RunOptions& options, RunReport& report)
      : options_(options), report_(report) {}

  // Starts a step and so ends the one before; the returned function ends
  // batches with progress and the stop token.
  AfterBatch Begin(std::string name, std::int64_t of);
  // The same for what the policy leaves to a search.
  SearchBudget BeginSearch(const Policy& policy);
  void End();

 private:
  void Start(std::string name);
  absl::Status CheckStop() const;

  const RunOptions& options_;
  RunReport& report_;
  std::chrono::system_clock::time_point began_;
  std::string name_;
};

}  // namespace anon::internal

#endif  // ANON_SRC_POLICY_RUN_STEPS_H_
