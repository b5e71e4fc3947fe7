// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SOLVE_RECODING_H_
#define ANON_SOLVE_RECODING_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace anon {

// What records are released as where that is no matter of levels alone: a
// region is a tuple of labels, and every class of counted tuples goes to one,
// to several by quotas, or is suppressed. A plain value.
struct Recoding {
  static constexpr std::uint32_t kSuppressed = 0xFFFFFFFF;
  static constexpr std::uint32_t kShared = 0xFFFFFFFE;

  // [attribute]: labels of regions, and what each covers, for the solution
  // file: the values (kOrder), first and last (kNumbers), or the level (kTree).
  struct Attribute {
    std::string kind;  // "numbers", "order", "tree", "rounds"
    std::vector<std::string> labels;
    std::vector<std::vector<std::string>> covers;
  };
  std::vector<Attribute> attributes;
  // Row by row, one label of each attribute: indices into its labels. No two
  // regions have the same.
  std::vector<std::uint32_t> regions;
  std::vector<std::int64_t> principals;  // [region]

  // [class]: its region, kSuppressed, or kShared.
  std::vector<std::uint32_t> region_of;
  // Of shared classes: how many of its records go where, sorted by class. The
  // records of a class are alike: which of them go where is left to the writer.
  struct Share {
    std::size_t of_class = 0;
    std::uint32_t region = 0;
    std::int64_t records = 0;
  };
  std::vector<Share> shares;
  // Of local recoding, whose regions have no covers: a record goes to the first
  // round that lists the tuple of its labels at the levels of the round.
  struct Round {
    std::vector<std::size_t> levels;     // [attribute]
    std::vector<std::uint32_t> regions;  // what it lists, ascending
  };
  std::vector<Round> rounds;
  // Whether regions may overlap: labels alone then do not say where one goes.
  bool overlapping = false;

  std::size_t size() const { return principals.size(); }  // regions
  std::string_view label(std::uint32_t region, std::size_t q) const {
    return attributes[q].labels[regions[region * attributes.size() + q]];
  }
};

}  // namespace anon

#endif  // ANON_SOLVE_RECODING_H_
