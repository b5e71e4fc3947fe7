// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SRC_DATA_HISTOGRAMS_H_
#define ANON_SRC_DATA_HISTOGRAMS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "anon/data/classes.h"
#include "data/counts.h"
#include "data/dense_counts.h"
#include "data/huge_array.h"
#include "data/key_layout.h"
#include "data/run_sink.h"

namespace anon::internal {

// The histograms of one sensitive attribute, one after the other.
struct Histograms {
  HugeArray<ValueCount> cells;
  HugeArray<std::size_t> starts;  // size() + 1 entries

  std::span<const ValueCount> At(std::size_t i) const {
    return cells.span().subspan(starts[i], starts[i + 1] - starts[i]);
  }
};

// Pairs of a class and a value, class * values + value, and their counts become
// histograms. If `classes` is empty it receives the classes and how often each
// was counted.
Histograms SplitByClass(KeyTable pairs, const Divisor& values,
                        KeyTable& classes);

// The same of all pairs below pairs.size(), a multiple of the number of values,
// that were counted at all.
Histograms SplitByClass(const DenseCounts& pairs, const Divisor& values,
                        KeyTable& classes);

// The same from parts as they come: the pairs are never all in memory.
class HistogramSink final : public RunSink {
 public:
  explicit HistogramSink(const Divisor& values) : values_(values) {}

  void Start(std::size_t most, std::size_t slots) override;
  void Read(std::size_t slot, const Runs& pairs) override;
  void Place(std::size_t slot) override;
  void Write(std::size_t slot) override;

  Histograms Finish(KeyTable& classes) &&;

 private:
  // Classes of a part. The first of them may continue the last one before.
  struct alignas(64) Part {
    Runs pairs;
    std::vector<std::uint32_t> values;  // [pair]
    std::size_t classes = 0;
    std::vector<std::uint64_t> keys;    // [class]
    std::vector<std::uint32_t> starts;  // [class] pairs before it, and all
    std::vector<std::uint32_t> totals;  // [class] their counts together
    bool continues = false;
    std::size_t first_class = 0;  // where they go
    std::size_t first_cell = 0;
    // Further counts of classes that another part began.
    std::vector<std::pair<std::size_t, std::uint32_t>> further;
  };

  const Divisor values_;
  std::vector<Part> parts_;  // [slot]
  std::size_t cells_placed_ = 0;
  std::size_t classes_placed_ = 0;
  std::uint64_t last_key_ = 0;  // if any class is placed
  HugeArray<ValueCount> cells_;
  HugeArray<std::size_t> starts_;
  HugeArray<std::uint64_t> keys_;
  HugeArray<std::uint32_t> counts_;
};

}  // namespace anon::internal

#endif  // ANON_SRC_DATA_HISTOGRAMS_H_
