// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SRC_DATA_UNITE_HOLDINGS_H_
#define ANON_SRC_DATA_UNITE_HOLDINGS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "anon/data/classes.h"
#include "anon/data/membership.h"

namespace anon::internal {

// Unites lists of holdings, class by class. Takes time for each holding alone:
// owners are stamped, not sorted. Keeps its buffers.
class HoldingUniter {
 public:
  using Lists = std::span<const std::span<const Holding>>;

  // Ends a list of `out` that has all holdings of `lists`, each once.
  void Append(Lists lists, HoldingLists& out);

 private:
  void Forget();
  void AppendUnseen(std::span<const Holding> of_one_code, HoldingLists& out);
  void AppendByCode(Lists lists, HoldingLists& out);

  std::vector<std::uint32_t> stamps_;  // [owner] when it was seen last
  std::uint32_t now_ = 0;
  std::vector<std::size_t> places_;   // [code]
  std::vector<std::uint32_t> codes_;  // that the lists have
  std::vector<Holding> by_code_;
};

// How many owners have each code of a list.
template <typename Visit>
void CountByCode(std::span<const Holding> list, const Visit& visit) {
  for (std::size_t begin = 0, end = 0; begin < list.size(); begin = end) {
    while (end < list.size() && list[end].code == list[begin].code) ++end;
    visit(ValueCount{list[begin].code, static_cast<std::int64_t>(end - begin)});
  }
}

}  // namespace anon::internal

#endif  // ANON_SRC_DATA_UNITE_HOLDINGS_H_
