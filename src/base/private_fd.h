// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: RequirePrivate for a file that is open, which nobody can
// exchange for another between the look and the reading.
#ifndef ANON_SRC_BASE_PRIVATE_FD_H_
#define ANON_SRC_BASE_PRIVATE_FD_H_

#include <filesystem>

#include "anon/base/status.h"
#include "base/fd.h"

namespace anon::internal {

// `path` names it in messages.
absl::Status RequirePrivate(const Fd& fd, const std::filesystem::path& path);

}  // namespace anon::internal

#endif  // ANON_SRC_BASE_PRIVATE_FD_H_
