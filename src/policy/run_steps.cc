// SPDX-License-Identifier: Apache-2.0
#include "policy/run_steps.h"

#include <utility>

#include "base/status_macros.h"

namespace anon::internal {

AfterBatch RunSteps::Begin(std::string name, std::int64_t of) {
  Start(std::move(name));
  return [this, of](std::int64_t records) -> absl::Status {
    ANON_RETURN_IF_ERROR(CheckStop());
    if (options_.progress) options_.progress({name_, records, of});
    return CheckStop();  // the callback may have asked for it
  };
}

SearchBudget RunSteps::BeginSearch(const Policy& policy) {
  Start("solve");
  return BudgetOf(policy, options_.stop, options_.progress);
}

void RunSteps::Start(std::string name) {
  End();
  name_ = std::move(name);
  began_ = options_.clock();
}

void RunSteps::End() {
  if (name_.empty()) return;
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      options_.clock() - began_);
  report_.timings.emplace_back(name_, took.count());
  name_.clear();
}

absl::Status RunSteps::CheckStop() const {
  return options_.stop.stop_requested()
             ? absl::CancelledError("stopped on request; nothing has changed")
             : absl::OkStatus();
}

}  // namespace anon::internal
