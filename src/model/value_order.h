// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: sensitive values in their order.
#ifndef ANON_SRC_MODEL_VALUE_ORDER_H_
#define ANON_SRC_MODEL_VALUE_ORDER_H_

#include <compare>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "anon/base/status.h"
#include "anon/model/t_closeness_ordered.h"
#include "model/sensitive_values.h"

namespace anon::internal {

// Compares decimal numbers ("-3", "12.50") of any length exactly; "0.5" and
// "0.50" are equal. Requires IsNumber of both.
bool IsNumber(std::string_view text);
std::strong_ordering CompareNumbers(std::string_view a, std::string_view b);

// rank[value]; values that are the same number share a rank. Fails if labels
// are missing or have no place in the order.
absl::StatusOr<std::vector<std::size_t>> RanksOf(const PrivacyModel& model,
                                                 const SensitiveValues& values,
                                                 const ModelContext& context,
                                                 ValueOrder order);

}  // namespace anon::internal

#endif  // ANON_SRC_MODEL_VALUE_ORDER_H_
