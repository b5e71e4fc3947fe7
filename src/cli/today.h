// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SRC_CLI_TODAY_H_
#define ANON_SRC_CLI_TODAY_H_

#include <fmt/format.h>

#include <chrono>
#include <ctime>
#include <string>

namespace anon::cli {

// Today as ISO 8601, where the machine stands; the date a notice carries.
inline std::string Today() {
  const std::time_t now =
      std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm local{};
  localtime_r(&now, &local);
  return fmt::format("{:04}-{:02}-{:02}", local.tm_year + 1900,
                     local.tm_mon + 1, local.tm_mday);
}

}  // namespace anon::cli

#endif  // ANON_SRC_CLI_TODAY_H_
