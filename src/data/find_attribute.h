// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: a column by its name.
#ifndef ANON_SRC_DATA_FIND_ATTRIBUTE_H_
#define ANON_SRC_DATA_FIND_ATTRIBUTE_H_

#include <cstddef>
#include <string_view>

#include "anon/base/status.h"
#include "anon/data/record_stream.h"

namespace anon::internal {

// The number of the column `name` of `source`, or an error at its header.
absl::StatusOr<std::size_t> FindAttribute(const RecordSource& source,
                                          std::string_view name);

}  // namespace anon::internal

#endif  // ANON_SRC_DATA_FIND_ATTRIBUTE_H_
