// SPDX-License-Identifier: Apache-2.0
#include "anon/release/ledger.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <string>
#include <vector>

#include "release/transaction_support.h"
#include "support/support.h"

namespace anon {
namespace {

namespace fs = std::filesystem;
using test::TempDir;

// Appends without asking anything.
absl::StatusOr<LedgerRecord> Add(Ledger& ledger, const std::string& release,
                                 ReleaseEvent event = ReleaseEvent::kCreated) {
  return ledger.Append(
      [&](std::span<const LedgerRecord>) -> absl::StatusOr<LedgerEntry> {
        return LedgerEntry{release, event, "clerk", {{"url", "https://x"}}};
      });
}

Ledger MustOpen(const fs::path& path) {
  auto ledger = Ledger::Open(path, [] { return std::int64_t{1000}; });
  REQUIRE_MESSAGE(ledger.ok(), Message(ledger.status()));
  return *std::move(ledger);
}

struct Book {
  TempDir dir;
  fs::path path = dir / "ledger";

  explicit Book(int records = 0) {
    REQUIRE(Ledger::Create(path).ok());
    Ledger ledger = Open();
    for (int i = 0; i < records; ++i) {
      REQUIRE(Add(ledger, fmt::format("release-{}", i)).ok());
    }
  }
  Ledger Open() const { return MustOpen(path); }
  // What somebody with a database tool does, past the triggers.
  void Sql(const std::string& sql) const {
    sqlite3* connection = nullptr;
    REQUIRE(sqlite3_open(path.c_str(), &connection) == SQLITE_OK);
    char* error = nullptr;
    const int code =
        sqlite3_exec(connection, sql.c_str(), nullptr, nullptr, &error);
    const std::string message = error == nullptr ? "" : error;
    sqlite3_free(error);
    sqlite3_close(connection);
    REQUIRE_MESSAGE(code == SQLITE_OK, message);
  }
};

constexpr char kDropTriggers[] =
    "DROP TRIGGER record_stands; DROP TRIGGER record_stays;";

TEST_CASE("Ledger: what is appended is read, by the next process too") {
  const Book book(2);
  Ledger ledger = book.Open();
  const auto records = ledger.Records();
  REQUIRE(records.ok());
  REQUIRE(records->size() == 2);
  const LedgerRecord& second = (*records)[1];
  CHECK(second.number == 2);
  CHECK(second.time == 1000);
  CHECK(second.entry.release_id == "release-1");
  CHECK(second.entry.event == ReleaseEvent::kCreated);
  CHECK(second.entry.actor == "clerk");
  CHECK(second.Detail("url") == "https://x");
  CHECK(second.Detail("nothing").empty());
  CHECK(second.hash != (*records)[0].hash);
}

TEST_CASE("Ledger: a refused step appends nothing") {
  const Book book(1);
  Ledger ledger = book.Open();
  const auto refused = ledger.Append(
      [](std::span<const LedgerRecord> records) -> absl::StatusOr<LedgerEntry> {
        CHECK(records.size() == 1);
        return absl::FailedPreconditionError("no");
      });
  CHECK(refused.status().code() == absl::StatusCode::kFailedPrecondition);
  CHECK(ledger.Records()->size() == 1);
}

TEST_CASE("Ledger: time does not go back when the clock does") {
  const Book book(1);
  auto earlier = Ledger::Open(book.path, [] { return std::int64_t{5}; });
  REQUIRE(earlier.ok());
  CHECK(Add(*earlier, "later")->time == 1000);
}

TEST_CASE("Ledger: any altered or removed record is found") {
  const char* const changes[] = {
      "UPDATE record SET time = time + 1 WHERE number = 2",
      "UPDATE record SET actor = 'other' WHERE number = 2",
      "UPDATE record SET release = 'other' WHERE number = 2",
      "UPDATE record SET event = 'erased' WHERE number = 2",
      "UPDATE record SET event = 'nonsense' WHERE number = 2",
      "UPDATE record SET details = '{}' WHERE number = 2",
      "UPDATE record SET details = 'nonsense' WHERE number = 2",
      "UPDATE record SET details = '{\"url\":1}' WHERE number = 2",
      "UPDATE record SET hash = zeroblob(32) WHERE number = 2",
      "DELETE FROM record WHERE number = 1",
      "DELETE FROM record WHERE number = 2",
      "INSERT INTO record SELECT 4, time, actor, release, event, details, hash"
      " FROM record WHERE number = 3",
  };
  for (const char* const change : changes) {
    INFO(change);
    const Book book(3);
    book.Sql(std::string(kDropTriggers) + change);
    Ledger ledger = book.Open();
    CHECK(ledger.Records().status().code() == absl::StatusCode::kDataLoss);
    CHECK(ledger.Check().status().code() == absl::StatusCode::kDataLoss);
    CHECK_FALSE(Add(ledger, "more").ok());
  }
}

TEST_CASE("Ledger: records cut off the end are found by a head") {
  const Book book(3);
  std::string head;
  {
    Ledger ledger = book.Open();
    head = *ledger.Check();
    CHECK(head.starts_with("3:"));
    REQUIRE(Add(ledger, "more").ok());
    CHECK(ledger.Check(head)->starts_with("4:"));
  }
  book.Sql(std::string(kDropTriggers) + "DELETE FROM record WHERE number > 2");
  Ledger ledger = book.Open();
  CHECK(ledger.Check().ok());  // the chain alone cannot tell
  CHECK(ledger.Check(head).status().code() == absl::StatusCode::kDataLoss);
  // Nor does a chain that was made anew hold it.
  REQUIRE(Add(ledger, "another").ok());
  CHECK_FALSE(ledger.Check(head).ok());
}

TEST_CASE("Ledger: the file itself refuses updates and deletions") {
  const Book book(1);
  sqlite3* connection = nullptr;
  REQUIRE(sqlite3_open(book.path.c_str(), &connection) == SQLITE_OK);
  for (const char* const sql :
       {"UPDATE record SET actor = 'x'", "DELETE FROM record"}) {
    CHECK(sqlite3_exec(connection, sql, nullptr, nullptr, nullptr) ==
          SQLITE_CONSTRAINT);
  }
  sqlite3_close(connection);
}

TEST_CASE("Ledger: only a private ledger of this format is opened") {
  const Book book(1);
  CHECK(Ledger::Create(book.path).code() == absl::StatusCode::kAlreadyExists);
  CHECK(Ledger::Open(book.dir / "none").status().code() ==
        absl::StatusCode::kNotFound);
  test::Write(book.dir / "text", "no database, but long enough to be read");
  REQUIRE(chmod((book.dir / "text").c_str(), 0600) == 0);
  CHECK_FALSE(Ledger::Open(book.dir / "text").ok());
  REQUIRE(chmod(book.path.c_str(), 0640) == 0);
  CHECK_FALSE(Ledger::Open(book.path).ok());
  REQUIRE(chmod(book.path.c_str(), 0600) == 0);
  book.Sql("PRAGMA user_version = 9");
  CHECK(Ledger::Open(book.path).status().code() == absl::StatusCode::kDataLoss);
}

TEST_CASE("Ledger: processes that append at once leave one chain") {
  const Book book;
  constexpr int kEach = 20;
  std::vector<pid_t> children;
  for (int process = 0; process < 3; ++process) {
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      auto ledger = Ledger::Open(book.path);
      bool ok = ledger.ok();
      for (int i = 0; ok && i < kEach; ++i) ok = Add(*ledger, "r").ok();
      _exit(ok ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(status == 0);
  }
  CHECK(book.Open().Records()->size() == 3 * kEach);
}

TEST_CASE("Ledger: killed at any system call, a record is there or is not") {
  const test::InMemory fast;
  bool survived = false;
  for (int call = 1; !survived; ++call) {
    const Book book(2);
    const test::Fate fate = test::KillAtSystemCall(call, [&] {
      auto ledger = Ledger::Open(book.path);
      if (!ledger.ok() || !Add(*ledger, "third").ok()) _exit(1);
    });
    if (fate == test::Fate::kNotTraced) {
      MESSAGE("SKIPPED: this system does not let a process be traced");
      return;
    }
    survived = fate == test::Fate::kFinished;
    INFO("killed at system call " << call);
    Ledger ledger = book.Open();
    const auto records = ledger.Records();
    REQUIRE_MESSAGE(records.ok(), Message(records.status()));
    CHECK((records->size() == 2 || records->size() == 3));
    if (survived) CHECK(records->size() == 3);
    CHECK(Add(ledger, "fourth").ok());
  }
}

}  // namespace
}  // namespace anon
