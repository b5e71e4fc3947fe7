// SPDX-License-Identifier: Apache-2.0
#include "data/partition_plan.h"

#include <algorithm>
#include <bit>

#include "data/radix_sort.h"

namespace anon::internal {
namespace {

// Leading bits of a key that choose its cell, and further bits at most that
// choose a leaf in it: both tables stay in the nearest caches.
constexpr unsigned kCellBits = 12;
constexpr unsigned kMostLeafBits = 13;
// Leaves a cell gets for each partition it weighs: keys in it are no more even
// than between cells.
constexpr std::size_t kLeavesPerPartition = 8;
// Partitions by weight; the limit on their span makes at most as many again.
constexpr std::size_t kByWeight = 1024;
// Keys looked at, of those given.
constexpr std::size_t kSample = std::size_t{1} << 15;
constexpr unsigned kBySpanBits = 10;
constexpr unsigned kNarrowBits = 32;
constexpr std::uint64_t kWidest = std::uint64_t{1} << kNarrowBits;

}  // namespace

PartitionPlan::PartitionPlan(std::uint64_t cells,
                             std::span<const std::uint64_t> sample) {
  const auto key_bits = static_cast<unsigned>(
      std::bit_width(std::max<std::uint64_t>(cells, 1) - 1));
  shift_ = key_bits > kCellBits ? key_bits - kCellBits : 0;
  mask_ = (std::uint64_t{1} << shift_) - 1;
  narrow_ = key_bits <= kNarrowBits + kBySpanBits;
  std::vector<std::uint64_t> some;
  const std::size_t step = sample.size() / kSample + 1;
  for (std::size_t i = 0; i < sample.size(); i += step) {
    some.push_back(sample[i]);
  }
  std::vector<std::uint64_t> scratch(some.size());
  const std::span sorted(
      RadixSort(some.data(), scratch.data(), some.size(), key_bits),
      some.size());
  const std::size_t enough =
      std::max<std::size_t>(sorted.size() / kByWeight, 1);
  std::size_t at = 0;
  const std::uint64_t last = (cells - 1) >> shift_;
  for (std::uint64_t c = 0; c <= last; ++c) {
    at += AddCell(c << shift_, sorted.subspan(at), enough);
  }
  bases_.push_back((last + 1) << shift_);
  for (std::size_t p = 0; p + 1 < bases_.size(); ++p) {
    bits_.push_back(
        static_cast<unsigned>(std::bit_width(bases_[p + 1] - bases_[p] - 1)));
  }
  bases_.pop_back();
}

// The cell of keys from `first` on; returns how many keys of `sample`, which
// starts with them, are in it.
std::size_t PartitionPlan::AddCell(std::uint64_t first,
                                   std::span<const std::uint64_t> sample,
                                   std::size_t enough) {
  const auto weight = static_cast<std::size_t>(
      std::ranges::upper_bound(sample, first + mask_) - sample.begin());
  const std::size_t leaves =
      weight <= enough / 2 ? 1 : weight * kLeavesPerPartition / enough;
  unsigned leaf_bits =
      std::min({static_cast<unsigned>(std::bit_width(leaves - 1)),
                kMostLeafBits, shift_});
  // A leaf belongs to one partition, so it may not span more than one may.
  if (narrow_ && shift_ > kNarrowBits) {
    leaf_bits = std::max(leaf_bits, shift_ - kNarrowBits);
  }
  const unsigned shift = shift_ - leaf_bits;
  cells_.push_back({static_cast<std::uint32_t>(leaves_.size()), shift});
  std::size_t at = 0;
  for (std::uint64_t leaf = 0; leaf < std::uint64_t{1} << leaf_bits; ++leaf) {
    const std::uint64_t start = first + (leaf << shift);
    const std::uint64_t end = start + (std::uint64_t{1} << shift);
    const std::size_t from = at;
    while (at < weight && sample[at] < end) ++at;
    AddLeaf(start, end, at - from, enough);
  }
  return weight;
}

// Keys from `start` to `end` continue the last partition or begin another.
void PartitionPlan::AddLeaf(std::uint64_t start, std::uint64_t end,
                            std::size_t weight, std::size_t enough) {
  const bool too_wide =
      narrow_ && !bases_.empty() && end - bases_.back() > kWidest;
  if (bases_.empty() || weight_ >= enough || weight > 2 * enough || too_wide) {
    bases_.push_back(start);
    weight_ = 0;
  }
  weight_ += weight;
  leaves_.push_back(static_cast<std::uint16_t>(bases_.size() - 1));
}

}  // namespace anon::internal
