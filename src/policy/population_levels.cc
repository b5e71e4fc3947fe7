// SPDX-License-Identifier: Apache-2.0
#include "policy/population_levels.h"

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace anon::internal {
namespace {

struct Attribute {
  const Hierarchy* hierarchy = nullptr;  // null: labels are values
  std::size_t level = 0;                 // counted
};

// One tuple of the population: codes of hierarchies, or the value itself.
struct People {
  std::vector<std::uint32_t> codes;
  const std::vector<std::string>* labels = nullptr;
  std::int64_t count = 0;
};

struct Counted {
  ModelContext context;
  std::vector<Attribute> attributes;
  std::vector<People> people;
};

std::shared_ptr<const Counted> Prepare(const ModelContext& context,
                                       const TablePlan& plan) {
  auto counted = std::make_shared<Counted>();
  counted->context = context;
  std::vector<absl::flat_hash_map<std::string, std::uint32_t>> codes;
  for (const Generalization& quasi : plan.quasi_identifiers()) {
    const Attribute& a = counted->attributes.emplace_back(
        Attribute{quasi.hierarchy(), quasi.level()});
    auto& own = codes.emplace_back();
    for (std::uint32_t c = 0;
         a.hierarchy != nullptr && c < a.hierarchy->size(a.level); ++c) {
      own.emplace(a.hierarchy->label(a.level, c), c);
    }
  }
  for (const auto& [labels, count] : *counted->context.population) {
    People& people = counted->people.emplace_back();
    people.labels = &labels;
    people.count = count;
    for (std::size_t q = 0; q < labels.size(); ++q) {
      const bool flat = counted->attributes[q].hierarchy == nullptr;
      people.codes.push_back(flat ? 0 : codes[q].at(labels[q]));
    }
  }
  return counted;
}

ModelContext At(const std::shared_ptr<const Counted>& counted,
                const std::vector<std::size_t>& levels) {
  PopulationCounts population;
  std::vector<std::string> labels(levels.size());
  for (const People& people : counted->people) {
    for (std::size_t q = 0; q < levels.size(); ++q) {
      const Attribute& a = counted->attributes[q];
      labels[q] =
          a.hierarchy == nullptr
              ? (*people.labels)[q]
              : std::string(a.hierarchy->label(
                    levels[q], a.hierarchy->Generalize(people.codes[q], a.level,
                                                       levels[q])));
    }
    population[labels] += people.count;
  }
  ModelContext context = counted->context;
  context.population =
      std::make_shared<const PopulationCounts>(std::move(population));
  context.quasi_label = [counted, levels](std::size_t q, std::uint32_t code) {
    const Hierarchy* const hierarchy = counted->attributes[q].hierarchy;
    return hierarchy == nullptr ? counted->context.quasi_label(q, code)
                                : hierarchy->label(levels[q], code);
  };
  return context;
}

}  // namespace

std::function<ModelContext(const std::vector<std::size_t>& levels)>
PopulationAtLevels(const ModelContext& context, const TablePlan& plan) {
  return [counted =
              Prepare(context, plan)](const std::vector<std::size_t>& levels) {
    return At(counted, levels);
  };
}

}  // namespace anon::internal
