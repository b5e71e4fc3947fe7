// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_BENCHMARKS_MEDIANS_H_
#define ANON_BENCHMARKS_MEDIANS_H_

#include <benchmark/benchmark.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace anon::bench {

// Registers `run` to be measured once in each of five repetitions, in wall time
// and in CPU time of the whole process.
template <typename Function>
void Register(const std::string& name, Function run) {
  benchmark::RegisterBenchmark(name.c_str(), std::move(run))
      ->Unit(benchmark::kMillisecond)
      ->MeasureProcessCPUTime()
      ->UseRealTime()
      ->Iterations(1)
      ->Repetitions(5);
}

// The middle one; not a number if there is none.
double Median(std::vector<double> values);

// Prints benchmarks as usual and keeps all their times.
class Medians final : public benchmark::ConsoleReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override;

  // Median milliseconds; not a number if `name` did not run.
  double Cpu(const std::string& name) const;
  double Wall(const std::string& name) const;
  std::vector<std::string> names() const;

 private:
  struct Times {
    std::vector<double> cpu;
    std::vector<double> wall;
  };
  std::map<std::string, Times> times_;
};

// A line of the table of goals; nothing if `value` is not a number, for then
// something it compares did not run.
enum class Goal { kAtLeast, kAtMost };
void PrintGoal(const std::string& what, double value, Goal goal, double limit);

}  // namespace anon::bench

#endif  // ANON_BENCHMARKS_MEDIANS_H_
