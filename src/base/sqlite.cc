// SPDX-License-Identifier: Apache-2.0
#include "base/sqlite.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "anon/base/files.h"
#include "base/fd.h"
#include "base/status_macros.h"

namespace anon::internal {
namespace {

absl::Status SqliteError(sqlite3* connection, int code) {
  const char* const file = sqlite3_db_filename(connection, "main");
  const std::string message =
      fmt::format("{}: {} (SQLite {}); {}", file == nullptr ? "database" : file,
                  sqlite3_errstr(code), code,
                  (code & 0xFF) == SQLITE_BUSY
                      ? "wait for the other process that uses it"
                      : "check the disk, or restore it from a backup");
  switch (code & 0xFF) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return InputError(message);
    case SQLITE_CONSTRAINT:
      return absl::InternalError(message);
    default:
      return absl::UnavailableError(message);
  }
}

}  // namespace

// Binding fails only for want of memory or by a wrong index; the statement then
// runs into a NOT NULL constraint, which every bound column has.
void Statement::Bind(int index, std::int64_t value) {
  sqlite3_bind_int64(statement_.get(), index, value);
}

void Statement::Bind(int index, std::string_view text) {
  // A null pointer would bind NULL.
  sqlite3_bind_text64(statement_.get(), index,
                      text.data() == nullptr ? "" : text.data(), text.size(),
                      SQLITE_STATIC, SQLITE_UTF8);
}

void Statement::Bind(int index, std::span<const std::byte> blob) {
  sqlite3_bind_blob64(statement_.get(), index,
                      blob.empty() ? static_cast<const void*>("") : blob.data(),
                      blob.size(), SQLITE_STATIC);
}

absl::StatusOr<bool> Statement::Step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  const absl::Status error =
      SqliteError(sqlite3_db_handle(statement_.get()), code);
  sqlite3_reset(statement_.get());
  return error;
}

absl::Status Statement::Run() {
  const absl::Status status = Step().status();
  Reset();
  return status;
}

void Statement::Reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
}

std::int64_t Statement::Number(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string_view Statement::Text(int column) const {
  const auto* const text = sqlite3_column_text(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return {reinterpret_cast<const char*>(text), static_cast<std::size_t>(size)};
}

std::span<const std::byte> Statement::Blob(int column) const {
  const void* const blob = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return {static_cast<const std::byte*>(blob), static_cast<std::size_t>(size)};
}

std::string Statement::Bytes(int column) const {
  const std::span<const std::byte> blob = Blob(column);
  return {reinterpret_cast<const char*>(blob.data()), blob.size()};
}

absl::StatusOr<Database> Database::Open(const std::filesystem::path& path) {
  Database database;
  sqlite3* connection = nullptr;
  const int code = sqlite3_open_v2(
      path.c_str(), &connection,
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
      nullptr);
  database.connection_.reset(connection);
  if (code != SQLITE_OK) {
    return absl::UnavailableError(fmt::format(
        "{}: cannot open it: {}", path.string(), sqlite3_errstr(code)));
  }
  sqlite3_busy_timeout(connection, 10'000);
  sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(connection, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  ANON_RETURN_IF_ERROR(
      database.Execute("PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
                       "PRAGMA foreign_keys=ON; PRAGMA cell_size_check=ON;"
                       "PRAGMA cache_size=-32768"));
  return database;
}

absl::Status Database::Execute(const char* sql) {
  const int code =
      sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? absl::OkStatus()
                           : SqliteError(connection_.get(), code);
}

absl::StatusOr<Statement> Database::Prepare(std::string_view sql) const {
  sqlite3_stmt* raw = nullptr;
  const int code =
      sqlite3_prepare_v3(connection_.get(), sql.data(),
                         static_cast<int>(sql.size()), 0, &raw, nullptr);
  Statement statement;
  statement.statement_.reset(raw);
  if (code != SQLITE_OK) return SqliteError(connection_.get(), code);
  return statement;
}

bool Database::EmptyLog() {
  return sqlite3_wal_checkpoint_v2(connection_.get(), nullptr,
                                   SQLITE_CHECKPOINT_TRUNCATE, nullptr,
                                   nullptr) == SQLITE_OK;
}

absl::StatusOr<Transaction> Transaction::Begin(Database& database) {
  ANON_RETURN_IF_ERROR(database.Execute("BEGIN IMMEDIATE"));
  return Transaction(database);
}

absl::StatusOr<Transaction> Transaction::BeginReading(Database& database) {
  ANON_RETURN_IF_ERROR(database.Execute("BEGIN DEFERRED"));
  return Transaction(database);
}

Transaction::~Transaction() {
  if (database_ != nullptr) database_->Execute("ROLLBACK").IgnoreError();
}

absl::Status Transaction::Commit() {
  ANON_RETURN_IF_ERROR(database_->Execute("COMMIT"));
  database_ = nullptr;
  return absl::OkStatus();
}

absl::StatusOr<std::int64_t> PragmaNumber(const Database& database,
                                          std::string_view sql) {
  ANON_ASSIGN_OR_RETURN(Statement statement, database.Prepare(sql));
  ANON_RETURN_IF_ERROR(statement.Step().status());
  return statement.Number(0);
}

absl::Status RequirePrivateDatabase(const std::filesystem::path& path) {
  for (const char* const suffix : {"", "-wal", "-shm"}) {
    const std::filesystem::path file = path.string() + suffix;
    std::error_code ignored;
    if (*suffix != '\0' && !std::filesystem::exists(file, ignored)) continue;
    ANON_RETURN_IF_ERROR(RequirePrivate(file));
  }
  return absl::OkStatus();
}

absl::Status DatabaseExists(const std::filesystem::path& path) {
  return absl::AlreadyExistsError(fmt::format(
      "{}: exists; name a file that does not, this one is never overwritten",
      path.string()));
}

NewDatabaseFile::~NewDatabaseFile() {
  if (!temporary_.empty()) {
    for (const char* const suffix : {"", "-wal", "-shm"}) {
      unlink((temporary_ + suffix).c_str());
    }
  }
  if (placed_) unlink(path_.c_str());
}

// mkostemp makes it 0600 less the umask; SQLite gives the -wal and -shm files
// the mode of the main file.
absl::Status NewDatabaseFile::Make() {
  temporary_ = path_.string() + ".XXXXXX";
  const Fd fd(mkostemp(temporary_.data(), O_CLOEXEC));
  if (!fd.ok()) {
    const int error = errno;
    temporary_.clear();
    return IoError("create", path_.string(), error);
  }
  if (fchmod(fd.get(), 0600) != 0) {
    return IoError("set the mode of", path_.string(), errno);
  }
  return absl::OkStatus();
}

absl::Status NewDatabaseFile::Place() {
  // link, unlike rename, does not replace.
  if (link(temporary_.c_str(), path_.c_str()) != 0) {
    return errno == EEXIST ? DatabaseExists(path_)
                           : IoError("create", path_.string(), errno);
  }
  placed_ = true;
  const std::filesystem::path parent = path_.parent_path();
  return SyncPath(parent.empty() ? std::filesystem::path(".") : parent);
}

}  // namespace anon::internal
