// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: citations by duty, from law_editions.inc.
#ifndef ANON_SRC_RELEASE_LAW_EDITIONS_H_
#define ANON_SRC_RELEASE_LAW_EDITIONS_H_

#include <optional>
#include <string_view>

#include "anon/release/law_edition.h"
#include "anon/release/terms.h"

namespace anon::internal {

// What a citation is for.
enum class Duty {
  kNone,  // no duty: the publisher's own choice
  kAnonymizedDefinition,
  kAnonymizedItems,
  kAnonymizedProvision,
  kAnonymizedNoCollation,
  kAnonymizedSafety,
  kAnonymizedContinuity,
  kAnonymizedParameters,
  kRecipientProvision,
  kRecipientNoCollation,
  kRecipientSafety,
  kPseudonymizedDefinition,
  kPseudonymizedSafety,
  kPseudonymizedPurpose,
  kPseudonymizedErasure,
  kPseudonymizedNoProvision,
  kPseudonymizedNoCollation,
  kPseudonymizedNoContact,
  kHandlerNoCollation,
  kHandlerNoAcquisition,
  kHandlerNoContact,
  kHandlerSafety,
  kJointUse,
  kPurposeChange,
  kComplaints,
};

// Nothing if the edition has no row for `duty`, or one that is not printed
// until counsel has verified the edition.
std::optional<BilingualText> Citation(const LawEdition& edition, Duty duty);

}  // namespace anon::internal

#endif  // ANON_SRC_RELEASE_LAW_EDITIONS_H_
