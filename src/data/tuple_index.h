// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SRC_DATA_TUPLE_INDEX_H_
#define ANON_SRC_DATA_TUPLE_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "absl/types/span.h"

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

// Numbers distinct tuples 0, 1, 2, ... in order of appearance: for tuples of
// too many attributes to be packed into one key. A set of numbers that hashes
// and compares the tuples they stand for.
class TupleIndex {
 public:
  explicit TupleIndex(std::size_t width)
      : tuples_{.width = width, .codes = {}},
        numbers_(0, Hash{&tuples_}, Equal{&tuples_}) {}
  TupleIndex(const TupleIndex&) = delete;
  TupleIndex& operator=(const TupleIndex&) = delete;

  std::uint32_t Intern(Tuple tuple) {
    const auto found = numbers_.find(tuple);
    if (found != numbers_.end()) return *found;
    const auto fresh = static_cast<std::uint32_t>(size_++);
    tuples_.codes.insert(tuples_.codes.end(), tuple.begin(), tuple.end());
    numbers_.insert(fresh);
    return fresh;
  }
  std::size_t size() const { return size_; }
  const Tuples& tuples() const { return tuples_; }

 private:
  struct Hash {
    using is_transparent = void;
    const Tuples* tuples;
    std::size_t operator()(std::uint32_t i) const {
      return (*this)(tuples->At(i));
    }
    std::size_t operator()(Tuple tuple) const {
      return absl::HashOf(absl::MakeConstSpan(tuple.data(), tuple.size()));
    }
  };
  struct Equal {
    using is_transparent = void;
    const Tuples* tuples;
    bool operator()(std::uint32_t a, std::uint32_t b) const { return a == b; }
    bool operator()(std::uint32_t a, Tuple b) const {
      return std::ranges::equal(tuples->At(a), b);
    }
    bool operator()(Tuple a, std::uint32_t b) const { return (*this)(b, a); }
  };

  Tuples tuples_;
  std::size_t size_ = 0;
  absl::flat_hash_set<std::uint32_t, Hash, Equal> numbers_;
};

}  // namespace anon::internal

#endif  // ANON_SRC_DATA_TUPLE_INDEX_H_
