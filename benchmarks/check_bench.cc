// SPDX-License-Identifier: Apache-2.0
//
// Whole checks, in CPU seconds, medians of five:
//
//   adult x 100  UCI Adult a hundred times over (3.26 million rows): every
//                model, of a table in memory and by the tool from a CSV file,
//                against the k, l and t of pyCANON (one run of each), whose
//                table is in memory. Needs the test data ($ANON_TEST_DATA, or
//                ../shared beside the checkout).
//   large file   a CSV file of 2 GB through the tool: GB per CPU-second and the
//                peak of its memory.
//
//   ANON_PYCANON   a Python that has pyCANON (benchmarks/fetch_pycanon.sh)
//   ANON_BENCH_MB  the size of the large file in MB (default 2000)
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "anon/assess/check.h"
#include "anon/io/csv.h"
#include "csv_table.h"
#include "medians.h"

namespace anon::bench {
namespace {

constexpr int kRepetitions = 5;
constexpr double kMega = 1e6;

std::filesystem::path Place(const std::string& name) {
  const auto directory =
      std::filesystem::path(ANON_SOURCE_DIR) / "build" / "bench";
  std::filesystem::create_directories(directory);
  return directory / name;
}

// What a program said and took.
struct Child {
  std::string out;
  double cpu_seconds = 0;
  double peak_mb = 0;
};

Child RunChild(const std::vector<std::string>& command) {
  int ends[2];
  if (pipe(ends) != 0) std::abort();
  const pid_t pid = fork();
  if (pid == 0) {
    dup2(ends[1], STDOUT_FILENO);
    close(ends[0]);
    close(ends[1]);
    std::vector<char*> arguments;
    for (const std::string& word : command) {
      arguments.push_back(const_cast<char*>(word.c_str()));
    }
    arguments.push_back(nullptr);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  close(ends[1]);
  Child child;
  char buffer[4096];
  for (ssize_t n = 0; (n = read(ends[0], buffer, sizeof(buffer))) > 0;) {
    child.out.append(buffer, static_cast<std::size_t>(n));
  }
  close(ends[0]);
  int status = 0;
  rusage usage{};
  if (wait4(pid, &status, 0, &usage) != pid || !WIFEXITED(status) ||
      WEXITSTATUS(status) != 0) {
    std::fprintf(stderr, "%s failed\n", command[0].c_str());
    std::exit(1);
  }
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) +
           static_cast<double>(t.tv_usec) / kMega;
  };
  child.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  child.peak_mb = static_cast<double>(usage.ru_maxrss) * 1024 / kMega;
  return child;
}

// `command`, five times: medians.
Child Measure(const std::vector<std::string>& command) {
  std::vector<double> cpu;
  std::vector<double> peak;
  Child child;
  for (int i = 0; i < kRepetitions; ++i) {
    child = RunChild(command);
    cpu.push_back(child.cpu_seconds);
    peak.push_back(child.peak_mb);
  }
  child.cpu_seconds = Median(cpu);
  child.peak_mb = Median(peak);
  return child;
}

// A table in memory, as often as wanted.
class Repeated final : public RecordSource {
 public:
  Repeated(const std::filesystem::path& path, int times) : times_(times) {
    auto source = CsvSource::Open(path);
    if (!source.ok()) std::abort();
    attributes_ = (*source)->attributes();
    texts_.resize(attributes_.size());
    Batch batch;
    while (*(*source)->Next(batch)) {
      for (std::size_t c = 0; c < texts_.size(); ++c) {
        texts_[c].insert(texts_[c].end(), batch.columns[c].begin(),
                         batch.columns[c].end());
      }
    }
  }

  const std::string& name() const override { return name_; }
  const std::vector<std::string>& attributes() const override {
    return attributes_;
  }
  absl::StatusOr<bool> Next(Batch& batch) override {
    batch.Reset(attributes_.size());
    if (done_ == times_) return false;
    constexpr std::size_t kRows = 4096;
    const std::size_t n = std::min(kRows, texts_[0].size() - at_);
    for (std::size_t c = 0; c < texts_.size(); ++c) {
      batch.columns[c].assign(
          texts_[c].begin() + static_cast<std::ptrdiff_t>(at_),
          texts_[c].begin() + static_cast<std::ptrdiff_t>(at_ + n));
    }
    batch.lines.assign(n, 0);
    at_ += n;
    if (at_ == texts_[0].size()) {
      at_ = 0;
      ++done_;
    }
    return true;
  }
  absl::Status Rewind() override {
    at_ = 0;
    done_ = 0;
    return absl::OkStatus();
  }

 private:
  std::string name_ = "table";
  std::vector<std::string> attributes_;
  std::vector<std::vector<std::string>> texts_;  // [column][row]
  int times_;
  int done_ = 0;
  std::size_t at_ = 0;
};

double SecondsInMemory(Repeated& table, const CheckRequest& request) {
  std::vector<double> seconds;
  OsRandom random;
  for (int i = 0; i < kRepetitions; ++i) {
    const std::clock_t start = std::clock();
    if (!Check(table, request, random).ok()) std::abort();
    seconds.push_back(static_cast<double>(std::clock() - start) /
                      CLOCKS_PER_SEC);
  }
  return Median(seconds);
}

// Seconds pyCANON takes for k, l and t; not a number without it.
double PyCanonSeconds(const std::filesystem::path& table,
                      const std::string& quasi, const std::string& sensitive) {
  const char* const python = std::getenv("ANON_PYCANON");
  if (python == nullptr || *python == '\0') return NAN;
  const auto script =
      std::filesystem::path(ANON_SOURCE_DIR) / "benchmarks/pycanon_check.py";
  std::istringstream lines(
      RunChild({python, script, table, quasi, sensitive, "1"}).out);
  std::string metric;
  std::string value;
  double seconds = 0;
  double total = 0;
  while (lines >> metric >> value >> seconds) {
    fmt::print("  {:<44}{:>9.3f}   (= {})\n", "pyCANON: " + metric, seconds,
               value);
    total += seconds;
  }
  return total;
}

void Adult() {
  const char* const data = std::getenv("ANON_TEST_DATA");
  const std::filesystem::path root =
      data != nullptr ? data
                      : std::filesystem::path(ANON_SOURCE_DIR) / "../shared";
  const auto adult = root / "data/adult32k/adult.csv";
  if (!std::filesystem::exists(adult)) {
    fmt::print("adult x 100: skipped, no test data\n");
    return;
  }
  const auto large = Place("adult_x100.csv");
  constexpr int kTimes = 100;
  {
    std::ifstream in(adult, std::ios::binary);
    std::string header;
    std::getline(in, header);
    std::ostringstream rows;
    rows << in.rdbuf();
    std::ofstream out(large, std::ios::binary);
    out << header << '\n';
    for (int i = 0; i < kTimes; ++i) out << rows.str();
  }
  Repeated table(adult, kTimes);
  const std::string sensitive = "salary-class";
  const CheckRequest few{.quasi_identifiers = {"sex", "race", "education"},
                         .sensitive_attributes = {sensitive}};
  const CheckRequest many{
      .quasi_identifiers = {"age", "education", "occupation", "relationship",
                            "sex", "native-country"},
      .sensitive_attributes = {sensitive}};
  std::vector<double> ratios;
  for (const CheckRequest* const request : {&few, &many}) {
    std::string quasi;
    for (const std::string& name : request->quasi_identifiers) {
      quasi += (quasi.empty() ? "" : ",") + name;
    }
    const Child tool = Measure(
        {ANON_TOOL, "check", large, "--qi", quasi, "--sensitive", sensitive});
    fmt::print("adult x 100 by {}, CPU seconds\n  {}\n", quasi,
               tool.out.substr(0, tool.out.find('\n')));
    const double memory = SecondsInMemory(table, *request);
    fmt::print("  {:<44}{:>9.3f}\n  {:<44}{:>9.3f}\n",
               "anon, all models, table in memory", memory,
               "anon check, all models, from the CSV file", tool.cpu_seconds);
    const double peer = PyCanonSeconds(large, quasi, sensitive);
    PrintGoal("  pyCANON k+l+t, over all models, table in memory",
              peer / memory, Goal::kAtLeast, 50);
    PrintGoal("  pyCANON k+l+t, over anon check with reading the file",
              peer / tool.cpu_seconds, Goal::kAtLeast, 50);
  }
  std::filesystem::remove(large);
}

void LargeFile() {
  const char* const mb = std::getenv("ANON_BENCH_MB");
  const auto file = Place("large.csv");
  WriteCsvTable(file, (mb == nullptr ? 2000 : std::atoll(mb)) * 1'000'000);
  const auto bytes = static_cast<double>(std::filesystem::file_size(file));
  const Child tool = Measure({ANON_TOOL, "check", file, "--qi", "town,sex,plan",
                              "--sensitive", "work"});
  fmt::print("anon check of a CSV file of {:.0f} MB\n  {}\n", bytes / kMega,
             tool.out.substr(0, tool.out.find('\n')));
  fmt::print("  {:<44}{:>9.3f}\n  {:<44}{:>9.3f}\n", "CPU seconds",
             tool.cpu_seconds, "GB per CPU-second",
             bytes / 1e9 / tool.cpu_seconds);
  PrintGoal("  peak of memory, MB", tool.peak_mb, Goal::kAtMost, 256);
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace anon::bench

int main() {
  anon::bench::Adult();
  anon::bench::LargeFile();
}
