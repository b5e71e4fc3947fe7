// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: what the name of a column says about it.
#ifndef ANON_SRC_PROFILE_CUES_H_
#define ANON_SRC_PROFILE_CUES_H_

#include <string_view>

#include "anon/data/attribute_class.h"
#include "anon/data/role.h"

namespace anon::internal {

struct Cue {
  // Words of a name, in lower case, separated by '|'. ASCII words match whole
  // words, others anywhere; "^x" matches a name that is nothing but x.
  std::string_view words;
  AttributeClass attribute_class;
  Role role;
  std::string_view treatment;
  std::string_view ja, en;
  std::string_view reason;
};

// The first cue that fits `attribute`, or null.
const Cue* FindCue(std::string_view attribute);

// Whether the name may be that of the column that says whose row it is.
bool NamesPrincipal(std::string_view attribute);

}  // namespace anon::internal

#endif  // ANON_SRC_PROFILE_CUES_H_
