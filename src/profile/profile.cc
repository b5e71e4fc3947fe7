// SPDX-License-Identifier: Apache-2.0
//
// Three readings: the first describes every column and looks for residue; then
// it is known whose rows they are, and the second counts who is alone in single
// columns, the next in combinations of those that could be released. Where no
// values are to be shown, one more counts who shares the bounds of columns.
#include "anon/profile/profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>
#include <tuple>

#include "base/status_macros.h"
#include "profile/column_statistics.h"
#include "profile/cues.h"
#include "profile/propose.h"

namespace anon {
namespace {

constexpr std::size_t kCombined = 12;  // columns: 298 combinations
constexpr std::size_t kShown = 10;
constexpr std::size_t kSharing = 10;  // principals that make a bound nobody's

absl::Status Describe(RecordSource& table, bool show_values,
                      TableProfile& profile) {
  const std::vector<std::string>& names = table.attributes();
  std::vector<internal::ColumnStatistics> statistics(names.size());
  ANON_ASSIGN_OR_RETURN(ResidueScanner scanner, ResidueScanner::Create(names));
  ANON_RETURN_IF_ERROR(table.Rewind());
  Batch batch;
  while (true) {
    ANON_ASSIGN_OR_RETURN(const bool more, table.Next(batch));
    if (!more) break;
    scanner.Scan(batch);
    for (std::size_t c = 0; c < names.size(); ++c) {
      for (const std::string_view value : batch.columns[c]) {
        statistics[c].Add(value);
      }
    }
    profile.records += static_cast<std::int64_t>(batch.rows());
  }
  for (std::size_t c = 0; c < names.size(); ++c) {
    profile.columns.push_back(statistics[c].Profile(show_values));
    profile.columns.back().name = names[c];
    profile.columns.back().uniqueness.distinct =
        statistics[c].distinct();  // until it is measured
  }
  for (ResidueFinding& finding : scanner.Report().findings) {
    profile.columns[finding.column].residue.push_back(finding);
  }
  return absl::OkStatus();
}

// Whether a column says who someone is, so that no bound of it may be shown.
bool Identifies(const Proposal& proposal) {
  return proposal.role == Role::kDirectIdentifier ||
         proposal.attribute_class ==
             AttributeClass::kIndividualIdentificationCode ||
         proposal.attribute_class == AttributeClass::kLinkingCode ||
         proposal.attribute_class == AttributeClass::kContact;
}

// A bound is the value of a cell, and whose it is.
struct Bound {
  std::size_t column;
  std::string* value;
  std::set<std::string, std::less<>> principals = {};
  std::int64_t rows = 0;
};

// Empties bounds that fewer than kSharing principals share.
absl::Status HideBounds(RecordSource& table, TableProfile& profile) {
  std::vector<Bound> bounds;
  for (std::size_t c = 0; c < profile.columns.size(); ++c) {
    ColumnProfile& column = profile.columns[c];
    if (Identifies(column.proposal)) column.extremes.reset();
    if (!column.extremes) continue;
    bounds.push_back({.column = c, .value = &column.extremes->bottom});
    bounds.push_back({.column = c, .value = &column.extremes->top});
  }
  if (bounds.empty()) return absl::OkStatus();
  const auto principal =
      std::ranges::find(table.attributes(), profile.principal) -
      table.attributes().begin();
  ANON_RETURN_IF_ERROR(table.Rewind());
  Batch batch;
  while (true) {
    ANON_ASSIGN_OR_RETURN(const bool more, table.Next(batch));
    if (!more) break;
    for (Bound& bound : bounds) {
      for (std::size_t row = 0; row < batch.rows(); ++row) {
        if (batch.columns[bound.column][row] != *bound.value) continue;
        ++bound.rows;
        if (profile.principal.empty() || bound.principals.size() >= kSharing) {
          continue;
        }
        bound.principals.emplace(
            batch.columns[static_cast<std::size_t>(principal)][row]);
      }
    }
  }
  for (const Bound& bound : bounds) {
    const auto sharing = profile.principal.empty()
                             ? static_cast<std::size_t>(bound.rows)
                             : bound.principals.size();
    if (sharing < kSharing) bound.value->clear();
  }
  return absl::OkStatus();
}

// The first column that is named like one and has no empty cell.
std::string FindPrincipal(const TableProfile& profile) {
  for (const ColumnProfile& column : profile.columns) {
    if (column.missing == 0 && column.uniqueness.distinct > 1 &&
        internal::NamesPrincipal(column.name)) {
      return column.name;
    }
  }
  return "";
}

// What would be released, the columns with most people alone first.
std::vector<std::string> Releasable(const TableProfile& profile) {
  std::vector<const ColumnProfile*> columns;
  for (const ColumnProfile& column : profile.columns) {
    if (column.proposal.role != Role::kDirectIdentifier &&
        column.uniqueness.distinct > 1) {
      columns.push_back(&column);
    }
  }
  std::ranges::stable_sort(columns, std::greater<>(),
                           [](const ColumnProfile* column) {
                             return std::tuple(column->uniqueness.alone,
                                               column->uniqueness.distinct);
                           });
  if (columns.size() > kCombined) columns.resize(kCombined);
  std::vector<std::string> names;
  for (const ColumnProfile* column : columns) names.push_back(column->name);
  return names;
}

// Of combinations that are as risky, the one with fewer columns.
std::vector<Uniqueness> Riskiest(std::vector<Uniqueness> all) {
  std::erase_if(all, [](const Uniqueness& unique) {
    return unique.attributes.size() < 2 || unique.alone == 0;
  });
  std::ranges::stable_sort(all, [](const Uniqueness& a, const Uniqueness& b) {
    if (a.alone != b.alone) return a.alone > b.alone;
    return a.attributes.size() < b.attributes.size();
  });
  if (all.size() > kShown) all.resize(kShown);
  return all;
}

}  // namespace

absl::StatusOr<TableProfile> ProfileTable(RecordSource& table,
                                          const ProfileOptions& options,
                                          RandomSource& random) {
  TableProfile profile;
  profile.source = table.name();
  ANON_RETURN_IF_ERROR(Describe(table, options.show_values, profile));
  if (profile.records == 0) {
    return InputError(fmt::format(
        "{}: there are no records to profile: name a file with some",
        table.name()));
  }
  profile.principal =
      options.principal.empty() ? FindPrincipal(profile) : options.principal;
  const UniquenessOptions whose{.principal = profile.principal};
  const auto& names = table.attributes();
  // Singles first: they decide what is worth combining.
  ANON_ASSIGN_OR_RETURN(
      std::vector<Uniqueness> singles,
      MeasureUniqueness(table, Combinations(names, 1, names.size()), whose,
                        random));
  for (std::size_t c = 0; c < singles.size(); ++c) {
    ColumnProfile& column = profile.columns[c];
    column.uniqueness = singles[c];
    column.proposal =
        internal::Propose(column, column.name == profile.principal);
  }
  profile.principals = singles.front().principals;
  if (!options.show_values) ANON_RETURN_IF_ERROR(HideBounds(table, profile));
  ANON_ASSIGN_OR_RETURN(
      std::vector<Uniqueness> combined,
      MeasureUniqueness(table, Combinations(Releasable(profile), 3), whose,
                        random));
  profile.combinations = Riskiest(std::move(combined));
  return profile;
}

std::string_view ToString(ValueKind kind) {
  constexpr std::string_view kNames[] = {"empty", "whole_number", "decimal",
                                         "date",  "time",         "code",
                                         "label", "text"};
  return kNames[static_cast<std::size_t>(kind)];
}

}  // namespace anon
