// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_RELEASE_RECIPIENT_H_
#define ANON_RELEASE_RECIPIENT_H_

#include <string_view>

namespace anon {

// Who will handle a data set. Only the first is a third party in the sense of
// the Act (Art. 27(5)).
enum class RecipientScope {
  kThirdParty,  // 第三者
  kContractor,  // 委託先: entrusted within a scope and until a day
  kSuccessor,   // 事業承継者: of a merger or another succession
  kJointUser,   // 共同利用者: within the published range
  kOwnUse,      // 自社内
};
// "third_party", "contractor", "successor", "joint_user", "own_use".
std::string_view ToString(RecipientScope scope);

}  // namespace anon

#endif  // ANON_RELEASE_RECIPIENT_H_
