// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: numbers that belong to a row.
#ifndef ANON_SRC_TRANSFORM_ROW_NUMBERS_H_
#define ANON_SRC_TRANSFORM_ROW_NUMBERS_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace anon::internal {

// A whole number of 1 or more, in digits; nothing for anything else.
std::optional<std::int64_t> ParseFrequency(std::string_view text);

// A decimal number such as 12, 45.5 or 0.25, in units of 1 / kWeightUnit, to
// the nearest and upwards from the middle; no binary fraction on the way.
// Nothing for anything else, and from 2^43 on.
std::optional<std::int64_t> ParseWeight(std::string_view text);

}  // namespace anon::internal

#endif  // ANON_SRC_TRANSFORM_ROW_NUMBERS_H_
