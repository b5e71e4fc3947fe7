// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: the store in PostgreSQL. Two databases, each transaction
// in one of them, in the order that sqlite_store.h gives reasons for.
#ifndef ANON_SRC_VAULT_POSTGRESQL_STORE_H_
#define ANON_SRC_VAULT_POSTGRESQL_STORE_H_

#include <string>
#include <utility>
#include <vector>

#include "vault/postgresql.h"
#include "vault/store.h"

namespace anon::internal {

struct PostgresqlVault {
  PgConnection data;
  PgConnection keys;
  std::string id;  // in hex
  PublicKey custodian{};
  bool same_server = false;
};

class PostgresqlStore final : public Store {
 public:
  explicit PostgresqlStore(PostgresqlVault vault) : vault_(std::move(vault)) {}

  const std::string& name() const override { return vault_.data.name(); }
  const PublicKey& custodian() const override { return vault_.custodian; }
  std::string id() const override { return vault_.id; }

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
  absl::StatusOr<std::vector<IndexEntry>> FindAll(
      std::int64_t data_set, std::span<const std::uint64_t> hashes) override;
  absl::StatusOr<StoredBlock> ReadBlock(const StoredSession& session,
                                        std::uint32_t block) override;
  absl::StatusOr<bool> HasShares(const StoredSession& session) override;
  absl::StatusOr<Remains> EraseRecords(
      std::span<const StoredPlace> places) override;
  absl::StatusOr<Remains> EraseDataSets(
      std::span<const StoredDataSet> data_sets) override;
  absl::Status RollBack(std::span<const StoredDataSet> data_sets) override;
  ErasureStatement Erasure(Remains remains) const override;
  absl::Status AppendOfRun(AccessLogEntry& entry) override;
  absl::Status AppendLog(
      AccessLogEntry& entry,
      const std::function<absl::Status(const AccessLogEntry&, AccessLogEntry&)>&
          chain) override;
  absl::StatusOr<std::vector<AccessLogEntry>> Log() override;
  absl::StatusOr<std::int64_t> LookUpsSince(std::int64_t time) override;

 private:
  absl::Status Revive();
  absl::StatusOr<std::int64_t> KeysOf(const PublicKey& public_key,
                                      std::int64_t data_set);
  absl::Status EraseShares(std::span<const StoredPlace> places);
  absl::Status EraseRow(const StoredPlace& place);
  absl::Status EraseIndexEntry(const StoredPlace& place);
  Remains Vacuum();

  PostgresqlVault vault_;
};

}  // namespace anon::internal

#endif  // ANON_SRC_VAULT_POSTGRESQL_STORE_H_
