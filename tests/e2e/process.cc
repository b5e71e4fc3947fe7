// SPDX-License-Identifier: Apache-2.0
#include "e2e/process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <stdexcept>

extern char** environ;

namespace anon::test {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::microseconds;

// A pipe that a child writes and we read.
class Pipe {
 public:
  Pipe() {
    if (pipe2(ends_.data(), O_CLOEXEC) != 0) {
      throw std::runtime_error("no pipe");
    }
  }
  ~Pipe() {
    CloseWriter();
    close(ends_[0]);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int reader() const { return ends_[0]; }
  int writer() const { return ends_[1]; }
  void CloseWriter() {
    if (ends_[1] >= 0) close(ends_[1]);
    ends_[1] = -1;
  }

 private:
  std::array<int, 2> ends_{};
};

pid_t Spawn(const std::vector<std::string>& command, const Pipe& out,
            const Pipe& err) {
  std::vector<char*> argv;
  for (const std::string& word : command) {
    argv.push_back(const_cast<char*>(word.c_str()));
  }
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null",
                                   O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out.writer(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err.writer(), STDERR_FILENO);
  pid_t pid = 0;
  const int error =
      posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::runtime_error("cannot start " + command[0]);
  return pid;
}

// Adds what is there to `text`; false at the end.
bool ReadSome(int fd, std::string& text) {
  std::array<char, 1 << 14> buffer{};
  const ssize_t got = read(fd, buffer.data(), buffer.size());
  if (got < 0) return errno == EINTR;
  text.append(buffer.data(), static_cast<std::size_t>(got));
  return got > 0;
}

timespec Until(Clock::time_point when) {
  const auto left = std::max(Clock::duration::zero(), when - Clock::now());
  const auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(left);
  return {.tv_sec = ns.count() / 1'000'000'000,
          .tv_nsec = ns.count() % 1'000'000'000};
}

}  // namespace

Outcome RunProcess(const std::vector<std::string>& command,
                   const ProcessOptions& options) {
  Pipe out;
  Pipe err;
  const auto began = Clock::now();
  const pid_t pid = Spawn(command, out, err);
  out.CloseWriter();
  err.CloseWriter();

  Outcome outcome;
  const auto deadline = began + options.deadline;
  auto wake = options.kill_after ? began + *options.kill_after : deadline;
  bool interrupted = options.interrupt_on.empty();
  bool overstayed = false;
  std::array<pollfd, 2> fds = {pollfd{out.reader(), POLLIN, 0},
                               pollfd{err.reader(), POLLIN, 0}};
  while (fds[0].fd >= 0 || fds[1].fd >= 0) {
    const timespec left = Until(wake);
    if (ppoll(fds.data(), fds.size(), &left, nullptr) == 0) {
      overstayed = Clock::now() >= deadline;
      kill(pid, SIGKILL);
      wake = Clock::now() + options.deadline;
      continue;
    }
    for (pollfd& fd : fds) {
      if (fd.fd < 0 || fd.revents == 0) continue;
      const bool is_out = fd.fd == out.reader();
      if (!ReadSome(fd.fd, is_out ? outcome.out : outcome.err)) fd.fd = -1;
    }
    if (!interrupted &&
        outcome.err.find(options.interrupt_on) != std::string::npos) {
      kill(pid, SIGINT);
      interrupted = true;
    }
  }
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  outcome.took = std::chrono::duration_cast<microseconds>(Clock::now() - began);
  if (overstayed) throw std::runtime_error(command[0] + " ran too long");
  if (WIFEXITED(status)) outcome.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) outcome.signal = WTERMSIG(status);
  return outcome;
}

}  // namespace anon::test
