// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SRC_DATA_KEY_COUNTER_H_
#define ANON_SRC_DATA_KEY_COUNTER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "data/counts.h"
#include "data/dense_counts.h"
#include "data/histograms.h"
#include "data/huge_array.h"
#include "data/key_layout.h"
#include "data/radix_counter.h"

namespace anon::internal {

// Counts how often each key below `cells` occurs. Chooses by itself between an
// array of counts (few cells), sorting (few keys) and radix partition.
//
// Keys are added through lanes. Once primed(), different lanes may be used by
// different threads at the same time; every other call wants the counter to
// itself. The result does not depend on lanes or order.
class KeyCounter {
 public:
  KeyCounter(std::uint64_t cells, std::size_t lanes);

  // Announces `keys` more keys, at most 2^31, before they are added.
  void Expect(std::uint64_t keys);
  bool primed() const { return stage_ != Stage::kPending; }
  // Whether keys are taken as 32-bit numbers, by AddNarrow.
  bool dense() const { return stage_ == Stage::kDense; }

  void Add(std::size_t lane, std::span<const std::uint64_t> keys);
  void AddNarrow(std::size_t lane, std::span<const std::uint32_t> keys);
  // keys[i] counts times[i] times, which is at least 0; a key of 0 times is
  // still found. Sums stay below 2^63.
  void AddTimes(std::span<const std::uint64_t> keys,
                std::span<const std::int64_t> times);

  // Replaces every key counted so far; `map` keeps their order.
  void Remap(const std::function<std::uint64_t(std::uint64_t)>& map,
             std::uint64_t cells);
  // How many different quotients key / divisor there are.
  std::size_t CountQuotients(const Divisor& divisor);
  // Everything counted so far, as sorted keys; what is counted later adds up.
  std::span<const std::uint64_t> Settled();

  KeyTable Finish() &&;
  // As SplitByClass of Finish().
  Histograms FinishPairs(const Divisor& values, KeyTable& classes) &&;

 private:
  enum class Stage { kPending, kDense, kRadix };

  void ChooseStage();
  void StartDense();
  void Reload();
  KeyTable Drain();
  KeyTable DrainPending();
  KeyTable DrainDense();
  // Whatever lanes counted; afterwards the counter can only be drained.
  const DenseCounts& AllLanes();
  void FoldTimes();
  void Settle();
  template <typename Count>
  void MergeIn(std::size_t n, const std::uint64_t* keys, const Count& count);

  std::uint64_t cells_;
  std::size_t lanes_;
  Stage stage_ = Stage::kPending;
  std::uint64_t unsettled_ = 0;  // keys in the stage; below 2^32
  std::vector<std::uint64_t> pending_;
  std::vector<DenseCounts> dense_;  // [lane]
  std::unique_ptr<RadixCounter> radix_;
  std::vector<std::pair<std::uint64_t, std::int64_t>> times_;
  std::vector<std::uint64_t> settled_keys_;
  std::vector<std::int64_t> settled_counts_;
};

}  // namespace anon::internal

#endif  // ANON_SRC_DATA_KEY_COUNTER_H_
