// SPDX-License-Identifier: Apache-2.0
#include "anon/data/role.h"

namespace anon {

std::string_view ToString(Role role) {
  switch (role) {
    case Role::kDirectIdentifier:
      return "direct_identifier";
    case Role::kQuasiIdentifier:
      return "quasi_identifier";
    case Role::kSensitive:
      return "sensitive";
    case Role::kInsensitive:
      return "insensitive";
  }
  return "";
}

}  // namespace anon
