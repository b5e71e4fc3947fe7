// SPDX-License-Identifier: Apache-2.0
#include "release/lock_file.h"

#include <doctest/doctest.h>

#include <optional>

#include "release/transaction_support.h"

namespace anon::internal {
namespace {

namespace fs = std::filesystem;

TEST_CASE("LockFile: is there while it is held, and private") {
  const test::TempDir dir;
  const fs::path path = dir / "lock";
  {
    const auto lock = LockFile::Acquire(path);
    REQUIRE(lock.ok());
    CHECK(test::ModeOf(path) == 0600);
    const auto second = LockFile::Acquire(path);
    CHECK(absl::IsFailedPrecondition(second.status()));
    CHECK(fs::exists(path));  // the refused one did not remove it
  }
  CHECK_FALSE(fs::exists(path));
}

TEST_CASE("LockFile: moves, and the last owner removes the file") {
  const test::TempDir dir;
  const fs::path path = dir / "lock";
  std::optional<LockFile> owner;
  {
    auto lock = LockFile::Acquire(path);
    REQUIRE(lock.ok());
    owner.emplace(*std::move(lock));
  }
  CHECK(fs::exists(path));
  CHECK_FALSE(LockFile::Acquire(path).ok());
  owner.reset();
  CHECK_FALSE(fs::exists(path));
  CHECK(LockFile::Acquire(path).ok());
}

TEST_CASE("LockFile: the file of a dead process holds nobody up") {
  const test::TempDir dir;
  const fs::path path = dir / "lock";
  CHECK(test::InChild([&] {
          const auto lock = LockFile::Acquire(path);
          if (lock.ok()) raise(SIGKILL);
        }) == -SIGKILL);
  CHECK(fs::exists(path));
  CHECK(LockFile::Acquire(path).ok());
}

TEST_CASE("LockFile: a place that cannot hold it is named") {
  const auto lock = LockFile::Acquire("/nowhere/lock");
  CHECK(absl::IsUnavailable(lock.status()));
  CHECK(Message(lock.status()).find("/nowhere/lock") != std::string_view::npos);
}

TEST_CASE("LockFile: of many processes one at a time is inside") {
  const test::TempDir dir;
  const fs::path path = dir / "lock";
  const fs::path inside = dir / "inside";
  std::vector<pid_t> children;
  for (int i = 0; i < 8; ++i) {
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      for (int round = 0; round < 50;) {
        const auto lock = LockFile::Acquire(path);
        if (!lock.ok()) continue;
        ++round;
        // Fails if another process is between these two lines.
        if (mkdir(inside.c_str(), 0700) != 0) _exit(1);
        if (rmdir(inside.c_str()) != 0) _exit(2);
      }
      _exit(0);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(status == 0);
  }
}

}  // namespace
}  // namespace anon::internal
