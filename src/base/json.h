// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: JSON as this project writes it. Keys sorted by code
// unit, UTF-8 unescaped, no floating-point numbers inside digested documents:
// the same value always gives the same bytes.
#ifndef ANON_SRC_BASE_JSON_H_
#define ANON_SRC_BASE_JSON_H_

#include <nlohmann/json.hpp>
#include <string>

namespace anon::internal {

using Json = nlohmann::json;

// Two spaces of indent and a final newline: a file people open and diff.
inline std::string PrettyJson(const Json& value) {
  return value.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace anon::internal

#endif  // ANON_SRC_BASE_JSON_H_
