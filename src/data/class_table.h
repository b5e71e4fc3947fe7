// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SRC_DATA_CLASS_TABLE_H_
#define ANON_SRC_DATA_CLASS_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "anon/data/classes.h"
#include "data/counts.h"
#include "data/histograms.h"
#include "data/huge_array.h"
#include "data/key_layout.h"
#include "data/tuple_index.h"

namespace anon::internal {

// The sum of histograms, once somebody asked.
struct HistogramSum {
  std::once_flag once;
  std::vector<ValueCount> values;
};

// What Classes are made of. Tuples are packed keys where they fit 63 bits.
struct ClassTable {
  std::vector<std::string> quasi_identifiers;
  std::vector<std::string> sensitive_attributes;

  std::optional<KeyLayout> layout;
  HugeArray<std::uint64_t> keys;  // with a layout, ascending
  Tuples tuples;                  // without, ascending
  Counts records;
  std::optional<Counts> principals;  // none: as many as records
  std::optional<Counts> groups;
  std::optional<Counts> population;
  std::vector<Histograms> histograms;    // [sensitive attribute]
  std::optional<Membership> membership;  // see Classes
  // [sensitive attribute] how many distinct principals of the table have each
  // value, if some have several rows and that was counted; else empty, and the
  // sum of the histograms says it.
  std::vector<std::vector<ValueCount>> value_totals;
  // [sensitive attribute]; made by Classes, for as many as there are.
  mutable std::vector<HistogramSum> histogram_sums;

  std::int64_t total_records = 0;
  std::int64_t total_principals = 0;
  std::int64_t total_groups = 0;
  bool one_row_per_principal = true;

  std::size_t size() const { return records.size(); }
  std::uint32_t Code(std::size_t i, std::size_t q) const {
    return layout ? layout->Code(keys[i], q) : tuples.At(i)[q];
  }
  std::span<const ValueCount> HistogramSumOf(std::size_t sensitive) const;

  // The tuples of all classes become keys if they fit.
  void SetTuples(Tuples sorted);
};

}  // namespace anon::internal

#endif  // ANON_SRC_DATA_CLASS_TABLE_H_
