// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_TRANSFORM_ROUNDING_H_
#define ANON_TRANSFORM_ROUNDING_H_

#include <memory>

#include "anon/base/decimal.h"
#include "anon/transform/cell_operator.h"

namespace anon {

// Rounding (丸め): a decimal number becomes a multiple of `base` (above 0),
// exactly, printed with the digits of `base`. Missing values stay missing.
std::shared_ptr<const CellOperator> RoundToBase(Decimal base,
                                                Decimal::Toward toward);

}  // namespace anon

#endif  // ANON_TRANSFORM_ROUNDING_H_
