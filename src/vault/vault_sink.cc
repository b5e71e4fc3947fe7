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
#include <array>
#include <limits>
#include <optional>
#include <utility>

#include "anon/base/fingerprint.h"
#include "base/fingerprint_hash.h"
#include "base/iso_date.h"
#include "base/status_macros.h"
#include "vault/access_chain.h"

namespace anon::internal {
namespace {

// Bytes of blocks in one transaction.
constexpr std::size_t kBatchBytes = std::size_t{6} << 20;
// Records looked at together, so that the memory they touch arrives meanwhile.
constexpr std::size_t kAhead = 16;
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
  std::size_t full_bytes = 0;
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
  absl::Status CheckRecord(const DeletionRecord& record) const;
  absl::Status PutSome(std::span<const DeletionRecord> records);
  absl::Status Seal(const DeletionRecord& record);
  void CloseBlock();
  absl::Status Log(std::string_view action, std::string_view data_set,
                   std::int64_t records);

  std::unique_ptr<Store> store_;
  std::string actor_;
  Clock now_ = SystemClock();
  OsRandom random_;
  Fingerprinter fingerprinter_{random_};
  std::string attribute_;  // of the last record
  std::string name_;       // its length, itself, and a pseudonym
  std::size_t prefix_ = 0;
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
  return store_->AppendOfRun(entry);
}

absl::Status VaultSink::Begin(const DeletionDataSet& data_set) {
  if (data_set.id.empty() || data_set.id.size() > kLongestId) {
    return PolicyError("a data set's id needs 1 to 256 bytes");
  }
  if (!data_set.retain_until.empty() && !IsIsoDate(data_set.retain_until)) {
    return PolicyError(
        "retain_until is not a day such as 2027-03-31; write it like that");
  }
  if (live_) ANON_RETURN_IF_ERROR(Flush());
  ANON_ASSIGN_OR_RETURN(Sealer sealer,
                        Sealer::Create(store_->custodian(), data_set));
  ANON_RETURN_IF_ERROR(Log("begin", data_set.id, 0));
  ANON_ASSIGN_OR_RETURN(const StoredSession session,
                        store_->AddDataSet(data_set, sealer.session()));
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
  while (!records.empty()) {
    const auto some = records.first(std::min(records.size(), kAhead));
    if (const absl::Status status = PutSome(some); !status.ok()) {
      live_->broken = true;
      return status;
    }
    records = records.subspan(some.size());
    if (live_->full_bytes >= kBatchBytes) ANON_RETURN_IF_ERROR(Flush());
  }
  return absl::OkStatus();
}

absl::Status VaultSink::CheckRecord(const DeletionRecord& record) const {
  if (!record.attribute.empty() && !record.pseudonym.empty() &&
      record.attribute.size() <= kLongestAttribute &&
      record.pseudonym.size() <= kLongestValue &&
      record.original.size() <= kLongestValue) {
    return absl::OkStatus();
  }
  return PolicyError(fmt::format(
      "data set {}: a record needs an attribute of 1 to 65535 bytes, a "
      "pseudonym and an original of less than 1 GiB",
      live_->id));
}

// Up to kAhead records.
absl::Status VaultSink::PutSome(std::span<const DeletionRecord> records) {
  std::array<Fingerprint, kAhead> names;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const DeletionRecord& record = records[i];
    ANON_RETURN_IF_ERROR(CheckRecord(record));
    if (record.attribute != attribute_) {
      attribute_ = record.attribute;
      name_ = std::to_string(attribute_.size()) + ':' + attribute_;
      prefix_ = name_.size();
    }
    name_.resize(prefix_);
    name_ += record.pseudonym;
    names[i] = fingerprinter_.Of(name_);
    live_->seen.prefetch(names[i]);
  }
  for (std::size_t i = 0; i < records.size(); ++i) {
    const std::uint64_t original = fingerprinter_.Of(records[i].original).high;
    const auto [known, fresh] = live_->seen.try_emplace(names[i], original);
    if (fresh) {
      ANON_RETURN_IF_ERROR(Seal(records[i]));
    } else if (known->second != original) {
      return InputError(
          fmt::format("data set {}: one pseudonym of attribute {} stands for "
                      "two originals; "
                      "use longer pseudonyms or a new key",
                      live_->id, records[i].attribute));
    }
  }
  return absl::OkStatus();
}

absl::Status VaultSink::Seal(const DeletionRecord& record) {
  const std::size_t sealed = SealedSize(record.original.size());
  if (live_->open.records.size() +
          RecordSize(record.attribute, record.pseudonym, sealed) >
      kBlockBytes) {
    CloseBlock();
  }
  StoredBlock& block = live_->open;
  if (live_->in_open == 0 &&
      block.number == std::numeric_limits<std::uint32_t>::max()) {
    return absl::ResourceExhaustedError("a data set has too many records");
  }
  if (live_->in_open == 0) block.records.reserve(kBlockBytes);
  const std::uint32_t slot = live_->in_open++;
  block.shares.resize(live_->in_open * kShareBytes);
  const std::span<std::byte> share =
      std::as_writable_bytes(std::span(block.shares)).last(kShareBytes);
  random_.Fill(share);
  StartRecord(slot, record.attribute, record.pseudonym, sealed, block.records);
  ANON_RETURN_IF_ERROR(live_->sealer.Seal(
      {SequenceOf(block.number, slot), record.attribute, record.pseudonym},
      share, record.original, block.records));
  if (live_->in_open == kBlockRecords) CloseBlock();
  return absl::OkStatus();
}

void VaultSink::CloseBlock() {
  Live& live = *live_;
  if (live.in_open == 0) return;
  const std::uint32_t next = live.open.number + 1;
  live.full_bytes += live.open.records.size();
  live.full.push_back(std::move(live.open));
  live.open = {};
  live.open.number = next;
  live.in_open = 0;
}

absl::Status VaultSink::Flush() {
  ANON_RETURN_IF_ERROR(CheckLive());
  CloseBlock();
  if (live_->full.empty()) return absl::OkStatus();
  ANON_RETURN_IF_ERROR(store_->AddBlocks(live_->session, live_->full));
  // Only now: after a failure they can be written again.
  live_->full.clear();
  live_->full_bytes = 0;
  return absl::OkStatus();
}

absl::Status VaultSink::Commit(std::string_view data_set_id) {
  const bool is_live = live_ && live_->id == data_set_id;
  if (is_live) ANON_RETURN_IF_ERROR(Flush());
  ANON_ASSIGN_OR_RETURN(const StoredDataSet data_set,
                        store_->FindDataSet(data_set_id));
  if (!data_set.committed) {
    // Of a data set that another sink filled nobody has counted the records.
    ANON_RETURN_IF_ERROR(
        Log("commit", data_set_id, is_live ? std::ssize(live_->seen) : 0));
  }
  ANON_RETURN_IF_ERROR(store_->MarkCommitted(data_set).status());
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
  const absl::Status erased = store_->RollBack(data_sets);
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
