// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "policy/sections.h"

namespace anon::internal {
namespace {

// A whole number of 1 or more.
std::optional<std::int64_t> ReadBudget(const MapReader& map,
                                       std::string_view key) {
  const auto budget = map.Integer(key, Need::kOptional);
  if (budget && *budget < 1) {
    map.Complain(key, fmt::format("{} must be 1 or more", map.PathOf(key)));
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

}  // namespace

void ReadSolver(const MapReader& root, Draft& draft) {
  if (!root.Has("solver")) return;
  const MapReader map =
      root.Map("solver", Need::kOptional,
               {"search", "objective", "attribute", "suppression_factor",
                "evaluations", "seconds"});
  if (!map) return;
  SolverPolicy& solver = draft.policy.solver;
  solver.best_effort =
      map.Choice<bool>("search", Need::kOptional,
                       {{"optimal", false}, {"best_effort", true}})
          .value_or(false);
  solver.evaluations = ReadBudget(map, "evaluations");
  solver.seconds = ReadBudget(map, "seconds");
  ReadObjective(map, draft, solver.objective);
}

}  // namespace anon::internal
