// SPDX-License-Identifier: Apache-2.0
#include "anon/release/recipient.h"

namespace anon {

std::string_view ToString(RecipientScope scope) {
  switch (scope) {
    case RecipientScope::kThirdParty:
      return "third_party";
    case RecipientScope::kContractor:
      return "contractor";
    case RecipientScope::kSuccessor:
      return "successor";
    case RecipientScope::kJointUser:
      return "joint_user";
    case RecipientScope::kOwnUse:
      return "own_use";
  }
  return "";
}

}  // namespace anon
