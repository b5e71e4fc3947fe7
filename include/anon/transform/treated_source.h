// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_TRANSFORM_TREATED_SOURCE_H_
#define ANON_TRANSFORM_TREATED_SOURCE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "anon/base/status.h"
#include "anon/data/record_stream.h"
#include "anon/transform/cell_operator.h"

namespace anon {

// The operators of one column, in their order.
struct ColumnOperators {
  std::string column;
  CellOperators operators;
};

// What an operator did, since the beginning of the records.
struct OperatorTally {
  std::string column;
  std::string name;          // of the operator
  std::int64_t cells = 0;    // it saw
  std::int64_t changed = 0;  // came out other than they went in
  std::int64_t records = 0;  // it suppressed
};

// Another source's records after operators: the same columns, record by record,
// without the records that an operator suppressed. Each distinct value of a
// column is worked out once and remembered (up to a million a column), so that
// the cost is that of looking it up. One thread at a time.
class TreatedSource final : public RecordSource {
 public:
  // `source` must outlive this. Fails if it lacks a column.
  static absl::StatusOr<std::unique_ptr<TreatedSource>> Create(
      RecordSource& source, std::vector<ColumnOperators> columns);
  ~TreatedSource() override;

  const std::string& name() const override;
  const std::vector<std::string>& attributes() const override;
  // A value that an operator does not take is an input error with its place.
  absl::StatusOr<bool> Next(Batch& batch) override;
  absl::Status Rewind() override;
  std::optional<Digest> digest() const override;

  std::vector<OperatorTally> tallies() const;

 private:
  struct State;
  explicit TreatedSource(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace anon

#endif  // ANON_TRANSFORM_TREATED_SOURCE_H_
