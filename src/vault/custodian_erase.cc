// SPDX-License-Identifier: Apache-2.0
//
// Erasing. The access log says first what is about to be erased; then go the
// shares, the rows, and what the store keeps of them.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <unordered_set>
#include <utility>

#include "base/iso_date.h"
#include "base/json.h"
#include "base/status_macros.h"
#include "vault/custodian_access.h"

namespace anon {

using internal::RecordView;
using internal::StoredDataSet;
using internal::StoredPlace;
using internal::StoredSession;

absl::StatusOr<std::vector<VaultRecord>> VaultCustodian::FindPrincipal(
    std::span<const std::string_view> identifiers, std::string_view attribute,
    std::string_view data_set_id) {
  ANON_RETURN_IF_ERROR(state_->NeedReason());
  ANON_RETURN_IF_ERROR(
      state_->Log("find principal", data_set_id, std::ssize(identifiers)));
  const std::unordered_set<std::string_view> wanted(identifiers.begin(),
                                                    identifiers.end());
  ANON_ASSIGN_OR_RETURN(const std::vector<StoredDataSet> data_sets,
                        state_->store->DataSets());
  std::vector<VaultRecord> found;
  for (const StoredDataSet& set : data_sets) {
    if (!set.committed ||
        (!data_set_id.empty() && set.described.id != data_set_id)) {
      continue;
    }
    ANON_RETURN_IF_ERROR(
        state_->Walk(set, [&](const StoredPlace&, const RecordView& record,
                              std::optional<std::string_view> original) {
          if (original && wanted.contains(*original) &&
              (attribute.empty() || attribute == record.attribute)) {
            found.push_back({set.described.id, std::string(record.attribute),
                             std::string(record.pseudonym)});
          }
          return absl::OkStatus();
        }));
  }
  return found;
}

absl::StatusOr<std::string> VaultCustodian::EraseRecords(
    std::span<const VaultRecord> records) {
  ANON_RETURN_IF_ERROR(state_->NeedReason());
  std::map<std::string, std::set<std::pair<std::string, std::string>>> by_set;
  for (const VaultRecord& record : records) {
    by_set[record.data_set].emplace(record.attribute, record.pseudonym);
  }
  std::vector<StoredPlace> places;
  State::Erased erased{"records", {}};
  for (const auto& [id, names] : by_set) {
    ANON_ASSIGN_OR_RETURN(const StoredDataSet set,
                          state_->store->FindDataSet(id));
    ANON_ASSIGN_OR_RETURN(const std::vector<StoredSession> sessions,
                          state_->store->Sessions(set.number));
    for (const auto& [attribute, pseudonym] : names) {
      ANON_ASSIGN_OR_RETURN(
          const auto located,
          state_->Locate(set, sessions, attribute, pseudonym));
      if (!located) {
        return absl::NotFoundError(fmt::format(
            "data set {}: no such pseudonym of attribute {}; nothing was "
            "erased",
            id, attribute));
      }
      places.push_back(located->place);
    }
    erased.data_sets.emplace_back(id, std::ssize(names));
  }
  for (const auto& [id, count] : erased.data_sets) {
    ANON_RETURN_IF_ERROR(state_->Log("erase records", id, count));
  }
  ANON_RETURN_IF_ERROR(state_->store->EraseRecords(places));
  return state_->Certificate(erased);
}

absl::StatusOr<std::string> VaultCustodian::EraseDataSet(
    std::string_view data_set_id) {
  ANON_RETURN_IF_ERROR(state_->NeedReason());
  ANON_ASSIGN_OR_RETURN(const StoredDataSet set,
                        state_->store->FindDataSet(data_set_id));
  ANON_RETURN_IF_ERROR(state_->Log("erase data set", data_set_id, set.records));
  ANON_RETURN_IF_ERROR(state_->store->EraseDataSets(std::span(&set, 1)));
  return state_->Certificate(
      {"data_set", {{std::string(data_set_id), set.records}}});
}

absl::StatusOr<std::string> VaultCustodian::Expire(std::string_view today) {
  if (!internal::IsIsoDate(today)) {
    return PolicyError("today is not a day such as 2026-04-01");
  }
  ANON_ASSIGN_OR_RETURN(const std::vector<StoredDataSet> data_sets,
                        state_->store->DataSets());
  State::Erased erased{"retention", {}};
  std::vector<StoredDataSet> over;
  std::vector<StoredPlace> leftovers;
  for (const StoredDataSet& set : data_sets) {
    if (!set.committed) continue;
    const std::string& until = set.described.retain_until;
    ANON_ASSIGN_OR_RETURN(const std::vector<StoredSession> sessions,
                          state_->store->Sessions(set.number));
    // Erased before: an older copy of the data was put back.
    const bool returned = std::ranges::all_of(
        sessions,
        [](const StoredSession& session) { return session.keys == 0; });
    if (returned || (!until.empty() && until < today)) {
      over.push_back(set);
      erased.data_sets.emplace_back(set.described.id, set.records);
      continue;
    }
    std::int64_t count = 0;
    ANON_RETURN_IF_ERROR(
        state_->Walk(set, [&](const StoredPlace& place, const RecordView&,
                              std::optional<std::string_view> original) {
          if (!original) leftovers.push_back(place);
          if (!original) ++count;
          return absl::OkStatus();
        }));
    if (count > 0) erased.data_sets.emplace_back(set.described.id, count);
  }
  for (const auto& [id, count] : erased.data_sets) {
    ANON_RETURN_IF_ERROR(state_->Log("expire", id, count));
  }
  ANON_RETURN_IF_ERROR(state_->store->EraseRecords(leftovers));
  ANON_RETURN_IF_ERROR(state_->store->EraseDataSets(over));
  return state_->Certificate(erased);
}

absl::StatusOr<std::string> VaultCustodian::State::Certificate(
    const Erased& erased) {
  std::int64_t records = 0;
  internal::Json sets = internal::Json::array();
  for (const auto& [id, count] : erased.data_sets) {
    sets.push_back({{"id", id}, {"records", count}});
    records += count;
  }
  const internal::ErasureStatement statement = store->Erasure();
  AccessLogEntry written;
  ANON_RETURN_IF_ERROR(Log("certificate", "", records, &written));
  internal::Json certificate = {
      {"format", "anon-erasure-certificate/1"},
      {"vault", store->id()},
      {"custodian", internal::KeyFingerprint(store->custodian())},
      {"time", internal::IsoTime(written.time)},
      {"actor", options.actor},
      {"reason", options.reason},
      {"scope", erased.scope},
      {"data_sets", sets},
      {"records", records},
      {"access_log",
       {{"number", written.number}, {"hash", ToHex(written.hash)}}},
      {"erased", statement.erased},
      {"consequence", statement.consequence},
      {"not_erased", statement.not_erased}};
  ANON_ASSIGN_OR_RETURN(
      const std::string seal,
      internal::LogSeal(log_key, internal::PrettyJson(certificate)));
  certificate["seal"] = seal;
  return internal::PrettyJson(certificate);
}

}  // namespace anon
