// SPDX-License-Identifier: Apache-2.0
#include "data/find_attribute.h"

#include <fmt/format.h>

#include <algorithm>

namespace anon::internal {

absl::StatusOr<std::size_t> FindAttribute(const RecordSource& source,
                                          std::string_view name) {
  const auto& names = source.attributes();
  const auto at = std::ranges::find(names, name);
  if (at != names.end()) return static_cast<std::size_t>(at - names.begin());
  return InputErrorAt({.file = source.name(), .line = 1},
                      fmt::format("no column '{}'", name));
}

}  // namespace anon::internal
