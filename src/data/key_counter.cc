// SPDX-License-Identifier: Apache-2.0
//
// Counting keys, the heart of counting classes.
//
// - Few cells: one count each in an array; a key costs one increment.
// - Otherwise the first quarter million keys wait. If no more come they are
//   sorted; if more come they decide, as a sample, how keys are partitioned
//   (radix_counter.cc), or that an array pays after all.
//
// Counts that no longer fit 32 bits, counts with multiplicity and counts from
// before keys were renumbered are kept aside, settled, as sorted pairs.
//
// Tested against sorting and counting in tests/data/key_counter_test.cc.
#include "data/key_counter.h"

#include <algorithm>
#include <bit>

#include "data/kernels.h"
#include "data/radix_sort.h"

namespace anon::internal {
namespace {

// An array this small is worth it for any number of keys ...
constexpr std::uint64_t kAlwaysDense = std::uint64_t{1} << 17;
// ... and this large once there are kPendingKeys of them.
constexpr std::uint64_t kDense = std::uint64_t{1} << 24;
constexpr std::size_t kPendingKeys = std::size_t{1} << 18;
constexpr std::size_t kMostTimes = std::size_t{1} << 21;
constexpr std::uint64_t kMostUnsettled = 0xFFFFFFFF;
constexpr std::size_t kSlack = 16;  // what run kernels may write too far

unsigned KeyBits(std::uint64_t cells) {
  return static_cast<unsigned>(
      std::bit_width(std::max<std::uint64_t>(cells, 1) - 1));
}

}  // namespace

KeyCounter::KeyCounter(std::uint64_t cells, std::size_t lanes)
    : cells_(cells), lanes_(lanes) {
  if (cells_ <= kAlwaysDense) StartDense();
}

void KeyCounter::StartDense() {
  stage_ = Stage::kDense;
  dense_.clear();
  for (std::size_t lane = 0; lane < lanes_; ++lane) {
    dense_.emplace_back(static_cast<std::size_t>(cells_));
  }
}

void KeyCounter::Expect(std::uint64_t keys) {
  if (unsettled_ > kMostUnsettled - keys) Settle();
  unsettled_ += keys;
}

void KeyCounter::ChooseStage() {
  std::vector<std::uint64_t> keys;
  keys.swap(pending_);
  if (cells_ <= kDense) {
    StartDense();
    dense_[0].Count<std::uint64_t>(keys);
  } else {
    stage_ = Stage::kRadix;
    radix_ = RadixCounter::Create(cells_, keys, lanes_);
    radix_->Add(0, keys);
  }
}

void KeyCounter::Add(std::size_t lane, std::span<const std::uint64_t> keys) {
  switch (stage_) {
    case Stage::kPending:
      pending_.insert(pending_.end(), keys.begin(), keys.end());
      if (pending_.size() >= kPendingKeys) ChooseStage();
      return;
    case Stage::kDense:
      return dense_[lane].Count(keys);
    case Stage::kRadix:
      return radix_->Add(lane, keys);
  }
}

void KeyCounter::AddNarrow(std::size_t lane,
                           std::span<const std::uint32_t> keys) {
  dense_[lane].Count(keys);
}

void KeyCounter::AddTimes(std::span<const std::uint64_t> keys,
                          std::span<const std::int64_t> times) {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    times_.emplace_back(keys[i], times[i]);
  }
  if (times_.size() >= kMostTimes) FoldTimes();
}

KeyTable KeyCounter::DrainPending() {
  std::vector<std::uint64_t> scratch(pending_.size());
  const std::uint64_t* const sorted = RadixSort(
      pending_.data(), scratch.data(), pending_.size(), KeyBits(cells_));
  HugeArray<std::uint64_t> keys(pending_.size() + kSlack);
  HugeArray<std::uint32_t> counts(pending_.size() + kSlack);
  const std::size_t runs = BestKernels().runs64(sorted, pending_.size(), 0,
                                                keys.data(), counts.data());
  keys.Shrink(runs);
  counts.Shrink(runs);
  pending_.clear();
  return {.keys = std::move(keys), .counts = Counts(std::move(counts))};
}

const DenseCounts& KeyCounter::AllLanes() {
  for (std::size_t lane = 1; lane < lanes_; ++lane) {
    dense_[0].Add(dense_[lane]);
  }
  return dense_[0];
}

KeyTable KeyCounter::DrainDense() {
  const DenseCounts& all = AllLanes();
  const std::size_t found = all.CountFound();
  HugeArray<std::uint64_t> keys(found + 1);
  HugeArray<std::uint32_t> counts(found + 1);
  std::size_t next = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    keys[next] = i;
    counts[next] = all[i];
    next += all[i] != 0 ? 1 : 0;
  }
  keys.Shrink(found);
  counts.Shrink(found);
  return {.keys = std::move(keys), .counts = Counts(std::move(counts))};
}

KeyTable KeyCounter::Drain() {
  unsettled_ = 0;
  switch (stage_) {
    case Stage::kPending:
      return DrainPending();
    case Stage::kDense:
      return DrainDense();
    case Stage::kRadix:
      return radix_->Drain();
  }
  return {};
}

// Merges n sorted keys, key i counted count(i) times, into the settled ones.
template <typename Count>
void KeyCounter::MergeIn(std::size_t n, const std::uint64_t* keys,
                         const Count& count) {
  std::vector<std::uint64_t> merged_keys;
  std::vector<std::int64_t> merged_counts;
  merged_keys.reserve(n + settled_keys_.size());
  merged_counts.reserve(n + settled_keys_.size());
  const auto push = [&](std::uint64_t key, std::int64_t times) {
    if (!merged_keys.empty() && merged_keys.back() == key) {
      merged_counts.back() += times;
    } else {
      merged_keys.push_back(key);
      merged_counts.push_back(times);
    }
  };
  std::size_t s = 0;
  for (std::size_t i = 0; i < n; ++i) {
    for (; s < settled_keys_.size() && settled_keys_[s] <= keys[i]; ++s) {
      push(settled_keys_[s], settled_counts_[s]);
    }
    push(keys[i], count(i));
  }
  for (; s < settled_keys_.size(); ++s) {
    push(settled_keys_[s], settled_counts_[s]);
  }
  settled_keys_ = std::move(merged_keys);
  settled_counts_ = std::move(merged_counts);
}

void KeyCounter::FoldTimes() {
  if (times_.empty()) return;
  std::ranges::sort(times_);
  std::vector<std::uint64_t> keys;
  keys.reserve(times_.size());
  for (const auto& [key, times] : times_) keys.push_back(key);
  MergeIn(keys.size(), keys.data(),
          [&](std::size_t i) { return times_[i].second; });
  times_.clear();
}

void KeyCounter::Settle() {
  const KeyTable table = Drain();
  if (dense()) StartDense();
  if (table.size() > 0) {
    MergeIn(table.size(), table.keys.data(),
            [&](std::size_t i) { return table.counts[i]; });
  }
  FoldTimes();
}

// Settled counts return to the array if they fit it.
void KeyCounter::Reload() {
  std::int64_t sum = 0;
  for (const std::int64_t count : settled_counts_) sum += count;
  if (sum > static_cast<std::int64_t>(kMostUnsettled / 2)) return;
  for (std::size_t i = 0; i < settled_keys_.size(); ++i) {
    if (settled_counts_[i] == 0) return;  // an array would forget the key
  }
  for (std::size_t i = 0; i < settled_keys_.size(); ++i) {
    dense_[0].Add(settled_keys_[i],
                  static_cast<std::uint32_t>(settled_counts_[i]));
  }
  unsettled_ = static_cast<std::uint64_t>(sum);
  settled_keys_.clear();
  settled_counts_.clear();
}

void KeyCounter::Remap(const std::function<std::uint64_t(std::uint64_t)>& map,
                       std::uint64_t cells) {
  Settle();
  for (std::uint64_t& key : settled_keys_) key = map(key);
  cells_ = cells;
  const bool stays_dense = dense() && cells <= kDense;
  dense_.clear();
  radix_.reset();
  stage_ = Stage::kPending;
  if (stays_dense || cells_ <= kAlwaysDense) {
    StartDense();
    Reload();
  }
}

std::size_t KeyCounter::CountQuotients(const Divisor& divisor) {
  std::size_t found = 0;
  std::uint64_t last = 0;
  for (const std::uint64_t key : Settled()) {
    const std::uint64_t quotient = divisor.Quotient(key);
    if (found == 0 || quotient != last) ++found;
    last = quotient;
  }
  if (dense()) Reload();
  return found;
}

std::span<const std::uint64_t> KeyCounter::Settled() {
  Settle();
  return settled_keys_;
}

KeyTable KeyCounter::Finish() && {
  if (settled_keys_.empty() && times_.empty()) return Drain();
  Settle();
  HugeArray<std::uint64_t> keys(settled_keys_.size());
  std::ranges::copy(settled_keys_, keys.data());
  return {.keys = std::move(keys), .counts = Counts::Of(settled_counts_)};
}

Histograms KeyCounter::FinishPairs(const Divisor& values,
                                   KeyTable& classes) && {
  if (stage_ == Stage::kPending || !settled_keys_.empty() || !times_.empty()) {
    return SplitByClass(std::move(*this).Finish(), values, classes);
  }
  if (dense()) return SplitByClass(AllLanes(), values, classes);
  HistogramSink sink(values);
  radix_->Drain(sink);
  return std::move(sink).Finish(classes);
}

}  // namespace anon::internal
