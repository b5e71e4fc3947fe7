// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: figures that are quotients of whole numbers, compared
// with thresholds exactly, and shown.
#ifndef ANON_SRC_MODEL_EXACT_H_
#define ANON_SRC_MODEL_EXACT_H_

#include <cmath>
#include <string>

#include "anon/base/ratio.h"

namespace anon::internal {

__extension__ using Int128 = __int128;

// What is less than this is computed in 64 bits, which is much faster.
constexpr Int128 kNarrow = Int128{1} << 62;

// Doubles up to here are exact sums, differences and products of whole numbers.
constexpr double kEveryWhole = 0x1p53;

// Which side of its threshold a figure has to be on.
enum class Side { kAtMost, kBelow, kAtLeast };

// Compares numerator/denominator with the threshold: negative, zero or positive
// as the quotient is below, at or above. Requires 0 <= numerator and
// 0 < denominator; both may use all 127 bits.
int Compare(Int128 numerator, Int128 denominator, const Ratio& threshold);

// The same of a figure known but for a relative error of 2^-40: 0 if that does
// not decide. Not a number does not.
inline int CompareRoughly(double figure, double limit) {
  const double error = 0x1p-40 * (std::abs(figure) + std::abs(limit));
  return figure < limit - error ? -1 : figure > limit + error ? 1 : 0;
}

// Compare, where the quotient is already known as a double: `figure`, and the
// threshold: `limit`.
inline int Compare(double figure, double limit, Int128 numerator,
                   Int128 denominator, const Ratio& threshold) {
  const int roughly = CompareRoughly(figure, limit);
  return roughly != 0 ? roughly : Compare(numerator, denominator, threshold);
}

bool OnSide(int comparison, Side side);

// A figure, 0 or more, with six digits, or as many more as it takes to show it
// on the side of the threshold where it is: "> 1/3" where no double is between
// them. "infinite" for an infinite one.
std::string FigureText(double figure, const Ratio& threshold, Side side,
                       bool holds);

// A threshold as people write it: "0.05" for 1/20; "1/3".
std::string ThresholdText(const Ratio& threshold);

// A lower bound of people that rounding may have raised, and at least 1.
inline std::int64_t LeastPeople(double people) {
  return people <= 2 ? 1
                     : static_cast<std::int64_t>(people * (1 - 1e-9) - 1e-6);
}

}  // namespace anon::internal

#endif  // ANON_SRC_MODEL_EXACT_H_
