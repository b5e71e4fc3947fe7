// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SRC_DATA_RUN_SINK_H_
#define ANON_SRC_DATA_RUN_SINK_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "data/counts.h"

namespace anon::internal {

// Keys in ascending order, each once, and how often each was counted.
struct Runs {
  std::span<const std::uint64_t> keys;
  const std::uint32_t* counts = nullptr;
};

// Where keys and counts may be written, and some more behind them.
struct RunRoom {
  std::uint64_t* keys = nullptr;
  std::uint32_t* counts = nullptr;
};

// Takes what was counted part by part: the keys of a part are above those of
// the parts before it. A part is read, placed and written, and until then its
// runs stay. Parts are read and written by many threads at the same time; they
// are placed one at a time, in their order.
class RunSink {
 public:
  virtual ~RunSink() = default;

  // No more than `most` keys will come, no more than `slots` parts at a time.
  virtual void Start(std::size_t most, std::size_t slots) = 0;
  // Where the next part is best written; null: anywhere.
  virtual RunRoom Room() { return {}; }
  virtual void Read(std::size_t slot, const Runs& runs) = 0;
  virtual void Place(std::size_t slot) = 0;
  virtual void Write(std::size_t slot) = 0;
};

// Puts all parts into one table.
class KeyTableSink final : public RunSink {
 public:
  void Start(std::size_t most, std::size_t slots) override {
    parts_.resize(slots);
    keys_ = HugeArray<std::uint64_t>(most + kSlack);
    counts_ = HugeArray<std::uint32_t>(most + kSlack);
  }
  RunRoom Room() override {
    if (parts_.size() > 1) return {};
    return {keys_.data() + size_, counts_.data() + size_};
  }
  void Read(std::size_t slot, const Runs& runs) override {
    parts_[slot].runs = runs;
  }
  void Place(std::size_t slot) override {
    parts_[slot].at = size_;
    size_ += parts_[slot].runs.keys.size();
  }
  void Write(std::size_t slot) override {
    const auto& [runs, at] = parts_[slot];
    if (runs.keys.data() == keys_.data() + at) return;
    std::ranges::copy(runs.keys, keys_.data() + at);
    std::copy_n(runs.counts, runs.keys.size(), counts_.data() + at);
  }

  KeyTable Finish() && {
    keys_.Shrink(size_);
    counts_.Shrink(size_);
    return {.keys = std::move(keys_), .counts = Counts(std::move(counts_))};
  }

 private:
  static constexpr std::size_t kSlack = 16;  // what run kernels may write
  struct Part {
    Runs runs;
    std::size_t at = 0;
  };

  std::vector<Part> parts_;  // [slot]
  std::size_t size_ = 0;
  HugeArray<std::uint64_t> keys_;
  HugeArray<std::uint32_t> counts_;
};

}  // namespace anon::internal

#endif  // ANON_SRC_DATA_RUN_SINK_H_
