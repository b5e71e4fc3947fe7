// SPDX-License-Identifier: Apache-2.0
#include "anon/transform/load_hierarchy.h"

#include <utility>

#include "anon/io/csv.h"
#include "base/status_macros.h"

namespace anon {

absl::StatusOr<std::shared_ptr<const Hierarchy>> LoadHierarchy(
    const std::filesystem::path& path, char delimiter) {
  ANON_ASSIGN_OR_RETURN(
      const auto source,
      CsvSource::Open(path, {.delimiter = delimiter, .header = false}));
  ANON_ASSIGN_OR_RETURN(Hierarchy hierarchy, Hierarchy::FromRecords(*source));
  return std::make_shared<const Hierarchy>(std::move(hierarchy));
}

}  // namespace anon
