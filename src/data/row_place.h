// SPDX-License-Identifier: Apache-2.0
//
// Private to the library: what is wrong with a row, and where it is.
#ifndef ANON_SRC_DATA_ROW_PLACE_H_
#define ANON_SRC_DATA_ROW_PLACE_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "anon/base/status.h"
#include "anon/data/classes.h"

namespace anon::internal {

inline absl::Status InputErrorOf(const CodedRows& rows, std::size_t row,
                                 std::string_view message) {
  if (rows.lines.empty()) return InputError(message);
  return InputErrorAt(
      {.file = std::string(rows.source), .line = rows.lines[row]}, message);
}

}  // namespace anon::internal

#endif  // ANON_SRC_DATA_ROW_PLACE_H_
