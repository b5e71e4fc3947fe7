// SPDX-License-Identifier: Apache-2.0
//
// delta-presence. Being in a table of debtors is itself the secret. With n
// people of the table and F people of the population in a class, a member of
// the population is in the table with probability n/F; asked is
// dmin <= n/F <= dmax for every class of the population.
//
// Example: 3 of 10 and 4 of 4 have 3/10 and 1: who belongs to the second is
// known to be in the table. 0 of 8 violates every dmin above 0, although the
// table has no such class: who belongs there is known not to be in it.
//
// A class that the population lacks has an infinite figure: the population
// given is not the one that the table was drawn from. Where only sampling
// weights are known, they estimate F; of the classes that only the population
// has they say nothing, so that a dmin above 0 cannot be judged.
//
// Cost: one look-up per class. Source: Nergiz, Atzori and Clifton, Hiding the
// presence of individuals from shared databases (2007). Tested in
// tests/model/delta_presence_test.cc.
#include "anon/model/delta_presence.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "model/exact.h"
#include "model/population.h"

namespace anon {
namespace {

class Bound final : public BoundModel {
 public:
  Bound(const Classes& classes, const Ratio& least, const Ratio& most,
        internal::MatchedPopulation population)
      : BoundModel(classes),
        least_(least),
        most_(most),
        population_(std::move(population)) {}

  Outcome At(std::size_t i) const override {
    const std::int64_t people = classes().principals(i);
    const std::int64_t of = population_.people[i];
    if (of == 0) {
      constexpr double kInfinite = std::numeric_limits<double>::infinity();
      return {false, kInfinite, kInfinite};
    }
    const internal::Int128 units = internal::Int128{people} * population_.unit;
    const double figure = static_cast<double>(units) / static_cast<double>(of);
    return {.holds = internal::Compare(units, of, least_) >= 0 &&
                     internal::Compare(units, of, most_) <= 0,
            .figure = figure,
            .exposure = std::max(figure - most_.ToDouble(),
                                 least_.ToDouble() - figure)};
  }

 private:
  std::string Text(const Outcome& outcome) const override {
    const bool above = outcome.figure > least_.ToDouble();
    return internal::FigureText(
        outcome.figure, above ? most_ : least_,
        above ? internal::Side::kAtMost : internal::Side::kAtLeast,
        outcome.holds);
  }

  void Amend(const Outcome& /*worst*/, Verdict& verdict) const override {
    if (population_.unmatched == 0 || least_.numerator() == 0) return;
    // Nobody is there to have a figure or a record; the figure is 0.
    verdict.failing_classes += population_.unmatched;
    // No share is lower, and who is known not to be there is worst off,
    // whatever else fails; only a population that is the wrong one says more.
    if (!std::isinf(verdict.achieved_value)) {
      verdict.achieved = "0";
      verdict.achieved_value = 0;
    }
    verdict.satisfied = false;
  }

  const Ratio least_;
  const Ratio most_;
  const internal::MatchedPopulation population_;
};

class Model final : public PrivacyModel {
 public:
  Model(const Ratio& least, const Ratio& most) : least_(least), most_(most) {}

  std::string_view name() const override { return "delta_presence"; }
  std::string asked() const override {
    return fmt::format("{} to {}", internal::ThresholdText(least_),
                       internal::ThresholdText(most_));
  }
  ModelNeeds needs() const override { return {.population = true}; }
  // Dropping a class leaves its people of the population without a record.
  bool class_by_class() const override { return least_.numerator() == 0; }

 private:
  absl::StatusOr<std::unique_ptr<BoundModel>> Bind(
      const Classes& classes, const ModelContext& context) const override {
    const bool ordered = least_.numerator() >= 0 && least_ <= most_ &&
                         most_.numerator() <= most_.denominator();
    const bool all =
        least_.numerator() == 0 && most_.numerator() == most_.denominator();
    if (!ordered || all) {
      return PolicyError(
          "delta_presence needs 0 <= min <= max <= 1, and not 0 and 1: that "
          "says nothing");
    }
    if (context.wildcards != nullptr) {
      return PolicyError(
          "delta_presence cannot be judged with wildcards: give missing values "
          "a category of their own");
    }
    auto population = internal::MatchPopulation(classes, context);
    if (population.estimated && least_.numerator() > 0) {
      return PolicyError(
          "delta_presence with a min above 0 needs a table of the population: "
          "sampling weights do not tell who is not in the table");
    }
    return std::make_unique<Bound>(classes, least_, most_,
                                   std::move(population));
  }

  const Ratio least_;
  const Ratio most_;
};

}  // namespace

std::shared_ptr<const PrivacyModel> DeltaPresence(const Ratio& least,
                                                  const Ratio& most) {
  return std::make_shared<Model>(least, most);
}

}  // namespace anon
