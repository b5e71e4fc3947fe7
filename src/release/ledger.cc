// SPDX-License-Identifier: Apache-2.0
#include "anon/release/ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "anon/base/files.h"
#include "base/json.h"
#include "base/sqlite.h"
#include "base/status_macros.h"
#include "secret/hkdf.h"

namespace anon {
namespace {

namespace fs = std::filesystem;
using internal::Database;
using internal::Statement;
using internal::Transaction;

constexpr std::int64_t kLedgerId = 0x616E6F4C;  // "anoL"
constexpr std::int64_t kLedgerFormat = 1;

// The triggers stop mistakes; the chain finds intent.
constexpr char kSchema[] = R"sql(
  PRAGMA application_id = 0x616E6F4C;
  PRAGMA user_version = 1;
  CREATE TABLE record (
    number INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    actor TEXT NOT NULL,
    release TEXT NOT NULL,
    event TEXT NOT NULL,
    details TEXT NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32));
  CREATE TRIGGER record_stands BEFORE UPDATE ON record
    BEGIN SELECT RAISE(ABORT, 'records are not changed'); END;
  CREATE TRIGGER record_stays BEFORE DELETE ON record
    BEGIN SELECT RAISE(ABORT, 'records are not removed'); END;
)sql";

constexpr std::array kEvents = {
    ReleaseEvent::kCreated, ReleaseEvent::kPublished, ReleaseEvent::kProvided,
    ReleaseEvent::kEnded,   ReleaseEvent::kErasing,   ReleaseEvent::kErased};

std::string DetailsText(const LedgerEntry& entry) {
  return internal::Json(entry.details)
      .dump(-1, ' ', false, internal::Json::error_handler_t::replace);
}

Digest HashOf(const LedgerRecord& record, const Digest& before) {
  return Sha256(internal::LengthPrefixed(
      {"anon/ledger/1",
       {reinterpret_cast<const char*>(before.data()), before.size()},
       std::to_string(record.number),
       std::to_string(record.time),
       record.entry.actor,
       record.entry.release_id,
       ToString(record.entry.event),
       DetailsText(record.entry)}));
}

absl::Status Altered(std::int64_t number) {
  return InputError(fmt::format(
      "the ledger was altered at record {}: keep the file, find out by whom, "
      "and put a backup back",
      number));
}

// The row that `select` stands on; nothing if no record has this form.
std::optional<LedgerRecord> RecordOf(const Statement& select) {
  LedgerRecord record;
  record.number = select.Number(0);
  record.time = select.Number(1);
  record.entry.actor = select.Text(2);
  record.entry.release_id = select.Text(3);
  const auto event = std::ranges::find(
      kEvents, select.Text(4), [](ReleaseEvent e) { return ToString(e); });
  const auto details = internal::Json::parse(select.Text(5), nullptr,
                                             /*allow_exceptions=*/false);
  if (event == kEvents.end() || !details.is_object() ||
      select.Blob(6).size() != record.hash.size()) {
    return std::nullopt;
  }
  record.entry.event = *event;
  for (const auto& [key, value] : details.items()) {
    if (!value.is_string()) return std::nullopt;
    record.entry.details[key] = value.get<std::string>();
  }
  std::ranges::copy(select.Blob(6), record.hash.begin());
  return record;
}

}  // namespace

std::string_view ToString(ReleaseEvent event) {
  switch (event) {
    case ReleaseEvent::kCreated:
      return "created";
    case ReleaseEvent::kPublished:
      return "published";
    case ReleaseEvent::kProvided:
      return "provided";
    case ReleaseEvent::kEnded:
      return "ended";
    case ReleaseEvent::kErasing:
      return "erasing";
    case ReleaseEvent::kErased:
      return "erased";
  }
  return "";
}

std::string_view LedgerRecord::Detail(std::string_view key) const {
  const auto found = entry.details.find(std::string(key));
  return found == entry.details.end() ? std::string_view() : found->second;
}

std::string HeadOf(const LedgerRecord& record) {
  return fmt::format("{}:{}", record.number, ToHex(record.hash));
}

struct Ledger::State {
  Database database;
  std::function<std::int64_t()> now;
};

Ledger::Ledger(std::unique_ptr<State> state) : state_(std::move(state)) {}
Ledger::~Ledger() = default;
Ledger::Ledger(Ledger&&) noexcept = default;

absl::Status Ledger::Create(const fs::path& path) {
  std::error_code ignored;
  if (fs::exists(path, ignored)) return internal::DatabaseExists(path);
  internal::NewDatabaseFile file(path);
  ANON_RETURN_IF_ERROR(file.Make());
  {
    ANON_ASSIGN_OR_RETURN(Database database, Database::Open(file.temporary()));
    ANON_RETURN_IF_ERROR(database.Execute("PRAGMA journal_mode = WAL"));
    ANON_ASSIGN_OR_RETURN(Transaction transaction,
                          Transaction::Begin(database));
    ANON_RETURN_IF_ERROR(database.Execute(kSchema));
    ANON_RETURN_IF_ERROR(transaction.Commit());
  }
  ANON_RETURN_IF_ERROR(file.Place());
  file.Keep();
  return absl::OkStatus();
}

absl::StatusOr<Ledger> Ledger::Open(const fs::path& path,
                                    std::function<std::int64_t()> now) {
  std::error_code ignored;
  if (!fs::exists(path, ignored)) {
    return absl::NotFoundError(
        fmt::format("{}: no ledger is here; make one with anon ledger init",
                    path.string()));
  }
  ANON_RETURN_IF_ERROR(internal::RequirePrivateDatabase(path));
  ANON_ASSIGN_OR_RETURN(Database database, Database::Open(path));
  ANON_ASSIGN_OR_RETURN(
      const std::int64_t id,
      internal::PragmaNumber(database, "PRAGMA application_id"));
  ANON_ASSIGN_OR_RETURN(
      const std::int64_t format,
      internal::PragmaNumber(database, "PRAGMA user_version"));
  if (id != kLedgerId || format != kLedgerFormat) {
    return InputError(
        fmt::format("{}: not a ledger of format {}; name the right file",
                    path.string(), kLedgerFormat));
  }
  auto state = std::make_unique<State>();
  state->database = std::move(database);
  state->now = now ? std::move(now) : [] {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  };
  return Ledger(std::move(state));
}

absl::StatusOr<std::vector<LedgerRecord>> Ledger::Records() {
  ANON_ASSIGN_OR_RETURN(
      Statement select,
      state_->database.Prepare("SELECT number, time, actor, release, event,"
                               " details, hash FROM record ORDER BY number"));
  std::vector<LedgerRecord> records;
  LedgerRecord last;
  while (true) {
    ANON_ASSIGN_OR_RETURN(const bool more, select.Step());
    if (!more) return records;
    std::optional<LedgerRecord> record = RecordOf(select);
    if (!record || record->number != last.number + 1 ||
        record->time < last.time ||
        record->hash != HashOf(*record, last.hash)) {
      return Altered(last.number + 1);
    }
    last = *record;
    records.push_back(*std::move(record));
  }
}

absl::StatusOr<LedgerRecord> Ledger::Append(const Decide& decide) {
  ANON_ASSIGN_OR_RETURN(Transaction transaction,
                        Transaction::Begin(state_->database));
  ANON_ASSIGN_OR_RETURN(const std::vector<LedgerRecord> records, Records());
  const LedgerRecord last = records.empty() ? LedgerRecord() : records.back();
  LedgerRecord record;
  ANON_ASSIGN_OR_RETURN(record.entry, decide(records));
  record.number = last.number + 1;
  record.time = std::max(state_->now(), last.time);
  record.hash = HashOf(record, last.hash);
  ANON_ASSIGN_OR_RETURN(
      Statement insert,
      state_->database.Prepare("INSERT INTO record VALUES (?,?,?,?,?,?,?)"));
  const std::string details = DetailsText(record.entry);
  insert.Bind(1, record.number);
  insert.Bind(2, record.time);
  insert.Bind(3, record.entry.actor);
  insert.Bind(4, record.entry.release_id);
  insert.Bind(5, ToString(record.entry.event));
  insert.Bind(6, std::string_view(details));
  insert.Bind(7, std::span<const std::byte>(record.hash));
  ANON_RETURN_IF_ERROR(insert.Run());
  ANON_RETURN_IF_ERROR(transaction.Commit());
  return record;
}

absl::StatusOr<std::string> Ledger::Check(std::string_view head) {
  ANON_ASSIGN_OR_RETURN(const std::vector<LedgerRecord> records, Records());
  const bool stands =
      head.empty() ||
      std::ranges::any_of(records, [head](const LedgerRecord& record) {
        return HeadOf(record) == head;
      });
  if (!stands) {
    return InputError(
        "the ledger no longer holds the record of that head: records were cut "
        "off, or the chain was made anew; put a backup back");
  }
  return records.empty() ? std::string("0:") : HeadOf(records.back());
}

}  // namespace anon
