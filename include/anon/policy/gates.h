// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_POLICY_GATES_H_
#define ANON_POLICY_GATES_H_

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "anon/base/ratio.h"
#include "anon/release/recipient.h"
#include "anon/release/terms.h"

namespace anon {

// What a data set is for and who will handle it.
struct IntendedUse {
  std::string purpose;  // one of the purposes stated for the source
  RecipientScope scope = RecipientScope::kOwnUse;
  BilingualText contractor_scope;  // kContractor: what is entrusted
  std::string contractor_expires;  // kContractor: ISO 8601 date
};

// What is known of the source as a whole.
struct SourceTags {
  std::vector<std::string> purposes;  // stated when the data were collected
  std::vector<std::string> storage_countries;  // ISO 3166-1 alpha-2
  // 特定利用者情報 (Telecommunications Business Act).
  bool specified_user_information = false;
};

// Only principals who consented pass. Either a column of the source says so, or
// a file of receipts. Default: no.
struct ConsentGate {
  std::string column;              // of the source; empty: the file
  std::vector<std::string> given;  // its values that mean consent

  // CSV with the columns principal, purpose, recipient_class, version,
  // given_on, withdrawn_on. A principal passes by the latest receipt for the
  // purpose of the use and this recipient class, if it has at least this
  // version, was given by the day of the run and not withdrawn by then.
  std::filesystem::path file;
  char delimiter = ',';
  std::string recipient_class;
  std::int64_t least_version = 1;
};

// Everyone who asked to be left out is: CSV with principal and requested_on.
// Here and in consents, principals are compared in the normal form in which the
// policy pseudonymizes them, if it does, else byte for byte.
// The list is complete up to and including `cut_off`; later requests that it
// holds count too.
struct ExclusionGate {
  std::filesystem::path file;
  char delimiter = ',';
  std::string cut_off;  // ISO 8601 date
};

// On what ground data made with a call or session are used (通信の秘密).
struct CommunicationsSecrecyGate {
  enum class Basis { kIndividualConsent, kSufficientAnonymization };
  Basis basis = Basis::kIndividualConsent;
  // kSufficientAnonymization: the assessment, where it is published, and that
  // users can change their consent at any time.
  std::string impact_assessment;
  std::string published;  // URL
};

// No cell of the output may hold residue of identifiers (see residue/), but
// for what somebody has looked at.
struct ResidueGate {
  struct Allowance {
    std::string column;
    std::string rule;
    std::string reason;
  };
  std::vector<Allowance> allow;
};

// No insensitive column of the output, alone or with another, may tell more
// than this share of the principals apart from everybody else.
struct UniquenessGate {
  Ratio limit = *Ratio::Create(1, 20);
};

struct Gates {
  std::optional<ConsentGate> consent;
  std::optional<ExclusionGate> exclusion;
  std::optional<CommunicationsSecrecyGate> communications_secrecy;
  // On the written file. A legal profile always asks for residue, and for
  // uniqueness of anonymized information.
  std::optional<ResidueGate> residue;
  std::optional<UniquenessGate> uniqueness;
};

// What a gate held back: counts, never identities.
struct GateTally {
  std::string gate;             // "consent", "exclusion"
  std::int64_t records = 0;     // held back
  std::int64_t principals = 0;  // held back: records if each is a principal
  // Entries of an exclusion list that match nobody of the source.
  std::int64_t unmatched = 0;
};

}  // namespace anon

#endif  // ANON_POLICY_GATES_H_
