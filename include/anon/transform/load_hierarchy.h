// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_TRANSFORM_LOAD_HIERARCHY_H_
#define ANON_TRANSFORM_LOAD_HIERARCHY_H_

#include <filesystem>
#include <memory>

#include "anon/base/status.h"
#include "anon/hierarchy/hierarchy.h"

namespace anon {

// Reads a hierarchy file in the layout of ARX: no header, one value a line,
// level 0 first. Shared because several generalizations may use one hierarchy.
// A hierarchy that is no file (a table of a service, say) is made with
// Hierarchy::FromRecords.
absl::StatusOr<std::shared_ptr<const Hierarchy>> LoadHierarchy(
    const std::filesystem::path& path, char delimiter = ';');

}  // namespace anon

#endif  // ANON_TRANSFORM_LOAD_HIERARCHY_H_
