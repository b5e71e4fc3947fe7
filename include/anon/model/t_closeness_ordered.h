// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_MODEL_T_CLOSENESS_ORDERED_H_
#define ANON_MODEL_T_CLOSENESS_ORDERED_H_

#include <memory>
#include <string_view>

#include "anon/base/ratio.h"
#include "anon/model/privacy_model.h"

namespace anon {

// Where the order of the sensitive values comes from.
enum class ValueOrder {
  // SensitiveContext::order; without one, all values must be numbers.
  kNumber,
  // The bytes of the values: ISO dates, grades A to F.
  kText,
};

// As TClosenessEqual, but a step to the next value in their order costs
// 1/(m - 1), with m the number of values of the table. Ranks count, not
// differences: 1, 2, 3, 1000 are as far apart as 1, 2, 3, 4. 0 <= t < 1.
std::shared_ptr<const PrivacyModel> TClosenessOrdered(
    std::string_view attribute, const Ratio& t,
    ValueOrder order = ValueOrder::kNumber);

}  // namespace anon

#endif  // ANON_MODEL_T_CLOSENESS_ORDERED_H_
