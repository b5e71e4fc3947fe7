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
// tests/model/l_diversity_test.cc.
#include "anon/model/l_diversity.h"

#include <fmt/format.h>

#include <string>

namespace anon {
namespace {

class DistinctLDiversityModel final : public PrivacyModel {
 public:
  DistinctLDiversityModel(std::string_view attribute, std::int64_t l)
      : attribute_(attribute), l_(l) {}

  std::string_view name() const override { return "distinct_l_diversity"; }
  std::string_view attribute() const override { return attribute_; }
  std::string asked() const override { return fmt::format("{}", l_); }

  absl::Status CheckNeeds(const Classes& classes) const override {
    if (attribute_.empty()) {
      return PolicyError(
          "distinct_l_diversity needs an attribute: name a sensitive column");
    }
    if (l_ < 2) {
      return PolicyError(
          "distinct_l_diversity needs an l of 2 or more: with less it says "
          "nothing");
    }
    return PrivacyModel::CheckNeeds(classes);
  }

  bool Holds(const Classes& classes, std::size_t i) const override {
    return Figure(classes, i) >= l_;
  }

  std::int64_t Figure(const Classes& classes, std::size_t i) const override {
    const auto sensitive = classes.SensitiveIndex(attribute_);
    return static_cast<std::int64_t>(classes.histogram(i, *sensitive).size());
  }

 private:
  const std::string attribute_;
  const std::int64_t l_;
};

}  // namespace

std::shared_ptr<const PrivacyModel> DistinctLDiversity(
    std::string_view attribute, std::int64_t l) {
  return std::make_shared<DistinctLDiversityModel>(attribute, l);
}

}  // namespace anon
