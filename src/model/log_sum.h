// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: sums of logarithms compared exactly. Entropy and
// logarithms of quotients of counts are such sums.
#ifndef ANON_SRC_MODEL_LOG_SUM_H_
#define ANON_SRC_MODEL_LOG_SUM_H_

#include <cstdint>
#include <span>

#include "model/exact.h"

namespace anon::internal {

// coefficient * ln(argument); the argument is 1 or more.
struct LogTerm {
  std::int64_t coefficient = 0;
  std::int64_t argument = 1;
};

// The sign (-1, 0, 1) of the sum of `terms`.
//
// Doubles decide where a proven bound of their error allows it. The rest is
// near zero: whether it is zero is decided over a base of pairwise coprime
// factors of the arguments, where the sum is zero if and only if the exponent
// of each factor is; and if it is not, binary floats of 100, 400 and 1600
// digits are asked for its sign. A sum that 1600 digits leave open (none is
// known) counts as positive: callers put "violates" there.
int SignOfLogSum(std::span<const LogTerm> terms);

// The sign of (the sum of `terms`) - numerator/denominator, with
// 0 <= numerator, 0 < denominator. A sum that is not zero is the logarithm of
// an algebraic number other than 1, hence no fraction (Lindemann): zero needs
// the sum and the fraction to be zero.
int CompareLogSum(std::span<const LogTerm> terms, Int128 numerator,
                  Int128 denominator);

}  // namespace anon::internal

#endif  // ANON_SRC_MODEL_LOG_SUM_H_
