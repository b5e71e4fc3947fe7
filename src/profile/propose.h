// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: from what a column holds and is called to a proposal.
#ifndef ANON_SRC_PROFILE_PROPOSE_H_
#define ANON_SRC_PROFILE_PROPOSE_H_

#include "anon/profile/profile.h"

namespace anon::internal {

// What is found in the cells comes before what the name says, and both before
// what figures suggest; in doubt, what leaves less.
Proposal Propose(const ColumnProfile& column, bool is_principal);

}  // namespace anon::internal

#endif  // ANON_SRC_PROFILE_PROPOSE_H_
