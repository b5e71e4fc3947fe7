// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: early return on a failed absl::Status or StatusOr.
#ifndef ANON_SRC_BASE_STATUS_MACROS_H_
#define ANON_SRC_BASE_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define ANON_RETURN_IF_ERROR(expression)         \
  do {                                           \
    absl::Status anon_status_ = (expression);    \
    if (!anon_status_.ok()) return anon_status_; \
  } while (false)

#define ANON_CONCAT_INNER_(a, b) a##b
#define ANON_CONCAT_(a, b) ANON_CONCAT_INNER_(a, b)

// NOLINTBEGIN(bugprone-macro-parentheses): a declaration takes none.
// ANON_ASSIGN_OR_RETURN(auto table, Read(path));
#define ANON_ASSIGN_OR_RETURN(target, expression) \
  ANON_ASSIGN_OR_RETURN_(ANON_CONCAT_(anon_or_, __LINE__), target, expression)
#define ANON_ASSIGN_OR_RETURN_(result, target, expression) \
  auto result = (expression);                              \
  if (!result.ok()) return std::move(result).status();     \
  target = *std::move(result)
// NOLINTEND(bugprone-macro-parentheses)

#endif  // ANON_SRC_BASE_STATUS_MACROS_H_
