// SPDX-License-Identifier: Apache-2.0
//
// Erasing. The access log says first what is about to be erased; then go the
// shares, the rows, and what the store keeps of them.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
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
using internal::StoredBlock;
using internal::StoredDataSet;
using internal::StoredPlace;
using internal::StoredSession;

absl::StatusOr<PrincipalRecords> VaultCustodian::FindPrincipal(
    std::span<const std::string_view> identifiers, std::string_view attribute,
    std::string_view data_set_id) {
  ANON_RETURN_IF_ERROR(state_->NeedReason());
  ANON_RETURN_IF_ERROR(
      state_->Admit("find principal", data_set_id, std::ssize(identifiers)));
  const std::unordered_set<std::string_view> wanted(identifiers.begin(),
                                                    identifiers.end());
  ANON_ASSIGN_OR_RETURN(const std::vector<StoredDataSet> data_sets,
                        state_->store->DataSets());
  PrincipalRecords found;
  for (const StoredDataSet& set : data_sets) {
    if (!data_set_id.empty() && set.described.id != data_set_id) continue;
    if (!set.committed) {
      found.pending.push_back(set.described.id);
      continue;
    }
    ANON_RETURN_IF_ERROR(
        state_->Walk(set, [&](const StoredPlace&, const RecordView& record,
                              std::optional<std::string_view> original) {
          if (original && wanted.contains(*original) &&
              (attribute.empty() || attribute == record.attribute)) {
            found.records.push_back({set.described.id,
                                     std::string(record.attribute),
                                     std::string(record.pseudonym)});
          }
          return absl::OkStatus();
        }));
  }
  return found;
}

absl::StatusOr<ErasureResult> VaultCustodian::EraseRecords(
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
      // So that no share of another record is destroyed in its place.
      ANON_RETURN_IF_ERROR(state_
                               ->Open(set, located->place.session,
                                      *located->block, located->record)
                               .status());
      places.push_back(located->place);
    }
    erased.data_sets.emplace_back(id, std::ssize(names));
  }
  state_->WipeOpeners();
  for (const auto& [id, count] : erased.data_sets) {
    ANON_RETURN_IF_ERROR(state_->Log("erase records", id, count));
  }
  ANON_ASSIGN_OR_RETURN(const std::vector<StoredDataSet> data_sets,
                        state_->store->DataSets());
  if (!std::ranges::all_of(data_sets, &StoredDataSet::committed)) {
    erased.not_erased.emplace_back(
        "data sets that are pending, because their runs go on or were killed: "
        "they were not searched");
  }
  ANON_ASSIGN_OR_RETURN(erased.remains, state_->store->EraseRecords(places));
  return state_->Certificate(erased);
}

absl::StatusOr<ErasureResult> VaultCustodian::EraseDataSet(
    std::string_view data_set_id) {
  ANON_RETURN_IF_ERROR(state_->NeedReason());
  ANON_ASSIGN_OR_RETURN(const StoredDataSet set,
                        state_->store->FindDataSet(data_set_id));
  // What is damaged can be erased, too.
  std::int64_t records = set.records;
  if (const auto sessions = state_->store->Sessions(set.number);
      sessions.ok()) {
    ANON_ASSIGN_OR_RETURN(records, state_->CountRecords(*sessions));
  }
  ANON_RETURN_IF_ERROR(state_->Log("erase data set", data_set_id, records));
  State::Erased erased{"data_set", {{std::string(data_set_id), records}}};
  ANON_ASSIGN_OR_RETURN(erased.remains,
                        state_->store->EraseDataSets(std::span(&set, 1)));
  return state_->Certificate(erased);
}

absl::StatusOr<std::int64_t> VaultCustodian::State::CountRecords(
    std::span<const StoredSession> sessions) {
  std::int64_t records = 0;
  for (const StoredSession& session : sessions) {
    ANON_RETURN_IF_ERROR(store->ForEachBlock(
        session, /*with_shares=*/false, [&](const StoredBlock& block) {
          std::string_view rest = block.records;
          while (internal::TakeRecord(rest)) ++records;
          return absl::OkStatus();
        }));
  }
  return records;
}

absl::Status VaultCustodian::State::RequireGenuine(
    const StoredDataSet& data_set, std::span<const StoredSession> sessions) {
  for (const StoredSession& session : sessions) {
    if (session.keys == 0) continue;  // its shares are gone already
    bool opened = false;
    ANON_RETURN_IF_ERROR(store->ForEachBlock(
        session, /*with_shares=*/true, [&](const StoredBlock& block) {
          std::string_view rest = block.records;
          while (!opened) {
            const std::optional<RecordView> record = internal::TakeRecord(rest);
            if (!record) break;
            const auto original = Open(data_set, session, block, *record);
            opened = original.ok() && original->has_value();
          }
          return absl::OkStatus();
        }));
    if (opened) continue;
    ANON_ASSIGN_OR_RETURN(const bool has_shares, store->HasShares(session));
    if (has_shares) return Damaged(data_set);
  }
  WipeOpeners();
  return absl::OkStatus();
}

absl::StatusOr<std::set<std::string>> VaultCustodian::State::Abandoned() {
  ANON_ASSIGN_OR_RETURN(const std::vector<AccessLogEntry> entries,
                        store->Log());
  ANON_RETURN_IF_ERROR(internal::CheckChain(entries, log_key));
  const std::int64_t before = options.now() - options.abandoned_after;
  std::set<std::string> abandoned;
  for (const AccessLogEntry& entry : entries) {
    if (entry.action == "begin" && entry.time < before) {
      abandoned.insert(entry.data_set);
    } else if (entry.action == "begin" || entry.action == "commit") {
      abandoned.erase(entry.data_set);
    }
  }
  return abandoned;
}

absl::Status VaultCustodian::State::Judge(
    const StoredDataSet& data_set, std::string_view today,
    const std::set<std::string>& abandoned, Expiry& expiry) {
  const DeletionDataSet& described = data_set.described;
  ANON_ASSIGN_OR_RETURN(const std::vector<StoredSession> sessions,
                        store->Sessions(data_set.number));
  // It gets its session with its name and loses it with it. What is pending,
  // its run may have rolled back meanwhile.
  if (sessions.empty() && data_set.committed) return Damaged(data_set);
  if (sessions.empty()) return absl::OkStatus();
  // Erased before: an older copy of the data was put back.
  const bool returned = std::ranges::all_of(
      sessions, [](const StoredSession& session) { return session.keys == 0; });
  const bool late =
      !described.retain_until.empty() && described.retain_until < today;
  const bool left = !data_set.committed && abandoned.contains(described.id);
  if (late && !left) ANON_RETURN_IF_ERROR(RequireGenuine(data_set, sessions));
  if (late || left || returned) {
    ANON_ASSIGN_OR_RETURN(const std::int64_t records, CountRecords(sessions));
    expiry.over.push_back(data_set);
    expiry.erased.data_sets.emplace_back(described.id, records);
    return absl::OkStatus();
  }
  if (!data_set.committed) return absl::OkStatus();
  const std::size_t before = expiry.leftovers.size();
  ANON_RETURN_IF_ERROR(
      Walk(data_set, [&](const StoredPlace& place, const RecordView&,
                         std::optional<std::string_view> original) {
        if (!original) expiry.leftovers.push_back(place);
        return absl::OkStatus();
      }));
  if (expiry.leftovers.size() > before) {
    expiry.erased.data_sets.emplace_back(
        described.id,
        static_cast<std::int64_t>(expiry.leftovers.size() - before));
  }
  return absl::OkStatus();
}

absl::StatusOr<ErasureResult> VaultCustodian::Expire(std::string_view today) {
  if (!internal::IsIsoDate(today)) {
    return PolicyError("today is not a day such as 2026-04-01");
  }
  ANON_ASSIGN_OR_RETURN(const std::vector<StoredDataSet> data_sets,
                        state_->store->DataSets());
  std::set<std::string> abandoned;
  if (!std::ranges::all_of(data_sets, &StoredDataSet::committed)) {
    ANON_ASSIGN_OR_RETURN(abandoned, state_->Abandoned());
  }
  State::Expiry expiry;
  for (const StoredDataSet& set : data_sets) {
    ANON_RETURN_IF_ERROR(state_->Judge(set, today, abandoned, expiry));
  }
  State::Erased& erased = expiry.erased;
  for (const auto& [id, count] : erased.data_sets) {
    ANON_RETURN_IF_ERROR(state_->Log("expire", id, count));
  }
  if (!expiry.leftovers.empty()) {
    ANON_RETURN_IF_ERROR(
        state_->store->EraseRecords(expiry.leftovers).status());
  }
  // Also without any: that removes what remained of earlier ones.
  ANON_ASSIGN_OR_RETURN(erased.remains,
                        state_->store->EraseDataSets(expiry.over));
  return state_->Certificate(erased);
}

absl::StatusOr<ErasureResult> VaultCustodian::State::Certificate(
    const Erased& erased) {
  std::int64_t records = 0;
  internal::Json sets = internal::Json::array();
  for (const auto& [id, count] : erased.data_sets) {
    sets.push_back({{"id", id}, {"records", count}});
    records += count;
  }
  internal::ErasureStatement statement = store->Erasure(erased.remains);
  if (erased.data_sets.empty()) {
    statement.erased.clear();
    statement.consequence = "nothing was due, and nothing was erased";
    statement.not_erased.clear();
  }
  std::ranges::copy(erased.not_erased,
                    std::back_inserter(statement.not_erased));
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
  return ErasureResult{internal::PrettyJson(certificate), statement.warning};
}

}  // namespace anon
