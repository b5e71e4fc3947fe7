// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SRC_CLI_PROGRESS_LINE_H_
#define ANON_SRC_CLI_PROGRESS_LINE_H_

#include <CLI/CLI.hpp>
#include <chrono>
#include <string>

#include "anon/policy/progress.h"

namespace anon::cli {

// The option --progress: "auto" (a line on a terminal, else nothing), "none",
// "plain" or "tty".
void AddProgressOption(CLI::App& command, std::string& how);

// Progress on stderr: a line that rewrites itself on a terminal, or plain
// lines; at most five a second, but every step is named.
class ProgressLine {
 public:
  explicit ProgressLine(const std::string& how);
  ~ProgressLine() { Clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void Show(const RunProgress& progress);
  // Makes room for what is printed next.
  void Clear();

 private:
  bool rewrite_ = false;
  bool plain_ = false;
  bool shown_ = false;
  std::string step_;
  std::chrono::steady_clock::time_point last_;
};

}  // namespace anon::cli

#endif  // ANON_SRC_CLI_PROGRESS_LINE_H_
