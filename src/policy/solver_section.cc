// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "anon/utility/recoded_cost.h"
#include "policy/sections.h"

namespace anon::internal {
namespace {

// A whole number of 1 or more.
std::optional<std::int64_t> ReadBudget(const MapReader& map,
                                       std::string_view key) {
  constexpr std::int64_t kMost = 1'000'000'000;  // 30 years of seconds
  const auto budget = map.Integer(key, Need::kOptional);
  if (budget && (*budget < 1 || *budget > kMost)) {
    map.Complain(
        key, fmt::format("{} must be from 1 to {}", map.PathOf(key), kMost));
  }
  return budget;
}

void ReadObjective(const MapReader& map, const Draft& draft,
                   ObjectiveSpec& objective) {
  objective.name = map.Text("objective", Need::kOptional).value_or("loss");
  const std::vector<std::string> known = KnownObjectives();
  if (std::ranges::find(known, objective.name) == known.end()) {
    map.Complain("objective",
                 fmt::format("{} is no objective: use {}",
                             map.PathOf("objective"), fmt::join(known, ", ")));
  }
  objective.attribute = map.Text("attribute", Need::kOptional).value_or("");
  const ColumnPolicy* const column = draft.FindColumn(objective.attribute);
  if ((objective.name == "classification" || map.Has("attribute")) &&
      (column == nullptr || column->role != Role::kSensitive ||
       column->treatment == Treatment::kSuppress ||
       objective.name != "classification")) {
    map.Complain("attribute",
                 "solver.attribute belongs to the objective classification: "
                 "name a sensitive column that is kept");
  }
  const auto text =
      map.Scalar("suppression_factor", Need::kOptional, "a number from 0 to 1");
  if (!text) return;
  const auto factor = Ratio::Parse(*text);
  if (!factor.ok() || factor->numerator() > factor->denominator()) {
    map.Complain("suppression_factor",
                 "solver.suppression_factor must be a number from 0 to 1");
    return;
  }
  objective.suppression_factor = *factor;
}

// What Mondrian divides has no level, and what it does not has to go. `key` of
// `map` asks for it.
void CheckDivided(const MapReader& map, std::string_view key,
                  const Draft& draft) {
  for (const ColumnPolicy& column : draft.policy.columns) {
    if (column.role != Role::kQuasiIdentifier || !draft.IsClear(column.name) ||
        column.treatment == Treatment::kSuppress) {
      continue;
    }
    if (column.treatment == Treatment::kKeep || !column.search_level ||
        column.most_level) {
      map.Complain(
          key,
          fmt::format("{} divides every quasi-identifier, and columns.{} {}",
                      map.PathOf(key), column.name,
                      column.treatment == Treatment::kKeep
                          ? "is kept: give it a hierarchy or an order, or "
                            "suppress it"
                          : "has a level: remove level and max_level"));
    }
  }
}

// An order is for a division; levels need a hierarchy.
void CheckOrders(const MapReader& root, const Draft& draft) {
  if (draft.policy.solver.mondrian) return;
  for (const ColumnPolicy& column : draft.policy.columns) {
    if (!column.numbers && column.order.empty()) continue;
    root.Complain("solver",
                  fmt::format("columns.{}.order is divided by solver.search "
                              "mondrian only: ask for that, or give the "
                              "column a hierarchy",
                              column.name));
  }
}

// The word that says how to search: `key` of `map`.
void ReadSearch(const MapReader& map, std::string_view key,
                SolverPolicy& solver) {
  enum class Search { kOptimal, kBestEffort, kMondrian };
  const auto search = map.Choice<Search>(key, Need::kOptional,
                                         {{"optimal", Search::kOptimal},
                                          {"best_effort", Search::kBestEffort},
                                          {"mondrian", Search::kMondrian}});
  solver.best_effort = search == Search::kBestEffort;
  solver.mondrian = search == Search::kMondrian;
}

// Keys of Mondrian and keys of levels exclude each other.
void ReadRelaxed(const MapReader& map, SolverPolicy& solver) {
  solver.relaxed = map.Boolean("relaxed", Need::kOptional).value_or(false);
  if (solver.mondrian) {
    for (const std::string_view key :
         {"objective", "attribute", "suppression_factor", "local_recoding"}) {
      if (!map.Has(key)) continue;
      map.Complain(key, fmt::format("{} has no meaning with search: mondrian; "
                                    "remove it",
                                    map.PathOf(key)));
    }
  } else if (map.Has("relaxed")) {
    map.Complain("relaxed",
                 fmt::format("{} belongs to search: mondrian; remove it",
                             map.PathOf("relaxed")));
  }
}

// Rounds need levels to choose, and a cost that is defined for several.
void ReadLocalRecoding(const MapReader& map, Draft& draft) {
  SolverPolicy& solver = draft.policy.solver;
  solver.local_recoding =
      map.Boolean("local_recoding", Need::kOptional).value_or(false);
  if (!solver.local_recoding) return;
  if (std::ranges::none_of(draft.policy.columns, &ColumnPolicy::search_level)) {
    map.Complain("local_recoding",
                 fmt::format("{} finds levels, and every column has one: "
                             "remove level of a column with a hierarchy",
                             map.PathOf("local_recoding")));
  }
  if (!RecodedCost::Measures(solver.objective.name)) {
    map.Complain("local_recoding",
                 fmt::format("{} is measured by loss, loss_arithmetic_mean or "
                             "precision: choose one of them as objective",
                             map.PathOf("local_recoding")));
  }
}

}  // namespace

void ReadSolver(const MapReader& root, Draft& draft) {
  const auto node = root.Find("solver", Need::kOptional);
  SolverPolicy& solver = draft.policy.solver;
  // The word alone is short for {search: word}.
  if (!node || node->IsScalar()) {
    ReadSearch(root, "solver", solver);
    CheckOrders(root, draft);
    if (solver.mondrian) CheckDivided(root, "solver", draft);
    return;
  }
  const MapReader map =
      root.Map("solver", Need::kOptional,
               {"search", "objective", "attribute", "suppression_factor",
                "evaluations", "seconds", "relaxed", "local_recoding"});
  if (!map) return;
  ReadSearch(map, "search", solver);
  ReadRelaxed(map, solver);
  CheckOrders(root, draft);
  solver.evaluations = ReadBudget(map, "evaluations");
  solver.seconds = ReadBudget(map, "seconds");
  if (solver.mondrian) return CheckDivided(map, "search", draft);
  ReadObjective(map, draft, solver.objective);
  ReadLocalRecoding(map, draft);
}

}  // namespace anon::internal
