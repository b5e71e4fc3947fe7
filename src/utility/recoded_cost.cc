// SPDX-License-Identifier: Apache-2.0
//
// Loss and precision of a table that several rounds have released, each at its
// own levels. Both are means over people of what each cell costs (see
// loss_objective.cc and precision.cc), so rounds add up: an attribute is summed
// over all classes, each at the level of its round, a suppressed one in full;
// or, with a suppression factor below 1/2, as one at the levels of the first
// round is by the objective. Cost: classes times attributes. Tested against a
// count by rows in tests/solve/local_recoding_test.cc.
#include "anon/utility/recoded_cost.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/status_macros.h"
#include "utility/table_figures.h"

namespace anon {
namespace {

std::int64_t DomainOf(const ObjectiveAttribute& a) {
  return a.hierarchy == nullptr
             ? 1
             : static_cast<std::int64_t>(a.hierarchy->domain_size());
}

}  // namespace

bool RecodedCost::Measures(std::string_view objective) {
  return objective == "loss" || objective == "loss_arithmetic_mean" ||
         objective == "precision";
}

absl::StatusOr<RecodedCost> RecodedCost::Create(
    const ObjectiveSpec& spec, const Classes& classes,
    std::span<const ObjectiveAttribute> attributes) {
  if (!Measures(spec.name)) {
    return PolicyError(fmt::format(
        "the objective {} is not defined for records at several levels: use "
        "loss, loss_arithmetic_mean or precision",
        spec.name));
  }
  ANON_RETURN_IF_ERROR(MakeObjective(spec, classes, attributes).status());
  RecodedCost cost(classes, attributes);
  cost.precision_ = spec.name == "precision";
  cost.geometric_ = spec.name == "loss";
  const double factor = spec.suppression_factor.ToDouble();
  cost.generalization_ = factor <= 0.5 ? 1 : 2 - 2 * factor;
  cost.suppression_ = factor >= 0.5 ? 1 : 2 * factor;
  return cost;
}

// What people cost in attribute `q`, those released or the others: values that
// their labels cover, or levels. The others would have had labels of the first
// round.
std::int64_t RecodedCost::Covered(
    std::size_t q, std::span<const std::uint32_t> round_of,
    std::span<const std::vector<std::size_t>> levels, bool released) const {
  const ObjectiveAttribute& a = attributes_[q];
  if (a.hierarchy == nullptr) return 0;
  std::int64_t covered = 0;
  for (std::size_t i = 0; i < classes_.size(); ++i) {
    if ((round_of[i] != kSuppressed) != released) continue;
    const std::size_t level = released         ? levels[round_of[i]][q]
                              : levels.empty() ? a.level
                                               : levels.front()[q];
    covered += classes_.principals(i) *
               (precision_ ? static_cast<std::int64_t>(level)
                           : a.hierarchy->leaves(level, a.hierarchy->Generalize(
                                                            classes_.code(i, q),
                                                            a.level, level)));
  }
  return covered;
}

double RecodedCost::Measure(
    std::span<const std::uint32_t> round_of,
    std::span<const std::vector<std::size_t>> levels) const {
  const auto people = static_cast<double>(classes_.total_principals());
  double gone = 0;
  for (std::size_t i = 0; i < classes_.size(); ++i) {
    if (round_of[i] == kSuppressed) {
      gone += static_cast<double>(classes_.principals(i));
    }
  }
  double sum = 0;
  double product = 1;
  for (std::size_t q = 0; q < attributes_.size(); ++q) {
    const ObjectiveAttribute& a = attributes_[q];
    const auto covered =
        static_cast<double>(Covered(q, round_of, levels, true));
    double one = 0;
    if (precision_) {
      const double height = a.hierarchy == nullptr
                                ? 0
                                : static_cast<double>(a.hierarchy->height());
      one = (generalization_ * (height == 0 ? 0 : covered / height) +
             suppression_ * gone) /
            people;
    } else {
      const auto full = static_cast<double>(DomainOf(a));
      const double least =
          a.hierarchy == nullptr ? 0 : generalization_ * people;
      const double most = people * full;
      // As LossObjective counts them.
      const double rest =
          suppression_ == 1
              ? 0
              : static_cast<double>(Covered(q, round_of, levels, false));
      const double cost =
          suppression_ == 1
              ? generalization_ * covered + gone * full
              : covered + rest + suppression_ * (gone * full - rest);
      one = most <= least ? 0
                          : internal::Floor10((cost - least) / (most - least));
    }
    sum += a.weight * one;
    product *= a.weight * one + 1;
  }
  if (attributes_.empty() || people == 0) return 0;
  const auto count = static_cast<double>(attributes_.size());
  return geometric_ ? std::pow(product, 1 / count) - 1 : sum / count;
}

Loss RecodedCost::MeasureLoss(
    std::span<const std::uint32_t> round_of,
    std::span<const std::vector<std::size_t>> levels) const {
  RecodedCost plain(classes_, attributes_);
  Loss loss;
  double sum = 0;
  double product = 1;
  const auto people = static_cast<double>(classes_.total_principals());
  double gone = 0;
  for (std::size_t i = 0; i < classes_.size(); ++i) {
    if (round_of[i] == kSuppressed) {
      gone += static_cast<double>(classes_.principals(i));
    }
  }
  for (std::size_t q = 0; q < attributes_.size(); ++q) {
    const auto full = static_cast<double>(DomainOf(attributes_[q]));
    const double least = attributes_[q].hierarchy == nullptr ? 0 : people;
    const double most = people * full;
    const double cost =
        static_cast<double>(plain.Covered(q, round_of, levels, true)) +
        gone * full;
    const double one =
        most <= least ? 0 : std::max(0.0, (cost - least) / (most - least));
    loss.attributes.push_back({classes_.quasi_identifiers()[q], one});
    sum += one;
    product *= one + 1;
  }
  if (!attributes_.empty()) {
    const auto count = static_cast<double>(attributes_.size());
    loss.arithmetic_mean = sum / count;
    loss.geometric_mean = std::pow(product, 1 / count) - 1;
  }
  return loss;
}

}  // namespace anon
