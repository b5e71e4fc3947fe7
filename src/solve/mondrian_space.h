// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: the space that Mondrian divides. The codes of every
// attribute get ranks 0, 1, 2, ... along its line, or along its hierarchy read
// from left to right, so that every part is a range of ranks.
#ifndef ANON_SRC_SOLVE_MONDRIAN_SPACE_H_
#define ANON_SRC_SOLVE_MONDRIAN_SPACE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "anon/base/status.h"
#include "anon/data/classes.h"
#include "anon/solve/mondrian.h"

namespace anon::internal {

// The ranks of one attribute.
class MondrianAxis {
 public:
  // `used`: [code], whether any class has it. Only those get ranks on a line.
  MondrianAxis(const MondrianAttribute& attribute,
               const std::vector<std::uint8_t>& used);

  std::span<const std::uint32_t> ranks() const { return rank_; }  // [code]
  std::size_t size() const { return codes_.size(); }              // ranks
  bool is_tree() const { return attribute_.tree != nullptr; }

  // The share of the domain that ranks `lo` to `hi` cover; 0 for one value.
  double Width(std::uint32_t lo, std::uint32_t hi) const {
    if (is_tree()) return TreeWidth(lo, hi);
    return lo == hi ? 0 : (place_[hi] - place_[lo]) / place_.back();
  }
  // The same, weighed: which attribute is divided first.
  double Urgency(std::uint32_t lo, std::uint32_t hi) const {
    return lo == hi ? 0 : Width(lo, hi) * attribute_.weight;
  }
  // Of a tree, and lo < hi: the last rank of every branch of their lowest
  // common label, from the branch of `lo` to that of `hi`.
  void Branches(std::uint32_t lo, std::uint32_t hi,
                std::vector<std::uint32_t>& last) const;

  // What the range covers, and what it is released as: see Recoding.
  std::vector<std::string> Covers(std::uint32_t lo, std::uint32_t hi) const;
  std::string Label(std::uint32_t lo, std::uint32_t hi,
                    const std::vector<std::string>& covers) const;

 private:
  double TreeWidth(std::uint32_t lo, std::uint32_t hi) const;
  // The level where ranks meet; one above the highest if they never do.
  std::size_t Meet(std::uint32_t lo, std::uint32_t hi) const;

  const MondrianAttribute& attribute_;
  std::vector<std::uint32_t> rank_;   // [code]
  std::vector<std::uint32_t> codes_;  // [rank]
  // [rank] on a line: how far it is from rank 0, for widths only. Doubles may
  // take neighbours for one.
  std::vector<double> place_;
  // [level - counted][rank]: the code there, and the last rank that has it.
  std::vector<std::vector<std::uint32_t>> up_;
  std::vector<std::vector<std::uint32_t>> end_;
};

// The axes of the space that the classes are in; fails on a value that has no
// place on its line.
absl::StatusOr<std::vector<MondrianAxis>> MakeAxes(const Classes& classes,
                                                   const MondrianGoal& goal);
// The failure: `q` of `classes` has such a value.
absl::Status NoPlace(const Classes& classes, std::size_t q);

}  // namespace anon::internal

#endif  // ANON_SRC_SOLVE_MONDRIAN_SPACE_H_
