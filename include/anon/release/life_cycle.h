// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_RELEASE_LIFE_CYCLE_H_
#define ANON_RELEASE_LIFE_CYCLE_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "anon/base/status.h"
#include "anon/release/ledger.h"
#include "anon/release/recipient.h"
#include "anon/release/sealed_release.h"

namespace anon {

// A release is created, published, provided (any number of times), ended,
// erased, in this order; each function appends one record to the ledger, or
// refuses with the duty that forbids the step (kFailedPrecondition,
// kPermissionDenied) and appends nothing. Days are ISO 8601; a day may be past,
// but neither before the step it follows nor after today.

struct Creation {
  std::string actor;
  std::string source;        // what it was made of, as the publisher calls it
  std::string data_set_id;   // its deletion information; empty: none
  std::string retain_until;  // the last day it may be kept; empty: no day
  // Digest of the processing-method information (加工方法等情報), so that what
  // is kept inside can be shown to be what it was; see DigestOfDirectory.
  std::string processing_method_sha256 = {};
};
absl::StatusOr<LedgerRecord> RecordCreation(Ledger& ledger,
                                            const SealedRelease& release,
                                            const Creation& creation);

struct PublicationReceipt {
  std::string actor;
  std::string day;
  std::string url;  // where everyone can read the item list
  // What is there, as fetched: an item list of the release, or a page that
  // holds every item of it. Empty: nobody looked.
  std::string page;
};
// Records the creation too if the ledger does not have it.
absl::StatusOr<LedgerRecord> RecordPublication(
    Ledger& ledger, const SealedRelease& release,
    const PublicationReceipt& receipt);

struct Provision {
  std::string actor;
  std::string approver;  // who decided; empty: nobody is named
  std::string day;
  RecipientScope scope = RecipientScope::kThirdParty;
  std::string recipient;  // name, address and representative of a legal person
  std::string address;
  std::string representative;
  std::string method;  // how the data travel
  // How and when the recipient was told what the data are (明示).
  std::string notice_route;  // "email", "document", "with_data"
  std::string notice_day;
  std::string contract;      // its number, and clauses
  std::string purpose;       // what the recipient may do with the data
  std::string expires;       // kContractor: the last day of the entrustment
  std::string consent;       // where consent is on record; kind none
  std::string required_by;   // the law that requires the provision
  std::string retain_until;  // how long this record is kept
};
// Anonymized information: after publication, and after the recipient was told.
// A publication covers the release if it is its own, or a continuing one, not
// ended, of the same publisher, items and classes of techniques. Pseudonymized
// information: to contractors (within a purpose, until a day), successors, and
// joint users whom the published range names; to others only as a law requires.
// Data without a legal kind: to a third party with consent on record.
absl::StatusOr<LedgerRecord> RecordProvision(Ledger& ledger,
                                             const SealedRelease& release,
                                             const Provision& provision);

struct Ending {
  std::string actor;
  std::string day;
  std::string reason;
};
// Nothing is provided any more, and nothing covered by its publication.
absl::StatusOr<LedgerRecord> RecordEnd(Ledger& ledger,
                                       std::string_view release_id,
                                       const Ending& ending);

// Before anything is destroyed; may be repeated by whoever finishes an erasure
// that was interrupted. After publication or provision, the release must have
// ended.
absl::StatusOr<LedgerRecord> RecordErasing(Ledger& ledger,
                                           std::string_view release_id,
                                           const Ending& erasure);
// After it. `certificate` is what Sha256 says of the certificate.
absl::StatusOr<LedgerRecord> RecordErased(Ledger& ledger,
                                          std::string_view release_id,
                                          const Ending& erasure,
                                          std::string_view certificate);

// A release as the records tell it.
struct ReleaseStatus {
  std::string id;
  std::string kind;
  std::string state;  // the last event
  BilingualText title;
  BilingualText population;
  std::string created;
  std::string published;  // day; empty: not by itself
  std::string url;
  std::string covered_by;  // the release whose publication covers it
  std::string manifest_id;
  std::string version;  // of the manifest
  BilingualText publisher;
  std::int64_t provisions = 0;
  std::string ended;
  std::string erased;
  std::string data_set_id;
  std::string retain_until;
  std::string next;                 // the step that is open
  std::vector<std::string> alarms;  // duties that are overdue on `today`
};

// All releases, in the order of their creation. A legal kind that is to be
// published is overdue `publish_within` days after creation (the Act says
// without delay, and no number).
std::vector<ReleaseStatus> StatusOf(std::span<const LedgerRecord> records,
                                    std::string_view today,
                                    int publish_within = 14);

// The records of provisions of releases made of `source` (empty: of all), to
// answer for them (disclosure of records of provision).
std::vector<LedgerRecord> ProvisionsOf(std::span<const LedgerRecord> records,
                                       std::string_view source);

// A record as JSON: "recipient.name" becomes {"recipient": {"name": ...}}.
std::string RecordJson(const LedgerRecord& record);

}  // namespace anon

#endif  // ANON_RELEASE_LIFE_CYCLE_H_
