// SPDX-License-Identifier: Apache-2.0
#include "data/partition_plan.h"

#include <algorithm>
#include <bit>

namespace anon::internal {
namespace {

// Leading bits of a key that choose its partition: the table stays in the
// first-level cache.
constexpr unsigned kTableBits = 14;
// Partitions by weight; the limit on their span makes at most as many again.
constexpr std::size_t kByWeight = 1024;
constexpr unsigned kNarrowBits = 32;
constexpr unsigned kBySpanBits = 10;

}  // namespace

PartitionPlan::PartitionPlan(std::uint64_t cells,
                             std::span<const std::uint64_t> sample) {
  const auto key_bits = static_cast<unsigned>(
      std::bit_width(std::max<std::uint64_t>(cells, 1) - 1));
  shift_ = key_bits > kTableBits ? key_bits - kTableBits : 0;
  narrow_ = key_bits <= kNarrowBits + kBySpanBits;
  const std::size_t entries = ((cells - 1) >> shift_) + 1;
  const std::uint64_t widest =
      narrow_ ? (std::uint64_t{1} << kNarrowBits) >> shift_ : entries;
  std::vector<std::uint32_t> weights(entries, 0);
  for (const std::uint64_t key : sample) ++weights[key >> shift_];
  const std::size_t enough =
      std::max<std::size_t>(sample.size() / kByWeight, 1);

  table_.resize(entries);
  std::vector<std::size_t> firsts;
  std::size_t weight = 0;
  for (std::size_t e = 0; e < entries; ++e) {
    if (firsts.empty() || weight >= enough || e - firsts.back() >= widest) {
      firsts.push_back(e);
      weight = 0;
    }
    weight += weights[e];
    table_[e] = static_cast<std::uint16_t>(firsts.size() - 1);
  }
  for (std::size_t p = 0; p < firsts.size(); ++p) {
    const std::uint64_t end = p + 1 < firsts.size() ? firsts[p + 1] : entries;
    bases_.push_back(std::uint64_t{firsts[p]} << shift_);
    const std::uint64_t span = (end - firsts[p]) << shift_;
    bits_.push_back(static_cast<unsigned>(std::bit_width(span - 1)));
  }
}

}  // namespace anon::internal
