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
#include "model/count_model.h"
#include "model/sensitive_values.h"

namespace anon {
namespace {

class Bound final : public internal::CountAtLeast {
 public:
  Bound(const Classes& classes, std::size_t sensitive, std::int64_t l)
      : CountAtLeast(classes, l), sensitive_(sensitive) {}
  std::int64_t Count(std::size_t i) const override {
    return static_cast<std::int64_t>(classes().histogram(i, sensitive_).size());
  }
  std::optional<Outcome> Of(const ClassFigures& figures) const override {
    return OfCount(std::ssize(figures.histograms[sensitive_]));
  }

 private:
  const std::size_t sensitive_;
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
