// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_TESTS_RELEASE_TRANSACTION_SUPPORT_H_
#define ANON_TESTS_RELEASE_TRANSACTION_SUPPORT_H_

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "anon/release/transaction.h"
#include "support/support.h"

namespace anon::test {

// A deletion sink that outlives its process: a file per data set, holding
// "pending ORIGIN" or "committed".
class FileSink final : public DeletionSink {
 public:
  explicit FileSink(std::filesystem::path directory)
      : directory_(std::move(directory)) {
    std::filesystem::create_directories(directory_);
  }

  absl::Status Begin(const DeletionDataSet& data_set) override {
    Set(data_set.id, "pending " + data_set.origin);
    return absl::OkStatus();
  }
  absl::Status Put(std::span<const DeletionRecord>) override {
    return absl::OkStatus();
  }
  absl::Status Flush() override {
    if (on_flush) on_flush();
    return flush_status;
  }
  absl::Status Commit(std::string_view id) override {
    if (on_commit) on_commit();
    if (!commit_status.ok()) return commit_status;
    if (Get(id).empty()) return absl::NotFoundError("no such data set");
    Set(id, "committed");
    return absl::OkStatus();
  }
  absl::Status RollBack(std::string_view origin) override {
    for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
      if (Read(entry.path()) == "pending " + std::string(origin)) {
        std::filesystem::remove(entry.path());
      }
    }
    return absl::OkStatus();
  }

  // "", "pending ORIGIN" or "committed".
  std::string Get(std::string_view id) const { return Read(directory_ / id); }

  std::function<void()> on_flush;
  std::function<void()> on_commit;
  absl::Status flush_status;
  absl::Status commit_status;

 private:
  void Set(std::string_view id, std::string_view text) {
    Write(directory_ / "writing", text);
    std::filesystem::rename(directory_ / "writing", directory_ / id);
  }
  std::filesystem::path directory_;
};

inline unsigned ModeOf(const std::filesystem::path& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 ? info.st_mode & 07777U : 0U;
}

// The names in a directory, hidden ones too; none if there is no directory.
inline std::set<std::string> NamesIn(const std::filesystem::path& directory) {
  std::set<std::string> names;
  std::error_code error;
  for (const auto& entry :
       std::filesystem::directory_iterator(directory, error)) {
    names.insert(entry.path().filename().string());
  }
  return names;
}

// Puts temporary directories into memory, where a flush costs nothing.
class InMemory {
 public:
  InMemory() {
    if (const char* const set = std::getenv("TMPDIR")) before_ = set;
    if (access("/dev/shm", W_OK) == 0) setenv("TMPDIR", "/dev/shm", 1);
  }
  ~InMemory() {
    before_ ? setenv("TMPDIR", before_->c_str(), 1) : unsetenv("TMPDIR");
  }
  InMemory(const InMemory&) = delete;
  InMemory& operator=(const InMemory&) = delete;

 private:
  std::optional<std::string> before_;
};

// Runs `work` in a process of its own; its exit status, or -signal.
inline int InChild(const std::function<void()>& work) {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    work();
    _exit(0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

enum class Fate { kFinished, kKilled, kNotTraced };

// Runs `work` in a process of its own and kills that on its way into system
// call number `call`, counted from 1.
inline Fate KillAtSystemCall(int call, const std::function<void()>& work) {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) _exit(99);
    raise(SIGSTOP);
    work();
    _exit(0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  if (!WIFSTOPPED(status)) return Fate::kNotTraced;
  // Each call stops twice, on the way in and on the way out.
  for (int stop = 0; stop < 2 * call - 1; ++stop) {
    if (ptrace(PTRACE_SYSCALL, child, nullptr, nullptr) != 0 ||
        waitpid(child, &status, 0) != child) {
      FAIL("the traced process is lost");
    }
    if (WIFEXITED(status)) {
      REQUIRE(WEXITSTATUS(status) == 0);
      return Fate::kFinished;
    }
  }
  REQUIRE(kill(child, SIGKILL) == 0);
  REQUIRE(waitpid(child, &status, 0) == child);
  return Fate::kKilled;
}

// Places of a run in a directory of their own.
struct Site {
  TempDir dir;
  std::filesystem::path root = std::filesystem::canonical(dir.path());
  std::filesystem::path out = root / "releases" / "r";
  std::filesystem::path internal = root / "inside" / "i";
  FileSink sink{root / "sink"};

  absl::StatusOr<std::unique_ptr<ReleaseTransaction>> Begin(
      bool replace = false) {
    return BeginWith(&sink, replace);
  }
  absl::StatusOr<std::unique_ptr<ReleaseTransaction>> BeginWith(
      DeletionSink* with, bool replace = false) {
    return ReleaseTransaction::Begin(
        {.out = out, .internal = internal, .replace = replace}, with);
  }
  // What stands in `out` and `internal`: "old", "new", "", or "torn" if two
  // files of one directory do not belong together.
  std::string Out() const {
    const std::string data = Read(out / "provide" / "data.csv");
    return Read(out / "publish" / "SHA256SUMS") == data ? data : "torn";
  }
  std::string Internal() const {
    const std::string report = Read(internal / "report.json");
    return Read(internal / "solution.json") == report ? report : "torn";
  }
  std::string State() const { return Out() + "/" + Internal(); }
  // Nothing is left beside the two directories.
  bool IsTidy() const {
    std::set<std::string> names = NamesIn(out.parent_path());
    names.merge(NamesIn(internal.parent_path()));
    names.erase("r");
    names.erase("i");
    return names.empty();
  }
};

inline void Fill(const ReleaseTransaction& run, std::string_view text) {
  for (const char* const name : {"publish/SHA256SUMS", "provide/data.csv"}) {
    Write(run.out_stage() / name, text);
  }
  for (const char* const name : {"report.json", "solution.json"}) {
    Write(run.internal_stage() / name, text);
  }
}

// One whole run that releases `text`, with deletion information `id`.
inline absl::Status Release(Site& site, std::string_view text, bool replace,
                            const std::string& id = "") {
  auto run = site.Begin(replace);
  if (!run.ok()) return run.status();
  if (!id.empty()) {
    const absl::Status begun =
        site.sink.Begin({id, (*run)->origin(), "kind", "key"});
    if (!begun.ok()) return begun;
  }
  Fill(**run, text);
  return (*run)->Commit(id);
}

}  // namespace anon::test

#endif  // ANON_TESTS_RELEASE_TRANSACTION_SUPPORT_H_
