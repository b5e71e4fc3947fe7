// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_TESTS_VAULT_POSTGRESQL_SERVER_H_
#define ANON_TESTS_VAULT_POSTGRESQL_SERVER_H_

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "support/support.h"

namespace anon::test {

// A PostgreSQL server of its own in a temporary directory, behind a socket
// there; gone with its owner, even if that is killed. Roles: "custodian" makes
// databases, "runner" only logs in, "admin" is the superuser.
class PostgresqlServer {
 public:
  // Nothing if PostgreSQL's server is not installed.
  static std::unique_ptr<PostgresqlServer> Start(
      const std::string& settings = "");
  // One for all tests that do not change it; null if it is not installed.
  static PostgresqlServer* Shared();
  ~PostgresqlServer();

  void Kill(int signal);  // and waits for its end
  void StartAgain();
  void SetPort(int port) { port_ = port; }

  std::string Url(const std::string& role, const std::string& database) const;
  // Runs SQL as `role`; the first column of the first row. Throws if it fails.
  std::string Sql(const std::string& database, const std::string& sql,
                  const std::string& role = "admin") const;
  // Whether the server refuses it; for want of a privilege (42501).
  bool Denies(const std::string& database, const std::string& sql,
              const std::string& role, std::string_view with = "42501") const;
  void Dump(const std::string& database, const std::string& file) const;
  void Restore(const std::string& database, const std::string& file) const;

  const std::filesystem::path& directory() const { return dir_.path(); }
  std::filesystem::path files() const { return dir_ / "data"; }
  std::filesystem::path log() const { return dir_ / "log"; }

 private:
  PostgresqlServer() = default;
  TempDir dir_;
  pid_t pid_ = -1;
  int port_ = 5432;
};

}  // namespace anon::test

#endif  // ANON_TESTS_VAULT_POSTGRESQL_SERVER_H_
