// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: SQLite objects that close themselves, errors as Status.
// Messages name the file and SQLite's reason, never a bound value.
#ifndef ANON_SRC_BASE_SQLITE_H_
#define ANON_SRC_BASE_SQLITE_H_

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "anon/base/status.h"

namespace anon::internal {

// A prepared statement. Bound views must live until the next Step or Run.
class Statement {
 public:
  Statement() = default;

  void Bind(int index, std::int64_t value);
  void Bind(int index, std::string_view text);
  void Bind(int index, std::span<const std::byte> blob);

  // Whether there is a (further) row.
  absl::StatusOr<bool> Step();
  // For statements without rows: runs and readies it for the next binding.
  absl::Status Run();
  void Reset();

  std::int64_t Number(int column) const;
  std::string_view Text(int column) const;            // until the next Step
  std::span<const std::byte> Blob(int column) const;  // until the next Step
  std::string Bytes(int column) const;                // a copy of the blob

 private:
  friend class Database;
  struct Free {
    void operator()(sqlite3_stmt* statement) const {
      sqlite3_finalize(statement);
    }
  };
  std::unique_ptr<sqlite3_stmt, Free> statement_;
};

// One connection, set up for what must not be lost nor linger: WAL,
// synchronous=FULL, secure_delete=ON. One thread at a time.
class Database {
 public:
  // Opens a file that exists.
  static absl::StatusOr<Database> Open(const std::filesystem::path& path);

  absl::Status Execute(const char* sql);
  absl::StatusOr<Statement> Prepare(std::string_view sql) const;
  // Moves the write-ahead log into the file and empties it, so that nothing
  // deleted lingers there. False if another connection, reading all the
  // while, kept it from doing so.
  bool EmptyLog();
  sqlite3* handle() const { return connection_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* connection) const { sqlite3_close(connection); }
  };
  std::unique_ptr<sqlite3, Close> connection_;
};

// Rolls back unless committed.
class Transaction {
 public:
  static absl::StatusOr<Transaction> Begin(Database& database);
  // That only reads: it waits for nobody, and nobody for it.
  static absl::StatusOr<Transaction> BeginReading(Database& database);
  Transaction(Transaction&& other) noexcept
      : database_(std::exchange(other.database_, nullptr)) {}
  ~Transaction();
  absl::Status Commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

// The one number a PRAGMA answers.
absl::StatusOr<std::int64_t> PragmaNumber(const Database& database,
                                          std::string_view sql);

// Refuses a database of which others may read the file or its logs.
absl::Status RequirePrivateDatabase(const std::filesystem::path& path);

// kAlreadyExists, for a file that is never overwritten.
absl::Status DatabaseExists(const std::filesystem::path& path);

// A new file (mode 0600) under a temporary name beside the one it will have, to
// be filled through a Database that is closed before Place. Gone again unless
// placed and kept.
class NewDatabaseFile {
 public:
  explicit NewDatabaseFile(std::filesystem::path path)
      : path_(std::move(path)) {}
  ~NewDatabaseFile();
  NewDatabaseFile(const NewDatabaseFile&) = delete;
  NewDatabaseFile& operator=(const NewDatabaseFile&) = delete;

  absl::Status Make();
  // Does not replace a file made meanwhile.
  absl::Status Place();
  void Keep() { placed_ = false; }
  const std::string& temporary() const { return temporary_; }

 private:
  std::filesystem::path path_;
  std::string temporary_;
  bool placed_ = false;
};

}  // namespace anon::internal

#endif  // ANON_SRC_BASE_SQLITE_H_
