// SPDX-License-Identifier: Apache-2.0
#include "cli/progress_line.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace anon::cli {
namespace {

std::string Text(const RunProgress& progress) {
  if (!progress.search) {
    return fmt::format(
        "{} records{}", progress.records,
        progress.of > 0 ? fmt::format(" of {}", progress.of) : "");
  }
  return fmt::format("{} evaluated{}", progress.search->evaluated,
                     progress.search->best ? fmt::format(", best so far {:.6g}",
                                                         *progress.search->best)
                                           : "");
}

}  // namespace

void AddProgressOption(CLI::App& command, std::string& how) {
  command.add_option("--progress", how, "How to show progress on stderr")
      ->check(CLI::IsMember({"auto", "none", "plain", "tty"}));
}

ProgressLine::ProgressLine(const std::string& how)
    : rewrite_(how == "tty" || (how == "auto" && isatty(STDERR_FILENO) == 1)),
      plain_(how == "plain") {}

void ProgressLine::Show(const RunProgress& progress) {
  const auto now = std::chrono::steady_clock::now();
  if ((!rewrite_ && !plain_) ||
      (step_ == progress.step &&
       now - last_ < std::chrono::milliseconds(200))) {
    return;
  }
  shown_ = true;
  last_ = now;
  step_ = progress.step;
  fmt::print(stderr, "{}{} {}{}", rewrite_ ? "\r\x1b[K" : "", progress.step,
             Text(progress), rewrite_ ? "" : "\n");
}

void ProgressLine::Clear() {
  if (shown_ && rewrite_) fmt::print(stderr, "\r\x1b[K");
  shown_ = false;
}

}  // namespace anon::cli
