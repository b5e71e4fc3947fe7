// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_VAULT_CUSTODIAN_H_
#define ANON_VAULT_CUSTODIAN_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "anon/base/status.h"
#include "anon/secret/secret_bytes.h"
#include "anon/vault/access_log.h"

namespace anon {

namespace internal {
class CustodianAccess;
}

// DeletionDataSet::kind of data whose pseudonyms may be undone.
inline constexpr std::string_view kSecurityMeasure =
    "pseudonymization_as_security_measure";

// One data set as the vault lists it; nothing here is secret.
struct VaultDataSet {
  std::string id;
  std::string origin;
  std::string kind;
  std::string key_id;
  std::string retain_until;  // empty: no day is set
  bool committed = false;
  std::int64_t records = 0;
};

// One record by its name; the original is not in it.
struct VaultRecord {
  std::string data_set;
  std::string attribute;
  std::string pseudonym;
};

struct VaultVerification {
  std::int64_t opened = 0;
  // Their shares are gone, their rows are not: an erasure that was interrupted,
  // or an older copy of the data. Expire removes the rows.
  std::int64_t erased = 0;
};

// The records of a principal.
struct PrincipalRecords {
  std::vector<VaultRecord> records;
  // Data sets whose runs have not committed them; they were not searched.
  std::vector<std::string> pending;
};

// What an erasure answers.
struct ErasureResult {
  // JSON that says what was erased and what may still hold copies, sealed with
  // the custodian's key.
  std::string certificate;
  // Empty, or what is left in the store's own files because others are using
  // it, and how to be rid of it.
  std::string warning;
};

struct CustodianOptions {
  std::string actor = {};  // empty: the number of the user
  // Why, for the access log; look-ups and erasures are refused without, but
  // for Expire, whose reason is the retention. Must not name the data
  // principal.
  std::string reason = {};
  // Records looked up and identifiers searched for in any hour, by everyone
  // together.
  std::int64_t look_ups_per_hour = 1000;
  // Seconds after which a data set that is still pending is one whose run was
  // killed.
  std::int64_t abandoned_after = std::int64_t{7} * 24 * 3600;
  // Seconds since 1970; empty: the system's clock.
  std::function<std::int64_t()> now = {};
};

// The custodian's side of a vault: opens what was sealed, and erases. Every
// access is written to the access log before it is granted. One thread at a
// time.
class VaultCustodian {
 public:
  ~VaultCustodian();
  VaultCustodian(VaultCustodian&&) noexcept;

  absl::StatusOr<std::vector<VaultDataSet>> DataSets();
  // Opens every record of a committed data set and forgets it at once. Shows
  // nothing. kDataLoss if one was altered or is missing.
  absl::StatusOr<VaultVerification> Verify(std::string_view data_set_id);

  // The originals behind pseudonyms of a committed data set, in their order;
  // kNotFound if the vault lacks one. Only where pseudonyms were a security
  // measure (kSecurityMeasure): for pseudonymized personal information finding
  // out who is behind a pseudonym is forbidden (Act Art. 41(7)), and this
  // answers kPermissionDenied. kResourceExhausted above the limit of an hour.
  absl::StatusOr<std::vector<SecretBytes>> Originals(
      std::string_view data_set_id, std::string_view attribute,
      std::span<const std::string_view> pseudonyms);
  absl::StatusOr<SecretBytes> Original(std::string_view data_set_id,
                                       std::string_view attribute,
                                       std::string_view pseudonym);

  // The records whose original is one of `identifiers`, byte for byte. To erase
  // a principal who asks for it: it answers for identifiers the caller has, for
  // all legal kinds. Opens every record. Empty `attribute` or `data_set_id`:
  // any. Whoever tries identifiers one after the other learns whose they are,
  // so they count as look-ups do: kResourceExhausted above the limit of an
  // hour.
  absl::StatusOr<PrincipalRecords> FindPrincipal(
      std::span<const std::string_view> identifiers,
      std::string_view attribute = {}, std::string_view data_set_id = {});

  // These destroy, and certify it. Records and data sets that are not there are
  // kNotFound, records that do not open are kDataLoss, and nothing is erased.
  absl::StatusOr<ErasureResult> EraseRecords(
      std::span<const VaultRecord> records);
  absl::StatusOr<ErasureResult> EraseDataSet(std::string_view data_set_id);
  // Data sets to be retained until a day before `today` (ISO 8601), what is
  // left of interrupted erasures, and what killed runs left pending. What the
  // vault says of a data set is believed only if one of its records opens
  // under it; else kDataLoss, and nothing is erased.
  absl::StatusOr<ErasureResult> Expire(std::string_view today);

  // The chain is checked before it is shown or vouched for; kDataLoss if
  // broken. `head`, if given, is an earlier VerifyLog's answer that must still
  // be in it. Returns the head to write down: "<number>:<hash>".
  absl::StatusOr<std::vector<AccessLogEntry>> Log();
  absl::StatusOr<std::string> VerifyLog(std::string_view head = {});

 private:
  friend class internal::CustodianAccess;
  struct State;
  explicit VaultCustodian(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace anon

#endif  // ANON_VAULT_CUSTODIAN_H_
