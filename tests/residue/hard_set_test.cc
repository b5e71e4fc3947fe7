// SPDX-License-Identifier: Apache-2.0
//
// Precision and recall on hard_set.csv: made by hand, cell by cell, to be
// difficult on both sides. The table in docs/residue.md is what is measured
// here; ANON_UPDATE_GOLDEN=1 writes it there.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>
#include <map>
#include <set>

#include "anon/io/csv.h"
#include "anon/residue/find_residue.h"
#include "anon/residue/residue_scanner.h"
#include "support/support.h"

namespace {

using namespace anon;

struct Cell {
  std::string value;
  std::string residue;  // the rule that should find it, or nothing
};

std::map<std::string, std::vector<Cell>> HardSet() {
  std::map<std::string, std::vector<Cell>> columns;
  auto source =
      CsvSource::Open(test::SourceDir() / "tests/residue/hard_set.csv");
  REQUIRE(source.ok());
  Batch batch;
  while (*(*source)->Next(batch)) {
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      columns[std::string(batch.columns[0][row])].push_back(
          {std::string(batch.columns[1][row]),
           std::string(batch.columns[2][row])});
    }
  }
  return columns;
}

struct Score {
  int cells = 0;   // with such residue
  int found = 0;   // of them stopped
  int alarms = 0;  // stopped, and something else
};

// The rules that stop a column.
std::set<std::size_t> Stopping(const std::string& name,
                               const std::vector<Cell>& cells) {
  auto scanner = ResidueScanner::Create({name});
  Batch batch;
  batch.Reset(1);
  for (const Cell& cell : cells) {
    batch.columns[0].push_back(cell.value);
    batch.lines.push_back(1);
  }
  scanner->Scan(batch);
  std::set<std::size_t> rules;
  for (const ResidueFinding& finding : scanner->Report().findings) {
    if (finding.stops) rules.insert(finding.rule);
  }
  return rules;
}

void ScoreColumn(const std::string& name, const std::vector<Cell>& cells,
                 std::map<std::string_view, Score>& scores) {
  const std::set<std::size_t> stopping = Stopping(name, cells);
  for (const Cell& cell : cells) {
    std::set<std::string_view> found;
    for (const ResidueMatch& match : FindResidue(name, cell.value)) {
      if (match.certainty != Certainty::kLookAlike &&
          stopping.contains(match.rule)) {
        found.insert(ResidueRules()[match.rule].name);
      }
    }
    if (!cell.residue.empty()) {
      const auto rule = FindResidueRule(cell.residue);
      REQUIRE_MESSAGE(rule, cell.residue);
      Score& score = scores[ResidueRules()[*rule].name];
      ++score.cells;
      score.found += found.contains(cell.residue) ? 1 : 0;
      if (!found.contains(cell.residue)) {
        MESSAGE("missed in ", name, ": ", cell.value);
      }
    }
    for (const std::string_view rule : found) {
      if (rule == cell.residue) continue;
      ++scores[rule].alarms;
      MESSAGE("false alarm in ", name, ": ", cell.value, " is no ", rule);
    }
  }
}

std::string Percent(int part, int whole) {
  return whole == 0 ? "-" : fmt::format("{:.1f} %", 100.0 * part / whole);
}

std::string Row(std::string_view name, const Score& s) {
  return fmt::format("| {} | {} | {} | {} | {} | {} |\n", name, s.cells,
                     s.found, s.alarms, Percent(s.found, s.found + s.alarms),
                     Percent(s.found, s.cells));
}

}  // namespace

TEST_CASE("the documented precision and recall are those measured") {
  std::map<std::string_view, Score> scores;
  int cells = 0;
  const auto columns = HardSet();
  for (const auto& [name, column] : columns) {
    ScoreColumn(name, column, scores);
    cells += static_cast<int>(column.size());
  }
  std::string table = fmt::format(
      "{} cells in {} columns.\n\n"
      "| rule | cells with it | found | false alarms | precision | recall |\n"
      "|---|---|---|---|---|---|\n",
      cells, columns.size());
  Score all;
  for (const ResidueRule& rule : ResidueRules()) {
    const Score& score = scores[rule.name];
    table += Row(fmt::format("`{}`", rule.name), score);
    all.cells += score.cells;
    all.found += score.found;
    all.alarms += score.alarms;
    CHECK_MESSAGE(score.cells > 0, rule.name);
  }
  table += Row("all", all);
  CHECK(all.found * 100 >= all.cells * 95);
  CHECK(all.found * 100 >= (all.found + all.alarms) * 95);

  const auto path = test::SourceDir() / "docs/residue.md";
  const std::string text = test::Read(path);
  constexpr std::string_view kBegin = "<!-- measured: hard_set_test -->\n";
  constexpr std::string_view kEnd = "<!-- end -->\n";
  const std::size_t begin = text.find(kBegin);
  const std::size_t end = text.find(kEnd);
  REQUIRE(begin != std::string::npos);
  REQUIRE(end != std::string::npos);
  const std::size_t from = begin + kBegin.size();
  if (std::getenv("ANON_UPDATE_GOLDEN") != nullptr) {
    test::Write(path, text.substr(0, from) + table + text.substr(end));
    return;
  }
  CHECK(text.substr(from, end - from) == table);
}
