// SPDX-License-Identifier: Apache-2.0
//
// The write-only side. Put seals at once and holds sealed records back until
// there are enough for a transaction, so that the file is locked only while it
// is written and other writers get their turn.
#include "anon/vault/sqlite_vault.h"

#include <absl/container/flat_hash_map.h>
#include <fmt/format.h>

#include <optional>
#include <utility>

#include "anon/base/fingerprint.h"
#include "base/status_macros.h"
#include "vault/sealing.h"
#include "vault/vault_file.h"

namespace anon {
namespace {

using internal::Statement;
using internal::Transaction;

// Records in one transaction, about 8 MB.
constexpr std::size_t kBatch = 50'000;
constexpr std::size_t kLongestId = 256;

// Fingerprints are keyed and already uniform.
struct FingerprintHash {
  std::size_t operator()(const Fingerprint& fingerprint) const {
    return fingerprint.low;
  }
};

struct SealedRecord {
  std::uint64_t sequence = 0;
  std::string attribute;
  std::string pseudonym;
  std::string sealed;
};

// The data set begun last.
struct Live {
  std::string id;
  std::string origin;
  std::int64_t session = 0;
  internal::Sealer sealer;
  // By the fingerprint of (attribute, pseudonym), half the fingerprint of the
  // original: what is sealed cannot be read back to compare.
  absl::flat_hash_map<Fingerprint, std::uint64_t, FingerprintHash> seen = {};
  std::vector<SealedRecord> waiting = {};
  bool broken = false;  // a record was refused: only RollBack is left
};

class SqliteDeletionSink final : public DeletionSink {
 public:
  SqliteDeletionSink(internal::VaultFile file, Statement insert)
      : file_(std::move(file)), insert_(std::move(insert)) {}

  absl::Status Begin(const DeletionDataSet& data_set) override;
  absl::Status Put(std::span<const DeletionRecord> records) override;
  absl::Status Flush() override;
  absl::Status Commit(std::string_view data_set_id) override;
  absl::Status RollBack(std::string_view origin) override;

 private:
  absl::Status CheckLive() const;
  absl::Status PutOne(const DeletionRecord& record);
  absl::StatusOr<std::int64_t> InsertDataSet(const DeletionDataSet& data_set,
                                             const internal::Sealer& sealer);
  absl::Status MarkCommitted(std::string_view data_set_id);

  internal::VaultFile file_;
  Statement insert_;
  OsRandom random_;
  Fingerprinter fingerprinter_{random_};
  std::string scratch_;
  std::optional<Live> live_;
};

absl::Status SqliteDeletionSink::Begin(const DeletionDataSet& data_set) {
  if (data_set.id.empty() || data_set.id.size() > kLongestId) {
    return PolicyError("a data set's id needs 1 to 256 bytes");
  }
  if (live_) ANON_RETURN_IF_ERROR(Flush());
  ANON_ASSIGN_OR_RETURN(internal::Sealer sealer,
                        internal::Sealer::Create(file_.custodian, data_set.id));
  ANON_ASSIGN_OR_RETURN(const std::int64_t session,
                        InsertDataSet(data_set, sealer));
  live_.emplace(Live{data_set.id, data_set.origin, session, std::move(sealer)});
  return absl::OkStatus();
}

absl::StatusOr<std::int64_t> SqliteDeletionSink::InsertDataSet(
    const DeletionDataSet& data_set, const internal::Sealer& sealer) {
  internal::Database& database = file_.database;
  ANON_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(database));
  ANON_ASSIGN_OR_RETURN(
      Statement exists,
      database.Prepare("SELECT 1 FROM data_set WHERE id = ?"));
  exists.Bind(1, data_set.id);
  ANON_ASSIGN_OR_RETURN(const bool found, exists.Step());
  if (found) {
    return absl::AlreadyExistsError(
        fmt::format("data set {}: the vault has one of this id; begin another",
                    data_set.id));
  }
  ANON_ASSIGN_OR_RETURN(
      Statement insert,
      database.Prepare("INSERT INTO data_set (id, origin, kind, key_id, state)"
                       " VALUES (?, ?, ?, ?, 'pending')"));
  insert.Bind(1, data_set.id);
  insert.Bind(2, data_set.origin);
  insert.Bind(3, data_set.kind);
  insert.Bind(4, data_set.key_id);
  ANON_RETURN_IF_ERROR(insert.Run());
  ANON_ASSIGN_OR_RETURN(
      Statement session,
      database.Prepare("INSERT INTO session (data_set, public_key)"
                       " VALUES (last_insert_rowid(), ?)"));
  session.Bind(1, std::span<const std::byte>(sealer.session()));
  ANON_RETURN_IF_ERROR(session.Run());
  const std::int64_t number = sqlite3_last_insert_rowid(database.handle());
  ANON_RETURN_IF_ERROR(transaction.Commit());
  return number;
}

absl::Status SqliteDeletionSink::CheckLive() const {
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

absl::Status SqliteDeletionSink::Put(std::span<const DeletionRecord> records) {
  ANON_RETURN_IF_ERROR(CheckLive());
  for (const DeletionRecord& record : records) {
    if (const absl::Status status = PutOne(record); !status.ok()) {
      live_->broken = true;
      return status;
    }
    if (live_->waiting.size() >= kBatch) ANON_RETURN_IF_ERROR(Flush());
  }
  return absl::OkStatus();
}

absl::Status SqliteDeletionSink::PutOne(const DeletionRecord& record) {
  if (record.attribute.empty() || record.pseudonym.empty()) {
    return PolicyError(fmt::format(
        "data set {}: a record needs an attribute and a pseudonym", live_->id));
  }
  scratch_ = fmt::format("{}:", record.attribute.size());
  scratch_ += record.attribute;
  scratch_ += record.pseudonym;
  const std::uint64_t original = fingerprinter_.Of(record.original).high;
  const auto [known, fresh] =
      live_->seen.try_emplace(fingerprinter_.Of(scratch_), original);
  if (!fresh && known->second == original) return absl::OkStatus();
  if (!fresh) {
    return InputError(fmt::format(
        "data set {}: one pseudonym of attribute {} stands for two originals; "
        "use longer pseudonyms or a new key",
        live_->id, record.attribute));
  }
  SealedRecord& sealed = live_->waiting.emplace_back(SealedRecord{
      0, std::string(record.attribute), std::string(record.pseudonym), {}});
  internal::SealPlace place{0, record.attribute, record.pseudonym};
  ANON_RETURN_IF_ERROR(
      live_->sealer.Seal(place, record.original, sealed.sealed));
  sealed.sequence = place.sequence;
  return absl::OkStatus();
}

absl::Status SqliteDeletionSink::Flush() {
  ANON_RETURN_IF_ERROR(CheckLive());
  if (live_->waiting.empty()) return absl::OkStatus();
  ANON_ASSIGN_OR_RETURN(Transaction transaction,
                        Transaction::Begin(file_.database));
  for (const SealedRecord& record : live_->waiting) {
    insert_.Bind(1, live_->session);
    insert_.Bind(2, static_cast<std::int64_t>(record.sequence));
    insert_.Bind(3, record.attribute);
    insert_.Bind(4, record.pseudonym);
    insert_.Bind(5, std::as_bytes(std::span(record.sealed)));
    ANON_RETURN_IF_ERROR(insert_.Run());
  }
  ANON_RETURN_IF_ERROR(transaction.Commit());
  // Only now: after a failure they can be written again.
  live_->waiting.clear();
  return absl::OkStatus();
}

absl::Status SqliteDeletionSink::Commit(std::string_view data_set_id) {
  const bool is_live = live_ && live_->id == data_set_id;
  if (is_live) ANON_RETURN_IF_ERROR(Flush());
  ANON_RETURN_IF_ERROR(MarkCommitted(data_set_id));
  if (is_live) live_.reset();  // and the session's key with it
  return absl::OkStatus();
}

absl::Status SqliteDeletionSink::MarkCommitted(std::string_view data_set_id) {
  internal::Database& database = file_.database;
  ANON_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(database));
  ANON_ASSIGN_OR_RETURN(
      Statement select,
      database.Prepare("SELECT number, state = 'committed' FROM data_set"
                       " WHERE id = ?"));
  select.Bind(1, data_set_id);
  ANON_ASSIGN_OR_RETURN(const bool found, select.Step());
  if (!found) {
    return absl::NotFoundError(fmt::format(
        "data set {}: the vault has none of this id; it was rolled back or "
        "never begun",
        data_set_id));
  }
  const std::int64_t number = select.Number(0);
  const bool committed = select.Number(1) != 0;
  select.Reset();
  if (committed) return absl::OkStatus();
  for (const char* const sql :
       {"INSERT INTO record (data_set, attribute, pseudonym, session,"
        " sequence, sealed)"
        " SELECT ?1, attribute, pseudonym, session, sequence, sealed"
        " FROM arrival WHERE session IN"
        " (SELECT number FROM session WHERE data_set = ?1)"
        " ORDER BY attribute, pseudonym",
        "UPDATE data_set SET state = 'committed', records = changes()"
        " WHERE number = ?1",
        "DELETE FROM arrival WHERE session IN"
        " (SELECT number FROM session WHERE data_set = ?1)"}) {
    ANON_ASSIGN_OR_RETURN(Statement statement, database.Prepare(sql));
    statement.Bind(1, number);
    ANON_RETURN_IF_ERROR(statement.Run());
  }
  return transaction.Commit();
}

absl::Status SqliteDeletionSink::RollBack(std::string_view origin) {
  // The session's key goes first: what is left of it can be opened only by
  // the custodian.
  if (live_ && live_->origin == origin) live_.reset();
  internal::Database& database = file_.database;
  {
    ANON_ASSIGN_OR_RETURN(Transaction transaction,
                          Transaction::Begin(database));
    for (const char* const sql :
         {"DELETE FROM arrival WHERE session IN (SELECT session.number FROM"
          " session JOIN data_set ON data_set.number = session.data_set"
          " WHERE state = 'pending' AND origin = ?)",
          "DELETE FROM session WHERE data_set IN (SELECT number FROM data_set"
          " WHERE state = 'pending' AND origin = ?)",
          "DELETE FROM data_set WHERE state = 'pending' AND origin = ?"}) {
      ANON_ASSIGN_OR_RETURN(Statement statement, database.Prepare(sql));
      statement.Bind(1, origin);
      ANON_RETURN_IF_ERROR(statement.Run());
    }
    ANON_RETURN_IF_ERROR(transaction.Commit());
  }
  database.EmptyLog();
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<DeletionSink>> OpenSqliteDeletionSink(
    const std::filesystem::path& vault) {
  ANON_ASSIGN_OR_RETURN(internal::VaultFile file,
                        internal::OpenVaultFile(vault));
  ANON_ASSIGN_OR_RETURN(
      Statement insert,
      file.database.Prepare(
          "INSERT INTO arrival (session, sequence, attribute, pseudonym,"
          " sealed) VALUES (?, ?, ?, ?, ?)"));
  return std::make_unique<SqliteDeletionSink>(std::move(file),
                                              std::move(insert));
}

}  // namespace anon
