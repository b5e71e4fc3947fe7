// SPDX-License-Identifier: Apache-2.0
//
// The write-only side. Put seals at once and holds sealed blocks back until
// there are enough for a transaction, so that the store is locked only while it
// is written and other writers get their turn.
#include "vault/vault_sink.h"

#include <absl/container/flat_hash_map.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "anon/base/fingerprint.h"
#include "base/fingerprint_hash.h"
#include "base/status_macros.h"
#include "vault/access_chain.h"

namespace anon::internal {
namespace {

// Blocks in one transaction, about 6 MB.
constexpr std::size_t kBatch = 200;
constexpr std::size_t kLongestId = 256;
constexpr std::size_t kLongestAttribute = 0xFFFF;
constexpr std::size_t kLongestValue = std::size_t{1} << 30;

// Fingerprints are keyed and already uniform.
// The data set begun last.
struct Live {
  std::string id;
  std::string origin;
  StoredSession session;
  Sealer sealer;
  // By the fingerprint of (attribute, pseudonym), half the fingerprint of the
  // original: what is sealed cannot be read back to compare.
  absl::flat_hash_map<Fingerprint, std::uint64_t, FingerprintHash> seen = {};
  std::vector<StoredBlock> full = {};
  StoredBlock open = {};
  std::uint32_t in_open = 0;
  bool broken = false;  // a record was refused: only RollBack is left
};

class VaultSink final : public DeletionSink {
 public:
  VaultSink(std::unique_ptr<Store> store, std::string actor)
      : store_(std::move(store)), actor_(std::move(actor)) {}

  absl::Status Begin(const DeletionDataSet& data_set) override;
  absl::Status Put(std::span<const DeletionRecord> records) override;
  absl::Status Flush() override;
  absl::Status Commit(std::string_view data_set_id) override;
  absl::Status RollBack(std::string_view origin) override;

 private:
  absl::Status CheckLive() const;
  absl::Status PutOne(const DeletionRecord& record);
  absl::Status Seal(const DeletionRecord& record);
  void CloseBlock();
  absl::StatusOr<std::vector<IndexEntry>> MakeIndex(std::int64_t data_set);
  absl::Status Log(std::string_view action, std::string_view data_set,
                   std::int64_t records);

  std::unique_ptr<Store> store_;
  std::string actor_;
  Clock now_ = SystemClock();
  OsRandom random_;
  Fingerprinter fingerprinter_{random_};
  std::string scratch_;
  std::optional<Live> live_;
};

absl::Status VaultSink::Log(std::string_view action, std::string_view data_set,
                            std::int64_t records) {
  AccessLogEntry entry;
  entry.time = now_();
  entry.actor = actor_;
  entry.action = action;
  entry.data_set = data_set;
  entry.records = records;
  return store_->AppendLog(
      entry, [](const AccessLogEntry& last, AccessLogEntry& next) {
        return Chain(last, nullptr, next);
      });
}

absl::Status VaultSink::Begin(const DeletionDataSet& data_set) {
  if (data_set.id.empty() || data_set.id.size() > kLongestId) {
    return PolicyError("a data set's id needs 1 to 256 bytes");
  }
  if (!data_set.retain_until.empty() && !IsIsoDay(data_set.retain_until)) {
    return PolicyError(
        "retain_until is not a day such as 2027-03-31; write it like that");
  }
  if (live_) ANON_RETURN_IF_ERROR(Flush());
  ANON_ASSIGN_OR_RETURN(Sealer sealer,
                        Sealer::Create(store_->custodian(), data_set));
  ANON_ASSIGN_OR_RETURN(const StoredSession session,
                        store_->AddDataSet(data_set, sealer.session()));
  ANON_RETURN_IF_ERROR(Log("begin", data_set.id, 0));
  live_.emplace(Live{data_set.id, data_set.origin, session, std::move(sealer)});
  return absl::OkStatus();
}

absl::Status VaultSink::CheckLive() const {
  if (!live_) {
    return absl::FailedPreconditionError(
        "no data set is begun in the vault; call Begin first");
  }
  if (live_->broken) {
    return absl::FailedPreconditionError(fmt::format(
        "data set {}: a record was refused before; roll back and run again",
        live_->id));
  }
  return live_->sealer.CheckProcess();
}

absl::Status VaultSink::Put(std::span<const DeletionRecord> records) {
  ANON_RETURN_IF_ERROR(CheckLive());
  for (const DeletionRecord& record : records) {
    if (const absl::Status status = PutOne(record); !status.ok()) {
      live_->broken = true;
      return status;
    }
    if (live_->full.size() >= kBatch) ANON_RETURN_IF_ERROR(Flush());
  }
  return absl::OkStatus();
}

absl::Status VaultSink::PutOne(const DeletionRecord& record) {
  if (record.attribute.empty() || record.pseudonym.empty() ||
      record.attribute.size() > kLongestAttribute ||
      record.pseudonym.size() > kLongestValue ||
      record.original.size() > kLongestValue) {
    return PolicyError(fmt::format(
        "data set {}: a record needs an attribute of 1 to 65535 bytes, a "
        "pseudonym and an original of less than 1 GiB",
        live_->id));
  }
  scratch_ = std::to_string(record.attribute.size());
  scratch_ += ':';
  scratch_ += record.attribute;
  scratch_ += record.pseudonym;
  const std::uint64_t original = fingerprinter_.Of(record.original).high;
  const auto [known, fresh] =
      live_->seen.try_emplace(fingerprinter_.Of(scratch_), original);
  if (fresh) return Seal(record);
  if (known->second == original) return absl::OkStatus();
  return InputError(fmt::format(
      "data set {}: one pseudonym of attribute {} stands for two originals; "
      "use longer pseudonyms or a new key",
      live_->id, record.attribute));
}

absl::Status VaultSink::Seal(const DeletionRecord& record) {
  StoredBlock& block = live_->open;
  if (live_->in_open == 0 &&
      block.number == std::numeric_limits<std::uint32_t>::max()) {
    return absl::ResourceExhaustedError("a data set has too many records");
  }
  if (block.shares.empty()) {
    block.shares.resize(kBlockRecords * kShareBytes);
    random_.Fill(std::as_writable_bytes(std::span(block.shares)));
  }
  const std::uint32_t slot = live_->in_open++;
  StartRecord(slot, record.attribute, record.pseudonym,
              SealedSize(record.original.size()), block.records);
  ANON_RETURN_IF_ERROR(live_->sealer.Seal(
      {SequenceOf(block.number, slot), record.attribute, record.pseudonym},
      ShareOf(block.shares, slot), record.original, block.records));
  if (live_->in_open == kBlockRecords) CloseBlock();
  return absl::OkStatus();
}

void VaultSink::CloseBlock() {
  Live& live = *live_;
  if (live.in_open == 0) return;
  live.open.shares.resize(live.in_open * kShareBytes);
  const std::uint32_t next = live.open.number + 1;
  const std::size_t size = live.open.records.size();
  live.full.push_back(std::move(live.open));
  live.open = {};
  live.open.number = next;
  live.open.records.reserve(size + size / 16);
  live.in_open = 0;
}

absl::Status VaultSink::Flush() {
  ANON_RETURN_IF_ERROR(CheckLive());
  CloseBlock();
  if (live_->full.empty()) return absl::OkStatus();
  ANON_RETURN_IF_ERROR(store_->AddBlocks(live_->session, live_->full));
  // Only now: after a failure they can be written again.
  live_->full.clear();
  return absl::OkStatus();
}

absl::StatusOr<std::vector<IndexEntry>> VaultSink::MakeIndex(
    std::int64_t data_set) {
  ANON_ASSIGN_OR_RETURN(const std::vector<StoredSession> sessions,
                        store_->Sessions(data_set));
  std::vector<IndexEntry> index;
  for (const StoredSession& session : sessions) {
    ANON_RETURN_IF_ERROR(store_->ForEachBlock(
        session, /*with_shares=*/false, [&](const StoredBlock& block) {
          std::string_view rest = block.records;
          while (!rest.empty()) {
            const std::optional<RecordView> record = TakeRecord(rest);
            if (!record) {
              return InputError(fmt::format(
                  "{}: a block of records is damaged; roll back and run again",
                  store_->name()));
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

absl::Status VaultSink::Commit(std::string_view data_set_id) {
  const bool is_live = live_ && live_->id == data_set_id;
  if (is_live) ANON_RETURN_IF_ERROR(Flush());
  ANON_ASSIGN_OR_RETURN(const StoredDataSet data_set,
                        store_->FindDataSet(data_set_id));
  if (!data_set.committed) {
    ANON_ASSIGN_OR_RETURN(const std::vector<IndexEntry> index,
                          MakeIndex(data_set.number));
    ANON_RETURN_IF_ERROR(store_->MarkCommitted(data_set.number, index));
    ANON_RETURN_IF_ERROR(Log("commit", data_set_id, std::ssize(index)));
  }
  if (is_live) live_.reset();  // and the session's key with it
  return absl::OkStatus();
}

absl::Status VaultSink::RollBack(std::string_view origin) {
  // The session's key goes first: what is left of it can be opened only by
  // the custodian.
  if (live_ && live_->origin == origin) live_.reset();
  ANON_ASSIGN_OR_RETURN(std::vector<StoredDataSet> data_sets,
                        store_->DataSets());
  std::erase_if(data_sets, [&](const StoredDataSet& set) {
    return set.committed || set.described.origin != origin;
  });
  if (data_sets.empty()) return absl::OkStatus();
  for (const StoredDataSet& set : data_sets) {
    ANON_RETURN_IF_ERROR(Log("roll back", set.described.id, 0));
  }
  const absl::Status erased = store_->EraseDataSets(data_sets);
  // A reader may keep the store from emptying its log: the next run will.
  for (const StoredDataSet& set : data_sets) {
    if (!absl::IsNotFound(store_->FindDataSet(set.described.id).status())) {
      return erased;
    }
  }
  return absl::OkStatus();
}

}  // namespace

std::string ActorOr(std::string actor) {
  return actor.empty() ? fmt::format("user {}", getuid()) : std::move(actor);
}

std::unique_ptr<DeletionSink> MakeVaultSink(std::unique_ptr<Store> store,
                                            std::string actor) {
  return std::make_unique<VaultSink>(std::move(store),
                                     ActorOr(std::move(actor)));
}

}  // namespace anon::internal
