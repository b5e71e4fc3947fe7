// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_ASSESS_ASSESS_H_
#define ANON_ASSESS_ASSESS_H_

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "anon/base/fingerprint.h"
#include "anon/base/status.h"
#include "anon/data/classes.h"
#include "anon/data/record_stream.h"
#include "anon/model/privacy_model.h"

namespace anon {

// Which columns of a table mean what to the models.
struct AssessedColumns {
  std::vector<std::string> quasi_identifiers;
  std::vector<std::string> sensitive_attributes;
};

// Says whose records the next rows of a table are, in order: fills
// `principals`. Empty if every record is a principal of its own.
using PrincipalReader =
    std::function<absl::Status(std::span<Fingerprint> principals)>;

// Whose records they are, where that is not in the table.
struct Owners {
  PrincipalReader principals = nullptr;
  PrincipalReader groups = nullptr;  // households or contracts, likewise
};

// What the models say about a table, and about which bytes they say it.
struct Assessment {
  Digest digest{};  // SHA-256 of the table's file
  std::vector<std::string> attributes;
  std::int64_t records = 0;
  std::int64_t principals = 0;
  std::int64_t classes = 0;
  std::int64_t smallest_class = 0;  // in principals; 0 without classes
  std::vector<Verdict> verdicts;    // in the order of the models
  bool satisfied = false;           // all of them
};

// Reads `table` from its beginning and judges every model on what is really
// there. The table must know its digest. `context` is what is known beyond the
// table; its labels are not used, the table has them. Memory grows with
// classes.
absl::StatusOr<Assessment> Assess(RecordSource& table,
                                  const AssessedColumns& columns,
                                  const PrivacyModels& models,
                                  const Owners& owners = {},
                                  std::int64_t class_budget = 64'000'000,
                                  const ModelContext& context = {});

}  // namespace anon

#endif  // ANON_ASSESS_ASSESS_H_
