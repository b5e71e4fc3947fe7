// SPDX-License-Identifier: Apache-2.0
#include "anon/base/files.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "support/support.h"

namespace anon {
namespace {

namespace fs = std::filesystem;

unsigned Mode(const fs::path& path) {
  struct stat info {};
  REQUIRE(stat(path.c_str(), &info) == 0);
  return info.st_mode & 0777U;
}

TEST_CASE("WriteFile: replaces whole files and sets the mode") {
  const test::TempDir dir;
  REQUIRE(WriteFile(dir / "f", "one", 0600).ok());
  REQUIRE(WriteFile(dir / "f", "two", 0600).ok());
  CHECK(*ReadFile(dir / "f") == "two");
  CHECK(Mode(dir / "f") == 0600);
  CHECK(std::distance(fs::directory_iterator(dir.path()), {}) == 1);
}

TEST_CASE(
    "WriteFile: a directory that is not there is an error with its name") {
  const test::TempDir dir;
  const absl::Status status = WriteFile(dir / "no" / "f", "x");
  CHECK(absl::IsUnavailable(status));
  CHECK(Message(status).find("no/f") != std::string_view::npos);
}

TEST_CASE("MakeDirectory: makes parents, and refuses a looser directory") {
  const test::TempDir dir;
  REQUIRE(MakeDirectory(dir / "a" / "b", 0700).ok());
  CHECK(Mode(dir / "a" / "b") == 0700);
  CHECK(MakeDirectory(dir / "a" / "b", 0700).ok());
  fs::permissions(dir / "a" / "b", fs::perms::others_read,
                  fs::perm_options::add);
  CHECK_FALSE(MakeDirectory(dir / "a" / "b", 0700).ok());
}

TEST_CASE("RequirePrivate: any bit for others is refused") {
  const test::TempDir dir;
  REQUIRE(WriteFile(dir / "key", "x", 0600).ok());
  CHECK(RequirePrivate(dir / "key").ok());
  for (const unsigned mode : {0640U, 0604U, 0601U, 0660U}) {
    REQUIRE(WriteFile(dir / "key", "x", mode).ok());
    CHECK(absl::IsPermissionDenied(RequirePrivate(dir / "key")));
  }
}

TEST_CASE("RealPath: resolves links and keeps what is not there yet") {
  const test::TempDir dir;
  fs::create_directory(dir / "real");
  fs::create_directory_symlink(dir / "real", dir / "link");
  CHECK(*RealPath(dir / "link" / "new") == fs::canonical(dir / "real") / "new");
  CHECK(*RealPath(dir / "real/") == fs::canonical(dir / "real"));
}

}  // namespace
}  // namespace anon
