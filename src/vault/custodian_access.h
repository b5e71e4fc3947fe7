// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: the custodian's side over any store.
#ifndef ANON_SRC_VAULT_CUSTODIAN_ACCESS_H_
#define ANON_SRC_VAULT_CUSTODIAN_ACCESS_H_

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "anon/vault/custodian.h"
#include "vault/access_chain.h"
#include "vault/store.h"

namespace anon::internal {

class CustodianAccess {
 public:
  // Refuses a key that is not that of the store's custodian.
  static absl::StatusOr<VaultCustodian> Make(std::unique_ptr<Store> store,
                                             SecretBytes private_key,
                                             CustodianOptions options);

  // Every record of a committed data set, opened. For tests: what a run
  // sealed under a legal kind nobody may look up.
  static absl::Status ForEach(
      VaultCustodian& custodian, std::string_view data_set_id,
      const std::function<void(std::string_view attribute,
                               std::string_view pseudonym,
                               std::string_view original)>& visit);
};

}  // namespace anon::internal

namespace anon {

struct VaultCustodian::State {
  std::unique_ptr<internal::Store> store;
  SecretBytes private_key;
  SecretBytes log_key;
  CustodianOptions options;
  // An opener holds for the description it was made under only: another must
  // not open what was sealed under this one.
  struct DescribedOpener {
    DeletionDataSet described;
    internal::Opener opener;
  };
  // By session: an agreement costs as much as hundreds of records.
  std::map<internal::PublicKey, DescribedOpener> openers = {};

  // Where a record is; views into `block`.
  struct Located {
    internal::StoredPlace place;
    std::unique_ptr<internal::StoredBlock> block;
    internal::RecordView record;
  };
  // One record on a walk. No value: erased.
  using Visit = std::function<absl::Status(
      const internal::StoredPlace& place, const internal::RecordView& record,
      std::optional<std::string_view> original)>;

  AccessLogEntry NewEntry(std::string_view action, std::string_view data_set,
                          std::int64_t records) const;
  absl::Status Log(std::string_view action, std::string_view data_set,
                   std::int64_t records, AccessLogEntry* written = nullptr);
  // Logs `action` if the limit of an hour allows that many records more;
  // else logs the refusal and answers kResourceExhausted.
  absl::Status Admit(std::string_view action, std::string_view data_set,
                     std::int64_t records);
  absl::Status NeedReason() const;
  absl::StatusOr<internal::Opener*> OpenerOf(
      const internal::StoredDataSet& data_set,
      const internal::StoredSession& session);
  void WipeOpeners();
  // The original, until the next call; nothing if it was erased.
  absl::StatusOr<std::optional<std::string_view>> Open(
      const internal::StoredDataSet& data_set,
      const internal::StoredSession& session,
      const internal::StoredBlock& block, const internal::RecordView& record);
  absl::StatusOr<std::optional<Located>> Locate(
      const internal::StoredDataSet& data_set,
      std::span<const internal::StoredSession> sessions,
      std::string_view attribute, std::string_view pseudonym);
  // One look-up; no data set, no sessions: not found. The original, until the
  // next call.
  absl::StatusOr<std::string_view> Reveal(
      std::string_view data_set_id, const internal::StoredDataSet* set,
      std::span<const internal::StoredSession> sessions,
      std::string_view attribute, std::string_view pseudonym);
  // Whether the index leads to every one of `records`.
  absl::StatusOr<bool> Indexed(const internal::StoredDataSet& data_set,
                               std::span<const internal::IndexEntry> records);
  absl::Status Walk(const internal::StoredDataSet& data_set,
                    const Visit& visit);
  absl::Status Damaged(const internal::StoredDataSet& data_set) const;

  // How many records they have, counted as far as they can be read.
  absl::StatusOr<std::int64_t> CountRecords(
      std::span<const internal::StoredSession> sessions);
  // Whether what describes the data set is what its records were sealed under;
  // kDataLoss if not. A data set all of whose records were erased passes.
  absl::Status RequireGenuine(
      const internal::StoredDataSet& data_set,
      std::span<const internal::StoredSession> sessions);
  // The pending data sets that the log says were begun too long ago, and never
  // committed.
  absl::StatusOr<std::set<std::string>> Abandoned();

  // What was, or is to be, erased.
  struct Erased {
    std::string scope;  // "records", "data_set", "retention"
    // Data set, and how many of its records.
    std::vector<std::pair<std::string, std::int64_t>> data_sets;
    internal::Remains remains = internal::Remains::kNone;
    // Further sentences about what was not.
    std::vector<std::string> not_erased = {};
  };
  struct Expiry {
    std::vector<internal::StoredDataSet> over;
    std::vector<internal::StoredPlace> leftovers;
    Erased erased{"retention", {}};
  };
  // Adds what is to be erased of a data set.
  absl::Status Judge(const internal::StoredDataSet& data_set,
                     std::string_view today,
                     const std::set<std::string>& abandoned, Expiry& expiry);
  absl::StatusOr<ErasureResult> Certificate(const Erased& erased);
};

}  // namespace anon

#endif  // ANON_SRC_VAULT_CUSTODIAN_ACCESS_H_
