// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: when a division ends before there is nothing to divide.
#ifndef ANON_SRC_SOLVE_DIVISION_WATCH_H_
#define ANON_SRC_SOLVE_DIVISION_WATCH_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "anon/solve/budget.h"

namespace anon::internal {

// Asked before every part that might be divided. Looks at the clock and calls
// back only now and then: after so much work, not so many parts, as the first
// ones take a thousand times as long as the last.
class DivisionWatch {
 public:
  // Time is counted from the first part. `budget` must outlive this.
  explicit DivisionWatch(const SearchBudget& budget) : budget_(budget) {}

  // Whether a limit may end the division.
  bool limited() const { return budget_.evaluations || budget_.time; }

  enum class Answer { kGoOn, kEnough, kCancelled };
  Answer Before(std::size_t points);
  // How often it said kGoOn.
  std::int64_t parts() const { return parts_; }

 private:
  const SearchBudget& budget_;
  std::optional<std::chrono::steady_clock::time_point> began_;
  std::int64_t parts_ = 0;
  std::int64_t rest_ = 0;  // points, until it looks up again
};

}  // namespace anon::internal

#endif  // ANON_SRC_SOLVE_DIVISION_WATCH_H_
