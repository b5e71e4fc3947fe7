// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: columns that a check makes of those of the table.
#ifndef ANON_SRC_ASSESS_DERIVED_COLUMNS_H_
#define ANON_SRC_ASSESS_DERIVED_COLUMNS_H_

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "anon/base/fingerprint.h"
#include "anon/data/batch.h"
#include "anon/data/code_column.h"
#include "anon/data/dictionary.h"
#include "anon/model/km_anonymity.h"

namespace anon::internal {

// Numbers tuples of codes of several columns.
class TupleColumn {
 public:
  explicit TupleColumn(std::vector<std::size_t> columns)
      : columns_(std::move(columns)), tuple_(columns_.size()) {}

  const std::vector<std::uint32_t>& Encode(const std::vector<CodeColumn>& codes,
                                           std::size_t rows) {
    encoded_.resize(rows);
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t c = 0; c < columns_.size(); ++c) {
        tuple_[c] = codes[columns_[c]][r];
      }
      const auto next = static_cast<std::uint32_t>(numbers_.size());
      encoded_[r] = numbers_.try_emplace(tuple_, next).first->second;
    }
    return encoded_;
  }

 private:
  std::vector<std::size_t> columns_;  // into the sensitive columns
  std::vector<std::uint32_t> tuple_;
  absl::flat_hash_map<std::vector<std::uint32_t>, std::uint32_t> numbers_;
  std::vector<std::uint32_t> encoded_;
};

// Splits the values of one column into items.
class SetColumn {
 public:
  SetColumn(std::size_t column, std::string separator)
      : column_(column), separator_(std::move(separator)) {}

  void Add(const Batch& batch, std::span<const Fingerprint> principals) {
    for (std::string_view value : batch.columns[column_]) {
      std::vector<std::uint32_t>& items = records_.records.emplace_back();
      while (!value.empty()) {
        const std::size_t end = std::min(value.find(separator_), value.size());
        if (end > 0) items.push_back(items_.Intern(value.substr(0, end)));
        value.remove_prefix(std::min(end + separator_.size(), value.size()));
      }
    }
    records_.principals.insert(records_.principals.end(), principals.begin(),
                               principals.end());
  }
  const SetValuedRecords& records() const { return records_; }
  std::vector<std::string> Names(std::span<const std::uint32_t> items) const {
    std::vector<std::string> names;
    for (const std::uint32_t item : items) {
      names.emplace_back(items_.value(item));
    }
    return names;
  }

 private:
  std::size_t column_;
  std::string separator_;
  Dictionary items_;
  SetValuedRecords records_;
};

}  // namespace anon::internal

#endif  // ANON_SRC_ASSESS_DERIVED_COLUMNS_H_
