// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_TRANSFORM_AGGREGATED_SOURCE_H_
#define ANON_TRANSFORM_AGGREGATED_SOURCE_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "anon/base/status.h"
#include "anon/data/record_stream.h"

namespace anon {

// What becomes of the values of one column when the records of one principal
// become one. Missing (empty) values are passed over, except by kSame; if all
// are missing, so is what comes of them.
enum class AggregationRule {
  kFirst,  // the first value, in the order of the source
  kLast,   // the last one
  // By size of decimal numbers (base/decimal.h), or by time of ISO 8601 dates
  // (2026-10-31), as it is written; of equal ones the first. A column has the
  // one or the other: anything else, or both, is an input error.
  kLeast,
  kGreatest,
  // Of decimal numbers, exactly, with as many digits after the point as the
  // longest of them. Anything else is an input error, and so is a sum, on the
  // way or at the end, of more than 18 digits.
  kSum,
  // The value that all records have; two that differ are an input error. A
  // missing value agrees with missing ones only.
  kSame,
  kOmit,  // nothing: missing for everybody
};

std::string_view ToString(AggregationRule rule);  // "first"
// Those that a person may write: all but kOmit.
std::span<const AggregationRule> AllAggregationRules();

struct AggregatedColumn {
  std::string column;
  AggregationRule rule = AggregationRule::kSame;
};

// Another source's records, made one of each principal: the same columns, in
// the order in which the principals first appear, each with the line of its
// first record. The column of the principal stays as it is, and it alone says
// who is who: whatever makes spellings alike comes before.
//
// The other source is read to its end once, and what came of it is kept: after
// Rewind the same records come again, whatever happened to that source since.
// While it is read, the batches that come out have no records, so that a caller
// can stop between two of them.
//
// Memory grows with principals, not with records: some 80 bytes and the
// identifier for each, 4 bytes more for each column (9 for a sum, none for what
// is omitted), and the different values of a column, once: up to three for each
// principal where later records replace earlier ones all the time. One thread
// at a time.
class AggregatedSource final : public RecordSource {
 public:
  // `columns` names every column of `source` but `principal`, once. `source`
  // must outlive this.
  static absl::StatusOr<std::unique_ptr<AggregatedSource>> Create(
      RecordSource& source, std::string_view principal,
      const std::vector<AggregatedColumn>& columns);
  ~AggregatedSource() override;

  const std::string& name() const override;
  const std::vector<std::string>& attributes() const override;
  // An empty principal and a value that a rule does not take are input errors
  // with their place.
  absl::StatusOr<bool> Next(Batch& batch) override;
  absl::Status Rewind() override;
  std::optional<Digest> digest() const override;

  // How many records were read, and of how many principals.
  std::int64_t records_read() const;
  std::int64_t principals() const;

 private:
  struct State;
  explicit AggregatedSource(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace anon

#endif  // ANON_TRANSFORM_AGGREGATED_SOURCE_H_
