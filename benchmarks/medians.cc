// SPDX-License-Identifier: Apache-2.0
#include "medians.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace anon::bench {

double Median(std::vector<double> values) {
  if (values.empty()) return NAN;
  std::ranges::sort(values);
  return values[values.size() / 2];
}

void Medians::ReportRuns(const std::vector<Run>& runs) {
  ConsoleReporter::ReportRuns(runs);
  for (const Run& run : runs) {
    if (run.run_type != Run::RT_Iteration || run.error_occurred) continue;
    Times& times = times_[run.run_name.function_name];
    times.cpu.push_back(run.GetAdjustedCPUTime());
    times.wall.push_back(run.GetAdjustedRealTime());
  }
}

double Medians::Cpu(const std::string& name) const {
  const auto found = times_.find(name);
  return found == times_.end() ? NAN : Median(found->second.cpu);
}

double Medians::Wall(const std::string& name) const {
  const auto found = times_.find(name);
  return found == times_.end() ? NAN : Median(found->second.wall);
}

std::vector<std::string> Medians::names() const {
  std::vector<std::string> names;
  for (const auto& [name, times] : times_) names.push_back(name);
  return names;
}

void PrintGoal(const std::string& what, double value, Goal goal, double limit) {
  if (std::isnan(value)) return;
  const bool met = goal == Goal::kAtLeast ? value >= limit : value <= limit;
  std::printf("%-58s %9.2f  %s %-7g %s\n", what.c_str(), value,
              goal == Goal::kAtLeast ? ">=" : "<=", limit,
              met ? "met" : "NOT MET");
}

}  // namespace anon::bench
