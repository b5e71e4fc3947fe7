// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SECRET_KEY_USE_LOG_H_
#define ANON_SECRET_KEY_USE_LOG_H_

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "anon/base/status.h"

namespace anon {

// One use of a key: names only, never key bytes or identifiers.
struct KeyUseEvent {
  std::string_view action;  // "derive", "create", "rotate", "destroy", ...
  std::string_view key_id;
  // What a subkey was derived for; empty for other actions.
  std::string_view kind = {};
  std::string_view domain = {};
  std::string_view attribute = {};
  std::string_view epoch = {};
};

// Told of every use of the keys of a keyring, before it takes place: if it
// cannot be recorded it does not take place. Implementations must be safe to
// call from many threads.
class KeyUseLog {
 public:
  virtual ~KeyUseLog() = default;
  virtual absl::Status Record(const KeyUseEvent& event) = 0;
};

// Appends one line of JSON for each use to `path` (mode 0600; refused if
// looser), with the time (UTC) and the user and process ids.
absl::StatusOr<std::shared_ptr<KeyUseLog>> OpenKeyUseLog(
    const std::filesystem::path& path);

}  // namespace anon

#endif  // ANON_SECRET_KEY_USE_LOG_H_
