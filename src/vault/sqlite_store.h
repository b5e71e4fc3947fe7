// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: the store in SQLite. Two files, each transaction in one
// of them. What makes records readable goes first to the record keys, what
// makes them unreadable too; a process killed in between leaves shares without
// records, which are nothing, or records without shares, which count as erased.
#ifndef ANON_SRC_VAULT_SQLITE_STORE_H_
#define ANON_SRC_VAULT_SQLITE_STORE_H_

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "vault/vault_file.h"

namespace anon::internal {

inline std::span<const std::byte> AsBlob(std::string_view text) {
  return std::as_bytes(std::span(text));
}

// Binds the first and the last place of a session's blocks, or of its shares.
inline void BindPlaces(Statement& statement, std::int64_t session) {
  statement.Bind(1, PlaceOf(session, 0));
  statement.Bind(2, PlaceOf(session, 0xFFFFFFFF));
}

// Runs statements with one bound number.
absl::Status RunAll(const Database& database,
                    std::initializer_list<const char*> statements,
                    std::int64_t number);

class SqliteStore final : public Store {
 public:
  explicit SqliteStore(VaultFiles files) : files_(std::move(files)) {}
  absl::Status Prepare();

  const std::string& name() const override { return files_.path; }
  const PublicKey& custodian() const override { return files_.custodian; }
  std::string id() const override { return files_.id; }

  absl::StatusOr<StoredSession> AddDataSet(const DeletionDataSet& data_set,
                                           const PublicKey& session) override;
  absl::Status AddBlocks(const StoredSession& session,
                         std::span<const StoredBlock> blocks) override;
  absl::StatusOr<std::int64_t> MarkCommitted(
      const StoredDataSet& data_set) override;
  absl::StatusOr<std::vector<StoredDataSet>> DataSets() override;
  absl::StatusOr<StoredDataSet> FindDataSet(std::string_view id) override;
  absl::StatusOr<std::vector<StoredSession>> Sessions(
      std::int64_t data_set) override;
  absl::Status ForEachBlock(
      const StoredSession& session, bool with_shares,
      const std::function<absl::Status(const StoredBlock&)>& visit) override;
  absl::StatusOr<std::vector<IndexEntry>> Find(std::int64_t data_set,
                                               std::uint64_t hash) override;
  absl::StatusOr<StoredBlock> ReadBlock(const StoredSession& session,
                                        std::uint32_t block) override;
  absl::Status Read(const std::function<absl::Status()>& reads) override;
  absl::StatusOr<bool> HasShares(const StoredSession& session) override;
  absl::StatusOr<Remains> EraseRecords(
      std::span<const StoredPlace> places) override;
  absl::StatusOr<Remains> EraseDataSets(
      std::span<const StoredDataSet> data_sets) override;
  absl::Status RollBack(std::span<const StoredDataSet> data_sets) override {
    return EraseDataSets(data_sets).status();
  }
  ErasureStatement Erasure(Remains remains) const override;
  absl::Status AppendOfRun(AccessLogEntry& entry) override;
  absl::Status AppendLog(
      AccessLogEntry& entry,
      const std::function<absl::Status(const AccessLogEntry&, AccessLogEntry&)>&
          chain) override;
  absl::StatusOr<std::vector<AccessLogEntry>> Log() override;
  absl::StatusOr<std::int64_t> LookUpsSince(std::int64_t time) override;

 private:
  absl::Status InsertBlocks(Database& database, Statement& insert,
                            std::int64_t session,
                            std::span<const StoredBlock> blocks, bool shares);
  absl::StatusOr<std::vector<IndexEntry>> MakeIndex(std::int64_t data_set);
  absl::StatusOr<std::int64_t> KeysOf(const PublicKey& public_key);
  absl::Status RequireErased(std::int64_t session);
  absl::StatusOr<std::string> SharesAt(std::int64_t place);
  absl::Status EraseShares(std::span<const StoredPlace> places);
  absl::Status EraseRows(std::span<const StoredPlace> places);
  absl::Status EraseIndexEntry(const StoredPlace& place);
  absl::Status EraseKeysOf(std::string_view data_set_id);
  Remains EmptyLogs();

  VaultFiles files_;
  Statement insert_block_;
  Statement insert_shares_;
  Statement select_block_;
  Statement select_shares_;
  Statement select_pages_;
};

}  // namespace anon::internal

#endif  // ANON_SRC_VAULT_SQLITE_STORE_H_
