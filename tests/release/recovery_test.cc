// SPDX-License-Identifier: Apache-2.0
//
// Runs that are killed, and what the next one makes of it.

#include <doctest/doctest.h>

#include "release/journal.h"
#include "release/transaction_support.h"

namespace anon {
namespace {

namespace fs = std::filesystem;
using internal::Sibling;
using test::Fate;
using test::Fill;
using test::InChild;
using test::Read;
using test::Release;
using test::Site;

// Leaves a run killed when journal and renames are done, before the deletion
// information is committed.
void KillBeforeSinkCommits(Site& site, bool replace) {
  REQUIRE(InChild([&] {
            site.sink.on_commit = [] { raise(SIGKILL); };
            (void)Release(site, "new", replace, "set");
          }) == -SIGKILL);
  REQUIRE(site.State() == "new/new");
  REQUIRE(site.sink.Get("set") == "pending " + site.out.string());
}

// Takes the renaming of `target` back, as if the run had died before it.
void UndoRename(const fs::path& target) {
  const fs::path stage = Sibling(target, "stage");
  const fs::path aside = Sibling(target, "aside");
  fs::rename(target, aside);
  if (fs::exists(stage)) fs::rename(stage, target);
  fs::rename(aside, stage);
}

// Kills `work` at each of its system calls in turn, on a new site each time,
// recovers, and hands the site to `check` with whether work had its end.
void KillEverywhere(const std::function<void(Site&)>& prepare,
                    const std::function<void(Site&)>& work,
                    const std::function<void(Site&)>& check) {
  const test::InMemory fast;
  for (int call = 1;; ++call) {
    Site site;
    prepare(site);
    const Fate fate = test::KillAtSystemCall(call, [&] { work(site); });
    if (fate == Fate::kNotTraced) {
      MESSAGE("SKIPPED: this system does not let a process be traced");
      return;
    }
    INFO("killed at system call " << call);
    CHECK(site.Out() != "torn");
    CHECK(site.Internal() != "torn");
    (void)site.Begin(/*replace=*/true);  // recovers, and ends without Commit
    CHECK(site.IsTidy());
    check(site);
    if (fate == Fate::kFinished) {
      CHECK(call > 50);
      return;
    }
  }
}

TEST_CASE(
    "ReleaseTransaction: killed at any system call of a first release, "
    "all of it or nothing is there") {
  bool released = false;
  KillEverywhere([](Site&) {},
                 [](Site& site) { (void)Release(site, "new", false, "set"); },
                 [&](Site& site) {
                   const std::string state =
                       site.State() + " " + site.sink.Get("set");
                   CHECK((state == "/ " || state == "new/new committed"));
                   released = state != "/ ";
                 });
  CHECK(released);  // by the last, which nobody killed
}

TEST_CASE(
    "ReleaseTransaction: killed at any system call of a replacement, the "
    "old release or the new one is there") {
  bool released = false;
  KillEverywhere(
      [](Site& site) { REQUIRE(Release(site, "old", false, "first").ok()); },
      [](Site& site) { (void)Release(site, "new", true, "second"); },
      [&](Site& site) {
        CHECK(site.sink.Get("first") == "committed");
        const std::string state = site.State() + " " + site.sink.Get("second");
        CHECK((state == "old/old " || state == "new/new committed"));
        released = state != "old/old ";
      });
  CHECK(released);
}

TEST_CASE(
    "ReleaseTransaction: killed at any system call of a recovery, the "
    "next one finishes it") {
  KillEverywhere(
      [](Site& site) {
        REQUIRE(Release(site, "old", false).ok());
        KillBeforeSinkCommits(site, true);
        UndoRename(site.out);
        UndoRename(site.internal);
        REQUIRE(site.State() == "old/old");
      },
      [](Site& site) { (void)site.Begin(true); },
      [](Site& site) {
        CHECK(site.State() == "new/new");
        CHECK(site.sink.Get("set") == "committed");
      });
}

TEST_CASE(
    "ReleaseTransaction: killed at any system call of a refusal, the "
    "release is as it was") {
  const auto refuse = [](Site& site) {
    auto run = site.Begin(true);
    if (!run.ok()) return;
    (void)site.sink.Begin({"set", (*run)->origin(), "", ""});
    Fill(**run, "new");
    (void)(*run)->Refuse();
  };
  KillEverywhere([](Site&) {}, refuse,
                 [](Site& site) {
                   CHECK(site.Out().empty());
                   CHECK((site.Internal().empty() || site.Internal() == "new"));
                   CHECK(site.sink.Get("set").empty());
                 });
}

TEST_CASE("ReleaseTransaction: a journal is finished from every step on") {
  for (const bool replace : {false, true}) {
    for (const int renames : {0, 1, 2}) {
      Site site;
      if (replace) REQUIRE(Release(site, "old", false).ok());
      KillBeforeSinkCommits(site, replace);
      if (renames < 2) UndoRename(site.out);
      if (renames < 1) UndoRename(site.internal);
      INFO(site.State());
      CHECK(absl::IsAlreadyExists(site.Begin().status()));
      CHECK(site.State() == "new/new");
      CHECK(site.sink.Get("set") == "committed");
      CHECK(site.IsTidy());
    }
  }
}

TEST_CASE(
    "ReleaseTransaction: where directories cannot be exchanged, what was "
    "moved away goes once the new one is in place") {
  Site site;
  REQUIRE(Release(site, "old", false).ok());
  KillBeforeSinkCommits(site, true);
  UndoRename(site.out);
  fs::rename(site.out, Sibling(site.out, "old"));
  CHECK(absl::IsAlreadyExists(site.Begin().status()));
  CHECK(site.State() == "new/new");
  CHECK(site.IsTidy());
}

TEST_CASE(
    "ReleaseTransaction: an interrupted commit of deletion information "
    "needs its vault") {
  Site site;
  KillBeforeSinkCommits(site, false);
  UndoRename(site.out);
  const absl::Status refused = site.BeginWith(nullptr).status();
  CHECK(absl::IsFailedPrecondition(refused));
  CHECK(Message(refused).find("same --vault") != std::string_view::npos);
  CHECK(site.State() == "/new");  // not touched
  CHECK(absl::IsAlreadyExists(site.Begin().status()));
  CHECK(site.State() == "new/new");
  CHECK(site.sink.Get("set") == "committed");
}

TEST_CASE(
    "ReleaseTransaction: a foreign directory in the way of a recovery is "
    "not touched") {
  Site site;
  KillBeforeSinkCommits(site, false);
  UndoRename(site.out);
  test::Write(site.out / "thesis.txt", "mine");
  for (const bool replace : {false, true}) {
    CHECK(absl::IsAlreadyExists(site.Begin(replace).status()));
    CHECK(Read(site.out / "thesis.txt") == "mine");
  }
  fs::rename(site.out, site.root / "elsewhere");
  CHECK(absl::IsAlreadyExists(site.Begin().status()));
  CHECK(site.State() == "new/new");
}

TEST_CASE(
    "ReleaseTransaction: a run with the same internal directory finishes "
    "the other release first") {
  Site site;
  KillBeforeSinkCommits(site, false);
  UndoRename(site.out);
  UndoRename(site.internal);
  Site other;
  other.internal = site.internal;
  CHECK(absl::IsAlreadyExists(other.BeginWith(&site.sink).status()));
  CHECK(site.State() == "new/new");
  CHECK(site.sink.Get("set") == "committed");
  CHECK(site.IsTidy());
}

TEST_CASE(
    "ReleaseTransaction: a journal beside the internal directory alone "
    "counts for nothing") {
  Site site;
  KillBeforeSinkCommits(site, false);
  UndoRename(site.out);
  UndoRename(site.internal);
  fs::remove(Sibling(site.out, "commit"));
  REQUIRE(site.Begin().ok());
  CHECK(site.State() == "/");
  CHECK(site.sink.Get("set").empty());
  CHECK(site.IsTidy());
}

TEST_CASE(
    "ReleaseTransaction: a journal that nothing came of, nor can, is "
    "dropped") {
  Site site;
  KillBeforeSinkCommits(site, false);
  UndoRename(site.out);
  UndoRename(site.internal);
  fs::remove_all(Sibling(site.out, "stage"));
  REQUIRE(site.Begin().ok());
  CHECK(site.State() == "/");
  CHECK(site.sink.Get("set").empty());
  CHECK(site.IsTidy());
}

TEST_CASE(
    "ReleaseTransaction: a release that was taken away half-way is an "
    "error that names the journal") {
  Site site;
  KillBeforeSinkCommits(site, false);
  fs::rename(site.out, site.root / "elsewhere");
  const absl::Status status = site.Begin().status();
  CHECK(absl::IsFailedPrecondition(status));
  CHECK(Message(status).find(Sibling(site.out, "commit").string()) !=
        std::string_view::npos);
  fs::rename(site.root / "elsewhere", site.out);
  CHECK(absl::IsAlreadyExists(site.Begin().status()));
  CHECK(site.sink.Get("set") == "committed");
}

TEST_CASE("ReleaseTransaction: a file that is no journal stops the run") {
  Site site;
  for (const char* const text : {"", "{}", "[1]", R"({"anon_commit": 2})",
                                 R"({"anon_commit": 1, "out": 3})"}) {
    test::Write(Sibling(site.out, "commit"), text);
    CHECK(absl::IsFailedPrecondition(site.Begin().status()));
    CHECK(Read(Sibling(site.out, "commit")) == text);
  }
}

}  // namespace
}  // namespace anon
