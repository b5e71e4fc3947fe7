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
  // The partition of each key.
  void Find(std::span<const std::uint64_t> keys,
            std::uint16_t* partitions) const {
    const Cell* const cells = cells_.data();
    const std::uint16_t* const leaves = leaves_.data();
    const unsigned shift = shift_;
    const std::uint64_t mask = mask_;
    for (const std::uint64_t key : keys) {
      const Cell cell = cells[key >> shift];
      *partitions++ = leaves[cell.leaf + ((key & mask) >> cell.shift)];
    }
  }
  // The smallest key of partition `p`.
  std::uint64_t base(std::size_t p) const { return bases_[p]; }
  // Keys of partition `p`, less its base, are below 2^bits(p).
  unsigned bits(std::size_t p) const { return bits_[p]; }
  // Whether that is so with 32 bits for all.
  bool narrow() const { return narrow_; }

 private:
  // The keys that share their leading bits: one leaf, or where a sample found
  // many of them, one leaf for each value of some more bits.
  struct Cell {
    std::uint32_t leaf;  // the first of them
    std::uint32_t shift;
  };

  std::size_t AddCell(std::uint64_t first,
                      std::span<const std::uint64_t> sample,
                      std::size_t enough);
  void AddLeaf(std::uint64_t start, std::uint64_t end, std::size_t weight,
               std::size_t enough);

  unsigned shift_ = 0;
  std::uint64_t mask_ = 0;
  bool narrow_ = false;
  std::vector<Cell> cells_;            // by the leading bits of a key
  std::vector<std::uint16_t> leaves_;  // partitions
  std::vector<std::uint64_t> bases_;
  std::vector<unsigned> bits_;
  std::size_t weight_ = 0;  // sampled in the last partition so far
};

}  // namespace anon::internal

#endif  // ANON_SRC_DATA_PARTITION_PLAN_H_
