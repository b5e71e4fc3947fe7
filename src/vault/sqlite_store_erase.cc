// SPDX-License-Identifier: Apache-2.0
//
// What the SQLite store forgets, and the access log. SQLite overwrites what is
// deleted (secure_delete), shrinks the files (incremental_vacuum) and empties
// its write-ahead log, so that no file of the store keeps it.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/status_macros.h"
#include "vault/access_chain.h"
#include "vault/sqlite_store.h"

namespace anon::internal {
namespace {

// All blocks of a session.
absl::Status EraseBlocks(const Database& database, const char* sql,
                         std::int64_t session) {
  ANON_ASSIGN_OR_RETURN(Statement statement, database.Prepare(sql));
  BindPlaces(statement, session);
  return statement.Run();
}

}  // namespace

absl::StatusOr<bool> SqliteStore::HasShares(const StoredSession& session) {
  ANON_ASSIGN_OR_RETURN(
      Statement select,
      files_.keys.Prepare("SELECT 1 FROM share WHERE place BETWEEN ? AND ? AND"
                          " shares <> zeroblob(length(shares)) LIMIT 1"));
  BindPlaces(select, session.keys);
  return select.Step();
}

absl::StatusOr<Remains> SqliteStore::EraseRecords(
    std::span<const StoredPlace> places) {
  ANON_RETURN_IF_ERROR(EraseShares(places));
  ANON_RETURN_IF_ERROR(EraseRows(places));
  return EmptyLogs();
}

absl::Status SqliteStore::EraseShares(std::span<const StoredPlace> places) {
  ANON_ASSIGN_OR_RETURN(Transaction transaction,
                        Transaction::Begin(files_.keys));
  ANON_ASSIGN_OR_RETURN(
      Statement update,
      files_.keys.Prepare("UPDATE share SET shares = ?2 WHERE place = ?1"));
  for (const StoredPlace& place : places) {
    const std::int64_t at = PlaceOf(place.session.keys, place.block);
    ANON_ASSIGN_OR_RETURN(std::string shares, SharesAt(at));
    const std::size_t from = std::size_t{place.slot} * kShareBytes;
    if (from + kShareBytes > shares.size()) continue;
    shares.replace(from, kShareBytes, kShareBytes, '\0');
    update.Bind(1, at);
    update.Bind(2, AsBlob(shares));
    ANON_RETURN_IF_ERROR(update.Run());
    if (sqlite3_changes(files_.keys.handle()) == 1) continue;
    return InputError(fmt::format(
        "{}: its file of record keys does not take what is written to it, "
        "somebody altered its tables; nothing was erased, put the newest copy "
        "of the record keys back",
        files_.path));
  }
  return transaction.Commit();
}

absl::Status SqliteStore::EraseRows(std::span<const StoredPlace> places) {
  Database& data = files_.data;
  ANON_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(data));
  ANON_ASSIGN_OR_RETURN(
      Statement update,
      data.Prepare("UPDATE block SET records = ?2 WHERE place = ?1"));
  for (const StoredPlace& place : places) {
    ANON_ASSIGN_OR_RETURN(const StoredBlock block,
                          ReadBlock(place.session, place.block));
    const std::optional<std::string> kept =
        WithoutSlot(block.records, place.slot);
    if (!kept) return DamagedBlock(files_.path);
    if (kept->size() == block.records.size()) continue;
    update.Bind(1, PlaceOf(place.session.number, place.block));
    update.Bind(2, AsBlob(*kept));
    ANON_RETURN_IF_ERROR(update.Run());
    ANON_RETURN_IF_ERROR(EraseIndexEntry(place));
    ANON_RETURN_IF_ERROR(RunAll(
        data, {"UPDATE data_set SET records = records - 1 WHERE number = ?"},
        place.data_set));
  }
  ANON_RETURN_IF_ERROR(transaction.Commit());
  return data.Execute("PRAGMA incremental_vacuum");
}

absl::Status SqliteStore::EraseIndexEntry(const StoredPlace& place) {
  ANON_ASSIGN_OR_RETURN(
      Statement select,
      files_.data.Prepare(
          "SELECT number, entries FROM page WHERE data_set = ?1 AND first <= ?2"
          " AND first >= coalesce((SELECT max(first) FROM page WHERE data_set ="
          " ?1 AND first < ?2), 0)"));
  select.Bind(1, place.data_set);
  select.Bind(2, static_cast<std::int64_t>(place.hash));
  const IndexEntry gone{place.hash,
                        static_cast<std::uint32_t>(place.session.number),
                        place.block};
  std::map<std::int64_t, std::string> changed;
  while (changed.empty()) {
    ANON_ASSIGN_OR_RETURN(const bool more, select.Step());
    if (!more) break;
    std::vector<IndexEntry> entries = UnpackPage(select.Bytes(1));
    const auto at = std::ranges::find(entries, gone);
    if (at == entries.end()) continue;
    entries.erase(at);
    changed[select.Number(0)] = PackPage(entries);
  }
  select.Reset();
  for (const auto& [number, entries] : changed) {
    ANON_ASSIGN_OR_RETURN(
        Statement update,
        files_.data.Prepare("UPDATE page SET entries = ?2 WHERE number = ?1"));
    update.Bind(1, number);
    update.Bind(2, AsBlob(entries));
    ANON_RETURN_IF_ERROR(update.Run());
  }
  return absl::OkStatus();
}

absl::Status SqliteStore::EraseKeysOf(std::string_view data_set_id) {
  ANON_ASSIGN_OR_RETURN(
      Statement select,
      files_.keys.Prepare("SELECT number FROM session WHERE data_set = ?"));
  select.Bind(1, data_set_id);
  std::vector<std::int64_t> sessions;
  for (;;) {
    ANON_ASSIGN_OR_RETURN(const bool more, select.Step());
    if (!more) break;
    sessions.push_back(select.Number(0));
  }
  select.Reset();
  for (const std::int64_t session : sessions) {
    ANON_RETURN_IF_ERROR(EraseBlocks(
        files_.keys, "DELETE FROM share WHERE place BETWEEN ? AND ?", session));
    ANON_RETURN_IF_ERROR(
        RunAll(files_.keys, {"DELETE FROM session WHERE number = ?"}, session));
  }
  return absl::OkStatus();
}

absl::StatusOr<Remains> SqliteStore::EraseDataSets(
    std::span<const StoredDataSet> data_sets) {
  {
    ANON_ASSIGN_OR_RETURN(Transaction transaction,
                          Transaction::Begin(files_.keys));
    for (const StoredDataSet& set : data_sets) {
      ANON_RETURN_IF_ERROR(EraseKeysOf(set.described.id));
    }
    ANON_RETURN_IF_ERROR(transaction.Commit());
  }
  {
    ANON_ASSIGN_OR_RETURN(Transaction transaction,
                          Transaction::Begin(files_.data));
    for (const StoredDataSet& set : data_sets) {
      ANON_ASSIGN_OR_RETURN(const std::vector<StoredSession> sessions,
                            Sessions(set.number));
      for (const StoredSession& session : sessions) {
        ANON_RETURN_IF_ERROR(EraseBlocks(
            files_.data, "DELETE FROM block WHERE place BETWEEN ? AND ?",
            session.number));
      }
      ANON_RETURN_IF_ERROR(RunAll(files_.data,
                                  {"DELETE FROM page WHERE data_set = ?",
                                   "DELETE FROM session WHERE data_set = ?",
                                   "DELETE FROM data_set WHERE number = ?"},
                                  set.number));
    }
    ANON_RETURN_IF_ERROR(transaction.Commit());
  }
  ANON_RETURN_IF_ERROR(files_.keys.Execute("PRAGMA incremental_vacuum"));
  ANON_RETURN_IF_ERROR(files_.data.Execute("PRAGMA incremental_vacuum"));
  return EmptyLogs();
}

Remains SqliteStore::EmptyLogs() {
  const bool keys = files_.keys.EmptyLog();
  return files_.data.EmptyLog() && keys ? Remains::kNone : Remains::kInItsFiles;
}

ErasureStatement SqliteStore::Erasure(Remains remains) const {
  ErasureStatement statement{
      {"the key share of every record, in the file of record keys in use",
       "the sealed records, their pseudonyms and index entries, in the vault "
       "file in use"},
      "no copy of the vault file, of any age, opens these records with the "
      "record keys in use, not even for the custodian",
      {"copies of the file of record keys made before: together with a copy "
       "of the vault file and the custodian's private key they open these "
       "records until they are destroyed",
       "sealed records in copies of the vault file: unreadable without such a "
       "copy, but there, as are the pseudonyms beside them",
       "the pseudonymized data sets themselves and the source",
       "blocks of the storage that a file system, a snapshot or a drive keeps "
       "of overwritten files"},
      ""};
  if (remains == Remains::kNone) {
    statement.erased.emplace_back(
        "what the write-ahead logs of both files held of them");
    return statement;
  }
  statement.not_erased.insert(
      statement.not_erased.begin(),
      "the write-ahead logs of both files, which another process was reading: "
      "they may hold shares and records until the next expiry empties them");
  statement.warning = fmt::format(
      "{}: erased, but another process reads the vault and keeps the old pages "
      "in its log; end it and expire the vault, which empties the log",
      files_.path);
  return statement;
}

absl::Status SqliteStore::AppendOfRun(AccessLogEntry& entry) {
  return AppendLog(entry, [](const AccessLogEntry& last, AccessLogEntry& next) {
    return Chain(last, nullptr, next);
  });
}

absl::Status SqliteStore::AppendLog(
    AccessLogEntry& entry,
    const std::function<absl::Status(const AccessLogEntry&, AccessLogEntry&)>&
        chain) {
  {
    ANON_ASSIGN_OR_RETURN(Transaction transaction,
                          Transaction::Begin(files_.keys));
    AccessLogEntry last;
    ANON_ASSIGN_OR_RETURN(
        Statement select,
        files_.keys.Prepare("SELECT number, time, hash FROM access_log"
                            " ORDER BY number DESC LIMIT 1"));
    ANON_ASSIGN_OR_RETURN(const bool found, select.Step());
    if (found) {
      last.number = select.Number(0);
      last.time = select.Number(1);
      const std::span<const std::byte> hash = select.Blob(2);
      std::copy_n(hash.begin(), std::min(hash.size(), last.hash.size()),
                  last.hash.begin());
    }
    select.Reset();
    ANON_RETURN_IF_ERROR(chain(last, entry));
    ANON_ASSIGN_OR_RETURN(
        Statement insert,
        files_.keys.Prepare(
            "INSERT INTO access_log (number, time, actor, action, data_set,"
            " reason, records, hash, seal) VALUES (?, ?, ?, ?, ?, ?, ?, ?,"
            " ?)"));
    insert.Bind(1, entry.number);
    insert.Bind(2, entry.time);
    insert.Bind(3, entry.actor);
    insert.Bind(4, entry.action);
    insert.Bind(5, entry.data_set);
    insert.Bind(6, entry.reason);
    insert.Bind(7, entry.records);
    insert.Bind(8, std::span<const std::byte>(entry.hash));
    insert.Bind(9, entry.seal);
    ANON_RETURN_IF_ERROR(insert.Run());
    ANON_RETURN_IF_ERROR(transaction.Commit());
  }
  // So that an older copy of the record keys is noticed.
  ANON_ASSIGN_OR_RETURN(
      Statement update,
      files_.data.Prepare("UPDATE vault SET log_number = ?1, log_hash = ?2"
                          " WHERE log_number < ?1"));
  update.Bind(1, entry.number);
  update.Bind(2, std::span<const std::byte>(entry.hash));
  return update.Run();
}

absl::StatusOr<std::vector<AccessLogEntry>> SqliteStore::Log() {
  ANON_ASSIGN_OR_RETURN(
      Statement select,
      files_.keys.Prepare("SELECT number, time, actor, action, data_set,"
                          " reason, records, hash, seal FROM access_log"
                          " ORDER BY number"));
  std::vector<AccessLogEntry> entries;
  for (;;) {
    ANON_ASSIGN_OR_RETURN(const bool more, select.Step());
    if (!more) return entries;
    AccessLogEntry& entry =
        entries.emplace_back(AccessLogEntry{select.Number(0),
                                            select.Number(1),
                                            std::string(select.Text(2)),
                                            std::string(select.Text(3)),
                                            std::string(select.Text(4)),
                                            std::string(select.Text(5)),
                                            select.Number(6),
                                            {},
                                            std::string(select.Text(8))});
    const std::span<const std::byte> hash = select.Blob(7);
    if (hash.size() == entry.hash.size()) {
      std::ranges::copy(hash, entry.hash.begin());
    }
  }
}

absl::StatusOr<std::int64_t> SqliteStore::LookUpsSince(std::int64_t time) {
  ANON_ASSIGN_OR_RETURN(
      Statement select,
      files_.keys.Prepare("SELECT coalesce(sum(records), 0) FROM access_log"
                          " WHERE action IN ('look-up', 'find principal')"
                          " AND time >= ?"));
  select.Bind(1, time);
  ANON_RETURN_IF_ERROR(select.Step().status());
  return select.Number(0);
}

}  // namespace anon::internal
