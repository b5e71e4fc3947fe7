// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_ASSESS_CHECK_H_
#define ANON_ASSESS_CHECK_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "anon/base/random.h"
#include "anon/base/status.h"
#include "anon/data/record_stream.h"
#include "anon/model/privacy_model.h"

namespace anon {

// A question to a table as it is, without anonymizing anything.
struct CheckRequest {
  std::vector<std::string> quasi_identifiers;
  std::vector<std::string> sensitive_attributes = {};
  // Whose row each one is; empty: every row is a principal.
  std::string principal = {};
  // What is asked. Empty: what every model achieves is reported, nothing is
  // asked.
  std::vector<ModelSpec> models = {};
  // How many of the worst classes to name for each model that fails, at most
  // ten. Their labels are values of the table.
  std::size_t worst = 0;
  std::int64_t class_budget = 64'000'000;
};

// A class that fails, as a person reads it.
struct FailingClass {
  std::vector<std::string> values;  // in the order of quasi_identifiers
  std::int64_t principals = 0;
  std::int64_t records = 0;
};

struct CheckedModel {
  Verdict verdict;     // against the table itself
  bool asked = false;  // otherwise verdict.asked and satisfied mean nothing
  std::vector<FailingClass> worst;
};

struct CheckReport {
  std::int64_t rows = 0;
  std::int64_t principals = 0;
  std::int64_t classes = 0;
  std::int64_t k = 0;  // principals of the smallest class; 0 without rows
  std::vector<CheckedModel> models;
  bool satisfied = true;  // all that was asked
};

// Reads `table` once, from its beginning, and answers. Fails on a column that
// the table lacks and on a model that cannot be made. Memory grows with
// classes. `random` keys the fingerprints of principals.
absl::StatusOr<CheckReport> Check(RecordSource& table,
                                  const CheckRequest& request,
                                  RandomSource& random);

}  // namespace anon

#endif  // ANON_ASSESS_CHECK_H_
