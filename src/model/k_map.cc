// SPDX-License-Identifier: Apache-2.0
//
// k-map. Where nobody can know who of a population is in a table, a person is
// hidden among all people of the population with the same quasi-identifiers.
//
// Example: classes of 1, 2 and 5 people whose values 4, 2 and 50 people of the
// population share have the figure 2, although the table is not 2-anonymous. A
// class that the population lacks has the figure 0. Where only sampling weights
// are known, 84.5 people are estimated to share the values of a class.
//
// Cost: one look-up per class. Source: Sweeney, Computational disclosure
// control (2001), section 5; El Emam and Dankar, Protecting privacy using
// k-anonymity (2008). Tested in tests/model/k_map_test.cc.
#include "anon/model/k_map.h"

#include <fmt/format.h>

#include "model/population.h"
#include "model/size_model.h"

namespace anon {
namespace {

class Bound final : public internal::SizeAtLeast {
 public:
  Bound(const Classes& classes, std::int64_t k,
        internal::MatchedPopulation population)
      : SizeAtLeast(classes, k), population_(std::move(population)) {}
  std::int64_t units(std::size_t i) const override {
    return population_.people[i];
  }
  std::int64_t unit() const override { return population_.unit; }

 private:
  const internal::MatchedPopulation population_;
};

class Model final : public PrivacyModel {
 public:
  explicit Model(std::int64_t k) : k_(k) {}

  std::string_view name() const override { return "k_map"; }
  std::string asked() const override { return fmt::format("{}", k_); }
  ModelNeeds needs() const override { return {.population = true}; }

 private:
  absl::StatusOr<std::unique_ptr<BoundModel>> Bind(
      const Classes& classes, const ModelContext& context) const override {
    if (k_ < 2) {
      return PolicyError(
          "k_map needs a k of 2 or more: with less it says nothing");
    }
    return std::make_unique<Bound>(classes, k_,
                                   internal::MatchPopulation(classes, context));
  }

  const std::int64_t k_;
};

}  // namespace

std::shared_ptr<const PrivacyModel> KMap(std::int64_t k) {
  return std::make_shared<Model>(k);
}

}  // namespace anon
