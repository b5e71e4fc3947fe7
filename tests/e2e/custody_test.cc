// SPDX-License-Identifier: Apache-2.0
//
// Keys, pseudonyms and vault at the command line: the whole life of a data set,
// the refusals on the way, and a canary: no identifier and no key is in
// anything that is left behind.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "e2e/release_tree.h"
#include "e2e/secrets.h"

#ifdef ANON_TEST_POSTGRESQL
#include "vault/postgresql_server.h"
#endif

namespace {

namespace fs = std::filesystem;
using namespace anon::test;

TEST_CASE_FIXTURE(Secrets,
                  "canary: no identifier and no key is in anything that a run, "
                  "a custodian and the filter leave behind") {
  const fs::path temporary = root() / "tmp";
  fs::create_directory(temporary);
  setenv("TMPDIR", temporary.c_str(), 1);
  UseSmallTable(Kind::kPseudonymized, 300);
  const std::string table = Read(root() / "table.csv");
  const Table source = ParseTable(table);
  std::set<std::string> canaries = source.Values("subscriber_id");
  const std::string someone = *canaries.begin();
  canaries.merge(source.Values("phone"));
  REQUIRE(canaries.size() > 400);
  for (const std::string& form : KeyForms(*this)) canaries.insert(form);

  std::string said;
  const auto keep = [&](const Outcome& outcome, int exit_code) {
    CHECK_MESSAGE(outcome.exit_code == exit_code, outcome.err);
    said += outcome.out + outcome.err;
    return outcome.out;
  };
  keep(Run(), 0);
  std::string identifiers = "subscriber_id\n";
  for (const std::string& id : source.Values("subscriber_id")) {
    identifiers += id + "\n";
  }
  keep(Filter("pseudonymize --domain d/1 --column subscriber_id --vault " +
                  vault.string() + Keys(),
              identifiers),
       0);
  keep(Filter("key list" + Keys(), ""), 0);
  keep(Filter("key rotate" + Keys(), ""), 0);
  const std::string list = keep(Filter("vault list" + Custodian(), ""), 0);
  const std::string set = list.substr(0, list.find("  "));
  keep(Filter("vault verify" + Custodian(), ""), 0);
  keep(Filter("reidentify --reason r --attribute subscriber_id --pseudonym - "
              "--data-set " +
                  set + Custodian(),
              "nosuch\n"),
       3);
  // A misuse may show them least of all.
  keep(Filter("erase --reason r --principal -" + Custodian(), someone + "x\n"),
       3);
  keep(Filter("erase --reason r --principal -" + Custodian(), someone + "\n"),
       0);
  keep(Filter("vault log" + Custodian(), ""), 0);
  keep(Filter(
           "pseudonymize --domain d/1 --normalize phone --column plan" + Keys(),
           table),
       3);
  for (const std::string& form : KeyForms(*this)) canaries.insert(form);

  CHECK(FindIn(said, canaries).empty());
  const std::set<fs::path> may = {root() / "table.csv", root() / "kek/kek",
                                  custodian_key};
  int files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(root())) {
    if (!entry.is_regular_file() || may.contains(entry.path())) continue;
    ++files;
    CHECK_MESSAGE(FindIn(Read(entry.path()), canaries).empty(), entry.path());
  }
  CHECK(files > 15);
  // That the search finds what is there:
  CHECK(FindIn(table, canaries).size() > 400);
  CHECK_FALSE(FindIn(Read(root() / "kek/kek"), canaries).empty());
  CHECK_FALSE(FindIn(Read(custodian_key), canaries).empty());
  unsetenv("TMPDIR");
}

TEST_CASE_FIXTURE(Secrets, "a keyring lives, and refuses what would hurt it") {
  const auto key = [&](const std::string& arguments) {
    return Filter("key " + arguments + Keys(), "");
  };
  CHECK(key("create").exit_code != 0);  // it exists
  const std::string first = key("list").out;
  const std::size_t at = first.find("key-");
  REQUIRE(at != std::string::npos);
  const std::string id = first.substr(at, 20);
  // The primary key stays until there is another.
  CHECK(key("disable --id " + id).exit_code != 0);
  CHECK(key("destroy --yes --id " + id).exit_code != 0);
  REQUIRE(key("rotate").exit_code == 0);
  CHECK(key("destroy --id " + id).exit_code == 2);  // unconfirmed
  REQUIRE(key("disable --id " + id).exit_code == 0);
  const std::string filter =
      "pseudonymize --domain d/1 --column a --key-id " + id + Keys();
  CHECK(Filter(filter, "a\nx\n").exit_code != 0);
  REQUIRE(key("enable --id " + id).exit_code == 0);
  const Outcome with_old = Filter(filter, "a\nx\n");
  CHECK(with_old.exit_code == 0);
  CHECK(with_old.err.find(id) != std::string::npos);
  REQUIRE(key("destroy --yes --id " + id).exit_code == 0);
  CHECK(Filter(filter, "a\nx\n").exit_code != 0);
  CHECK(key("list").out.find("destroyed") != std::string::npos);
  // An old copy of the file would bring it back to life.
  const Outcome now = key("list");
  REQUIRE(now.exit_code == 0);
  REQUIRE(chmod(keyring.c_str(), 0644) == 0);
  CHECK(key("list").exit_code != 0);
  REQUIRE(chmod(keyring.c_str(), 0600) == 0);
  const std::string copy = Read(keyring);
  REQUIRE(key("rotate").exit_code == 0);
  Write(keyring, copy);
  REQUIRE(chmod(keyring.c_str(), 0600) == 0);
  CHECK(key("list").exit_code != 0);
}

TEST_CASE_FIXTURE(
    Secrets, "no key-encryption key is made for a keyring that cannot be") {
  const fs::path other = root() / "kek/other";
  const auto create = [&](const fs::path& ring, const fs::path& kek) {
    return Filter(
        "key create --keyring " + ring.string() + " --kek file:" + kek.string(),
        "");
  };
  const Outcome nowhere = create(root() / "none/ring", other);
  CHECK(nowhere.exit_code == 2);
  CHECK(nowhere.err.find("mkdir -m 700 " + (root() / "none").string()) !=
        std::string::npos);
  CHECK(create(keyring, other).exit_code == 3);
  CHECK(create(root() / "kek/ring", other).exit_code == 2);
  CHECK_FALSE(fs::exists(other));
}

TEST_CASE_FIXTURE(Secrets,
                  "the filter: pseudonyms to the vault and back, fresh ones, "
                  "and refusals") {
  const std::string in = "id,n\n090-1234-5678,1\n+81 90 1234 5678,2\n,3\n";
  const std::string phone = "pseudonymize --column id --normalize phone ";
  const Outcome kept = Filter(phone +
                                  "--domain d/1 --as-security-measure "
                                  "--vault " +
                                  vault.string() + Keys(),
                              in);
  REQUIRE_MESSAGE(kept.exit_code == 0, kept.err);
  const Table out = ParseTable(kept.out);
  REQUIRE(out.records.size() == 3);
  const std::string pseudonym = out.records[0][0];
  CHECK(pseudonym == out.records[1][0]);
  CHECK(out.records[2][0].empty());
  const std::size_t at = kept.err.find("data set ") + 9;
  const std::string set = kept.err.substr(at, kept.err.find('\n', at) - at);
  const std::string ask =
      "reidentify --reason r --attribute id --pseudonym - --data-set " + set;
  CHECK(Filter(ask + Custodian(), pseudonym + "\n").out == "+819012345678\n");
  CHECK(Filter(ask + Custodian(), "nosuch\n").exit_code == 3);
  // Erased under any spelling.
  const std::string erase = "erase --reason r --principal - ";
  CHECK(Filter(erase + Custodian(), "０９０１２３４５６７８\n").exit_code == 3);
  CHECK(Filter(erase + "--normalize phone" + Custodian(),
               "０９０１２３４５６７８\n")
            .exit_code == 0);
  CHECK(Filter(ask + Custodian(), pseudonym + "\n").exit_code == 3);

  const Outcome fresh =
      Filter("pseudonymize --column id --fresh", "id\nx\nx\n");
  REQUIRE_MESSAGE(fresh.exit_code == 0, fresh.err);
  CHECK(ParseTable(fresh.out).Values("id").size() == 2);
  for (const std::string& refused : std::vector<std::string>{
           "pseudonymize --column id --domain d",  // no keyring
           "pseudonymize --column id --fresh" + Keys(),
           "pseudonymize --column id --fresh --epoch e",
           "pseudonymize --column id" + Keys(),  // no domain
           "pseudonymize --column none --domain d" + Keys(),
           "pseudonymize --column id --domain d --bytes 8" + Keys()}) {
    const Outcome outcome = Filter(refused, in);
    CHECK_MESSAGE(outcome.exit_code == 2, refused, ": ", outcome.err);
    CHECK(outcome.out.empty());
  }
  const Outcome bad =
      Filter(phone + "--domain d/1 --vault " + vault.string() + Keys(),
             "id\nSECRET\n");
  CHECK(bad.exit_code == 3);
  CHECK(bad.err.find("line 2, column 1 (id)") != std::string::npos);
  CHECK(bad.err.find("SECRET") == std::string::npos);
  // Nothing pending is left of it.
  CHECK(Filter("vault list" + Custodian(), "").out.find("pending") ==
        std::string::npos);
}

TEST_CASE_FIXTURE(Secrets,
                  "the filter encrypts in the format, as a security measure "
                  "and as nothing else") {
  const std::string command =
      "pseudonymize --column id --domain d/1 --format-preserving 0123456789 ";
  const std::string measure = command + "--as-security-measure" + Keys();
  const std::string in = "id,n\n09012345678,1\n,2\n0312345678,3\n";
  const Outcome done = Filter(measure, in);
  REQUIRE_MESSAGE(done.exit_code == 0, done.err);
  CHECK(done.err.find("format-preserving (FF1)") != std::string::npos);
  const Table out = ParseTable(done.out);
  REQUIRE(out.records.size() == 3);
  CHECK(out.records[0][0].size() == 11);
  CHECK(out.records[0][0] != "09012345678");
  CHECK(out.records[1][0].empty());
  CHECK(out.records[2][0].size() == 10);
  CHECK(out.records[2][1] == "3");
  for (const auto& record : out.records) {
    CHECK(record[0].find_first_not_of("0123456789") == std::string::npos);
  }
  CHECK(Filter(measure, in).out == done.out);
  for (const std::string& more : std::vector<std::string>{
           "" + Keys(), "--as-security-measure --fresh",
           "--as-security-measure --vault " + vault.string() + Keys()}) {
    const Outcome outcome = Filter(command + more, in);
    CHECK_MESSAGE(outcome.exit_code == 2, more, ": ", outcome.err);
    CHECK(outcome.out.empty());
  }
  for (const std::string bad : {"0901234x678", "12345"}) {
    const Outcome outcome = Filter(measure, in + bad + ",4\n");
    CHECK(outcome.exit_code == 3);
    CHECK_MESSAGE(
        outcome.err.find("line 5, column 1 (id)") != std::string::npos,
        outcome.err);
    CHECK(outcome.err.find(bad) == std::string::npos);
  }
}

#ifdef ANON_TEST_POSTGRESQL
TEST_CASE_FIXTURE(Secrets,
                  "a run, its custodian and an erasure in PostgreSQL") {
  const PostgresqlServer* const server = PostgresqlServer::Shared();
  if (server == nullptr) {
    MESSAGE("skipped: PostgreSQL's server is not installed");
    return;
  }
  server->Sql("postgres", "CREATE DATABASE v", "custodian");
  server->Sql("postgres", "CREATE DATABASE k", "custodian");
  UseSmallTable(Kind::kPseudonymized, 240);
  const fs::path key = root() / "custodian/pg.key";
  const std::string owner = server->Url("custodian", "v");
  const auto init = [&](const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {
        "vault",           "init",
        "--vault",         owner,
        "--custodian-key", key.string(),
        "--record-keys",   server->Url("custodian", "k")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Tool(arguments);
  };
  CHECK(init({"--run-role", "runner"}).exit_code == 2);  // --same-server
  CHECK(init({"--same-server"}).exit_code == 2);         // --run-role
  const Outcome made = init({"--run-role", "runner", "--same-server"});
  REQUIRE_MESSAGE(made.exit_code == 0, made.err);
  const auto run = [&](const std::string& url) {
    return Tool({"run", policy().string(), "--out", out.string(), "--internal",
                 internal.string(), "--vault", url, "--keyring",
                 keyring.string(), "--kek", kek()});
  };
  CHECK(run(owner).exit_code != 0);  // it could read
  const Outcome password = run("postgresql://runner:sesame@localhost/v");
  CHECK(password.exit_code == 2);
  CHECK(password.err.find("sesame") == std::string::npos);
  CHECK(run("postgresql://runner@192.0.2.1/v").exit_code == 2);
  const Outcome done = run(server->Url("runner", "v"));
  REQUIRE_MESSAGE(done.exit_code == 0, done.err);

  const std::string custodian =
      " --vault '" + owner + "' --custodian-key " + key.string();
  // Of 240, one stands alone and is suppressed.
  const Outcome verify = Filter("vault verify" + custodian, "");
  CHECK_MESSAGE(verify.out.find("239 records open") != std::string::npos,
                verify.out, verify.err);
  const std::string someone =
      *ParseTable(SmallTable(240)).Values("subscriber_id").begin();
  const Outcome erase =
      Filter("erase --reason asked --principal -" + custodian, someone + "\n");
  REQUIRE_MESSAGE(erase.exit_code == 0, erase.err);
  CHECK(erase.out.find("write-ahead log") != std::string::npos);
  CHECK(Filter("vault verify" + custodian, "").out.find("238 records open") !=
        std::string::npos);
  CHECK(Filter("vault log" + custodian, "").out.find("erase records") !=
        std::string::npos);
}
#endif

}  // namespace
