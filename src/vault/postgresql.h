// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: libpq objects that close themselves, errors as Status.
// Everything goes binary, with its length. Messages name the server and
// PostgreSQL's reason without its DETAIL, never a bound value.
#ifndef ANON_SRC_VAULT_POSTGRESQL_H_
#define ANON_SRC_VAULT_POSTGRESQL_H_

#include <libpq-fe.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "anon/base/status.h"

namespace anon::internal {

// A bound value. Text and bytes are views that must live until the query ends.
class PgValue {
 public:
  PgValue(std::int64_t number);   // bigint. NOLINT: implicit on purpose
  PgValue(std::string_view text)  // NOLINT
      : bytes_(text), type_(25) {}
  PgValue(const std::string& text)  // NOLINT
      : PgValue(std::string_view(text)) {}
  PgValue(std::span<const std::byte> bytea)  // NOLINT
      : bytes_(reinterpret_cast<const char*>(bytea.data()), bytea.size()),
        type_(17) {}

  const char* data() const;
  std::size_t size() const { return type_ == 20 ? 8 : bytes_.size(); }
  Oid type() const { return type_; }

 private:
  friend class PgArray;
  PgValue(std::string_view bytes, Oid type) : bytes_(bytes), type_(type) {}

  std::string_view bytes_;
  char number_[8] = {};
  Oid type_;
};

// Numbers to bind as bigint[].
class PgArray {
 public:
  explicit PgArray(std::span<const std::int64_t> numbers);
  PgValue value() const { return {bytes_, 1016}; }

 private:
  std::string bytes_;
};

class PgResult {
 public:
  explicit PgResult(PGresult* result) : result_(result) {}

  int rows() const { return PQntuples(result_.get()); }
  std::int64_t Number(int row, int column) const;  // of a bigint
  std::string_view Bytes(int row, int column) const;
  const PGresult* get() const { return result_.get(); }

 private:
  struct Free {
    void operator()(PGresult* result) const { PQclear(result); }
  };
  std::unique_ptr<PGresult, Free> result_;
};

// The rows of a COPY ... (FORMAT binary), gathered before they are sent.
class PgRows {
 public:
  explicit PgRows(std::int16_t columns);
  void Begin();  // a row
  void Add(std::int64_t number);
  void Add(std::string_view bytes);
  void Add(std::span<const std::int64_t> numbers);  // bigint[]
  std::string_view Finish();

 private:
  std::int16_t columns_;
  std::string bytes_;
};

struct PgServer {
  // "postgresql://custodian@db.example.jp/vault?sslmode=verify-full", or
  // anything else libpq takes. Without a password.
  std::string url;
  // Tables and functions are looked for here, and nowhere else.
  std::string schema;
  // A server on another machine is refused unless its name is verified
  // (sslmode=verify-full), or this is set.
  bool allow_unverified = false;
};

// The URL without user, password and client certificate: what may be written
// down for others.
absl::StatusOr<std::string> SharedUrl(std::string_view url);
// `url` with the user of `other` if it names none.
absl::StatusOr<std::string> WithUserOf(std::string_view url,
                                       std::string_view other);

// One connection. Commits are durable when they return. One thread at a time.
class PgConnection {
 public:
  static absl::StatusOr<PgConnection> Open(PgServer server);

  // Connects again if the server went away. Call before an operation, never
  // within a transaction.
  absl::Status Revive();

  // Statements without values, as one transaction unless they begin one.
  absl::Status Execute(const std::string& sql);
  absl::StatusOr<PgResult> Query(const char* sql,
                                 std::initializer_list<PgValue> values = {});
  // `sql`: COPY ... FROM STDIN (FORMAT binary).
  absl::Status Copy(const char* sql, std::string_view rows);

  // "db.example.jp:5432/vault".
  const std::string& name() const { return name_; }

 private:
  friend class PgTransaction;
  struct Close {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };

  explicit PgConnection(PgServer server) : server_(std::move(server)) {}
  absl::Status Connect();
  void Finish();
  absl::Status CheckServer() const;
  absl::Status Error(const PGresult* result) const;

  PgServer server_;
  std::string name_;
  std::unique_ptr<PGconn, Close> connection_;
};

// Rolls back unless committed.
class PgTransaction {
 public:
  static absl::StatusOr<PgTransaction> Begin(PgConnection& connection);
  PgTransaction(PgTransaction&& other) noexcept
      : connection_(std::exchange(other.connection_, nullptr)) {}
  ~PgTransaction();
  absl::Status Commit();

 private:
  explicit PgTransaction(PgConnection& connection) : connection_(&connection) {}
  PgConnection* connection_;
};

}  // namespace anon::internal

#endif  // ANON_SRC_VAULT_POSTGRESQL_H_
