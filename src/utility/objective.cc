// SPDX-License-Identifier: Apache-2.0
#include "anon/utility/objective.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/status_macros.h"
#include "utility/table_figures.h"

namespace anon {
namespace {

using internal::Factors;

absl::StatusOr<Factors> FactorsOf(const ObjectiveSpec& spec) {
  const double factor = spec.suppression_factor.ToDouble();
  if (factor < 0 || factor > 1) {
    return PolicyError("the suppression factor must be from 0 to 1");
  }
  const bool even = spec.suppression_factor.numerator() * 2 ==
                    spec.suppression_factor.denominator();
  const bool takes = spec.name.starts_with("loss") || spec.name == "precision";
  if (!even && !takes) {
    return PolicyError(fmt::format(
        "the objective {} takes no suppression factor: leave it out, or use "
        "loss or precision",
        spec.name));
  }
  return Factors{.generalization = factor <= 0.5 ? 1 : 2 - 2 * factor,
                 .suppression = factor >= 0.5 ? 1 : 2 * factor};
}

absl::StatusOr<std::size_t> ClassAttribute(const ObjectiveSpec& spec,
                                           const Classes& classes) {
  if (!classes.one_row_per_principal()) {
    return PolicyError(
        "the objective classification counts the values of people, and some "
        "have several records: bring the table to one record per principal, "
        "or use another objective");
  }
  if (const auto at = classes.SensitiveIndex(spec.attribute)) return *at;
  return PolicyError(
      "the objective classification needs an attribute: name a sensitive "
      "column");
}

}  // namespace

absl::StatusOr<std::shared_ptr<const Objective>> MakeObjective(
    const ObjectiveSpec& spec, const Classes& classes,
    std::span<const ObjectiveAttribute> attributes) {
  const std::vector<std::string> known = KnownObjectives();
  if (std::ranges::find(known, spec.name) == known.end()) {
    return PolicyError(fmt::format("no objective '{}': use {}", spec.name,
                                   fmt::join(known, ", ")));
  }
  if (spec.name != "classification" && !spec.attribute.empty()) {
    return PolicyError(fmt::format(
        "the objective {} takes no attribute: leave it out", spec.name));
  }
  ANON_ASSIGN_OR_RETURN(const Factors factors, FactorsOf(spec));
  if (spec.name == "height") return internal::HeightObjective();
  auto figures = std::make_shared<const internal::TableFigures>(
      internal::Describe(classes, attributes));
  if (spec.name == "classification") {
    ANON_ASSIGN_OR_RETURN(const std::size_t sensitive,
                          ClassAttribute(spec, classes));
    return internal::ClassificationMetric(std::move(figures), sensitive);
  }
  if (spec.name == "precision") {
    return internal::PrecisionObjective(std::move(figures), factors);
  }
  if (spec.name == "average_class_size") {
    return internal::AverageClassSize(std::move(figures));
  }
  if (spec.name == "discernibility") {
    return internal::Discernibility(std::move(figures));
  }
  if (spec.name == "non_uniform_entropy") {
    return internal::NonUniformEntropy(std::move(figures));
  }
  if (spec.name == "kl_divergence") {
    const double entropy = internal::TupleEntropy(classes, *figures);
    return internal::KlDivergence(std::move(figures), entropy);
  }
  if (spec.name == "ambiguity") return internal::Ambiguity(std::move(figures));
  return internal::LossObjective(std::move(figures), factors,
                                 spec.name == "loss");
}

std::vector<std::string> KnownObjectives() {
  return {"ambiguity",
          "average_class_size",
          "classification",
          "discernibility",
          "height",
          "kl_divergence",
          "loss",
          "loss_arithmetic_mean",
          "non_uniform_entropy",
          "precision"};
}

}  // namespace anon
