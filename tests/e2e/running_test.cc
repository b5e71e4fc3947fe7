// SPDX-License-Identifier: Apache-2.0
//
// What a running process shows of keys and identifiers to those who may look at
// it: core dumps, memory, open files, arguments and environment.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "anon/secret/keyring.h"
#include "anon/secret/reveal_secret.h"
#include "e2e/release_tree.h"
#include "e2e/secrets.h"
#include "pseudonym/hmac_pads.h"

namespace {

namespace fs = std::filesystem;
using namespace anon::test;
using namespace std::chrono_literals;

// Nobody's.
constexpr uid_t kOther = 65534;

// A process at work, whose stdin we write. It may dump core as far as we may;
// `directory` is where it works and what it says goes.
class Running {
 public:
  Running(const std::vector<std::string>& command, const fs::path& directory,
          bool as_other = false)
      : directory_(directory) {
    int ends[2] = {};
    REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
    std::vector<char*> argv;
    for (const std::string& word : command) {
      argv.push_back(const_cast<char*>(word.c_str()));
    }
    argv.push_back(nullptr);
    const std::string out = (directory / "stdout").string();
    const std::string err = (directory / "stderr").string();
    pid_ = fork();
    REQUIRE(pid_ >= 0);
    if (pid_ == 0) {
      rlimit limit{};
      getrlimit(RLIMIT_CORE, &limit);
      limit.rlim_cur = limit.rlim_max;
      setrlimit(RLIMIT_CORE, &limit);
      const int to = open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
      const int said = open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
      if (dup2(ends[0], 0) != 0 || dup2(to, 1) != 1 || dup2(said, 2) != 2 ||
          chdir(directory.c_str()) != 0 ||
          (as_other && (setgid(kOther) != 0 || setuid(kOther) != 0))) {
        _exit(126);
      }
      execv(argv[0], argv.data());
      _exit(127);
    }
    close(ends[0]);
    input_ = ends[1];
  }
  ~Running() {
    if (pid_ > 0) End(SIGKILL);
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  pid_t pid() const { return pid_; }
  fs::path proc() const { return fs::path("/proc") / std::to_string(pid_); }

  void Say(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t wrote = write(input_, text.data(), text.size());
      REQUIRE(wrote > 0);
      text.remove_prefix(static_cast<std::size_t>(wrote));
    }
  }
  // Whether it comes to wait for more, having said `text` on stderr.
  bool Waits(std::string_view text) const {
    for (int i = 0; i < 2000; ++i, std::this_thread::sleep_for(5ms)) {
      if (Read(directory_ / "stderr").find(text) == std::string::npos) continue;
      if (Read(proc() / "wchan").find("pipe_read") != std::string::npos) {
        return true;
      }
      if (Read(proc() / "status").find("State:\tS") != std::string::npos) {
        return true;
      }
    }
    return false;
  }
  // Holds it still, with every thread of it: false if it has ended, and how.
  bool Hold(int& status) {
    kill(pid_, SIGSTOP);
    while (waitpid(pid_, &status, WUNTRACED) < 0 && errno == EINTR) {
    }
    if (WIFSTOPPED(status)) return true;
    Forget();
    return false;
  }
  int End(int signal) {
    int status = 0;
    kill(pid_, signal);
    kill(pid_, SIGCONT);
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    Forget();
    return status;
  }

 private:
  // Files of /proc have no size.
  static std::string Read(const fs::path& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return std::move(text).str();
  }
  void Forget() {
    pid_ = -1;
    close(input_);
  }

  fs::path directory_;
  pid_t pid_ = -1;
  int input_ = -1;
};

std::string ReadAll(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return std::move(text).str();
}

std::vector<std::string> FilterCommand(const Secrets& place) {
  return {ANON_TOOL,   "pseudonymize",         "--domain", "d/1",
          "--column",  "subscriber_id",        "--vault",  place.vault.string(),
          "--keyring", place.keyring.string(), "--kek",    place.kek()};
}

// More than a pipe and a reader's buffer hold, and no end.
std::string ManyIds() {
  std::string text = "subscriber_id\n";
  for (int i = 0; i < 400'000; ++i) {
    text += "S" + std::to_string(10'000'000 + i) + "\n";
  }
  return text;
}

// What the filter derives of the primary key and works with.
void AddDerivedForms(const Secrets& place, std::set<std::string>& forms) {
  const auto wrapper = anon::OpenKeyWrapper(place.kek());
  REQUIRE(wrapper.ok());
  const auto ring =
      anon::Keyring::OpenFile(place.keyring, {.wrapper = wrapper->get()});
  REQUIRE(ring.ok());
  const auto subkey = ring->primary().Derive(
      {.kind = "pseudonym", .domain = "d/1", .attribute = "subscriber_id"});
  REQUIRE(subkey.ok());
  const auto pads =
      anon::internal::MakePads(anon::RevealSecret::Bytes(*subkey));
  REQUIRE(pads.ok());
  for (const anon::SecretBytes* const secret : {&*subkey, &*pads}) {
    const auto bytes = anon::RevealSecret::Bytes(*secret);
    for (const auto part : {bytes.first(32), bytes.last(32)}) {
      AddForms({reinterpret_cast<const char*>(part.data()), part.size()},
               forms);
    }
  }
}

bool LeftCore(const fs::path& directory) {
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (entry.path().filename().string().starts_with("core")) return true;
  }
  return false;
}

// Every writable mapping that a core dump would hold, as one string; empty if
// we may not read them. `hidden`: those that it would not.
std::string DumpOf(const Running& process, bool hidden) {
  std::ifstream maps(process.proc() / "smaps");
  const int memory =
      open((process.proc() / "mem").c_str(), O_RDONLY | O_CLOEXEC);
  if (memory < 0) return "";
  std::string dump;
  std::uint64_t from = 0;
  std::uint64_t to = 0;
  for (std::string line; std::getline(maps, line);) {
    std::uint64_t a = 0;
    std::uint64_t b = 0;
    char dash = 0;
    std::string mode;
    std::istringstream words(line);
    if (words >> std::hex >> a >> dash >> b >> mode && dash == '-') {
      from = mode.starts_with("rw") ? a : 0;
      to = b;
    }
    if (!line.starts_with("VmFlags:") || from == 0) continue;
    if ((line.find(" dd") != std::string::npos) != hidden) continue;
    std::string bytes(to - from, '\0');
    const ssize_t got =
        pread(memory, bytes.data(), bytes.size(), static_cast<off_t>(from));
    if (got > 0) dump.append(bytes, 0, static_cast<std::size_t>(got));
  }
  close(memory);
  return dump;
}

// The contents of the regular files that it has open, by name; nothing if we
// may not see them.
std::map<std::string, std::string> OpenFiles(const Running& process) {
  std::map<std::string, std::string> files;
  std::error_code hidden;
  for (const auto& entry :
       fs::directory_iterator(process.proc() / "fd", hidden)) {
    struct stat info {};
    if (stat(entry.path().c_str(), &info) == 0 && S_ISREG(info.st_mode)) {
      files[fs::read_symlink(entry.path()).string()] += ReadAll(entry.path());
    }
  }
  return files;
}

TEST_CASE_FIXTURE(Secrets, "running: killed by SIGABRT, it leaves no core") {
  const TempDir dir;
  {
    Running other({"/bin/cat"}, dir.path());
    other.Say("x");
    std::this_thread::sleep_for(50ms);
    if (!WCOREDUMP(other.End(SIGABRT))) {
      MESSAGE("this system writes no core of any process: not shown");
    }
    for (const auto& entry : fs::directory_iterator(dir.path())) {
      fs::remove(entry.path());
    }
  }
  Running filter(FilterCommand(*this), dir.path());
  filter.Say(ManyIds());
  REQUIRE(filter.Waits("anon: key key-"));
  const std::string limits = ReadAll(filter.proc() / "limits");
  const std::size_t at = limits.find("Max core file size");
  REQUIRE(at != std::string::npos);
  const std::string line = limits.substr(at, limits.find('\n', at) - at);
  CHECK_MESSAGE(line.find(" 0 ") != std::string::npos, line);
  CHECK(line.find("unlimited") == std::string::npos);
  const int status = filter.End(SIGABRT);
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGABRT);
  CHECK_FALSE(WCOREDUMP(status));
  CHECK_FALSE(LeftCore(dir.path()));
}

TEST_CASE_FIXTURE(Secrets,
                  "running: others of the same user may not look into it") {
  const TempDir dir;
  const bool root = geteuid() == 0;
  const uid_t user = root ? kOther : geteuid();
  if (root) {
    std::vector<fs::path> all = {this->root(), dir.path()};
    for (const auto& entry : fs::recursive_directory_iterator(this->root())) {
      all.push_back(entry.path());
    }
    for (const fs::path& path : all) {
      REQUIRE(lchown(path.c_str(), kOther, kOther) == 0);
    }
  }
  // Whether one of them may open a file of /proc/<pid>.
  const auto may_open = [&](const Running& process, const char* name) {
    const std::string path = (process.proc() / name).string();
    const pid_t child = fork();
    if (child == 0) {
      if (root && (setgid(user) != 0 || setuid(user) != 0)) _exit(2);
      _exit(open(path.c_str(), O_RDONLY) >= 0 ? 1 : 0);
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    REQUIRE(WEXITSTATUS(status) != 2);
    return WEXITSTATUS(status) == 1;
  };
  {
    Running other({"/bin/cat"}, dir.path(), root);
    std::this_thread::sleep_for(50ms);
    CHECK(may_open(other, "environ"));
    for (const auto& entry : fs::directory_iterator(dir.path())) {
      fs::remove(entry.path());
    }
  }
  Running filter(FilterCommand(*this), dir.path(), root);
  filter.Say("subscriber_id\n");
  if (!filter.Waits("anon: key key-")) {
    MESSAGE("skipped: another user cannot run the tool from here");
    return;
  }
  for (const char* const name : {"mem", "environ", "maps", "auxv"}) {
    CHECK_MESSAGE(!may_open(filter, name), name);
  }
  CHECK_FALSE(may_open(filter, "fd/0"));
}

TEST_CASE_FIXTURE(Secrets,
                  "running: no key is where a core dump would hold it, nor in "
                  "arguments and environment") {
  const TempDir dir;
  Running filter(FilterCommand(*this), dir.path());
  filter.Say(ManyIds());
  REQUIRE(filter.Waits("anon: key key-"));
  std::set<std::string> keys = KeyForms(*this);
  AddDerivedForms(*this, keys);
  for (const char* const name : {"cmdline", "environ"}) {
    CHECK(FindIn(ReadAll(filter.proc() / name), keys).empty());
  }
  const std::string dump = DumpOf(filter, /*hidden=*/false);
  if (dump.empty()) {
    CHECK(geteuid() != 0);
    MESSAGE("skipped: only root may read its memory, which is the point");
    return;
  }
  CHECK(FindIn(dump, keys).empty());
  // That the search finds what is there, and that secrets are elsewhere:
  CHECK_FALSE(FindIn(dump, {"S10000001", "S10200000", "S10399999"}).empty());
  CHECK_FALSE(DumpOf(filter, /*hidden=*/true).empty());
}

TEST_CASE_FIXTURE(Secrets,
                  "running: no file that a run has open shows an identifier "
                  "or a key") {
  UseSmallTable(Kind::kPseudonymized, 6'000);
  std::set<std::string> canaries = KeyForms(*this);
  const Table table = ParseTable(Read(root() / "table.csv"));
  canaries.merge(table.Values("subscriber_id"));
  canaries.merge(table.Values("phone"));
  const TempDir dir;
  std::vector<std::string> command = RunArguments();
  command.insert(command.begin(), ANON_TOOL);
  const std::set<std::string> may = {(root() / "table.csv").string(),
                                     (root() / "kek/kek").string()};
  Running run(command, dir.path());
  std::set<std::string> seen;
  const auto look = [&] {
    for (const char* const name : {"cmdline", "environ"}) {
      CHECK(FindIn(ReadAll(run.proc() / name), canaries).empty());
    }
    const auto files = OpenFiles(run);
    for (const auto& [target, bytes] : files) {
      if (may.contains(target)) continue;
      seen.insert(target);
      CHECK_MESSAGE(FindIn(bytes, canaries).empty(), target);
    }
    return !files.empty();
  };
  int status = 0;
  int looks = 0;
  while (run.Hold(status)) {
    if (!look()) {
      CHECK(geteuid() != 0);
      MESSAGE("skipped: only root may see its open files, which is the point");
      run.End(SIGKILL);
      return;
    }
    ++looks;
    kill(run.pid(), SIGCONT);
    std::this_thread::sleep_for(15ms);
  }
  CHECK(WIFEXITED(status));
  CHECK_MESSAGE(WEXITSTATUS(status) == 0, Read(dir / "stderr"));
  CHECK(looks > 5);
  CHECK(seen.size() > 3);  // the vault's files, the staged data
}

TEST_CASE(
    "running: what apply reads from a pipe does not lie open on the disk") {
  Workplace place;
  place.UseSmallTable(Kind::kAnonymized, 240);
  const Outcome run = place.Run();
  REQUIRE_MESSAGE(run.exit_code == 0, run.err);
  const std::string table = Read(place.root() / "table.csv");
  const std::size_t header = table.find('\n') + 1;
  const std::set<std::string> canaries =
      ParseTable(table).Values("subscriber_id");
  const TempDir dir;
  Running apply(
      {ANON_TOOL, "apply", (place.internal / "solution.json").string()},
      dir.path());
  apply.Say(table);
  for (int i = 0; i < 200; ++i) apply.Say(table.substr(header));
  int status = 0;
  REQUIRE(apply.Hold(status));
  std::size_t spooled = 0;
  for (const auto& [target, bytes] : OpenFiles(apply)) {
    CHECK_MESSAGE(FindIn(bytes, canaries).empty(), target);
    if (target.find("(deleted)") != std::string::npos) spooled += bytes.size();
  }
  if (geteuid() == 0) CHECK(spooled > table.size());
}

}  // namespace
