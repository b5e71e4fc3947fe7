// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: some classes side by side. Loops over the classes of a
// block have a fixed length and no branch, and become vector instructions.
#ifndef ANON_SRC_MODEL_CLASS_BLOCK_H_
#define ANON_SRC_MODEL_CLASS_BLOCK_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "anon/data/classes.h"

namespace anon::internal {

constexpr std::size_t kBlock = 64;

// A number for each of the classes. Those past the end of a table have zeros,
// and what follows from zeros.
using ClassRow = std::array<double, kBlock>;

// The histograms of one sensitive attribute.
struct ClassBlock {
  std::vector<ClassRow> people;  // [value]: of Classes::table_histogram
  ClassRow total;                // over the values
  ClassRow most;                 // of the most frequent value
  ClassRow distinct;             // values
  double largest_total = 0;
};

// Goes through a table block by block. Numbers of people are rounded above
// 2^53.
class ClassBlocks {
 public:
  explicit ClassBlocks(const Classes& classes);

  // The next block; false at the end.
  bool Next();
  std::size_t begin() const { return begin_; }
  std::size_t end() const { return end_; }

  const ClassRow& principals();
  // Null where a block would not pay: of many values, or where classes have few
  // of them.
  const ClassBlock* Of(std::size_t sensitive);

 private:
  static constexpr std::size_t kMostValues = 64;
  static constexpr std::size_t kSparse = 4;
  struct Attribute {
    bool known = false;                  // numbers are there
    std::vector<std::uint32_t> numbers;  // by code; empty if it has no blocks
    std::size_t values = 0;
    std::size_t filled_at = SIZE_MAX;  // begin() of the block
    bool dense = false;                // it is one that pays
    ClassBlock block;
  };

  void Number(std::size_t sensitive);
  void Fill(std::size_t sensitive);

  const Classes& classes_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t principals_at_ = SIZE_MAX;  // begin() of theirs
  ClassRow principals_{};
  std::vector<Attribute> attributes_;
};

}  // namespace anon::internal

#endif  // ANON_SRC_MODEL_CLASS_BLOCK_H_
