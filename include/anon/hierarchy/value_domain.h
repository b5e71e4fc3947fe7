// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_HIERARCHY_VALUE_DOMAIN_H_
#define ANON_HIERARCHY_VALUE_DOMAIN_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "anon/base/status.h"
#include "anon/data/dictionary.h"
#include "anon/data/record_stream.h"

namespace anon {

// The distinct values of one column, in order of first appearance, with how
// often each occurs and where it occurs first. What hierarchies are made from
// and checked against. Memory grows with distinct values, not with rows.
// Movable; const calls are safe from many threads.
class ValueDomain {
 public:
  // Reads `records` to their end. Fails if they have no such column.
  static absl::StatusOr<ValueDomain> FromRecords(RecordSource& records,
                                                 std::string_view attribute);
  // The same for several attributes at once.
  static absl::StatusOr<std::vector<ValueDomain>> FromRecords(
      RecordSource& records, const std::vector<std::string>& attributes);
  // Values that are at hand; the line of a value is its place in the list.
  static ValueDomain FromValues(const std::vector<std::string>& values);

  std::size_t size() const { return counts_.size(); }
  // Below, `index` < size().
  std::string_view value(std::size_t index) const;
  // Rows that hold the value.
  std::int64_t count(std::size_t index) const { return counts_[index]; }
  // The first of them.
  Place place(std::size_t index) const;

  // "subscribers.csv, column 3 (birth_date)".
  std::string name() const;

 private:
  explicit ValueDomain(Place column) : column_(std::move(column)) {}
  void Add(std::string_view value, std::int64_t line);

  Place column_;
  Dictionary values_;
  std::vector<std::int64_t> counts_;
  std::vector<std::int64_t> lines_;
};

}  // namespace anon

#endif  // ANON_HIERARCHY_VALUE_DOMAIN_H_
