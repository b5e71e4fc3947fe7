// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: figures that are quotients of whole numbers, compared
// with thresholds exactly, and shown.
#ifndef ANON_SRC_MODEL_EXACT_H_
#define ANON_SRC_MODEL_EXACT_H_

#include <string>

#include "anon/base/ratio.h"

namespace anon::internal {

__extension__ typedef __int128 Int128;

// Which side of its threshold a figure has to be on.
enum class Side { kAtMost, kBelow, kAtLeast };

// Compares numerator/denominator with the threshold: negative, zero or positive
// as the quotient is below, at or above. Requires 0 <= numerator and
// 0 < denominator; both may use all 127 bits.
int Compare(Int128 numerator, Int128 denominator, const Ratio& threshold);

bool OnSide(int comparison, Side side);

// A figure with six digits, or as many more as it takes to show it on the side
// of the threshold where it is. "infinite" for an infinite one.
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
