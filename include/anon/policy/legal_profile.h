// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_POLICY_LEGAL_PROFILE_H_
#define ANON_POLICY_LEGAL_PROFILE_H_

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "anon/base/status.h"
#include "anon/data/attribute_class.h"
#include "anon/data/role.h"
#include "anon/policy/gates.h"
#include "anon/release/terms.h"

namespace anon {

// What a profile demands of a column.
enum class Demand {
  kTreated,   // something is done to it
  kRedacted,  // suppressed, or what identifies is taken out of its text
  kRemoved,   // suppressed, or replaced by what no rule restores
};

// One rule for a kind of data set: about a class of columns, about a role, or
// that a recipient may not have it.
struct LegalRule {
  DatasetKind kind{};
  std::variant<AttributeClass, Role, RecipientScope> about;
  Demand demand = Demand::kRemoved;  // of a column
  bool reason_excuses = false;  // a column may stay with a reason on record
  BilingualText article;        // where it is written
  std::string verified_by;      // who read it there; empty: nobody
  std::string verified_on;      // ISO 8601 date
  // A rule that nobody has verified warns and does not refuse.
  bool enforced() const { return !verified_by.empty(); }
};

// A dated set of rules, data of src/policy/legal_profiles.inc. Immutable.
struct LegalProfile {
  std::string id;           // "jp-appi-2026", "plain"
  std::string law_edition;  // whose citations go with it; empty: no law
  std::vector<LegalRule> rules;

  bool legal() const { return !law_edition.empty(); }
  // The rule of this profile, or null.
  const LegalRule* Find(
      DatasetKind kind,
      std::variant<AttributeClass, Role, RecipientScope> about) const;
};

// Fails on an unknown id, and says which are known.
absl::StatusOr<const LegalProfile*> FindLegalProfile(std::string_view id);
std::vector<std::string> KnownLegalProfiles();

}  // namespace anon

#endif  // ANON_POLICY_LEGAL_PROFILE_H_
