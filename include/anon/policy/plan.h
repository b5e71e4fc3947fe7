// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_POLICY_PLAN_H_
#define ANON_POLICY_PLAN_H_

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "anon/base/random.h"
#include "anon/base/status.h"
#include "anon/data/record_stream.h"
#include "anon/policy/policy.h"
#include "anon/policy/progress.h"
#include "anon/solve/local_recoding.h"
#include "anon/solve/solve.h"

namespace anon {

struct PlanOptions {
  std::string created = {};        // today, ISO 8601; for gates
  RecordSource* source = nullptr;  // read instead of the policy's file
  RandomSource* random = nullptr;  // null: the operating system's
  // See SearchBudget. Refused with Mondrian, rounds and best effort.
  bool every_node = false;
  // As RunOptions has them.
  std::function<void(const RunProgress&)> progress = nullptr;
  std::stop_token stop = {};
};

// Levels that meet a policy at the least loss, or why none do; without nodes
// and levels if the gates held everybody back. With solver.search mondrian
// there are none: `search` then says whether the policy is met, the NCP as its
// cost, the regions as its classes, and as nodes evaluated the parts that it
// tried to divide. A plain value; for internal eyes.
struct LevelPlan {
  SearchResult search;
  std::vector<std::string> attributes;  // names for the levels of its nodes
  // Of local recoding: `search` has the levels of the first, and what all of
  // them come to; it proves no optimum.
  std::vector<RecodingRound> rounds;
  // Of Mondrian: that no limit of the policy ended it early.
  std::optional<bool> complete;
  double cpu_ms = 0;  // of the search, without counting
};

// Reads the source, counts its classes and searches for levels. Writes nothing.
// Without a legal profile, models that compare a class with the whole table
// compare it with the source only; with one, and in Run, with the release too.
absl::StatusOr<LevelPlan> PlanLevels(const Policy& policy,
                                     const PlanOptions& options = {});

// One JSON object: see docs/solve.md.
std::string PlanJson(const LevelPlan& plan);

}  // namespace anon

#endif  // ANON_POLICY_PLAN_H_
