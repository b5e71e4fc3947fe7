// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: exact arithmetic on decimal text.
#ifndef ANON_SRC_HIERARCHY_DECIMAL_H_
#define ANON_SRC_HIERARCHY_DECIMAL_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace anon::internal {

// floor(x * factor) of the number x that `text` writes: an optional sign,
// digits, and optionally a point and digits. Exact however many digits there
// are. Nothing for other text, and past 9.2 * 10^18 / 10. Requires
// 0 < factor <= 10^9.
std::optional<std::int64_t> FloorOfDecimal(std::string_view text,
                                           std::int64_t factor);

}  // namespace anon::internal

#endif  // ANON_SRC_HIERARCHY_DECIMAL_H_
