// SPDX-License-Identifier: Apache-2.0
#include "solve/division_watch.h"

namespace anon::internal {

DivisionWatch::Answer DivisionWatch::Before(std::size_t points) {
  constexpr std::int64_t kStretch = 1 << 14;  // points: less than a millisecond
  constexpr std::int64_t kPart = 64;          // what a part costs, in points
  if (budget_.evaluations && parts_ >= *budget_.evaluations) {
    return Answer::kEnough;
  }
  if (rest_ <= 0) {
    rest_ = kStretch;
    if (budget_.progress) budget_.progress({.evaluated = parts_});
    // The callback may have asked for it.
    if (budget_.stop.stop_requested()) return Answer::kCancelled;
    if (budget_.time && budget_.clock() - began_ >= *budget_.time) {
      return Answer::kEnough;
    }
  }
  rest_ -= static_cast<std::int64_t>(points) + kPart;
  ++parts_;
  return Answer::kGoOn;
}

}  // namespace anon::internal
