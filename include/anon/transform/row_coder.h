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
  std::string principal;  // whose row it is; empty: each row is a principal
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
  // call. A value that its hierarchy lacks and an empty principal are input
  // errors with their place.
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
  bool has_principals() const { return principal_.has_value(); }

 private:
  RowCoder() = default;
  absl::Status FingerprintPrincipals(const Batch& batch);

  ClassColumns columns_;
  std::string table_;
  // Columns of the table: quasi-identifiers, then sensitive attributes.
  std::vector<std::size_t> source_;
  std::vector<std::vector<std::uint32_t>> codes_;  // likewise
  std::vector<Dictionary> sensitive_values_;
  std::optional<std::size_t> principal_;
  std::optional<Fingerprinter> fingerprinter_;
  std::vector<Fingerprint> principals_;
};

// Reads `table` from its beginning and counts its classes. The table is the one
// `coder` was made for.
absl::StatusOr<Classes> CountClasses(RecordSource& table, RowCoder& coder,
                                     std::int64_t class_budget = 64'000'000);

}  // namespace anon

#endif  // ANON_TRANSFORM_ROW_CODER_H_
