// SPDX-License-Identifier: Apache-2.0
//
// Distinct l-diversity. Where all people of a class share one sensitive value,
// knowing the class is knowing the value, however large the class. So each
// class must show at least l different values of the sensitive attribute.
//
// Example: a class whose ten principals have the plans {S: 8, M: 1, L: 1} has
// the figure 3. It does not see that 80 % have plan S: the weakest of the
// l-diversity models, and the one that is easy to explain.
//
// Cost: the length of one sparse histogram per class. Source: Machanavajjhala
// et al., l-Diversity: privacy beyond k-anonymity (2007), section 4. Tested in
// tests/model/
// distinct_l_diversity_test.cc.
#include "anon/model/distinct_l_diversity.h"

#include <fmt/format.h>

#include <string>

#include "base/status_macros.h"
#include "model/class_block.h"
#include "model/sensitive_values.h"

namespace anon {
namespace {

class Bound final : public BoundModel {
 public:
  Bound(const Classes& classes, std::size_t sensitive, std::int64_t l)
      : BoundModel(classes), sensitive_(sensitive), l_(l) {}

  Outcome At(std::size_t i) const override {
    return OfCount(std::ssize(classes().histogram(i, sensitive_)));
  }
  std::optional<Outcome> Of(const ClassFigures& figures) const override {
    return OfCount(std::ssize(figures.histograms[sensitive_]));
  }

 private:
  Outcome OfCount(std::int64_t count) const {
    const double figure = static_cast<double>(count);
    return {count >= l_, figure, -figure};
  }
  // One over the number.
  std::optional<double> Glance(internal::ClassBlocks& blocks,
                               std::span<double> glances) const override {
    const internal::ClassBlock* block = blocks.Of(sensitive_);
    if (block == nullptr) return std::nullopt;
    for (std::size_t c = 0; c < internal::kBlock; ++c) {
      glances[c] = 1 / block->distinct[c];
    }
    return 1 / static_cast<double>(l_);
  }
  std::string Text(const Outcome& outcome) const override {
    return fmt::format("{:.0f}", outcome.figure);
  }

  const std::size_t sensitive_;
  const std::int64_t l_;
};

class DistinctLDiversityModel final : public PrivacyModel {
 public:
  DistinctLDiversityModel(std::string_view attribute, std::int64_t l)
      : attribute_(attribute), l_(l) {}

  std::string_view name() const override { return "distinct_l_diversity"; }
  std::string_view attribute() const override { return attribute_; }
  std::string asked() const override { return fmt::format("{}", l_); }
  bool absorbing() const override { return true; }

 private:
  absl::StatusOr<std::unique_ptr<BoundModel>> Bind(
      const Classes& classes, const ModelContext&) const override {
    ANON_ASSIGN_OR_RETURN(const std::size_t sensitive,
                          internal::GuardedBy(*this, classes));
    if (l_ < 2) {
      return PolicyError(
          "distinct_l_diversity needs an l of 2 or more: with less it says "
          "nothing");
    }
    return std::make_unique<Bound>(classes, sensitive, l_);
  }

  const std::string attribute_;
  const std::int64_t l_;
};

}  // namespace

std::shared_ptr<const PrivacyModel> DistinctLDiversity(
    std::string_view attribute, std::int64_t l) {
  return std::make_shared<DistinctLDiversityModel>(attribute, l);
}

}  // namespace anon
