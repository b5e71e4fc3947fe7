// SPDX-License-Identifier: Apache-2.0
#include "model/population.h"

#include <algorithm>
#include <string>

namespace anon::internal {
namespace {

MatchedPopulation Estimate(const Classes& classes,
                           const ModelContext& context) {
  MatchedPopulation matched;
  matched.unit = kWeightUnit;
  matched.estimated = true;
  if (context.wildcards != nullptr) {
    matched.people = context.wildcards->population;
    matched.unit *= context.wildcards->unit;
    return matched;
  }
  for (std::size_t i = 0; i < classes.size(); ++i) {
    matched.people.push_back(classes.population(i));
  }
  return matched;
}

}  // namespace

MatchedPopulation MatchPopulation(const Classes& classes,
                                  const ModelContext& context) {
  if (context.population == nullptr) return Estimate(classes, context);
  MatchedPopulation matched;
  const PopulationCounts& population = *context.population;
  matched.unmatched = std::ranges::count_if(
      population, [](const auto& entry) { return entry.second > 0; });
  std::vector<std::string> labels(classes.quasi_identifiers().size());
  for (std::size_t i = 0; i < classes.size(); ++i) {
    for (std::size_t q = 0; q < labels.size(); ++q) {
      labels[q] = context.quasi_label(q, classes.code(i, q));
    }
    const auto at = population.find(labels);
    const std::int64_t people = at == population.end() ? 0 : at->second;
    matched.people.push_back(people);
    const bool stands = context.standing == nullptr || (*context.standing)[i];
    if (stands && people > 0) --matched.unmatched;
  }
  return matched;
}

}  // namespace anon::internal
