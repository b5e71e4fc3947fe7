// SPDX-License-Identifier: Apache-2.0
#include "policy/model_inputs.h"

#include <algorithm>
#include <utility>

#include "anon/io/csv.h"
#include "anon/transform/load_hierarchy.h"
#include "anon/transform/row_coder.h"
#include "base/status_macros.h"
#include "policy/hierarchies.h"
#include "policy/prepared_source.h"

namespace anon::internal {
namespace {

// Each record of the population is one person.
absl::StatusOr<PopulationCounts> CountPopulation(const Policy& policy,
                                                 const TablePlan& plan,
                                                 RandomSource& random) {
  ANON_ASSIGN_OR_RETURN(
      const auto table,
      CsvSource::Open(policy.population,
                      {.delimiter = policy.population_delimiter}));
  // What was done to the source is done to its population.
  std::vector<ColumnOperators> operators;
  for (ColumnOperators& each : OperatorsOf(policy, *table)) {
    for (const Generalization& quasi : plan.quasi_identifiers()) {
      if (quasi.attribute() == each.column) operators.push_back(each);
    }
  }
  ANON_ASSIGN_OR_RETURN(const auto treated,
                        TreatedSource::Create(*table, std::move(operators)));
  ANON_ASSIGN_OR_RETURN(const Hierarchies hierarchies,
                        MakeHierarchies(policy, *treated));
  ClassColumns columns;
  for (const Generalization& quasi : plan.quasi_identifiers()) {
    const auto column = std::ranges::find(policy.columns, quasi.attribute(),
                                          &ColumnPolicy::name);
    ANON_ASSIGN_OR_RETURN(Generalization same,
                          MakeGeneralization(*column, hierarchies));
    columns.quasi_identifiers.push_back(std::move(same));
  }
  ANON_ASSIGN_OR_RETURN(RowCoder coder,
                        RowCoder::Create(std::move(columns), *table, random));
  ANON_ASSIGN_OR_RETURN(
      const Classes classes,
      CountClasses(*treated, coder, {.class_budget = policy.class_budget}));
  if (classes.size() == 0) {
    return InputErrorAt({.file = table->name(), .line = 2, .column = 1},
                        "a population without records");
  }
  PopulationCounts counts;
  std::vector<std::string> labels(coder.quasi_identifiers().size());
  for (std::size_t i = 0; i < classes.size(); ++i) {
    for (std::size_t q = 0; q < labels.size(); ++q) {
      labels[q] = coder.quasi_identifiers()[q].label(classes.code(i, q));
    }
    counts[labels] = classes.principals(i);
  }
  return counts;
}

}  // namespace

absl::StatusOr<ModelContext> GatherModelInputs(const Policy& policy,
                                               const TablePlan& plan,
                                               const Classes& classes,
                                               RandomSource& random) {
  ModelContext context;
  context.quasi_label = [&plan](std::size_t q, std::uint32_t code) {
    return plan.quasi_identifiers()[q].label(code);
  };
  for (const auto& model : policy.models) {
    if (model->attribute().empty()) continue;
    const auto sensitive = classes.SensitiveIndex(model->attribute());
    if (!sensitive) continue;  // the model says so
    SensitiveContext& known =
        context.sensitive[std::string(model->attribute())];
    known.label = [&plan, s = *sensitive](std::uint32_t code) {
      return plan.sensitive_value(s, code);
    };
    if (model->needs().distribution && known.reference.empty()) {
      ANON_ASSIGN_OR_RETURN(
          known.reference,
          CountValues(classes, model->attribute(), known.label));
    }
    const auto file = policy.value_hierarchies.find(model->attribute());
    if (file == policy.value_hierarchies.end()) continue;
    ANON_ASSIGN_OR_RETURN(
        known.hierarchy,
        LoadHierarchy(file->second.file, file->second.delimiter));
  }
  if (!policy.population.empty()) {
    ANON_ASSIGN_OR_RETURN(auto counts, CountPopulation(policy, plan, random));
    context.population =
        std::make_shared<const PopulationCounts>(std::move(counts));
  }
  return context;
}

}  // namespace anon::internal
