// SPDX-License-Identifier: Apache-2.0
#include "anon/release/transaction.h"

#include <doctest/doctest.h>

#include "release/journal.h"
#include "release/transaction_support.h"

namespace anon {
namespace {

namespace fs = std::filesystem;
using test::Fill;
using test::ModeOf;
using test::NamesIn;
using test::Read;
using test::Release;
using test::Site;
using Names = std::set<std::string>;
using internal::Sibling;

TEST_CASE("ReleaseTransaction: a commit puts both directories in place") {
  Site site;
  REQUIRE(Release(site, "new", false, "set").ok());
  CHECK(site.State() == "new/new");
  CHECK(site.sink.Get("set") == "committed");
  CHECK(site.IsTidy());
}

TEST_CASE("ReleaseTransaction: --replace exchanges both") {
  Site site;
  REQUIRE(Release(site, "old", false, "first").ok());
  CHECK(absl::IsAlreadyExists(Release(site, "new", false)));
  CHECK(site.State() == "old/old");
  REQUIRE(Release(site, "new", true, "second").ok());
  CHECK(site.State() == "new/new");
  CHECK(site.sink.Get("first") == "committed");
  CHECK(site.IsTidy());
}

TEST_CASE("ReleaseTransaction: stages are closed, a release is open") {
  for (const mode_t mask : {mode_t{0}, mode_t{022}, mode_t{077}}) {
    Site site;
    const mode_t before = umask(mask);
    {
      auto run = site.Begin();
      REQUIRE(run.ok());
      CHECK(ModeOf((*run)->out_stage()) == 0700);
      CHECK(ModeOf((*run)->internal_stage()) == 0700);
      CHECK((*run)->Commit("").ok());
    }
    umask(before);
    CHECK(ModeOf(site.out) == 0755);
    CHECK(ModeOf(site.internal) == 0700);
  }
}

TEST_CASE("ReleaseTransaction: without Commit nothing is left") {
  Site site;
  {
    auto run = site.Begin();
    REQUIRE(run.ok());
    Fill(**run, "new");
    REQUIRE(site.sink.Begin({"set", (*run)->origin(), "", ""}).ok());
  }
  CHECK(site.State() == "/");
  CHECK(site.sink.Get("set").empty());
  CHECK(site.IsTidy());
  // A refused Begin leaves nothing either.
  test::Write(site.internal / "note.txt", "mine");
  CHECK(absl::IsAlreadyExists(site.Begin().status()));
  CHECK(site.IsTidy());
}

TEST_CASE("ReleaseTransaction: a sink that cannot flush changes nothing") {
  Site site;
  REQUIRE(Release(site, "old", false).ok());
  site.sink.flush_status = absl::UnavailableError("disk full");
  CHECK(absl::IsUnavailable(Release(site, "new", true, "set")));
  CHECK(site.State() == "old/old");
  CHECK(site.sink.Get("set").empty());
  CHECK(site.IsTidy());
}

TEST_CASE("ReleaseTransaction: a sink without a data set is not flushed") {
  Site site;
  site.sink.flush_status = absl::FailedPreconditionError("nothing is begun");
  CHECK(Release(site, "new", false).ok());
}

TEST_CASE("ReleaseTransaction: the next run commits what the sink could not") {
  Site site;
  site.sink.commit_status = absl::UnavailableError("locked");
  CHECK(absl::IsUnavailable(Release(site, "new", false, "set")));
  site.sink.commit_status = absl::OkStatus();
  CHECK(absl::IsAlreadyExists(site.Begin().status()));
  CHECK(site.State() == "new/new");
  CHECK(site.sink.Get("set") == "committed");
  CHECK(site.IsTidy());
}

TEST_CASE("ReleaseTransaction: --replace takes only what a run has made") {
  Site site;
  test::Write(site.out / "thesis.txt", "mine");
  absl::Status status = site.Begin(true).status();
  CHECK(absl::IsFailedPrecondition(status));
  CHECK(Message(status).find("--replace leaves it alone") !=
        std::string_view::npos);
  fs::remove_all(site.out);
  test::Write(site.internal / "refused", "of another kind");
  CHECK(absl::IsFailedPrecondition(site.Begin(true).status()));
  CHECK(absl::IsAlreadyExists(site.Begin(false).status()));
  fs::remove_all(site.internal);
  fs::create_symlink(site.root / "nowhere", site.internal);
  CHECK_FALSE(site.Begin(true).ok());
  CHECK(fs::is_symlink(site.internal));
  fs::remove(site.internal);
  // An empty directory holds nothing to lose.
  fs::create_directories(site.out);
  CHECK(Release(site, "new", true).ok());
  CHECK(site.State() == "new/new");
}

TEST_CASE("ReleaseTransaction: what appears during a run is not replaced") {
  for (const bool is_out : {true, false}) {
    Site site;
    auto run = site.Begin();
    REQUIRE(run.ok());
    Fill(**run, "new");
    const fs::path& target = is_out ? site.out : site.internal;
    test::Write(target / "thesis.txt", "mine");
    CHECK(absl::IsAlreadyExists((*run)->Commit("")));
    run->reset();
    CHECK(NamesIn(target) == Names{"thesis.txt"});
    CHECK(site.IsTidy());
  }
}

TEST_CASE(
    "ReleaseTransaction: one run at a time, and the lock of a dead run "
    "holds nobody up") {
  Site site;
  int ready[2];
  REQUIRE(pipe(ready) == 0);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    auto run = site.Begin();
    (void)!write(ready[1], run.ok() ? "y" : "n", 1);
    pause();
    _exit(0);
  }
  char answer = 0;
  REQUIRE(read(ready[0], &answer, 1) == 1);
  close(ready[0]);
  close(ready[1]);
  CHECK(answer == 'y');
  const absl::Status refused = site.Begin().status();
  CHECK(absl::IsFailedPrecondition(refused));
  CHECK(Message(refused).find("another run is at work") !=
        std::string_view::npos);
  Site other;
  other.internal = site.internal;
  CHECK(absl::IsFailedPrecondition(other.Begin().status()));
  CHECK(fs::exists(Sibling(site.out, "stage")));

  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  CHECK(fs::exists(Sibling(site.out, "lock")));
  CHECK(Release(site, "new", false).ok());
  CHECK(site.IsTidy());
}

// A run of `site` that releases nothing; where its findings are.
absl::StatusOr<fs::path> Refuse(Site& site, std::string_view text,
                                bool replace = false) {
  auto run = site.Begin(replace);
  if (!run.ok()) return run.status();
  Fill(**run, text);
  return (*run)->Refuse();
}

TEST_CASE("Refuse: puts only the internal directory in place, marked") {
  Site site;
  auto where = Refuse(site, "first");
  REQUIRE(where.ok());
  CHECK(*where == site.internal);
  CHECK(site.State() == "/first");
  CHECK(ModeOf(site.internal) == 0700);
  CHECK(fs::exists(site.internal / "refused"));
  CHECK(site.IsTidy());
  // The next one takes its place, and so does a release.
  REQUIRE(Refuse(site, "second").ok());
  CHECK(site.State() == "/second");
  REQUIRE(Release(site, "new", false).ok());
  CHECK(site.State() == "new/new");
  CHECK_FALSE(fs::exists(site.internal / "refused"));
}

TEST_CASE("Refuse: never takes the place of a release's internal directory") {
  Site site;
  REQUIRE(Release(site, "old", false).ok());
  for (const char* const text : {"first", "second"}) {
    auto where = Refuse(site, text, true);
    REQUIRE(where.ok());
    CHECK(*where == site.internal.string() + ".refused");
    CHECK(Read(*where / "report.json") == text);
  }
  CHECK(site.State() == "old/old");
  CHECK(NamesIn(site.internal.parent_path()) == Names{"i", "i.refused"});
}

TEST_CASE("Refuse: a foreign directory of that name is not touched") {
  Site site;
  REQUIRE(Release(site, "old", false).ok());
  const fs::path taken = site.internal.string() + ".refused";
  test::Write(taken / "thesis.txt", "mine");
  CHECK(absl::IsAlreadyExists(Refuse(site, "no", true).status()));
  CHECK(NamesIn(taken) == Names{"thesis.txt"});
  CHECK(site.State() == "old/old");
}

TEST_CASE("Refuse: what a refused run moved away comes back") {
  Site site;
  REQUIRE(Refuse(site, "first").ok());
  fs::rename(site.internal, Sibling(site.internal, "old"));
  REQUIRE(site.Begin().ok());
  CHECK(site.State() == "/first");
  CHECK(site.IsTidy());
}

TEST_CASE("ReleaseTransaction: relative paths and trailing slashes") {
  Site site;
  const fs::path before = fs::current_path();
  fs::create_directories(site.out.parent_path());
  fs::current_path(site.out.parent_path());
  site.out = "r/";
  site.internal = "../inside/./i//";
  CHECK(Release(site, "new", false).ok());
  fs::current_path(before);
  CHECK(NamesIn(site.root / "releases") == Names{"r"});
  CHECK(NamesIn(site.root / "inside") == Names{"i"});
}

TEST_CASE("ReleaseTransaction: names that leave no room are refused at once") {
  Site site;
  const fs::path parent = site.out.parent_path();
  site.out = parent / std::string(221, 'x');
  CHECK(absl::IsInvalidArgument(site.Begin().status()));
  site.out = parent / ".r.anon-stage";
  CHECK(absl::IsInvalidArgument(site.Begin().status()));
  site.out = parent / std::string(5000, 'x');
  CHECK_FALSE(site.Begin().ok());
  site.out = parent / std::string(220, 'x');
  site.internal = site.internal.parent_path() / std::string(220, 'y');
  CHECK(Release(site, "new", false).ok());
  CHECK(Refuse(site, "no", true).ok());
  CHECK(site.State() == "new/new");
}

TEST_CASE(
    "ReleaseTransaction: release and internal directory may be on "
    "different file systems") {
  Site site;
  struct stat here {};
  struct stat there {};
  if (stat("/dev/shm", &there) != 0 || access("/dev/shm", W_OK) != 0 ||
      stat(site.root.c_str(), &here) != 0 || here.st_dev == there.st_dev) {
    MESSAGE("SKIPPED: no second file system at /dev/shm");
    return;
  }
  char name[] = "/dev/shm/anon-test-XXXXXX";
  REQUIRE(mkdtemp(name) != nullptr);
  site.internal = fs::path(name) / "i";
  CHECK(Release(site, "old", false).ok());
  CHECK(Release(site, "new", true, "set").ok());
  CHECK(site.State() == "new/new");
  CHECK(NamesIn(name) == Names{"i"});
  CHECK(absl::IsFailedPrecondition(
      ReleaseTransaction::Begin(
          {.out = "/dev/shm", .internal = site.root / "x", .replace = true},
          nullptr)
          .status()));
  fs::remove_all(name);
}

}  // namespace
}  // namespace anon