// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: a policy bound to the columns of a source.
#ifndef ANON_SRC_POLICY_TABLE_PLAN_H_
#define ANON_SRC_POLICY_TABLE_PLAN_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "anon/base/status.h"
#include "anon/data/classes.h"
#include "anon/data/record_stream.h"
#include "anon/policy/policy.h"
#include "anon/transform/generalization.h"
#include "anon/transform/row_coder.h"

namespace anon::internal {

// A column of the output and where its values come from.
struct OutputColumn {
  std::string name;
  Treatment treatment = Treatment::kKeep;
  std::size_t source = 0;  // column of the source
  std::size_t quasi = 0;   // kGeneralize: index of the quasi-identifier
  PseudonymOptions pseudonym = {};  // kPseudonymize
  bool fresh = false;
};

// The class coverage gate: no column slips through unnamed, and none that is
// named is missing.
absl::Status CheckCoverage(const Policy& policy, const RecordSource& source);

// Knows for every column of the source what it is and what becomes of it, and
// turns batches into codes. Made for a source that CheckCoverage lets pass. One
// thread at a time.
class TablePlan {
 public:
  // Leaves `source` at its beginning.
  static absl::StatusOr<TablePlan> Bind(const Policy& policy,
                                        RecordSource& source,
                                        RandomSource& random);

  // See RowCoder, of which this is the plan's.
  absl::StatusOr<CodedRows> Encode(const Batch& batch) {
    return coder_.Encode(batch);
  }
  ClassCounterOptions counter_options(std::int64_t class_budget) const {
    return coder_.counter_options(class_budget);
  }
  const std::vector<Generalization>& quasi_identifiers() const {
    return coder_.quasi_identifiers();
  }
  // The value behind a code of sensitive attribute `s`.
  std::string_view sensitive_value(std::size_t s, std::uint32_t code) const {
    return coder_.sensitive_value(s, code);
  }
  absl::Status SetLevels(const std::vector<std::size_t>& levels) {
    return coder_.SetLevels(levels);
  }
  bool has_principals() const { return coder_.has_principals(); }
  bool has_groups() const { return coder_.has_groups(); }

  const std::vector<OutputColumn>& output() const { return output_; }
  std::vector<std::string> output_names() const;

 private:
  TablePlan(RowCoder coder, std::vector<OutputColumn> output)
      : coder_(std::move(coder)), output_(std::move(output)) {}

  RowCoder coder_;
  std::vector<OutputColumn> output_;
};

}  // namespace anon::internal

#endif  // ANON_SRC_POLICY_TABLE_PLAN_H_
