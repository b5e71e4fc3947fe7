// SPDX-License-Identifier: Apache-2.0
#include "data/unite_holdings.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace anon::internal {

void HoldingUniter::AppendOnce(std::span<const Holding> of_one_code,
                               HoldingLists& out) {
  if (now_ == std::numeric_limits<std::uint32_t>::max()) {
    std::ranges::fill(stamps_, 0);
    now_ = 0;
  }
  ++now_;
  for (const Holding& holding : of_one_code) {
    std::uint32_t& stamp = stamps_[holding.owner];
    if (stamp != now_) out.holdings.push_back(holding);
    stamp = now_;
  }
}

void HoldingUniter::Append(std::span<const std::span<const Holding>> lists,
                           HoldingLists& out) {
  stamps_.resize(std::max(stamps_.size(), out.owners));
  if (lists.size() == 1) {
    out.holdings.insert(out.holdings.end(), lists[0].begin(), lists[0].end());
    out.starts.push_back(out.holdings.size());
    return;
  }
  codes_.clear();
  std::size_t all = 0;
  for (const auto& list : lists) {
    CountByCode(list, [&](const ValueCount& run) {
      if (run.code >= places_.size()) {
        places_.resize(std::size_t{run.code} + 1, 0);
      }
      std::size_t& count = places_[run.code];
      if (count == 0) codes_.push_back(run.code);
      count += static_cast<std::size_t>(run.principals);
    });
    all += list.size();
  }
  std::ranges::sort(codes_);
  by_code_.resize(all);
  std::size_t begin = 0;
  for (const std::uint32_t code : codes_) {
    begin += std::exchange(places_[code], begin);
  }
  for (const auto& list : lists) {
    for (const Holding& holding : list) {
      by_code_[places_[holding.code]++] = holding;
    }
  }
  begin = 0;
  for (const std::uint32_t code : codes_) {
    const std::size_t end = std::exchange(places_[code], 0);
    AppendOnce(std::span(by_code_).subspan(begin, end - begin), out);
    begin = end;
  }
  out.starts.push_back(out.holdings.size());
}

}  // namespace anon::internal
