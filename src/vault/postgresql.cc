// SPDX-License-Identifier: Apache-2.0
#include "vault/postgresql.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/status_macros.h"

namespace anon::internal {
namespace {

void AppendNumber(std::uint64_t number, int bytes, std::string& out) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    out += static_cast<char>((number >> shift) & 0xFF);
  }
}

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using Options = std::unique_ptr<PQconninfoOption, FreeOptions>;

absl::StatusOr<Options> ParseUrl(std::string_view url) {
  char* complaint = nullptr;
  Options options(PQconninfoParse(std::string(url).c_str(), &complaint));
  PQfreemem(complaint);  // it may hold a password: not shown
  if (options) return options;
  return PolicyError(
      "the vault's URL is none that PostgreSQL knows; write it like "
      "postgresql://user@host/database?sslmode=verify-full");
}

std::string_view ValueOf(const PQconninfoOption* options,
                         std::string_view keyword) {
  for (; options->keyword != nullptr; ++options) {
    if (options->keyword == keyword && options->val != nullptr) {
      return options->val;
    }
  }
  return "";
}

// One "keyword='value'" of a connection string.
std::string Assignment(std::string_view keyword, std::string_view value) {
  std::string text(keyword);
  text += "='";
  for (const char c : value) {
    if (c == '\'' || c == '\\') text += '\\';
    text += c;
  }
  return text + "' ";
}

// bigint[], binary.
void AppendArray(std::span<const std::int64_t> numbers, std::string& bytes) {
  constexpr std::uint64_t kBigint = 20;
  AppendNumber(1, 4, bytes);  // dimensions
  AppendNumber(0, 4, bytes);  // no null among them
  AppendNumber(kBigint, 4, bytes);
  AppendNumber(numbers.size(), 4, bytes);
  AppendNumber(1, 4, bytes);  // the first index
  for (const std::int64_t number : numbers) {
    AppendNumber(8, 4, bytes);
    AppendNumber(static_cast<std::uint64_t>(number), 8, bytes);
  }
}

bool IsLocal(std::string_view host) {
  return host.empty() || host.front() == '/' || host.front() == '@' ||
         host == "localhost" || host == "::1" || host.starts_with("127.");
}

// Every host of a comma-separated list; none means the local socket.
bool AllLocal(std::string_view hosts) {
  for (;;) {
    const std::size_t comma = hosts.find(',');
    if (!IsLocal(hosts.substr(0, comma))) return false;
    if (comma == std::string_view::npos) return true;
    hosts.remove_prefix(comma + 1);
  }
}

}  // namespace

PgValue::PgValue(std::int64_t number) : type_(20) {
  std::string bytes;
  AppendNumber(static_cast<std::uint64_t>(number), 8, bytes);
  std::copy_n(bytes.begin(), sizeof(number_), number_);
}

const char* PgValue::data() const {
  if (type_ == 20) return number_;
  return bytes_.data() == nullptr ? "" : bytes_.data();  // a null is NULL
}

std::int64_t PgResult::Number(int row, int column) const {
  std::uint64_t number = 0;
  for (const char byte : Bytes(row, column)) {
    number = number << 8 | static_cast<unsigned char>(byte);
  }
  return static_cast<std::int64_t>(number);
}

std::string_view PgResult::Bytes(int row, int column) const {
  return {PQgetvalue(result_.get(), row, column),
          static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}

PgRows::PgRows(std::int16_t columns) : columns_(columns) {
  bytes_.assign("PGCOPY\n\377\r\n\0", 11);
  bytes_.append(8, '\0');  // no flags, no extension
}

void PgRows::Begin() {
  AppendNumber(static_cast<std::uint64_t>(columns_), 2, bytes_);
}

void PgRows::Add(std::int64_t number) {
  AppendNumber(8, 4, bytes_);
  AppendNumber(static_cast<std::uint64_t>(number), 8, bytes_);
}

void PgRows::Add(std::string_view bytes) {
  AppendNumber(bytes.size(), 4, bytes_);
  bytes_ += bytes;
}

void PgRows::Add(std::span<const std::int64_t> numbers) {
  AppendNumber(20 + 12 * numbers.size(), 4, bytes_);
  AppendArray(numbers, bytes_);
}

PgArray::PgArray(std::span<const std::int64_t> numbers) {
  AppendArray(numbers, bytes_);
}

std::string_view PgRows::Finish() {
  bytes_.append(2, '\xFF');
  return bytes_;
}

absl::StatusOr<std::string> SharedUrl(std::string_view url) {
  ANON_ASSIGN_OR_RETURN(const Options options, ParseUrl(url));
  std::string shared;
  for (const PQconninfoOption* o = options.get(); o->keyword != nullptr; ++o) {
    const std::string_view keyword = o->keyword;
    if (o->val == nullptr || keyword == "user" || keyword == "passfile" ||
        keyword == "sslcert" || keyword == "sslkey" || *o->dispchar == '*') {
      continue;
    }
    shared += Assignment(keyword, o->val);
  }
  return shared;
}

absl::StatusOr<std::string> WithUserOf(std::string_view url,
                                       std::string_view other) {
  ANON_ASSIGN_OR_RETURN(const Options theirs, ParseUrl(other));
  ANON_ASSIGN_OR_RETURN(std::string joined, SharedUrl(url));
  for (const char* const keyword : {"user", "passfile", "sslcert", "sslkey"}) {
    const std::string_view value = ValueOf(theirs.get(), keyword);
    if (!value.empty()) joined += Assignment(keyword, value);
  }
  return joined;
}

absl::StatusOr<PgConnection> PgConnection::Open(PgServer server) {
  ANON_ASSIGN_OR_RETURN(const Options options, ParseUrl(server.url));
  if (!ValueOf(options.get(), "password").empty() ||
      !ValueOf(options.get(), "sslpassword").empty()) {
    return PolicyError(
        "the vault's URL holds a password, which every process can see among "
        "the arguments; put it into a password file (PGPASSFILE, mode 0600) or "
        "a service file");
  }
  PgConnection connection(std::move(server));
  ANON_RETURN_IF_ERROR(connection.Connect());
  return connection;
}

// What libpq made of the URL, the environment and the service file.
absl::Status PgConnection::CheckServer() const {
  const Options options(PQconninfo(connection_.get()));
  if (!options || server_.allow_unverified) return absl::OkStatus();
  const std::string_view address = ValueOf(options.get(), "hostaddr");
  const std::string_view host =
      address.empty() ? ValueOf(options.get(), "host") : address;
  if (AllLocal(host) || ValueOf(options.get(), "sslmode") == "verify-full") {
    return absl::OkStatus();
  }
  return PolicyError(
      "the vault's PostgreSQL server is on another machine and its name is not "
      "verified, so that anybody on the way could read and answer; add "
      "sslmode=verify-full and sslrootcert=... to the URL, or say "
      "--allow-unverified-server");
}

// What PQconnectdb does after the first step.
void PgConnection::Finish() {
  constexpr int kMilliseconds = 10'000;  // for each step
  PostgresPollingStatusType next = PGRES_POLLING_WRITING;
  while (next == PGRES_POLLING_WRITING || next == PGRES_POLLING_READING) {
    pollfd wanted{
        PQsocket(connection_.get()),
        static_cast<short>(next == PGRES_POLLING_READING ? POLLIN : POLLOUT),
        0};
    const int ready = poll(&wanted, 1, kMilliseconds);
    if (ready == 0 || (ready < 0 && errno != EINTR)) return;
    if (ready > 0) next = PQconnectPoll(connection_.get());
  }
}

absl::Status PgConnection::Connect() {
  const char* const keywords[] = {"dbname", "client_encoding",
                                  "application_name", nullptr};
  const char* const values[] = {server_.url.c_str(), "UTF8", "anon", nullptr};
  connection_.reset(PQconnectStartParams(keywords, values, 1));
  if (!connection_) return absl::ResourceExhaustedError("out of memory");
  // Judged before a byte is sent.
  ANON_RETURN_IF_ERROR(CheckServer());
  PQsetNoticeProcessor(
      connection_.get(), [](void*, const char*) {}, nullptr);
  Finish();
  PGconn* const connection = connection_.get();
  name_ = fmt::format("{}:{}/{}", PQhost(connection), PQport(connection),
                      PQdb(connection));
  if (PQstatus(connection) != CONNECTION_OK) {
    std::string reason = PQerrorMessage(connection);
    if (reason.empty()) reason = "no answer within 10 s";
    std::ranges::replace(reason, '\n', ' ');
    return absl::UnavailableError(fmt::format(
        "{}: cannot open the vault: {}; check the URL, the password file and "
        "the server",
        name_, reason));
  }
  return Execute(
      fmt::format("SET search_path = {}, pg_temp; SET synchronous_commit = on;"
                  " SET lock_timeout = '60s'; SET default_transaction_isolation"
                  " = 'read committed'",
                  server_.schema));
}

absl::Status PgConnection::Revive() {
  // Reads what came meanwhile: a server that ended said so.
  if (PQconsumeInput(connection_.get()) == 1 &&
      PQstatus(connection_.get()) == CONNECTION_OK) {
    return absl::OkStatus();
  }
  return Connect();
}

absl::Status PgConnection::Error(const PGresult* result) const {
  const auto field = [&](int code) -> std::string_view {
    const char* const text = PQresultErrorField(result, code);
    return text == nullptr ? "" : text;
  };
  const std::string_view state = field(PG_DIAG_SQLSTATE);
  const std::string_view reason = field(PG_DIAG_MESSAGE_PRIMARY);
  const std::string message =
      fmt::format("{}: {} (PostgreSQL {})", name_,
                  reason.empty() ? "the connection was lost" : reason,
                  state.empty() ? "connection" : state);
  if (state == "42501") {
    return absl::PermissionDeniedError(
        message +
        "; a run writes as the vault's run role, the custodian works "
        "as its owner");
  }
  if (state == "23505") return absl::AlreadyExistsError(message);
  if (state == "3F000" || state == "42P01") {
    return absl::NotFoundError(
        message + "; name the database that anon vault init set up");
  }
  if (state.starts_with("XX")) return InputError(message);
  return absl::UnavailableError(message + "; check the server and run again");
}

absl::Status PgConnection::Execute(const std::string& sql) {
  const PgResult result(PQexec(connection_.get(), sql.c_str()));
  const ExecStatusType status = PQresultStatus(result.get());
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
    return absl::OkStatus();
  }
  return Error(result.get());
}

absl::StatusOr<PgResult> PgConnection::Query(
    const char* sql, std::initializer_list<PgValue> values) {
  std::vector<Oid> types;
  std::vector<const char*> data;
  std::vector<int> sizes;
  for (const PgValue& value : values) {
    if (value.size() > std::size_t{1} << 30) {
      return InputError("a value of more than 1 GiB does not fit PostgreSQL");
    }
    types.push_back(value.type());
    data.push_back(value.data());
    sizes.push_back(static_cast<int>(value.size()));
  }
  const std::vector<int> binary(values.size(), 1);
  PgResult result(PQexecParams(
      connection_.get(), sql, static_cast<int>(values.size()), types.data(),
      data.data(), sizes.data(), binary.data(), /*resultFormat=*/1));
  const ExecStatusType status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
    return Error(result.get());
  }
  return result;
}

absl::Status PgConnection::Copy(const char* sql, std::string_view rows) {
  const PgResult begun(PQexec(connection_.get(), sql));
  if (PQresultStatus(begun.get()) != PGRES_COPY_IN) return Error(begun.get());
  constexpr std::size_t kPiece = std::size_t{1} << 20;
  bool sent = true;
  while (sent && !rows.empty()) {
    const std::string_view piece = rows.substr(0, kPiece);
    sent = PQputCopyData(connection_.get(), piece.data(),
                         static_cast<int>(piece.size())) == 1;
    rows.remove_prefix(piece.size());
  }
  // The server's own word on it comes with the result.
  PQputCopyEnd(connection_.get(), sent ? nullptr : "not sent");
  absl::Status status = absl::OkStatus();
  for (;;) {
    PGresult* const raw = PQgetResult(connection_.get());
    if (raw == nullptr) return status;
    const PgResult result(raw);
    if (PQresultStatus(raw) != PGRES_COMMAND_OK && status.ok()) {
      status = Error(raw);
    }
    if (PQresultStatus(raw) == PGRES_COPY_IN) return status;
  }
}

absl::StatusOr<PgTransaction> PgTransaction::Begin(PgConnection& connection) {
  ANON_RETURN_IF_ERROR(connection.Execute("BEGIN"));
  return PgTransaction(connection);
}

PgTransaction::~PgTransaction() {
  if (connection_ != nullptr) connection_->Execute("ROLLBACK").IgnoreError();
}

absl::Status PgTransaction::Commit() {
  // Not nulled before: a COMMIT that was refused leaves nothing to roll back,
  // and a second ROLLBACK does no harm.
  ANON_RETURN_IF_ERROR(connection_->Execute("COMMIT"));
  connection_ = nullptr;
  return absl::OkStatus();
}

}  // namespace anon::internal
