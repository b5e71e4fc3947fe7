// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_TESTS_RELEASE_TRANSACTION_SUPPORT_H_
#define ANON_TESTS_RELEASE_TRANSACTION_SUPPORT_H_

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
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

}  // namespace anon::test

#endif  // ANON_TESTS_RELEASE_TRANSACTION_SUPPORT_H_
