// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SRC_CLI_COUNTED_H_
#define ANON_SRC_CLI_COUNTED_H_

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace anon::cli {

// "1 record", "2 records"; an ending of "es" makes "2 classes".
inline std::string Counted(std::int64_t count, std::string_view one,
                           std::string_view ending = "s") {
  return fmt::format("{} {}{}", count, one, count == 1 ? "" : ending);
}

}  // namespace anon::cli

#endif  // ANON_SRC_CLI_COUNTED_H_
