// SPDX-License-Identifier: Apache-2.0
//
// The tour of README.md: its commands, pasted one after the other in a fresh
// tree, print what it says. Keys, pseudonyms, dates and the order of records
// differ from time to time.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "e2e/workplace.h"

namespace {

namespace fs = std::filesystem;
using namespace anon::test;

struct Step {
  std::string command;
  std::string output;
};

// What stands after "$ " in the tour, with the lines printed below it.
std::vector<Step> StepsOf(const std::string& readme) {
  const std::size_t from = readme.find("\n## A tour\n");
  const std::size_t to = readme.find("\n## ", from + 1);
  REQUIRE(from != std::string::npos);
  REQUIRE(to != std::string::npos);
  std::vector<Step> steps;
  bool fenced = false;
  bool commands = false;   // in that block
  bool continued = false;  // the command goes on in the next line
  std::istringstream text(readme.substr(from, to - from));
  for (std::string line; std::getline(text, line);) {
    if (line.starts_with("```")) {
      fenced = !fenced;
      commands = fenced && line == "```";
      continue;
    }
    if (!commands) continue;
    if (line.starts_with("$ ")) {
      steps.push_back({line.substr(2) + "\n", ""});
    } else if (continued) {
      steps.back().command += line + "\n";
    } else {
      REQUIRE(!steps.empty());
      steps.back().output += line + "\n";
    }
    continued = line.ends_with('\\');
  }
  return steps;
}

// What of an output is the same every time.
std::string Lasting(const Step& step) {
  static const std::regex kChance("[0-9a-f]{16,}|[a-z2-7]{26}");
  static const std::regex kDate("[0-9]{4}年[0-9]+月[0-9]+日");
  if (step.command.find("data.csv") != std::string::npos) {
    // Records in the order of chance: their names and their number.
    return step.output.substr(0, step.output.find('\n')) +
           std::to_string(std::ranges::count(step.output, '\n'));
  }
  return std::regex_replace(std::regex_replace(step.output, kChance, "#"),
                            kDate, "#");
}

TEST_CASE("the tour of README.md can be pasted, and prints what it says") {
  const std::vector<Step> steps = StepsOf(Read(SourceDir() / "README.md"));
  REQUIRE(steps.size() > 10);
  const TempDir tree;
  fs::copy(SourceDir() / "examples", tree / "examples",
           fs::copy_options::recursive);
  fs::create_directories(tree / "build/release/bin");
  fs::create_symlink(ANON_TOOL, tree / "build/release/bin/anon");
  std::string script = "cd " + tree.path().string() + "\nexec 2>&1\n";
  for (const Step& step : steps) script += step.command + "printf '\\f'\n";
  Write(tree / "tour.sh", script);
  const Outcome outcome = RunProcess({"/bin/sh", (tree / "tour.sh").string()});

  std::istringstream printed(outcome.out);
  for (const Step& step : steps) {
    std::string output;
    std::getline(printed, output, '\f');
    CHECK_MESSAGE(Lasting({step.command, output}) == Lasting(step),
                  step.command);
  }
}

}  // namespace
