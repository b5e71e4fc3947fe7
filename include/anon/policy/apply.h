// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_POLICY_APPLY_H_
#define ANON_POLICY_APPLY_H_

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "anon/base/random.h"
#include "anon/base/status.h"
#include "anon/data/record_stream.h"
#include "anon/model/bound_model.h"
#include "anon/policy/policy.h"
#include "anon/policy/run.h"
#include "anon/solve/saved_solution.h"

namespace anon {

struct ApplyOptions {
  std::string created = {};        // today, ISO 8601; for gates
  RandomSource* random = nullptr;  // null: the operating system's
  std::filesystem::path temporary_directory = "/tmp";  // of the shuffle
  // Judges the models of the policy on what was written.
  bool check = false;
  std::stop_token stop = {};
};

// What an application did. For internal eyes.
struct ApplyReport {
  std::int64_t records_in = 0;  // after gates, aggregation and operators
  std::int64_t records_out = 0;
  std::int64_t suppressed = 0;  // of tuples that the solution does not list
  std::int64_t unknown = 0;     // with values that none of its labels covers
  std::vector<GateTally> gates;
  std::optional<AggregationTally> aggregation;
  std::vector<Verdict> verdicts;  // if asked for
  bool satisfied = true;          // all of them
};

// The columns that Apply writes, for the sink.
std::vector<std::string> AppliedColumns(
    const Policy& policy, const std::vector<std::string>& source_columns);

// Transforms other records of the same columns as a saved solution says:
// gates, aggregation, operators, labels; drops what it does not list, and
// shuffles. It is a filter: it seals nothing, and nothing is a release because
// it went through here. Fails if the solution was made by another policy or
// with other hierarchy files, if it does not recode exactly the
// quasi-identifiers that the policy releases, as the policy allows, and on a
// policy with pseudonyms.
absl::StatusOr<ApplyReport> Apply(const Policy& policy, SavedSolution& solution,
                                  RecordSource& source, RecordSink& sink,
                                  const ApplyOptions& options = {});

}  // namespace anon

#endif  // ANON_POLICY_APPLY_H_
