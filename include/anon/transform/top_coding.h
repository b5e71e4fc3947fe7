// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_TRANSFORM_TOP_CODING_H_
#define ANON_TRANSFORM_TOP_CODING_H_

#include <memory>
#include <string>

#include "anon/base/decimal.h"
#include "anon/transform/cell_operator.h"

namespace anon {

// Top coding (トップコーディング): a decimal number of `at` or more becomes
// `label`. Smaller and missing values stay as they are written.
std::shared_ptr<const CellOperator> TopCode(Decimal at, std::string label);

// Bottom coding (ボトムコーディング): a decimal number of `at` or less.
std::shared_ptr<const CellOperator> BottomCode(Decimal at, std::string label);

}  // namespace anon

#endif  // ANON_TRANSFORM_TOP_CODING_H_
