// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: a policy bound to the columns of a source.
#ifndef ANON_SRC_POLICY_TABLE_PLAN_H_
#define ANON_SRC_POLICY_TABLE_PLAN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "anon/base/fingerprint.h"
#include "anon/base/status.h"
#include "anon/data/classes.h"
#include "anon/data/dictionary.h"
#include "anon/data/record_stream.h"
#include "anon/policy/policy.h"
#include "anon/transform/generalization.h"

namespace anon::internal {

// A column of the output and where its values come from.
struct OutputColumn {
  std::string name;
  Treatment treatment = Treatment::kKeep;
  std::size_t source = 0;  // column of the source
  std::size_t quasi = 0;   // kGeneralize: index of the quasi-identifier
  PseudonymEncoding encoding = PseudonymEncoding::kBase32;
};

// Knows for every column of the source what it is and what becomes of it, and
// turns batches into codes. Every column must be named by the policy and every
// column of the policy must be there: else no plan. One thread at a time.
class TablePlan {
 public:
  static absl::StatusOr<TablePlan> Bind(const Policy& policy,
                                        const RecordSource& source,
                                        RandomSource& random);

  // The codes and principals of `batch`; views into this plan, until the next
  // call.
  absl::StatusOr<CodedRows> Encode(const Batch& batch);

  ClassCounterOptions counter_options(std::int64_t class_budget) const;
  const std::vector<OutputColumn>& output() const { return output_; }
  std::vector<std::string> output_names() const;
  const std::vector<Generalization>& quasi_identifiers() const {
    return quasi_;
  }
  bool has_principals() const { return principal_.has_value(); }

 private:
  TablePlan() = default;
  absl::Status AddColumn(const Policy& policy, const ColumnPolicy& column,
                         std::size_t source);
  absl::Status FingerprintPrincipals(const Batch& batch);

  struct Sensitive {
    std::string name;
    std::size_t source = 0;
    Dictionary values;
  };

  std::string source_name_;
  std::vector<std::size_t> quasi_source_;  // column of the source
  std::vector<Generalization> quasi_;
  std::vector<Sensitive> sensitive_;
  std::optional<std::size_t> principal_;
  std::string principal_name_;
  std::optional<Fingerprinter> fingerprinter_;
  std::vector<OutputColumn> output_;

  std::vector<std::vector<std::uint32_t>> codes_;  // quasi, then sensitive
  std::vector<Fingerprint> principals_;
};

}  // namespace anon::internal

#endif  // ANON_SRC_POLICY_TABLE_PLAN_H_
