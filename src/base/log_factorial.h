// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SRC_BASE_LOG_FACTORIAL_H_
#define ANON_SRC_BASE_LOG_FACTORIAL_H_

#include <cmath>

namespace anon::internal {

// ln n!. std::lgamma would write a global, which threads must not do at once.
inline double LogFactorial(double n) {
  int sign = 0;
  return ::lgamma_r(n + 1, &sign);
}

}  // namespace anon::internal

#endif  // ANON_SRC_BASE_LOG_FACTORIAL_H_
