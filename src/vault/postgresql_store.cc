// SPDX-License-Identifier: Apache-2.0
#include "vault/postgresql_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/status_macros.h"

namespace anon::internal {
namespace {

// Blocks fetched at a time, about 2 MB.
constexpr std::int64_t kFetch = 64;

absl::StatusOr<std::vector<std::int64_t>> HashesOf(std::string_view records) {
  std::vector<std::int64_t> hashes;
  while (!records.empty()) {
    const std::optional<RecordView> record = TakeRecord(records);
    if (!record) return absl::InternalError("a block of records is damaged");
    hashes.push_back(static_cast<std::int64_t>(
        IndexHash(record->attribute, record->pseudonym)));
  }
  return hashes;
}

StoredDataSet DataSetAt(const PgResult& rows, int row) {
  const auto text = [&](int column) {
    return std::string(rows.Bytes(row, column));
  };
  return {rows.Number(row, 0),
          {text(1), text(2), text(3), text(4), text(5)},
          rows.Number(row, 6) != 0,
          rows.Number(row, 7)};
}

}  // namespace

absl::Status PostgresqlStore::Revive() {
  ANON_RETURN_IF_ERROR(vault_.keys.Revive());
  return vault_.data.Revive();
}

absl::StatusOr<StoredSession> PostgresqlStore::AddDataSet(
    const DeletionDataSet& data_set, const PublicKey& session) {
  ANON_RETURN_IF_ERROR(Revive());
  const auto exists = [&] {
    return absl::AlreadyExistsError(
        fmt::format("data set {}: the vault has one of this id; begin another",
                    data_set.id));
  };
  // Before the record keys know of it: a name left there alone is harmless.
  if (FindDataSet(data_set.id).ok()) return exists();
  const std::span<const std::byte> public_key(session);
  ANON_ASSIGN_OR_RETURN(
      const PgResult keys,
      vault_.keys.Query("INSERT INTO session (data_set, public_key) VALUES"
                        " ($1, $2) RETURNING number",
                        {data_set.id, public_key}));
  ANON_ASSIGN_OR_RETURN(PgTransaction transaction,
                        PgTransaction::Begin(vault_.data));
  const absl::StatusOr<PgResult> added = vault_.data.Query(
      "INSERT INTO data_set (id, origin, kind, key_id, retain_until) VALUES"
      " ($1, $2, $3, $4, $5) RETURNING number",
      {data_set.id, data_set.origin, data_set.kind, data_set.key_id,
       data_set.retain_until});
  if (absl::IsAlreadyExists(added.status())) return exists();
  ANON_RETURN_IF_ERROR(added.status());
  ANON_ASSIGN_OR_RETURN(
      const PgResult begun,
      vault_.data.Query("INSERT INTO session (data_set, public_key) VALUES"
                        " ($1, $2) RETURNING number",
                        {added->Number(0, 0), public_key}));
  ANON_RETURN_IF_ERROR(transaction.Commit());
  return StoredSession{begun.Number(0, 0), keys.Number(0, 0), session};
}

absl::Status PostgresqlStore::AddBlocks(const StoredSession& session,
                                        std::span<const StoredBlock> blocks) {
  ANON_RETURN_IF_ERROR(Revive());
  // A repeat after a failure finds some of them there already, or not.
  const auto missing =
      [&](PgConnection& at, const char* sql,
          std::int64_t number) -> absl::StatusOr<std::span<const StoredBlock>> {
    ANON_ASSIGN_OR_RETURN(const PgResult last, at.Query(sql, {number}));
    const auto from = std::ranges::find_if(blocks, [&](const StoredBlock& b) {
      return std::int64_t{b.number} > last.Number(0, 0);
    });
    return std::span(from, blocks.end());
  };
  ANON_ASSIGN_OR_RETURN(
      const std::span<const StoredBlock> shares,
      missing(vault_.keys, "SELECT last_share($1)", session.keys));
  ANON_ASSIGN_OR_RETURN(
      const std::span<const StoredBlock> records,
      missing(vault_.data, "SELECT last_block($1)", session.number));
  PgRows share_rows(2);
  for (const StoredBlock& block : shares) {
    share_rows.Begin();
    share_rows.Add(PlaceOf(session.keys, block.number));
    share_rows.Add(std::string_view(block.shares));
  }
  PgRows record_rows(3);
  for (const StoredBlock& block : records) {
    ANON_ASSIGN_OR_RETURN(const std::vector<std::int64_t> hashes,
                          HashesOf(block.records));
    record_rows.Begin();
    record_rows.Add(PlaceOf(session.number, block.number));
    record_rows.Add(std::span(hashes));
    record_rows.Add(std::string_view(block.records));
  }
  ANON_RETURN_IF_ERROR(
      vault_.keys.Copy("COPY share (place, shares) FROM STDIN (FORMAT binary)",
                       share_rows.Finish()));
  return vault_.data.Copy(
      "COPY block (place, hashes, records) FROM STDIN (FORMAT binary)",
      record_rows.Finish());
}

// The data first: until the record keys know that it is committed, a run may
// still roll it back, and only then must it not.
absl::StatusOr<std::int64_t> PostgresqlStore::MarkCommitted(
    const StoredDataSet& data_set) {
  ANON_RETURN_IF_ERROR(Revive());
  ANON_ASSIGN_OR_RETURN(
      const PgResult records,
      vault_.data.Query("SELECT mark_committed($1)", {data_set.number}));
  ANON_RETURN_IF_ERROR(
      vault_.keys.Query("SELECT mark_committed($1)", {data_set.described.id})
          .status());
  return records.Number(0, 0);
}

absl::StatusOr<std::vector<StoredDataSet>> PostgresqlStore::DataSets() {
  ANON_RETURN_IF_ERROR(Revive());
  ANON_ASSIGN_OR_RETURN(
      const PgResult rows,
      vault_.data.Query("SELECT number, id, origin, kind, key_id, retain_until,"
                        " committed::int::bigint, records FROM data_set ORDER"
                        " BY number"));
  std::vector<StoredDataSet> data_sets;
  for (int i = 0; i < rows.rows(); ++i) {
    data_sets.push_back(DataSetAt(rows, i));
  }
  return data_sets;
}

absl::StatusOr<StoredDataSet> PostgresqlStore::FindDataSet(
    std::string_view id) {
  ANON_RETURN_IF_ERROR(Revive());
  ANON_ASSIGN_OR_RETURN(
      const PgResult rows,
      vault_.data.Query("SELECT number, id, origin, kind, key_id, retain_until,"
                        " committed::int::bigint, records FROM data_set WHERE"
                        " id = $1",
                        {id}));
  if (rows.rows() == 1) return DataSetAt(rows, 0);
  return absl::NotFoundError(fmt::format(
      "{}: no data set {}; anon vault list names them", name(), id));
}

absl::StatusOr<std::int64_t> PostgresqlStore::KeysOf(
    const PublicKey& public_key, std::int64_t data_set) {
  ANON_ASSIGN_OR_RETURN(
      const PgResult found,
      vault_.keys.Query("SELECT number FROM session WHERE public_key = $1",
                        {std::span<const std::byte>(public_key)}));
  if (found.rows() == 1) return found.Number(0, 0);
  // Without record keys: it was erased with all of its data set.
  ANON_ASSIGN_OR_RETURN(
      const PgResult described,
      vault_.data.Query("SELECT id FROM data_set WHERE number = $1",
                        {data_set}));
  if (described.rows() == 0) return 0;
  ANON_ASSIGN_OR_RETURN(
      const PgResult others,
      vault_.keys.Query("SELECT 1::bigint FROM session WHERE data_set = $1",
                        {described.Bytes(0, 0)}));
  if (others.rows() == 0) return 0;
  return InputError(fmt::format(
      "{}: its sessions do not fit the record keys; restore it from a backup",
      name()));
}

absl::StatusOr<std::vector<StoredSession>> PostgresqlStore::Sessions(
    std::int64_t data_set) {
  ANON_RETURN_IF_ERROR(Revive());
  ANON_ASSIGN_OR_RETURN(
      const PgResult rows,
      vault_.data.Query("SELECT number, public_key FROM session WHERE data_set"
                        " = $1 ORDER BY number",
                        {data_set}));
  std::vector<StoredSession> sessions;
  for (int i = 0; i < rows.rows(); ++i) {
    StoredSession session{rows.Number(i, 0), 0, {}};
    const std::string_view key = rows.Bytes(i, 1);
    if (key.size() != session.public_key.size()) {
      return InputError(
          fmt::format("{}: damaged; restore it from a backup", name()));
    }
    std::ranges::copy(std::as_bytes(std::span(key)),
                      session.public_key.begin());
    ANON_ASSIGN_OR_RETURN(session.keys, KeysOf(session.public_key, data_set));
    sessions.push_back(session);
  }
  return sessions;
}

// In pages rather than as one stream: `visit` may use the store.
absl::Status PostgresqlStore::ForEachBlock(
    const StoredSession& session, bool with_shares,
    const std::function<absl::Status(const StoredBlock&)>& visit) {
  ANON_RETURN_IF_ERROR(Revive());
  std::int64_t next = PlaceOf(session.number, 0);
  for (;;) {
    ANON_ASSIGN_OR_RETURN(
        const PgResult blocks,
        vault_.data.Query("SELECT place, records FROM block WHERE place BETWEEN"
                          " $1 AND $2 ORDER BY place LIMIT $3",
                          {next, PlaceOf(session.number, 0xFFFFFFFF), kFetch}));
    if (blocks.rows() == 0) return absl::OkStatus();
    const auto number = [&](int i) {
      return static_cast<std::uint32_t>(blocks.Number(i, 0));
    };
    std::optional<PgResult> shares;
    if (with_shares) {
      ANON_ASSIGN_OR_RETURN(
          shares, vault_.keys.Query(
                      "SELECT place, shares FROM share WHERE place BETWEEN $1"
                      " AND $2 ORDER BY place",
                      {PlaceOf(session.keys, number(0)),
                       PlaceOf(session.keys, number(blocks.rows() - 1))}));
    }
    int at = 0;  // among the shares; an erased data set has none
    for (int i = 0; i < blocks.rows(); ++i) {
      StoredBlock block{number(i), std::string(blocks.Bytes(i, 1)), {}};
      const std::int64_t place = PlaceOf(session.keys, block.number);
      while (shares && at < shares->rows() && shares->Number(at, 0) < place) {
        ++at;
      }
      if (shares && at < shares->rows() && shares->Number(at, 0) == place) {
        block.shares = shares->Bytes(at, 1);
      }
      ANON_RETURN_IF_ERROR(visit(block));
    }
    next = blocks.Number(blocks.rows() - 1, 0) + 1;
  }
}

absl::StatusOr<std::vector<IndexEntry>> PostgresqlStore::Find(
    std::int64_t data_set, std::uint64_t hash) {
  ANON_RETURN_IF_ERROR(vault_.data.Revive());
  // The entries under a hash may begin in the page before the first that
  // starts with it.
  ANON_ASSIGN_OR_RETURN(
      const PgResult rows,
      vault_.data.Query(
          "SELECT entry.place FROM page, unnest(hashes, places) AS"
          " entry (hash, place) WHERE data_set = $1 AND first <= $2 AND first"
          " >= coalesce((SELECT max(first) FROM page WHERE data_set = $1 AND"
          " first < $2), 0) AND entry.hash = $2 ORDER BY entry.place",
          {data_set, static_cast<std::int64_t>(hash)}));
  std::vector<IndexEntry> found;
  for (int i = 0; i < rows.rows(); ++i) {
    const auto place = static_cast<std::uint64_t>(rows.Number(i, 0));
    found.push_back({hash, static_cast<std::uint32_t>(place >> 32),
                     static_cast<std::uint32_t>(place)});
  }
  return found;
}

absl::StatusOr<std::vector<IndexEntry>> PostgresqlStore::FindAll(
    std::int64_t data_set, std::span<const std::uint64_t> hashes) {
  ANON_RETURN_IF_ERROR(vault_.data.Revive());
  std::vector<std::int64_t> wanted(hashes.begin(), hashes.end());
  std::ranges::sort(wanted);
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  const PgArray array(wanted);
  // The same as Find for each, in one round trip.
  ANON_ASSIGN_OR_RETURN(
      const PgResult rows,
      vault_.data.Query(
          "SELECT wanted.hash, page.places[at] FROM unnest($2) AS wanted (hash)"
          " JOIN page ON data_set = $1 AND first <= wanted.hash AND first >="
          " coalesce((SELECT max(first) FROM page WHERE data_set = $1 AND first"
          " < wanted.hash), 0) CROSS JOIN unnest(array_positions(page.hashes,"
          " wanted.hash)) AS at",
          {data_set, array.value()}));
  std::vector<IndexEntry> found;
  for (int i = 0; i < rows.rows(); ++i) {
    const auto place = static_cast<std::uint64_t>(rows.Number(i, 1));
    found.push_back({static_cast<std::uint64_t>(rows.Number(i, 0)),
                     static_cast<std::uint32_t>(place >> 32),
                     static_cast<std::uint32_t>(place)});
  }
  return found;
}

absl::StatusOr<StoredBlock> PostgresqlStore::ReadBlock(
    const StoredSession& session, std::uint32_t number) {
  ANON_RETURN_IF_ERROR(Revive());
  ANON_ASSIGN_OR_RETURN(
      const PgResult records,
      vault_.data.Query("SELECT records FROM block WHERE place = $1",
                        {PlaceOf(session.number, number)}));
  ANON_ASSIGN_OR_RETURN(
      const PgResult shares,
      vault_.keys.Query("SELECT shares FROM share WHERE place = $1",
                        {PlaceOf(session.keys, number)}));
  StoredBlock block{number, {}, {}};
  if (records.rows() == 1) block.records = records.Bytes(0, 0);
  if (shares.rows() == 1) block.shares = shares.Bytes(0, 0);
  return block;
}

}  // namespace anon::internal
