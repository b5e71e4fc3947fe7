// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SRC_DATA_TUPLE_INDEX_H_
#define ANON_SRC_DATA_TUPLE_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "anon/data/code_column.h"
#include "data/huge_array.h"

namespace anon::internal {

using Tuple = std::span<const std::uint32_t>;

// Tuples of codes side by side, `width` codes each.
struct Tuples {
  std::size_t width = 0;
  std::vector<std::uint32_t> codes;

  Tuple At(std::size_t i) const {
    return Tuple(codes).subspan(i * width, width);
  }
};

// Numbers distinct tuples 0, 1, 2, ... in order of appearance, at most 2^31 of
// them: for tuples of too many attributes to be packed into one key.
class TupleIndex {
 public:
  explicit TupleIndex(std::size_t width);

  std::uint32_t Intern(Tuple tuple);
  // The numbers of `n` rows from row `from` on.
  void Intern(std::span<const CodeColumn> columns, std::size_t from,
              std::size_t n, std::uint64_t* numbers);

  std::size_t size() const { return size_; }
  const Tuples& tuples() const { return tuples_; }
  // The numbers in the order of their tuples.
  std::vector<std::uint32_t> Order() const;

 private:
  // Rows looked up together, so that memory is waited for once.
  static constexpr std::size_t kTogether = 64;

  std::uint32_t Find(Tuple tuple, std::uint32_t hash);
  std::size_t HomeOf(std::uint32_t hash) const { return hash >> shift_; }
  void Grow();

  Tuples tuples_;
  std::size_t size_ = 0;
  // A hash table: the hash of a tuple above its number + 1; 0 where none is.
  // Less than half full. Places follow from the upper bits of the hash, so that
  // a larger table has its entries in the same order.
  HugeArray<std::uint64_t> slots_;
  unsigned shift_;
  std::vector<std::uint32_t> rows_;    // kTogether tuples
  std::vector<std::uint32_t> hashes_;  // of them
};

}  // namespace anon::internal

#endif  // ANON_SRC_DATA_TUPLE_INDEX_H_
