// SPDX-License-Identifier: Apache-2.0
//
// What the PostgreSQL store forgets, and the access log. PostgreSQL keeps old
// versions of rows, and their bytes even after a plain VACUUM: VACUUM FULL
// writes the tables anew. The write-ahead log, its archive, replicas and
// backups are out of reach; the certificate says so.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/status_macros.h"
#include "vault/postgresql_store.h"

namespace anon::internal {

absl::StatusOr<bool> PostgresqlStore::HasShares(const StoredSession& session) {
  ANON_RETURN_IF_ERROR(Revive());
  ANON_ASSIGN_OR_RETURN(
      const PgResult found,
      vault_.keys.Query(
          "SELECT 1::bigint FROM share WHERE place BETWEEN $1 AND"
          " $2 AND length(ltrim(shares, '\\x00'::bytea)) > 0"
          " LIMIT 1",
          {PlaceOf(session.keys, 0), PlaceOf(session.keys, 0xFFFFFFFF)}));
  return found.rows() > 0;
}

absl::StatusOr<Remains> PostgresqlStore::EraseRecords(
    std::span<const StoredPlace> places) {
  ANON_RETURN_IF_ERROR(Revive());
  if (!places.empty()) {
    ANON_RETURN_IF_ERROR(EraseShares(places));
    ANON_ASSIGN_OR_RETURN(PgTransaction transaction,
                          PgTransaction::Begin(vault_.data));
    for (const StoredPlace& place : places) {
      ANON_RETURN_IF_ERROR(EraseRow(place));
    }
    ANON_RETURN_IF_ERROR(transaction.Commit());
  }
  return Vacuum();
}

absl::Status PostgresqlStore::EraseShares(std::span<const StoredPlace> places) {
  static constexpr std::array<std::byte, kShareBytes> kZeros{};
  ANON_ASSIGN_OR_RETURN(PgTransaction transaction,
                        PgTransaction::Begin(vault_.keys));
  for (const StoredPlace& place : places) {
    const std::int64_t from =
        std::int64_t{place.slot} * static_cast<std::int64_t>(kShareBytes) + 1;
    ANON_RETURN_IF_ERROR(
        vault_.keys
            .Query("UPDATE share SET shares = overlay(shares PLACING $3 FROM"
                   " $2::int) WHERE place = $1 AND length(shares) >= $2 + 31",
                   {PlaceOf(place.session.keys, place.block), from,
                    std::span<const std::byte>(kZeros)})
            .status());
  }
  return transaction.Commit();
}

absl::Status PostgresqlStore::EraseRow(const StoredPlace& place) {
  const std::int64_t at = PlaceOf(place.session.number, place.block);
  ANON_ASSIGN_OR_RETURN(
      const PgResult block,
      vault_.data.Query("SELECT records FROM block WHERE place = $1 FOR UPDATE",
                        {at}));
  if (block.rows() == 0) return absl::OkStatus();
  const std::string_view records = block.Bytes(0, 0);
  const std::optional<std::string> kept = WithoutSlot(records, place.slot);
  if (!kept) return DamagedBlock(name());
  if (kept->size() == records.size()) return absl::OkStatus();
  // A hash that several records of a block share counts once for each.
  ANON_RETURN_IF_ERROR(
      vault_.data
          .Query("UPDATE block SET records = $2, hashes = hashes[:found - 1] ||"
                 " hashes[found + 1:] FROM (SELECT array_position(hashes, $3)"
                 " AS found FROM block WHERE place = $1) AS entry WHERE place ="
                 " $1",
                 {at, std::as_bytes(std::span(*kept)),
                  static_cast<std::int64_t>(place.hash)})
          .status());
  ANON_RETURN_IF_ERROR(EraseIndexEntry(place));
  return vault_.data
      .Query("UPDATE data_set SET records = records - 1 WHERE number = $1",
             {place.data_set})
      .status();
}

absl::Status PostgresqlStore::EraseIndexEntry(const StoredPlace& place) {
  return vault_.data
      .Query(
          "UPDATE page SET hashes = hashes[:at - 1] || hashes[at + 1:], places"
          " = places[:at - 1] || places[at + 1:] FROM (SELECT page.number AS"
          " page_number, entry.at::int AS at FROM page, unnest(hashes, places)"
          " WITH ORDINALITY AS entry (hash, place, at) WHERE data_set = $1 AND"
          " first <= $2 AND first >= coalesce((SELECT max(first) FROM page"
          " WHERE data_set = $1 AND first < $2), 0) AND entry.hash = $2 AND"
          " entry.place = $3 LIMIT 1) AS gone WHERE number = page_number",
          {place.data_set, static_cast<std::int64_t>(place.hash),
           PlaceOf(place.session.number, place.block)})
      .status();
}

absl::StatusOr<Remains> PostgresqlStore::EraseDataSets(
    std::span<const StoredDataSet> data_sets) {
  ANON_RETURN_IF_ERROR(Revive());
  for (const StoredDataSet& set : data_sets) {
    ANON_RETURN_IF_ERROR(
        vault_.keys
            .Query("WITH gone AS (DELETE FROM session WHERE data_set = $1"
                   " RETURNING number) DELETE FROM share USING gone WHERE place"
                   " BETWEEN number << 32 AND number << 32 | 4294967295",
                   {set.described.id})
            .status());
    ANON_ASSIGN_OR_RETURN(PgTransaction transaction,
                          PgTransaction::Begin(vault_.data));
    for (const char* const sql :
         {"DELETE FROM page WHERE data_set = $1",
          "DELETE FROM block USING session WHERE data_set = $1 AND place"
          " BETWEEN number << 32 AND number << 32 | 4294967295",
          "DELETE FROM session WHERE data_set = $1",
          "DELETE FROM data_set WHERE number = $1"}) {
      ANON_RETURN_IF_ERROR(vault_.data.Query(sql, {set.number}).status());
    }
    ANON_RETURN_IF_ERROR(transaction.Commit());
  }
  return Vacuum();
}

// By functions that refuse what is committed. The rows go with the next VACUUM:
// the run role owns no table.
absl::Status PostgresqlStore::RollBack(
    std::span<const StoredDataSet> data_sets) {
  ANON_RETURN_IF_ERROR(Revive());
  for (const StoredDataSet& set : data_sets) {
    ANON_RETURN_IF_ERROR(
        vault_.keys.Query("SELECT roll_back($1)", {set.described.id}).status());
    ANON_RETURN_IF_ERROR(
        vault_.data.Query("SELECT roll_back($1)", {set.number}).status());
  }
  return absl::OkStatus();
}

Remains PostgresqlStore::Vacuum() {
  for (const auto& [connection, tables] :
       {std::pair{&vault_.keys, "share, session"},
        std::pair{&vault_.data, "block, page, session, data_set"}}) {
    if (!connection->Execute(fmt::format("VACUUM (FULL) {}", tables)).ok()) {
      return Remains::kInItsFiles;
    }
  }
  return Remains::kNone;
}

ErasureStatement PostgresqlStore::Erasure(Remains remains) const {
  ErasureStatement statement{
      {"the key share of every record, in the database of record keys in use",
       "the sealed records, their pseudonyms and index entries, in the vault's "
       "database in use"},
      "no logical backup (pg_dump) of the vault's database, of any age, opens "
      "these records with the record keys in use, not even for the custodian",
      {"the write-ahead log of both databases, its archive and replicas that "
       "lag behind: those of the record keys, together with the vault's and "
       "the custodian's private key, open these records until they are "
       "recycled or destroyed",
       "backups of the record keys made before, of either kind: the same",
       "sealed records in backups of the vault's database: unreadable without "
       "such a backup, but there, as are the pseudonyms beside them",
       "row versions that a transaction, a replication slot or a prepared "
       "transaction from before could still see: a later expiry removes them",
       "the pseudonymized data sets themselves and the source",
       "blocks of the storage that a file system, a snapshot or a drive keeps "
       "of files that were removed"},
      ""};
  if (remains == Remains::kNone) {
    statement.erased.emplace_back(
        "old versions of these rows (VACUUM FULL of both databases), unless a "
        "transaction that began before could still see them");
  } else {
    statement.not_erased.insert(
        statement.not_erased.begin(),
        "old versions of these rows in the files of both databases, which "
        "another session was using: until the next expiry writes the tables "
        "anew");
    statement.warning = fmt::format(
        "{}: erased, but the old rows are still in its files, because another "
        "session uses them; end it and expire the vault, which writes the "
        "tables anew",
        name());
  }
  if (vault_.same_server) {
    statement.not_erased.insert(
        statement.not_erased.begin(),
        "physical backups (pg_basebackup, snapshots) of the server: vault and "
        "record keys lie on one, so that such a backup holds both and, with "
        "the custodian's private key, opens these records");
  }
  return statement;
}

// By functions that accept only what a run does, and only a head of the log
// that the record keys answered for.
absl::Status PostgresqlStore::AppendOfRun(AccessLogEntry& entry) {
  ANON_RETURN_IF_ERROR(Revive());
  ANON_ASSIGN_OR_RETURN(
      const PgResult row,
      vault_.keys.Query(
          "SELECT * FROM append_of_run($1, $2, $3, $4)",
          {entry.actor, entry.action, entry.data_set, entry.records}));
  entry.number = row.Number(0, 0);
  const auto bytes = [&](int column) {
    return std::as_bytes(std::span(row.Bytes(0, column)));
  };
  return vault_.data
      .Query("SELECT note_log($1, $2, $3)", {entry.number, bytes(1), bytes(2)})
      .status();
}

absl::Status PostgresqlStore::AppendLog(
    AccessLogEntry& entry,
    const std::function<absl::Status(const AccessLogEntry&, AccessLogEntry&)>&
        chain) {
  ANON_RETURN_IF_ERROR(Revive());
  {
    ANON_ASSIGN_OR_RETURN(PgTransaction transaction,
                          PgTransaction::Begin(vault_.keys));
    ANON_ASSIGN_OR_RETURN(const PgResult head,
                          vault_.keys.Query("SELECT * FROM log_head()"));
    AccessLogEntry last;
    if (head.rows() == 1) {
      last.number = head.Number(0, 0);
      last.time = head.Number(0, 1);
      const std::string_view hash = head.Bytes(0, 2);
      std::copy_n(std::as_bytes(std::span(hash)).begin(),
                  std::min(hash.size(), last.hash.size()), last.hash.begin());
    }
    ANON_RETURN_IF_ERROR(chain(last, entry));
    ANON_RETURN_IF_ERROR(
        vault_.keys
            .Query("INSERT INTO access_log (number, time, actor, action,"
                   " data_set, reason, records, hash, seal) VALUES ($1, $2, $3,"
                   " $4, $5, $6, $7, $8, $9)",
                   {entry.number, entry.time, entry.actor, entry.action,
                    entry.data_set, entry.reason, entry.records,
                    std::span<const std::byte>(entry.hash), entry.seal})
            .status());
    ANON_RETURN_IF_ERROR(transaction.Commit());
  }
  return vault_.data
      .Query(
          "UPDATE vault SET log_number = $1, log_hash = $2 WHERE log_number"
          " < $1",
          {entry.number, std::span<const std::byte>(entry.hash)})
      .status();
}

absl::StatusOr<std::vector<AccessLogEntry>> PostgresqlStore::Log() {
  ANON_RETURN_IF_ERROR(Revive());
  ANON_ASSIGN_OR_RETURN(
      const PgResult rows,
      vault_.keys.Query("SELECT number, time, actor, action, data_set, reason,"
                        " records, hash, seal FROM access_log ORDER BY"
                        " number"));
  std::vector<AccessLogEntry> entries;
  for (int i = 0; i < rows.rows(); ++i) {
    const auto text = [&](int column) {
      return std::string(rows.Bytes(i, column));
    };
    AccessLogEntry& entry =
        entries.emplace_back(AccessLogEntry{rows.Number(i, 0),
                                            rows.Number(i, 1),
                                            text(2),
                                            text(3),
                                            text(4),
                                            text(5),
                                            rows.Number(i, 6),
                                            {},
                                            text(8)});
    const std::string_view hash = rows.Bytes(i, 7);
    if (hash.size() == entry.hash.size()) {
      std::ranges::copy(std::as_bytes(std::span(hash)), entry.hash.begin());
    }
  }
  return entries;
}

// Within AppendLog's transaction, which a new connection would not be.
absl::StatusOr<std::int64_t> PostgresqlStore::LookUpsSince(std::int64_t time) {
  ANON_ASSIGN_OR_RETURN(
      const PgResult sum,
      vault_.keys.Query("SELECT coalesce(sum(records), 0)::bigint FROM"
                        " access_log WHERE action IN ('look-up',"
                        " 'find principal') AND time >= $1",
                        {time}));
  return sum.Number(0, 0);
}

}  // namespace anon::internal
