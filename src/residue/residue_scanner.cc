// SPDX-License-Identifier: Apache-2.0
//
// Most cells are dismissed by a look at their bytes (MayHoldResidue), and of
// the rest most by having been seen lately: a small table of hashes of clean
// values a column. What is left is read by every detector.
#include "anon/residue/residue_scanner.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "data/distinct_sample.h"
#include "residue/decision.h"
#include "residue/detector.h"

namespace anon {
namespace {

using internal::kRuleCount;

constexpr std::size_t kSampled = 1 << 14;
constexpr std::size_t kLines = 5;

// What one rule has seen in one column.
struct Tally {
  std::int64_t hits = 0;
  std::int64_t certain = 0;
  std::vector<std::int64_t> lines;
  internal::DistinctSample<bool> numbers{kSampled};  // whether they pass
};

struct Column {
  std::string name;  // as context
  std::int64_t cells = 0;
  std::array<std::unique_ptr<Tally>, kRuleCount> tallies;
  std::array<std::uint64_t, 1024> clean{};  // hashes of values without a match

  Tally& Of(std::size_t rule) {
    if (!tallies[rule]) tallies[rule] = std::make_unique<Tally>();
    return *tallies[rule];
  }
};

}  // namespace

struct ResidueScanner::State {
  std::vector<std::string> attributes;
  std::vector<Column> columns;
  std::array<bool, kRuleCount> wanted{};
  std::int64_t records = 0;
  internal::Cell cell;
  internal::Matches matches;

  void ScanCell(Column& column, std::string_view value, std::int64_t line);
  void Count(Column& column, std::int64_t line);
};

void ResidueScanner::State::ScanCell(Column& column, std::string_view value,
                                     std::int64_t line) {
  if (!internal::MayHoldResidue(value)) return;
  const std::uint64_t hash = internal::HashOf(value);
  std::uint64_t& clean = column.clean[hash % column.clean.size()];
  if (clean == hash) return;
  cell.Read(column.name, value);
  internal::FindAll(cell, matches);
  if (matches.empty()) {
    clean = hash;
    return;
  }
  Count(column, line);
}

void ResidueScanner::State::Count(Column& column, std::int64_t line) {
  std::array<Certainty, kRuleCount> best{};  // of this cell
  for (const ResidueMatch& match : matches) {
    if (!wanted[match.rule]) continue;
    best[match.rule] = std::max(best[match.rule], match.certainty);
    if (match.certainty == Certainty::kCertain) continue;
    bool* const passes =
        column.Of(match.rule).numbers.Find(internal::Spread(match.number));
    if (passes != nullptr) *passes = match.certainty == Certainty::kPossible;
  }
  for (std::size_t rule = 0; rule < kRuleCount; ++rule) {
    if (best[rule] == Certainty::kLookAlike) continue;
    Tally& tally = column.Of(rule);
    ++tally.hits;
    tally.certain += best[rule] == Certainty::kCertain ? 1 : 0;
    if (tally.lines.size() < kLines) tally.lines.push_back(line);
  }
}

absl::StatusOr<ResidueScanner> ResidueScanner::Create(
    const std::vector<std::string>& attributes, const ResidueOptions& options) {
  auto state = std::make_unique<State>();
  state->attributes = attributes;
  state->columns.resize(attributes.size());
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    state->columns[i].name = internal::ContextName(attributes[i]);
  }
  state->wanted.fill(options.rules.empty());
  for (const std::string& name : options.rules) {
    const auto rule = FindResidueRule(name);
    if (!rule) {
      return PolicyError(fmt::format(
          "'{}' is not a residue rule: docs/residue.md lists them", name));
    }
    state->wanted[*rule] = true;
  }
  return ResidueScanner(std::move(state));
}

ResidueScanner::ResidueScanner(std::unique_ptr<State> state)
    : state_(std::move(state)) {}
ResidueScanner::~ResidueScanner() = default;
ResidueScanner::ResidueScanner(ResidueScanner&&) noexcept = default;
ResidueScanner& ResidueScanner::operator=(ResidueScanner&&) noexcept = default;

void ResidueScanner::Scan(const Batch& batch) {
  for (std::size_t c = 0; c < state_->columns.size(); ++c) {
    Column& column = state_->columns[c];
    const auto& values = batch.columns[c];
    for (std::size_t row = 0; row < values.size(); ++row) {
      if (values[row].empty()) continue;
      ++column.cells;
      state_->ScanCell(column, values[row], batch.lines[row]);
    }
  }
  state_->records += static_cast<std::int64_t>(batch.rows());
}

ResidueReport ResidueScanner::Report() const {
  ResidueReport report;
  report.records = state_->records;
  for (std::size_t c = 0; c < state_->columns.size(); ++c) {
    const Column& column = state_->columns[c];
    for (std::size_t rule = 0; rule < kRuleCount; ++rule) {
      const Tally* const tally = column.tallies[rule].get();
      if (tally == nullptr || tally->hits == 0) continue;
      ResidueFinding finding;
      finding.column = c;
      finding.attribute = state_->attributes[c];
      finding.rule = rule;
      finding.cells = column.cells;
      finding.hits = tally->hits;
      finding.certain = tally->certain;
      finding.lines = tally->lines;
      std::int64_t passing = 0;
      tally->numbers.ForEach(
          [&](std::uint64_t, bool passes) { passing += passes ? 1 : 0; });
      const std::int64_t sampled = tally->numbers.sampled();
      finding.look_alikes = sampled * tally->numbers.scale();
      finding.passing = passing * tally->numbers.scale();
      internal::Decide(sampled, passing, finding);
      report.findings.push_back(std::move(finding));
    }
  }
  return report;
}

bool ResidueReport::stops() const {
  return std::ranges::any_of(findings, &ResidueFinding::stops);
}

std::string_view ToString(ResidueBasis basis) {
  switch (basis) {
    case ResidueBasis::kCertainCell:
      return "certain_cell";
    case ResidueBasis::kAllPass:
      return "all_pass";
    case ResidueBasis::kBeyondChance:
      return "beyond_chance";
    case ResidueBasis::kWholeColumn:
      return "whole_column";
    case ResidueBasis::kChance:
      return "chance";
  }
  return "chance";
}

std::string ToString(const ResidueFinding& finding) {
  const ResidueRule& rule = ResidueRules()[finding.rule];
  std::string text = fmt::format(
      "column '{}': {} of {} cells {} a value of the kind '{}' (rule {}, {}; "
      "first in line{} {})",
      finding.attribute, finding.hits, finding.cells,
      finding.hits == 1 ? "holds" : "hold", rule.en, rule.name,
      ToString(finding.basis), finding.lines.size() == 1 ? "" : "s",
      fmt::join(finding.lines, ", "));
  return text;
}

}  // namespace anon
