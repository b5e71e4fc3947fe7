// SPDX-License-Identifier: Apache-2.0
#include "vault/postgresql_server.h"

#include <fcntl.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <vector>

namespace anon::test {
namespace {

namespace fs = std::filesystem;

// Where Debian and others put the server's programs; empty: nowhere.
fs::path Programs() {
  for (int version = 20; version >= 15; --version) {
    for (const std::string& place :
         {"/usr/lib/postgresql/" + std::to_string(version) + "/bin",
          "/usr/pgsql-" + std::to_string(version) + "/bin"}) {
      if (fs::exists(fs::path(place) / "initdb")) return place;
    }
  }
  return {};
}

// The server refuses to be root.
std::string AsServer(const std::string& more = "") {
  if (geteuid() != 0) return "setpriv " + more + " ";
  return "setpriv --reuid=postgres --regid=postgres --clear-groups " + more +
         " ";
}

void Shell(const std::string& command) {
  if (std::system(command.c_str()) != 0) {
    throw std::runtime_error("failed: " + command);
  }
}

// The result of one statement; the SQLSTATE in `state`.
std::string Run(const std::string& url, const std::string& sql,
                std::string& state) {
  PGconn* const connection = PQconnectdb(url.c_str());
  PQsetNoticeProcessor(
      connection, [](void*, const char*) {}, nullptr);
  PGresult* const result = PQexec(connection, sql.c_str());
  const ExecStatusType status = PQresultStatus(result);
  state.clear();
  std::string first;
  if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
    if (PQntuples(result) > 0) first = PQgetvalue(result, 0, 0);
  } else {
    const char* const code = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    state = code == nullptr ? PQerrorMessage(connection) : code;
  }
  PQclear(result);
  PQfinish(connection);
  return first;
}

}  // namespace

std::unique_ptr<PostgresqlServer> PostgresqlServer::Start(
    const std::string& settings) {
  if (Programs().empty()) return nullptr;
  std::unique_ptr<PostgresqlServer> server(new PostgresqlServer);
  if (const passwd* const user = getpwnam("postgres");
      geteuid() == 0 && user != nullptr) {
    if (chown(server->directory().c_str(), user->pw_uid, user->pw_gid) != 0) {
      throw std::runtime_error("chown");
    }
  }
  Shell("cd / && " + AsServer() + (Programs() / "initdb").string() + " -D " +
        server->files().string() +
        " -U admin -A trust -E UTF8 --locale=C --no-sync >/dev/null");
  // Only the machine's own failure, which no test can cause, needs fsync.
  std::ofstream(server->files() / "postgresql.auto.conf", std::ios::app)
      << "listen_addresses = ''\nunix_socket_directories = '"
      << server->directory().string()
      << "'\nfsync = off\nshared_buffers = 16MB\nlog_statement = all\n"
         "max_connections = 40\n"
      << settings;
  server->StartAgain();
  server->Sql("postgres", "CREATE ROLE custodian LOGIN CREATEDB");
  server->Sql("postgres", "CREATE ROLE runner LOGIN");
  return server;
}

PostgresqlServer* PostgresqlServer::Shared() {
  static const std::unique_ptr<PostgresqlServer> server = Start();
  return server.get();
}

PostgresqlServer::~PostgresqlServer() {
  if (pid_ > 0) Kill(SIGQUIT);
}

void PostgresqlServer::Kill(int signal) {
  kill(pid_, signal);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void PostgresqlServer::StartAgain() {
  const std::string command = "cd / && exec " + AsServer("--pdeathsig QUIT") +
                              (Programs() / "postgres").string() + " -D " +
                              files().string() + " >>" + log().string() +
                              " 2>&1";
  pid_ = fork();
  if (pid_ == 0) {
    execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
    _exit(127);
  }
  for (int i = 0; i < 600; ++i) {
    if (PQping(Url("admin", "postgres").c_str()) == PQPING_OK) return;
    usleep(50'000);
  }
  throw std::runtime_error("PostgreSQL does not answer");
}

std::string PostgresqlServer::Url(const std::string& role,
                                  const std::string& database) const {
  return "postgresql://" + role + "@/" + database +
         "?host=" + directory().string() + "&port=" + std::to_string(port_);
}

std::string PostgresqlServer::Sql(const std::string& database,
                                  const std::string& sql,
                                  const std::string& role) const {
  std::string state;
  const std::string first = Run(Url(role, database), sql, state);
  if (!state.empty()) throw std::runtime_error(state + ": " + sql);
  return first;
}

bool PostgresqlServer::Denies(const std::string& database,
                              const std::string& sql, const std::string& role,
                              std::string_view with) const {
  std::string state;
  Run(Url(role, database), sql, state);
  return state == with;
}

void PostgresqlServer::Dump(const std::string& database,
                            const std::string& file) const {
  Shell((Programs() / "pg_dump").string() + " -Fc -f " + file + " '" +
        Url("custodian", database) + "'");
}

void PostgresqlServer::Restore(const std::string& database,
                               const std::string& file) const {
  Shell((Programs() / "pg_restore").string() + " --clean --if-exists -d '" +
        Url("custodian", database) + "' " + file);
}

}  // namespace anon::test
