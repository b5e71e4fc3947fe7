// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_DATA_ROLE_H_
#define ANON_DATA_ROLE_H_

#include <string_view>

namespace anon {

// What a column can do to a data principal (ISO/IEC 20889). Every column of an
// input has exactly one.
enum class Role {
  kDirectIdentifier,  // 直接識別子: names the person; never leaves untreated
  kQuasiIdentifier,  // 準識別子: identifies in combination; makes classes
  kSensitive,        // 機微属性: what must not be inferred; models guard it
  kInsensitive,      // none of these; passes unchanged
};

// "direct_identifier", "quasi_identifier", "sensitive", "insensitive".
std::string_view ToString(Role role);

}  // namespace anon

#endif  // ANON_DATA_ROLE_H_
