// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_TRANSFORM_ROW_CODER_H_
#define ANON_TRANSFORM_ROW_CODER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "anon/base/fingerprint.h"
#include "anon/base/random.h"
#include "anon/base/status.h"
#include "anon/data/batch.h"
#include "anon/data/classes.h"
#include "anon/data/dictionary.h"
#include "anon/data/record_stream.h"
#include "anon/transform/generalization.h"

namespace anon {

// Which columns of a table make its classes, by name.
struct ClassColumns {
  std::vector<Generalization> quasi_identifiers;
  std::vector<std::string> sensitive_attributes;
  std::string principal;   // whose row it is; empty: each row is a principal
  std::string group = {};  // its household or contract; empty: not counted
  // For how many records a row stands: a whole number of 1 or more. Empty: 1.
  std::string frequency = {};
  // How many people of the population a record stands for: a decimal number,
  // taken to the nearest 1 / kWeightUnit. Empty: no estimate.
  std::string weight = {};
  // Whether an empty quasi-identifier or sensitive value is an input error.
  // Otherwise it is a value like others.
  bool refuse_missing = false;
};

// Turns the records of one table into codes: quasi-identifiers generalized,
// sensitive values numbered, principals as fingerprints under a key of this
// object. Other columns are not looked at. One thread at a time.
class RowCoder {
 public:
  // Fails if `table` lacks a column. `random` is used here only.
  static absl::StatusOr<RowCoder> Create(ClassColumns columns,
                                         const RecordSource& table,
                                         RandomSource& random);

  // The codes of a batch of the table: views into this object, until the next
  // call. A value that its hierarchy lacks, an empty principal or group, and a
  // frequency or weight that is none are input errors with their place.
  absl::StatusOr<CodedRows> Encode(const Batch& batch);

  ClassCounterOptions counter_options(std::int64_t class_budget) const;
  // Their labels name the codes.
  const std::vector<Generalization>& quasi_identifiers() const {
    return columns_.quasi_identifiers;
  }
  // The value behind a code of sensitive attribute `s`.
  std::string_view sensitive_value(std::size_t s, std::uint32_t code) const {
    return sensitive_values_[s].value(code);
  }
  // See Generalization::SetLevel: one level for each, in their order.
  absl::Status SetLevels(const std::vector<std::size_t>& levels);
  bool has_principals() const { return !columns_.principal.empty(); }
  bool has_groups() const { return !columns_.group.empty(); }

 private:
  // A column of the table of whose values something is made, row by row.
  template <typename Made>
  struct Derived {
    std::optional<std::size_t> column;
    std::vector<Made> made;
  };

  RowCoder() = default;
  Place At(const Batch& batch, std::size_t column, std::size_t row) const;
  absl::Status RefuseMissing(const Batch& batch) const;
  absl::Status MakeFingerprints(const Batch& batch, std::string_view whose,
                                Derived<Fingerprint>& column) const;
  absl::Status ReadNumbers(const Batch& batch);

  ClassColumns columns_;
  std::string table_;
  std::vector<std::string> attributes_;  // of the table
  // Columns of the table: quasi-identifiers, then sensitive attributes.
  std::vector<std::size_t> source_;
  std::vector<std::vector<std::uint32_t>> codes_;  // likewise
  std::vector<Dictionary> sensitive_values_;
  std::optional<Fingerprinter> fingerprinter_;
  Derived<Fingerprint> principals_;
  Derived<Fingerprint> groups_;
  Derived<std::int64_t> frequencies_;
  Derived<std::int64_t> weights_;
};

// See ClassCounterOptions.
struct CountOptions {
  std::int64_t class_budget = 64'000'000;
  bool keep_membership = false;
};

// Reads `table` from its beginning and counts its classes. The table is the one
// `coder` was made for.
absl::StatusOr<Classes> CountClasses(RecordSource& table, RowCoder& coder,
                                     const CountOptions& options = {});

}  // namespace anon

#endif  // ANON_TRANSFORM_ROW_CODER_H_
