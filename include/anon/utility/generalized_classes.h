// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_UTILITY_GENERALIZED_CLASSES_H_
#define ANON_UTILITY_GENERALIZED_CLASSES_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "anon/data/classes.h"

namespace anon {

// Where the code of one quasi-identifier lies in a packed tuple: within one of
// its words.
struct TupleField {
  unsigned shift = 0;
  std::uint64_t mask = 0;
  std::size_t word = 0;

  std::uint32_t Code(std::uint64_t of) const {
    return static_cast<std::uint32_t>((of >> shift) & mask);
  }
};

// The histograms of one sensitive attribute: class i has the cells from
// starts[i] to starts[i + 1], sorted by code.
struct HistogramView {
  std::span<const std::uint32_t> starts;
  std::span<const ValueCount> cells;

  std::span<const ValueCount> At(std::size_t i) const {
    return cells.subspan(starts[i], starts[i + 1] - starts[i]);
  }
};

// The classes of a table at some levels of its hierarchies and which of them
// are released: what an objective measures. In no order. A view, owned by a
// search; it says nothing of rows.
struct GeneralizedClasses {
  std::span<const std::size_t> levels;  // of each quasi-identifier
  std::span<const TupleField> fields;   // likewise
  std::span<const std::span<const std::uint64_t>> tuples;  // [word][class]
  std::span<const std::uint32_t> records;                  // [class]
  std::span<const std::uint8_t> kept;         // [class]; empty: all
  std::span<const HistogramView> histograms;  // [sensitive attribute]
  std::int64_t suppressed = 0;                // records of classes not kept

  std::size_t size() const { return records.size(); }
  // The word of every class in which the code of quasi-identifier q lies.
  std::span<const std::uint64_t> words(std::size_t q) const {
    return tuples[fields[q].word];
  }
  std::uint32_t Code(std::size_t i, std::size_t q) const {
    return fields[q].Code(words(q)[i]);
  }
  bool stands(std::size_t i) const { return kept.empty() || kept[i] != 0; }
};

}  // namespace anon

#endif  // ANON_UTILITY_GENERALIZED_CLASSES_H_
