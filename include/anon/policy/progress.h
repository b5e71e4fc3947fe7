// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_POLICY_PROGRESS_H_
#define ANON_POLICY_PROGRESS_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "anon/solve/budget.h"

namespace anon {

// How far a run or a plan is. Numbers only: nothing of the data.
struct RunProgress {
  // "count", "solve" (if there is something to search for), and of a run
  // "write", "assess" and "seal".
  std::string_view step;
  std::int64_t records = 0;  // read so far in this step
  std::int64_t of = 0;       // of how many; 0 while nobody knows
  // Of "solve", which reads no records: how far the search is.
  std::optional<SearchProgress> search = {};
};

}  // namespace anon

#endif  // ANON_POLICY_PROGRESS_H_
