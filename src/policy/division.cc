// SPDX-License-Identifier: Apache-2.0
#include "policy/division.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "anon/base/decimal.h"
#include "base/status_macros.h"

namespace anon::internal {
namespace {

using Places = std::vector<std::optional<Decimal>>;

// How many records have values that `order` lacks. Which they are is not for
// messages.
std::string Lacking(const std::map<std::string, Decimal, std::less<>>& order,
                    const Generalization& quasi, const Classes& classes,
                    std::size_t q) {
  std::set<std::uint32_t> values;
  std::int64_t records = 0;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    if (order.contains(quasi.label(classes.code(i, q)))) continue;
    values.insert(classes.code(i, q));
    records += classes.records(i);
  }
  return fmt::format("records with such values: {} of {}; distinct values: {}",
                     records, classes.total_records(), values.size());
}

// Where the values that occur lie.
absl::StatusOr<Places> PlacesOf(const ColumnPolicy& column,
                                const Generalization& quasi,
                                const Classes& classes, std::size_t q) {
  std::map<std::string, Decimal, std::less<>> order;
  for (const std::string& value : column.order) {
    order.emplace(value, Decimal(static_cast<std::int64_t>(order.size())));
  }
  Places places;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const std::uint32_t code = classes.code(i, q);
    if (code >= places.size()) places.resize(code + 1U);
    if (places[code]) continue;  // known
    const std::string_view value = quasi.label(code);
    if (column.numbers) {
      places[code] = Decimal::Parse(value);
      if (!places[code]) {
        return InputError(fmt::format(
            "column {}: a value is {}; order: numbers takes decimal numbers "
            "only: suppress such records by an operator, or give the column a "
            "hierarchy",
            column.name, value.empty() ? "missing" : "no decimal number"));
      }
      continue;
    }
    const auto at = order.find(value);
    if (at == order.end()) {
      return InputError(fmt::format(
          "column {}: a value{} is not in the column's order: add it; {}",
          column.name, value.empty() ? " is missing and so" : "",
          Lacking(order, quasi, classes, q)));
    }
    places[code] = at->second;
  }
  return places;
}

}  // namespace

absl::StatusOr<MondrianResult> DivideTable(const Policy& policy,
                                           const TablePlan& plan,
                                           const Classes& classes,
                                           const ModelContext& context,
                                           const SearchBudget& budget) {
  MondrianGoal goal;
  goal.models = policy.models;
  goal.context = context;
  goal.relaxed = policy.solver.relaxed;
  for (const Generalization& quasi : plan.quasi_identifiers()) {
    const ColumnPolicy& column = *std::ranges::find(
        policy.columns, quasi.attribute(), &ColumnPolicy::name);
    MondrianAttribute attribute;
    attribute.weight = column.weight;
    attribute.tree = quasi.hierarchy();
    attribute.counted_level = quasi.level();
    if (attribute.tree == nullptr) {
      attribute.kind = column.numbers ? MondrianAttribute::Kind::kNumbers
                                      : MondrianAttribute::Kind::kOrder;
      attribute.label = [&quasi](std::uint32_t code) {
        return quasi.label(code);
      };
      ANON_ASSIGN_OR_RETURN(
          attribute.positions,
          PlacesOf(column, quasi, classes, goal.attributes.size()));
    }
    goal.attributes.push_back(std::move(attribute));
  }
  return Solve(classes, goal, budget);
}

absl::StatusOr<Solution> SolveByDivision(const Policy& policy,
                                         const Classes& classes,
                                         const ModelContext& context,
                                         MondrianResult divided) {
  Solution solution;
  solution.solver = "mondrian";
  solution.complete = divided.complete;
  for (const auto& model : policy.models) {
    ANON_ASSIGN_OR_RETURN(Verdict verdict, model->Judge(classes, context));
    solution.before.push_back(std::move(verdict));
  }
  solution.kept.assign(classes.size(), divided.satisfied);
  (divided.satisfied ? solution.records_kept : solution.records_suppressed) =
      classes.total_records();
  solution.classes_kept = static_cast<std::int64_t>(divided.recoding.size());
  if (divided.satisfied) solution.recoding = std::move(divided.recoding);
  return solution;
}

void ReportDivision(const TablePlan& plan, const MondrianResult& divided,
                    RunReport& report) {
  if (divided.satisfied) {
    report.division = {.complete = divided.complete,
                       .parts_evaluated = divided.parts_evaluated};
  }
  report.loss_metric = "ncp";
  double product = 1;
  for (std::size_t q = 0; q < divided.ncp_of.size(); ++q) {
    report.loss.attributes.push_back(
        {plan.quasi_identifiers()[q].attribute(), divided.ncp_of[q]});
    product *= divided.ncp_of[q] + 1;
  }
  report.loss.arithmetic_mean = divided.ncp;
  const auto width = static_cast<double>(divided.ncp_of.size());
  report.loss.geometric_mean =
      width == 0 ? 0 : std::pow(product, 1 / width) - 1;
  report.classes_in = static_cast<std::int64_t>(divided.recoding.size());
  if (divided.satisfied) {
    report.smallest_class = std::ranges::min(divided.recoding.principals);
  }
}

}  // namespace anon::internal
