// SPDX-License-Identifier: Apache-2.0
#include "vault/sqlite_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/status_macros.h"

namespace anon::internal {

absl::Status RunAll(const Database& database,
                    std::initializer_list<const char*> statements,
                    std::int64_t number) {
  for (const char* const sql : statements) {
    ANON_ASSIGN_OR_RETURN(Statement statement, database.Prepare(sql));
    statement.Bind(1, number);
    ANON_RETURN_IF_ERROR(statement.Run());
  }
  return absl::OkStatus();
}

absl::Status SqliteStore::Prepare() {
  const auto prepare = [](const Database& database, std::string_view sql,
                          Statement& to) {
    absl::StatusOr<Statement> made = database.Prepare(sql);
    if (made.ok()) to = *std::move(made);
    return made.status();
  };
  ANON_RETURN_IF_ERROR(
      prepare(files_.data, "INSERT INTO block (place, records) VALUES (?, ?)",
              insert_block_));
  ANON_RETURN_IF_ERROR(
      prepare(files_.keys, "INSERT INTO share (place, shares) VALUES (?, ?)",
              insert_shares_));
  ANON_RETURN_IF_ERROR(prepare(
      files_.data, "SELECT records FROM block WHERE place = ?", select_block_));
  ANON_RETURN_IF_ERROR(prepare(
      files_.keys, "SELECT shares FROM share WHERE place = ?", select_shares_));
  // The entries under a hash may begin in the page before the first that
  // starts with it.
  return prepare(files_.data,
                 "SELECT entries FROM page WHERE data_set = ?1 AND first <= ?2"
                 " AND first >= coalesce((SELECT max(first) FROM page WHERE"
                 " data_set = ?1 AND first < ?2), 0) ORDER BY first, number",
                 select_pages_);
}

absl::StatusOr<StoredSession> SqliteStore::AddDataSet(
    const DeletionDataSet& data_set, const PublicKey& session) {
  StoredSession added{0, 0, session};
  {
    ANON_ASSIGN_OR_RETURN(
        Statement insert,
        files_.keys.Prepare(
            "INSERT INTO session (data_set, public_key) VALUES (?, ?)"));
    insert.Bind(1, data_set.id);
    insert.Bind(2, std::span<const std::byte>(session));
    ANON_RETURN_IF_ERROR(insert.Run());
    added.keys = sqlite3_last_insert_rowid(files_.keys.handle());
  }
  Database& data = files_.data;
  ANON_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(data));
  if (FindDataSet(data_set.id).ok()) {
    ANON_RETURN_IF_ERROR(RunAll(
        files_.keys, {"DELETE FROM session WHERE number = ?"}, added.keys));
    return absl::AlreadyExistsError(
        fmt::format("data set {}: the vault has one of this id; begin another",
                    data_set.id));
  }
  ANON_ASSIGN_OR_RETURN(
      Statement insert,
      data.Prepare("INSERT INTO data_set (id, origin, kind, key_id,"
                   " retain_until, state) VALUES (?, ?, ?, ?, ?, 'pending')"));
  insert.Bind(1, data_set.id);
  insert.Bind(2, data_set.origin);
  insert.Bind(3, data_set.kind);
  insert.Bind(4, data_set.key_id);
  insert.Bind(5, data_set.retain_until);
  ANON_RETURN_IF_ERROR(insert.Run());
  ANON_ASSIGN_OR_RETURN(
      Statement insert_session,
      data.Prepare("INSERT INTO session (data_set, public_key)"
                   " VALUES (last_insert_rowid(), ?)"));
  insert_session.Bind(1, std::span<const std::byte>(session));
  ANON_RETURN_IF_ERROR(insert_session.Run());
  added.number = sqlite3_last_insert_rowid(data.handle());
  ANON_RETURN_IF_ERROR(transaction.Commit());
  return added;
}

absl::Status SqliteStore::InsertBlocks(Database& database, Statement& insert,
                                       std::int64_t session,
                                       std::span<const StoredBlock> blocks,
                                       bool shares) {
  ANON_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(database));
  for (const StoredBlock& block : blocks) {
    insert.Bind(1, PlaceOf(session, block.number));
    insert.Bind(2, AsBlob(shares ? block.shares : block.records));
    ANON_RETURN_IF_ERROR(insert.Run());
  }
  return transaction.Commit();
}

absl::Status SqliteStore::AddBlocks(const StoredSession& session,
                                    std::span<const StoredBlock> blocks) {
  // A repeat after a failure finds its shares there already, or not.
  std::span<const StoredBlock> shares = blocks;
  while (!shares.empty()) {
    ANON_ASSIGN_OR_RETURN(
        const std::string there,
        SharesAt(PlaceOf(session.keys, shares.front().number)));
    if (there.empty()) break;
    shares = shares.subspan(1);
  }
  ANON_RETURN_IF_ERROR(InsertBlocks(files_.keys, insert_shares_, session.keys,
                                    shares, /*shares=*/true));
  return InsertBlocks(files_.data, insert_block_, session.number, blocks,
                      /*shares=*/false);
}

absl::StatusOr<std::vector<IndexEntry>> SqliteStore::MakeIndex(
    std::int64_t data_set) {
  ANON_ASSIGN_OR_RETURN(const std::vector<StoredSession> sessions,
                        Sessions(data_set));
  std::vector<IndexEntry> index;
  for (const StoredSession& session : sessions) {
    ANON_RETURN_IF_ERROR(ForEachBlock(
        session, /*with_shares=*/false, [&](const StoredBlock& block) {
          std::string_view rest = block.records;
          while (!rest.empty()) {
            const std::optional<RecordView> record = TakeRecord(rest);
            if (!record) {
              return InputError(fmt::format(
                  "{}: a block of records is damaged; roll back and run again",
                  files_.path));
            }
            index.push_back({IndexHash(record->attribute, record->pseudonym),
                             static_cast<std::uint32_t>(session.number),
                             block.number});
          }
          return absl::OkStatus();
        }));
  }
  std::ranges::sort(index);
  return index;
}

absl::StatusOr<std::int64_t> SqliteStore::MarkCommitted(
    const StoredDataSet& data_set) {
  if (data_set.committed) return data_set.records;
  ANON_ASSIGN_OR_RETURN(const std::vector<IndexEntry> entries,
                        MakeIndex(data_set.number));
  std::span<const IndexEntry> index = entries;
  Database& data = files_.data;
  ANON_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(data));
  ANON_ASSIGN_OR_RETURN(
      Statement update,
      data.Prepare("UPDATE data_set SET state = 'committed', records = ?2"
                   " WHERE number = ?1 AND state = 'pending'"));
  update.Bind(1, data_set.number);
  update.Bind(2, std::ssize(entries));
  ANON_RETURN_IF_ERROR(update.Run());
  if (sqlite3_changes(data.handle()) == 0) return std::ssize(entries);
  ANON_ASSIGN_OR_RETURN(
      Statement insert,
      data.Prepare("INSERT INTO page (data_set, first, entries) VALUES"
                   " (?, ?, ?)"));
  while (!index.empty()) {
    const auto page = index.first(std::min(index.size(), kPageEntries));
    const std::string entries = PackPage(page);
    insert.Bind(1, data_set.number);
    insert.Bind(2, static_cast<std::int64_t>(page.front().hash));
    insert.Bind(3, AsBlob(entries));
    ANON_RETURN_IF_ERROR(insert.Run());
    index = index.subspan(page.size());
  }
  ANON_RETURN_IF_ERROR(transaction.Commit());
  return std::ssize(entries);
}

namespace {

constexpr char kSelectDataSets[] =
    "SELECT number, id, origin, kind, key_id, retain_until,"
    " state = 'committed', records FROM data_set";

StoredDataSet DataSetAt(const Statement& row) {
  return {row.Number(0),
          {std::string(row.Text(1)), std::string(row.Text(2)),
           std::string(row.Text(3)), std::string(row.Text(4)),
           std::string(row.Text(5))},
          row.Number(6) != 0,
          row.Number(7)};
}

}  // namespace

absl::StatusOr<std::vector<StoredDataSet>> SqliteStore::DataSets() {
  ANON_ASSIGN_OR_RETURN(
      Statement select,
      files_.data.Prepare(fmt::format("{} ORDER BY number", kSelectDataSets)));
  std::vector<StoredDataSet> data_sets;
  for (;;) {
    ANON_ASSIGN_OR_RETURN(const bool more, select.Step());
    if (!more) return data_sets;
    data_sets.push_back(DataSetAt(select));
  }
}

absl::StatusOr<StoredDataSet> SqliteStore::FindDataSet(std::string_view id) {
  ANON_ASSIGN_OR_RETURN(
      Statement select,
      files_.data.Prepare(fmt::format("{} WHERE id = ?", kSelectDataSets)));
  select.Bind(1, id);
  ANON_ASSIGN_OR_RETURN(const bool found, select.Step());
  if (found) return DataSetAt(select);
  return absl::NotFoundError(
      fmt::format("data set {}: the vault has none of this id; it was erased, "
                  "rolled back or never begun",
                  id));
}

absl::StatusOr<std::int64_t> SqliteStore::KeysOf(const PublicKey& public_key) {
  ANON_ASSIGN_OR_RETURN(
      Statement select,
      files_.keys.Prepare("SELECT number FROM session WHERE public_key = ?"));
  select.Bind(1, std::span<const std::byte>(public_key));
  ANON_ASSIGN_OR_RETURN(const bool found, select.Step());
  return found ? select.Number(0) : 0;
}

// A session without record keys was erased with all of its data set.
absl::Status SqliteStore::RequireErased(std::int64_t session) {
  ANON_ASSIGN_OR_RETURN(
      Statement name,
      files_.data.Prepare("SELECT id FROM data_set JOIN session ON"
                          " data_set.number = data_set WHERE session.number ="
                          " ?"));
  name.Bind(1, session);
  ANON_ASSIGN_OR_RETURN(const bool named, name.Step());
  ANON_ASSIGN_OR_RETURN(
      Statement other,
      files_.keys.Prepare("SELECT 1 FROM session WHERE data_set = ?"));
  if (named) other.Bind(1, name.Text(0));
  ANON_ASSIGN_OR_RETURN(const bool found, other.Step());
  if (!found) return absl::OkStatus();
  return InputError(fmt::format(
      "{}: its sessions do not fit the record keys; restore it from a backup",
      files_.path));
}

absl::StatusOr<std::vector<StoredSession>> SqliteStore::Sessions(
    std::int64_t data_set) {
  ANON_ASSIGN_OR_RETURN(
      Statement select,
      files_.data.Prepare(
          "SELECT number, public_key FROM session WHERE data_set = ?"));
  select.Bind(1, data_set);
  std::vector<StoredSession> sessions;
  for (;;) {
    ANON_ASSIGN_OR_RETURN(const bool more, select.Step());
    if (!more) return sessions;
    StoredSession session{select.Number(0), 0, {}};
    const std::span<const std::byte> key = select.Blob(1);
    if (key.size() != session.public_key.size()) {
      return InputError(
          fmt::format("{}: damaged; restore it from a backup", files_.path));
    }
    std::ranges::copy(key, session.public_key.begin());
    ANON_ASSIGN_OR_RETURN(session.keys, KeysOf(session.public_key));
    if (session.keys == 0) {
      ANON_RETURN_IF_ERROR(RequireErased(session.number));
    }
    sessions.push_back(session);
  }
}

absl::StatusOr<std::string> SqliteStore::SharesAt(std::int64_t place) {
  select_shares_.Bind(1, place);
  const absl::StatusOr<bool> found = select_shares_.Step();
  std::string shares = found.ok() && *found ? select_shares_.Bytes(0) : "";
  select_shares_.Reset();
  ANON_RETURN_IF_ERROR(found.status());
  return shares;
}

absl::Status SqliteStore::ForEachBlock(
    const StoredSession& session, bool with_shares,
    const std::function<absl::Status(const StoredBlock&)>& visit) {
  ANON_ASSIGN_OR_RETURN(
      Statement select,
      files_.data.Prepare("SELECT place, records FROM block WHERE place"
                          " BETWEEN ? AND ? ORDER BY place"));
  BindPlaces(select, session.number);
  for (;;) {
    ANON_ASSIGN_OR_RETURN(const bool more, select.Step());
    if (!more) return absl::OkStatus();
    StoredBlock block{
        static_cast<std::uint32_t>(select.Number(0)), select.Bytes(1), {}};
    if (with_shares) {
      ANON_ASSIGN_OR_RETURN(block.shares,
                            SharesAt(PlaceOf(session.keys, block.number)));
    }
    ANON_RETURN_IF_ERROR(visit(block));
  }
}

absl::StatusOr<std::vector<IndexEntry>> SqliteStore::Find(std::int64_t data_set,
                                                          std::uint64_t hash) {
  select_pages_.Bind(1, data_set);
  select_pages_.Bind(2, static_cast<std::int64_t>(hash));
  std::vector<IndexEntry> found;
  for (;;) {
    const absl::StatusOr<bool> more = select_pages_.Step();
    if (!more.ok() || !*more) {
      select_pages_.Reset();
      ANON_RETURN_IF_ERROR(more.status());
      return found;
    }
    const std::span<const std::byte> page = select_pages_.Blob(0);
    FindInPage({reinterpret_cast<const char*>(page.data()), page.size()}, hash,
               found);
  }
}

absl::StatusOr<StoredBlock> SqliteStore::ReadBlock(const StoredSession& session,
                                                   std::uint32_t number) {
  StoredBlock block{number, {}, {}};
  select_block_.Bind(1, PlaceOf(session.number, number));
  const absl::StatusOr<bool> found = select_block_.Step();
  if (found.ok() && *found) block.records = select_block_.Bytes(0);
  select_block_.Reset();
  ANON_RETURN_IF_ERROR(found.status());
  ANON_ASSIGN_OR_RETURN(block.shares, SharesAt(PlaceOf(session.keys, number)));
  return block;
}

// One lock on each file rather than one for every statement.
absl::Status SqliteStore::Read(const std::function<absl::Status()>& reads) {
  ANON_ASSIGN_OR_RETURN(const Transaction data,
                        Transaction::BeginReading(files_.data));
  ANON_ASSIGN_OR_RETURN(const Transaction keys,
                        Transaction::BeginReading(files_.keys));
  return reads();
}

absl::StatusOr<std::unique_ptr<Store>> OpenSqliteStore(
    const std::filesystem::path& path, const SqliteVaultOptions& options) {
  ANON_ASSIGN_OR_RETURN(VaultFiles files, OpenVaultFiles(path, options));
  auto store = std::make_unique<SqliteStore>(std::move(files));
  ANON_RETURN_IF_ERROR(store->Prepare());
  return store;
}

}  // namespace anon::internal
