// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: classes as bare arrays.
#ifndef ANON_SRC_SOLVE_CLASS_ARRAYS_H_
#define ANON_SRC_SOLVE_CLASS_ARRAYS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "anon/base/status.h"
#include "anon/data/classes.h"
#include "anon/data/membership.h"
#include "anon/solve/solve.h"
#include "anon/utility/generalized_classes.h"
#include "data/raw_vector.h"

namespace anon::internal {

struct HistogramArrays {
  std::vector<std::uint32_t> starts;  // one more than classes
  std::vector<ValueCount> cells;
};

// What the labels of a record may take. No label lies across two words, so that
// these bits can need one word more than their number says.
inline constexpr unsigned kMostBits = 128;
inline constexpr std::size_t kMostWords = 3;

// Packed labels, word by word: most tables need one, and whoever looks for a
// label looks at one. [word][class]; words that are not in use are empty.
using TupleWords = std::array<RawVector<std::uint64_t>, kMostWords>;

// The classes of one node.
struct ClassArrays {
  std::size_t words = 1;  // in use
  bool sorted = false;    // by their only word
  TupleWords tuples;
  RawVector<std::uint32_t> records;
  // [sensitive attribute], or none; those that nobody wants have no starts.
  std::vector<HistogramArrays> histograms;
  // Where people, groups and values of a union are no sums of those of its
  // parts: who is in which class, and how many that are.
  std::optional<Membership> members;
  RawVector<std::uint32_t> principals;  // empty: as many as records
  RawVector<std::uint32_t> groups;      // empty: none

  std::size_t size() const { return records.size(); }
  std::span<const std::uint32_t> people() const {
    return principals.empty() ? records : principals;
  }
  std::uint32_t Code(std::size_t i, const TupleField& field) const {
    return field.Code(tuples[field.word][i]);
  }
  std::size_t bytes() const;
};

// How codes of every attribute go from one level to another.
class LevelMaps {
 public:
  explicit LevelMaps(const std::vector<SearchAttribute>& attributes,
                     const Classes& classes);

  const std::vector<std::uint32_t>& At(std::size_t q, std::size_t from,
                                       std::size_t to) const {
    const Attribute& a = attributes_[q];
    return a.maps[from - a.base][to - from];
  }
  // How many codes there are.
  std::size_t size(std::size_t q, std::size_t level) const {
    return attributes_[q].sizes[level - attributes_[q].base];
  }
  std::size_t width() const { return attributes_.size(); }

 private:
  struct Attribute {
    std::size_t base = 0;
    std::vector<std::size_t> sizes;
    std::vector<std::vector<std::vector<std::uint32_t>>> maps;
  };
  std::vector<Attribute> attributes_;
};

// Where labels of so many bits each lie: of up to 32, together up to kMostBits.
std::vector<TupleField> PlaceFields(std::span<const unsigned> widths);

// The same for attributes at every level. Fails above kMostBits, with the
// names of the attributes.
absl::StatusOr<std::vector<TupleField>> PackFields(
    const LevelMaps& maps, const std::vector<SearchAttribute>& attributes,
    const std::vector<std::string>& names);

// `wanted`: of which sensitive attributes there are histograms; empty: of none.
// Fails above 2^32 - 1 records.
absl::StatusOr<ClassArrays> ArraysOf(const Classes& classes,
                                     std::span<const TupleField> fields,
                                     const std::vector<bool>& wanted);

// The counts of classes whose members are known.
void CountMembers(ClassArrays& classes);

}  // namespace anon::internal

#endif  // ANON_SRC_SOLVE_CLASS_ARRAYS_H_
