// SPDX-License-Identifier: Apache-2.0
#include "solve/division_watch.h"

#include "solve/search.h"

namespace anon::internal {

DivisionWatch::Answer DivisionWatch::Before(std::size_t points) {
  constexpr std::int64_t kStretch = 1 << 14;  // points: less than a millisecond
  constexpr std::int64_t kPart = 64;          // what a part costs, in points
  const bool looks_up = rest_ <= 0;
  if (looks_up && budget_.progress) budget_.progress({.evaluated = parts_});
  // The callback may have asked for it.
  if (budget_.stop.stop_requested()) return Answer::kCancelled;
  if (budget_.evaluations && parts_ >= *budget_.evaluations) {
    return Answer::kEnough;
  }
  if (looks_up) {
    rest_ = kStretch;
    if (budget_.time) {
      const auto now = budget_.clock();
      if (!began_) began_ = now;
      if (IsSpent(*budget_.time, now - *began_)) return Answer::kEnough;
    }
  }
  rest_ -= static_cast<std::int64_t>(points) + kPart;
  ++parts_;
  return Answer::kGoOn;
}

}  // namespace anon::internal
