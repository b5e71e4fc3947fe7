// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SRC_DATA_PARTITION_PLAN_H_
#define ANON_SRC_DATA_PARTITION_PLAN_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace anon::internal {

// Splits the keys below `cells` into neighbouring ranges of about equal weight,
// judged by a sample. Ranges keep the order of keys, so that partitions sorted
// one after the other are sorted together. A sample that misleads costs time,
// never a wrong count.
class PartitionPlan {
 public:
  PartitionPlan(std::uint64_t cells, std::span<const std::uint64_t> sample);

  std::size_t size() const { return bases_.size(); }
  std::size_t PartitionOf(std::uint64_t key) const {
    return table_[key >> shift_];
  }
  // The smallest key of partition `p`; keys are stored less this.
  std::uint64_t base(std::size_t p) const { return bases_[p]; }
  // Keys of partition `p`, less its base, are below 2^bits(p).
  unsigned bits(std::size_t p) const { return bits_[p]; }
  // Whether that is so with 32 bits for all.
  bool narrow() const { return narrow_; }

 private:
  unsigned shift_ = 0;
  bool narrow_ = false;
  std::vector<std::uint16_t> table_;  // by the leading bits of a key
  std::vector<std::uint64_t> bases_;
  std::vector<unsigned> bits_;
};

}  // namespace anon::internal

#endif  // ANON_SRC_DATA_PARTITION_PLAN_H_
