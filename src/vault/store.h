// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: where a vault's blocks, key shares and access log lie. A
// store knows nothing of sealing: what it is handed is sealed already. Sink and
// custodian work on any store; tests/vault/conformance.h says what one must do.
//
// A store is two places that are backed up apart: the data (records, sealed)
// and the record keys (shares, access log). What erases, erases the share
// first: from then on no copy of the data opens.
#ifndef ANON_SRC_VAULT_STORE_H_
#define ANON_SRC_VAULT_STORE_H_

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "anon/vault/access_log.h"
#include "vault/block.h"

namespace anon::internal {

struct StoredDataSet {
  std::int64_t number = 0;
  DeletionDataSet described;
  bool committed = false;
  std::int64_t records = 0;  // of a pending one: not counted
};

struct StoredSession {
  std::int64_t number = 0;
  std::int64_t keys = 0;  // its number among the record keys; 0: it has none
  PublicKey public_key{};
};

struct StoredBlock {
  std::uint32_t number = 0;
  std::string records;
  std::string shares;  // empty: erased
};

// A block's key in every store.
inline std::int64_t PlaceOf(std::int64_t session, std::uint32_t block) {
  return (session << 32) | std::int64_t{block};
}

// A record to erase.
struct StoredPlace {
  std::int64_t data_set = 0;
  StoredSession session;
  std::uint32_t block = 0;
  std::uint32_t slot = 0;
  std::uint64_t hash = 0;
};

// Whether a store could also rid its own files of the rows it deleted.
enum class Remains { kNone, kInItsFiles };

// Erasing a record of a block whose other records cannot be told apart would
// lose them.
inline absl::Status DamagedBlock(std::string_view store) {
  return InputError(std::string(store) +
                    ": a block of records is damaged; the key shares are "
                    "erased, restore the vault from a backup and expire it, "
                    "which erases the rows");
}

// Sentences of an erasure certificate.
struct ErasureStatement {
  std::vector<std::string> erased;
  std::string consequence;
  std::vector<std::string> not_erased;
  std::string warning;  // empty, or what remains and how to be rid of it
};

class Store {
 public:
  virtual ~Store() = default;

  virtual const std::string& name() const = 0;
  virtual const PublicKey& custodian() const = 0;
  virtual std::string id() const = 0;  // of the vault, in hex

  // Durable when they return. Records of a block are visible only with its
  // shares.
  virtual absl::StatusOr<StoredSession> AddDataSet(
      const DeletionDataSet& data_set, const PublicKey& session) = 0;
  virtual absl::Status AddBlocks(const StoredSession& session,
                                 std::span<const StoredBlock> blocks) = 0;
  // Sorts the index and makes the records visible; how many they are. May be
  // repeated.
  virtual absl::StatusOr<std::int64_t> MarkCommitted(
      const StoredDataSet& data_set) = 0;

  virtual absl::StatusOr<std::vector<StoredDataSet>> DataSets() = 0;
  // kNotFound if there is none.
  virtual absl::StatusOr<StoredDataSet> FindDataSet(std::string_view id) = 0;
  virtual absl::StatusOr<std::vector<StoredSession>> Sessions(
      std::int64_t data_set) = 0;
  virtual absl::Status ForEachBlock(
      const StoredSession& session, bool with_shares,
      const std::function<absl::Status(const StoredBlock&)>& visit) = 0;
  virtual absl::StatusOr<std::vector<IndexEntry>> Find(std::int64_t data_set,
                                                       std::uint64_t hash) = 0;
  // The entries under any of `hashes`, in any order.
  virtual absl::StatusOr<std::vector<IndexEntry>> FindAll(
      std::int64_t data_set, std::span<const std::uint64_t> hashes) {
    std::vector<IndexEntry> all;
    for (const std::uint64_t hash : hashes) {
      auto some = Find(data_set, hash);
      if (!some.ok()) return some.status();
      all.insert(all.end(), some->begin(), some->end());
    }
    return all;
  }
  virtual absl::StatusOr<StoredBlock> ReadBlock(const StoredSession& session,
                                                std::uint32_t block) = 0;
  // Runs `reads`, which only reads, at less cost for each.
  virtual absl::Status Read(const std::function<absl::Status()>& reads) {
    return reads();
  }

  // Whether a key share of the session is left.
  virtual absl::StatusOr<bool> HasShares(const StoredSession& session) = 0;
  // Shares first, then rows, then what the store keeps of deleted rows. An
  // error says that shares or rows are still there.
  virtual absl::StatusOr<Remains> EraseRecords(
      std::span<const StoredPlace> places) = 0;
  virtual absl::StatusOr<Remains> EraseDataSets(
      std::span<const StoredDataSet> data_sets) = 0;
  // The same for data sets that are pending; what remains goes later.
  virtual absl::Status RollBack(std::span<const StoredDataSet> data_sets) = 0;
  // What the two erased and what they could not, for certificates.
  virtual ErasureStatement Erasure(Remains remains) const = 0;

  // Appends what a run did, chained and not sealed. The store may use a clock
  // of its own.
  virtual absl::Status AppendOfRun(AccessLogEntry& entry) = 0;
  // Appends a custodian's `entry` after `chain`, called with the last entry
  // (number 0: there is none), has filled it in. Nobody appends meanwhile, so
  // that `chain` may call LookUpsSince.
  virtual absl::Status AppendLog(
      AccessLogEntry& entry,
      const std::function<absl::Status(const AccessLogEntry& last,
                                       AccessLogEntry& entry)>& chain) = 0;
  virtual absl::StatusOr<std::vector<AccessLogEntry>> Log() = 0;
  // How many records look-ups and searches were about at or after `time`.
  virtual absl::StatusOr<std::int64_t> LookUpsSince(std::int64_t time) = 0;
};

}  // namespace anon::internal

#endif  // ANON_SRC_VAULT_STORE_H_
