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
// them: for tuples of too many attributes to be one key. They are packed into
// words of 64 bits, no code into two of them, so that comparing words compares
// tuples; when a code needs more bits than its attribute has, all are packed
// anew.
class TupleIndex {
 public:
  explicit TupleIndex(std::size_t width);

  std::uint32_t Intern(Tuple tuple);
  // The numbers of `n` rows from row `from` on.
  void Intern(std::span<const CodeColumn> columns, std::size_t from,
              std::size_t n, std::uint64_t* numbers);

  std::size_t size() const { return size_; }
  std::size_t width() const { return fields_.size(); }
  std::uint32_t Code(std::size_t number, std::size_t q) const {
    return fields_[q].Of(&words_[number * count_]);
  }
  // The numbers in the order of their tuples.
  std::vector<std::uint32_t> Order() const;

 private:
  // Rows looked up together, so that memory is waited for once.
  static constexpr std::size_t kTogether = 64;

  // Where a code lies in the words of its tuple.
  struct Field {
    unsigned bits = 0;
    unsigned word = 0;
    unsigned shift = 0;

    bool Fits(std::uint32_t code) const {
      return std::uint64_t{code} >> bits == 0;
    }
    std::uint32_t Of(const std::uint64_t* words) const {
      return static_cast<std::uint32_t>(words[word] >> shift &
                                        ((std::uint64_t{1} << bits) - 1));
    }
  };

  std::uint32_t HashOf(const std::uint64_t* words) const;
  bool Same(const std::uint64_t* a, const std::uint64_t* b) const;
  std::uint32_t Find(const std::uint64_t* words, std::uint32_t hash);
  std::size_t HomeOf(std::uint32_t hash) const { return hash >> shift_; }
  void Place(std::uint32_t hash, std::uint32_t number);
  void Grow();
  // Gives attributes so many bits, at least as many as they have.
  void Repack(const std::vector<unsigned>& bits);
  template <typename Int>
  void Pack(const Int* codes, const Field& field, std::size_t n);

  std::vector<Field> fields_;         // [attribute]
  std::size_t count_ = 1;             // words of a tuple
  std::vector<std::uint64_t> words_;  // [number][word]
  std::size_t size_ = 0;
  // A hash table: the hash of a tuple above its number + 1; 0 where none is.
  // Less than half full. Places follow from the upper bits of the hash, so that
  // a larger table has its entries in the same order.
  HugeArray<std::uint64_t> slots_;
  unsigned shift_;
  std::vector<std::uint64_t> rows_;    // words of kTogether rows
  std::vector<std::uint32_t> hashes_;  // of them
};

}  // namespace anon::internal

#endif  // ANON_SRC_DATA_TUPLE_INDEX_H_
