// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_TESTS_E2E_PROCESS_H_
#define ANON_TESTS_E2E_PROCESS_H_

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace anon::test {

// How a process ended and what it said.
struct Outcome {
  int exit_code = -1;  // -1: it was ended by `signal`
  int signal = 0;
  std::string out;
  std::string err;
  std::chrono::microseconds took{};
};

struct ProcessOptions {
  // SIGKILL after this time, unless it has ended by then.
  std::optional<std::chrono::microseconds> kill_after = {};
  // One SIGINT as soon as this text stands in what it wrote to stderr.
  std::string interrupt_on = {};
  // Nothing a test starts may run longer; it is killed and the test fails.
  std::chrono::seconds deadline{120};
};

// Runs a program to its end. Throws if it cannot be started or overstays.
Outcome RunProcess(const std::vector<std::string>& command,
                   const ProcessOptions& options = {});

}  // namespace anon::test

#endif  // ANON_TESTS_E2E_PROCESS_H_
