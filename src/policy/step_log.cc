// SPDX-License-Identifier: Apache-2.0
#include "policy/step_log.h"

#include <algorithm>

namespace anon::internal {
namespace {

// The operator that a treatment is; empty for none.
std::string_view OperatorOf(Treatment treatment) {
  switch (treatment) {
    case Treatment::kKeep:
      return "";
    case Treatment::kSuppress:
      return "suppress_attribute";
    case Treatment::kPseudonymize:
      return "assign_pseudonym";
    case Treatment::kGeneralize:
      return "generalize";
  }
  return "";
}

// Every step has an operator: a test runs them all.
const OperatorDescriptor& Describe(std::string_view name) {
  return *std::ranges::find(KnownOperators(), name, &OperatorDescriptor::name);
}

using Parameters = std::map<std::string, std::vector<std::string>>;

Parameters PseudonymParameters(const ColumnPolicy& column) {
  const PseudonymOptions& options = column.pseudonym;
  Parameters parameters = {
      {"encoding", {std::string(ToString(options.encoding))}},
      {"bytes", {std::to_string(options.bytes)}},
      {"normalize", {std::string(ToString(options.normalization))}},
      {"fresh", {column.fresh_pseudonyms ? "true" : "false"}}};
  if (!options.epoch.empty()) parameters["epoch"] = {options.epoch};
  return parameters;
}

Parameters ParametersOf(const ColumnPolicy& column) {
  if (column.treatment == Treatment::kPseudonymize) {
    return PseudonymParameters(column);
  }
  if (column.treatment != Treatment::kGeneralize) return {};
  if (column.numbers) return {{"order", {"numbers"}}};
  if (!column.order.empty()) return {{"order", column.order}};
  Parameters parameters = {{column.search_level ? "min_level" : "level",
                            {std::to_string(column.level)}}};
  if (column.hierarchy_rule == nullptr) {
    parameters["hierarchy"] = {column.hierarchy.filename().string()};
    return parameters;
  }
  parameters["rule"] = {column.hierarchy_spec.rule};
  for (const auto& [name, value] : column.hierarchy_spec.parameters) {
    parameters["rule." + name] = {value};
  }
  return parameters;
}

Parameters ParametersOf(const GridColumn& grid) {
  Parameters parameters = {{"latitude", {grid.latitude}},
                           {"longitude", {grid.longitude}},
                           {"mesh", {std::string(ToString(grid.mesh))}}};
  if (grid.slot) {
    parameters["time"] = {grid.time};
    parameters["slot"] = {grid.slot->ToString()};
  }
  return parameters;
}

}  // namespace

std::vector<RunStep> StepsOf(const Policy& policy,
                             const std::vector<OperatorTally>& tallies) {
  std::vector<RunStep> steps;
  auto tally = tallies.begin();
  for (const GridColumn& grid : policy.derived) {
    steps.push_back({.column = grid.name,
                     .name = "grid_spacetime",
                     .parameters = ParametersOf(grid)});
  }
  for (const ColumnPolicy& column : policy.columns) {
    for (const OperatorSpec& spec : column.operator_specs) {
      steps.push_back({.column = column.name,
                       .name = spec.name,
                       .parameters = spec.parameters});
      if (tally != tallies.end()) steps.back().counts = *tally++;
    }
    const std::string_view name = OperatorOf(column.treatment);
    if (name.empty()) continue;
    steps.push_back({.column = column.name,
                     .name = std::string(name),
                     .parameters = ParametersOf(column)});
  }
  return steps;
}

void AddLevels(const RunSearch& search, std::vector<RunStep>& steps) {
  for (const auto& [column, level] : search.levels) {
    for (RunStep& step : steps) {
      if (step.column != column || step.name != "generalize") continue;
      step.parameters["level"] = {std::to_string(level)};
    }
  }
}

Json StepLog(const RunReport& report) {
  Json log = Json::array();
  for (const RunStep& step : report.steps) {
    const OperatorDescriptor& descriptor = Describe(step.name);
    Json json = {{"column", step.column},
                 {"operator", step.name},
                 {"words", {{"ja", descriptor.ja}, {"en", descriptor.en}}},
                 {"parameters", step.parameters}};
    if (step.counts) {
      json["cells"] = step.counts->cells;
      json["cells_changed"] = step.counts->changed;
      json["records_suppressed"] = step.counts->records;
    }
    log.push_back(std::move(json));
  }
  return log;
}

std::vector<std::string> TechniqueVerbs(const Policy& policy,
                                        bool records_suppressed) {
  std::vector<std::string> verbs;
  const auto add = [&verbs](const std::string& verb) {
    if (std::ranges::find(verbs, verb) == verbs.end()) verbs.push_back(verb);
  };
  if (policy.select_attributes) add("select_attributes");
  for (const RunStep& step : StepsOf(policy)) {
    add(Describe(step.name).technique);
  }
  if (records_suppressed) add("suppress_record");
  add("shuffle_records");
  return verbs;
}

}  // namespace anon::internal
