// SPDX-License-Identifier: Apache-2.0
//
// k-anonymity of groups. The members of a household live in one place, pay
// together and know each other: five people who share their quasi-identifiers
// may be one family, and whoever knows the family has found it. So classes are
// also to have people of k different groups.
//
// Example: a class of the parents and three children of one household has k = 5
// people and 1 group.
//
// Cost: one comparison per class. Source: Hundepool et al., Statistical
// Disclosure Control (2012), section 3.3, on households. Tested in
// tests/model/group_k_anonymity_test.cc.
#include "anon/model/group_k_anonymity.h"

#include <fmt/format.h>

#include <optional>

#include "model/size_model.h"

namespace anon {
namespace {

class Bound final : public internal::SizeAtLeast {
 public:
  using SizeAtLeast::SizeAtLeast;
  std::int64_t units(std::size_t i) const override {
    return classes().groups(i);
  }
  std::int64_t unit() const override { return 1; }
  std::optional<Outcome> Of(const ClassFigures& figures) const override {
    return OfSize(figures.groups);
  }
};

class Model final : public PrivacyModel {
 public:
  explicit Model(std::int64_t k) : k_(k) {}

  std::string_view name() const override { return "group_k_anonymity"; }
  std::string asked() const override { return fmt::format("{}", k_); }
  ModelNeeds needs() const override { return {.groups = true}; }
  bool absorbing() const override { return true; }

 private:
  absl::StatusOr<std::unique_ptr<BoundModel>> Bind(
      const Classes& classes, const ModelContext& /*context*/) const override {
    if (k_ < 2) {
      return PolicyError(
          "group_k_anonymity needs a k of 2 or more: with less it says "
          "nothing");
    }
    return std::make_unique<Bound>(classes, k_);
  }

  const std::int64_t k_;
};

}  // namespace

std::shared_ptr<const PrivacyModel> GroupKAnonymity(std::int64_t k) {
  return std::make_shared<Model>(k);
}

}  // namespace anon
