// SPDX-License-Identifier: Apache-2.0
#include "data/unite_holdings.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace anon::internal {

// Until the next call an owner is appended once.
void HoldingUniter::Forget() {
  if (now_ == std::numeric_limits<std::uint32_t>::max()) {
    std::ranges::fill(stamps_, 0);
    now_ = 0;
  }
  ++now_;
}

void HoldingUniter::AppendUnseen(std::span<const Holding> of_one_code,
                                 HoldingLists& out) {
  for (const Holding& holding : of_one_code) {
    std::uint32_t& stamp = stamps_[holding.owner];
    if (stamp != now_) out.holdings.push_back(holding);
    stamp = now_;
  }
}

// Puts the holdings of `lists` in the order of their codes.
void HoldingUniter::AppendByCode(Lists lists, HoldingLists& out) {
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
    Forget();
    AppendUnseen(std::span(by_code_).subspan(begin, end - begin), out);
    begin = end;
  }
}

void HoldingUniter::Append(Lists lists, HoldingLists& out) {
  stamps_.resize(std::max(stamps_.size(), out.owners));
  const auto is_plain = [](std::span<const Holding> list) {
    return list.empty() || list.back().code == 0;
  };
  if (lists.size() == 1) {
    out.holdings.insert(out.holdings.end(), lists[0].begin(), lists[0].end());
  } else if (std::ranges::all_of(lists, is_plain)) {
    Forget();
    for (const auto& list : lists) AppendUnseen(list, out);
  } else {
    AppendByCode(lists, out);
  }
  out.starts.push_back(out.holdings.size());
}

}  // namespace anon::internal
