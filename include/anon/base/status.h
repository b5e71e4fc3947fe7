// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_BASE_STATUS_H_
#define ANON_BASE_STATUS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace anon {

// The three kinds of failure a caller can tell apart. A privacy model that is
// not met is not among them: that is a value (see assess/assess.h).
//
//   PolicyError  kInvalidArgument  the policy, options or usage must change
//   InputError   kDataLoss         the data handed in are not what they claim
//   IoError      kUnavailable      the system refused (path, errno)
//
// Messages are one sentence that names the place and the fix, and never hold a
// cell value, a key or an identifier.
absl::Status PolicyError(std::string_view message);
absl::Status InputError(std::string_view message);
absl::Status IoError(std::string_view action, std::string_view path, int error);

// A place in a text file. Lines and columns count from 1; a column is the
// ordinal of the field (CSV) or of the character (YAML). 0 means unknown.
struct Place {
  std::string file;
  std::int64_t line = 0;
  std::int64_t column = 0;
  std::string attribute = {};  // name of the column, where there is one
};

// "customers.csv, line 17, column 5 (age)".
std::string ToString(const Place& place);

absl::Status PolicyErrorAt(const Place& place, std::string_view message);
absl::Status InputErrorAt(const Place& place, std::string_view message);

// The message of `status` as std::string_view (Abseil's own string_view is
// another type in Debian's build).
std::string_view Message(const absl::Status& status);

}  // namespace anon

#endif  // ANON_BASE_STATUS_H_
