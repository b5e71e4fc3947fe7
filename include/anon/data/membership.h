// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_DATA_MEMBERSHIP_H_
#define ANON_DATA_MEMBERSHIP_H_

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace anon {

// What one owner (a data principal, a household) has in a class: a value of a
// sensitive attribute, or 0 for being there at all.
struct Holding {
  std::uint32_t code = 0;
  std::uint32_t owner = 0;
  friend auto operator<=>(const Holding&, const Holding&) = default;
};

// One list for each class: every holding of it once, by rising code.
struct HoldingLists {
  std::vector<std::size_t> starts = {0};  // one more than there are lists
  std::vector<Holding> holdings = {};
  std::size_t owners = 0;  // they are numbered from 0

  std::size_t size() const { return starts.size() - 1; }
  std::span<const Holding> At(std::size_t i) const {
    return std::span(holdings).subspan(starts[i], starts[i + 1] - starts[i]);
  }
};

// Who is in the classes of a table, where counts alone do not say what two of
// them have together. Numbers of owners mean nothing outside of the table. A
// plain value.
struct Membership {
  // If some principal has several rows, else empty. The owners of `values` are
  // principals too.
  HoldingLists principals;
  std::vector<HoldingLists> values;  // [sensitive attribute]
  HoldingLists groups;               // if rows have groups, else empty
};

}  // namespace anon

#endif  // ANON_DATA_MEMBERSHIP_H_
