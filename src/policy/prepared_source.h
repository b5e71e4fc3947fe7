// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: what the passes of a run read: the source, after its
// gates, with several rows of one principal made one if that is asked for, and
// after its operators.
#ifndef ANON_SRC_POLICY_PREPARED_SOURCE_H_
#define ANON_SRC_POLICY_PREPARED_SOURCE_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "anon/base/random.h"
#include "anon/base/status.h"
#include "anon/data/record_stream.h"
#include "anon/policy/policy.h"
#include "anon/transform/aggregated_source.h"
#include "anon/transform/treated_source.h"
#include "policy/gate_source.h"

namespace anon::internal {

class PreparedSource {
 public:
  // Opens the file of the policy, unless `given` is there; what is given must
  // outlive this. `today` is an ISO 8601 date. Fails on a source whose columns
  // are not those of the policy.
  static absl::StatusOr<PreparedSource> Open(const Policy& policy,
                                             RecordSource* given,
                                             std::string_view today,
                                             RandomSource& random);

  RecordSource& records() { return *records_; }
  // After all records were read: why there was none, if it is because the gates
  // held all of them back; else empty.
  std::string NobodyPassed() const;
  std::vector<GateTally> gate_tallies() const;
  // What became one, after all records were read; nothing if nothing does.
  std::optional<AggregationTally> aggregation() const;
  std::vector<OperatorTally> operator_tallies() const;

 private:
  std::unique_ptr<RecordSource> opened_;
  std::unique_ptr<GateSource> gates_;             // null: no gates
  std::unique_ptr<GriddedSource> gridded_;        // null: no derived columns
  std::unique_ptr<TreatedSource> normalized_;     // null: nothing is
  std::unique_ptr<AggregatedSource> aggregated_;  // null: rows stay as they are
  std::vector<AggregatedColumn> aggregation_;     // its rules
  std::unique_ptr<TreatedSource> treated_;        // null: no operators
  RecordSource* records_ = nullptr;               // the last of them
};

// What makes identifiers that are pseudonymized alike.
std::vector<ColumnOperators> NormalizersOf(const Policy& policy);

// What becomes of several rows of one principal, for every column of `source`
// but the principal's.
std::vector<AggregatedColumn> AggregationOf(const Policy& policy,
                                            const RecordSource& source);

// The operators of the columns that `source` has.
std::vector<ColumnOperators> OperatorsOf(const Policy& policy,
                                         const RecordSource& source);

}  // namespace anon::internal

#endif  // ANON_SRC_POLICY_PREPARED_SOURCE_H_
