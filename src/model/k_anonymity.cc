// SPDX-License-Identifier: Apache-2.0
//
// k-anonymity. A table is k-anonymous if each combination of quasi-identifier
// values that occurs in it is shared by at least k people, so that whoever
// knows those values of a person finds k candidates.
//
// Example: {30s, Tokyo} with the subscribers A, B, C has the figure 3. Five
// lines of subscriber A alone have the figure 1: people count, not rows.
//
// Cost: one comparison per class. Source: Samarati and Sweeney, Protecting
// privacy when disclosing information (1998); Sweeney, k-anonymity: a model for
// protecting privacy (2002). Tested in tests/model/k_anonymity_test.cc.
#include "anon/model/k_anonymity.h"

#include <fmt/format.h>

#include "model/size_model.h"

namespace anon {
namespace {

class Bound final : public internal::SizeAtLeast {
 public:
  Bound(const Classes& classes, const ModelContext& context, std::int64_t k)
      : SizeAtLeast(classes, k), sizes_(classes, context) {}
  std::int64_t units(std::size_t i) const override { return sizes_.units(i); }
  std::int64_t unit() const override { return sizes_.unit(); }
  std::optional<Outcome> Of(const ClassFigures& figures) const override {
    if (sizes_.wildcards()) return std::nullopt;
    return OfSize(figures.principals);
  }

 private:
  std::optional<double> Glance(internal::ClassBlocks& blocks,
                               std::span<double> glances) const override {
    if (!sizes_.Glance(blocks, glances)) return std::nullopt;
    return 1 / static_cast<double>(least());
  }

  const internal::ClassSizes sizes_;
};

class KAnonymityModel final : public PrivacyModel {
 public:
  explicit KAnonymityModel(std::int64_t k) : k_(k) {}

  std::string_view name() const override { return "k_anonymity"; }
  std::string asked() const override { return fmt::format("{}", k_); }
  bool absorbing() const override { return true; }

 private:
  absl::StatusOr<std::unique_ptr<BoundModel>> Bind(
      const Classes& classes, const ModelContext& context) const override {
    if (k_ < 2) {
      return PolicyError(
          "k_anonymity needs a k of 2 or more: with less it says nothing");
    }
    return std::make_unique<Bound>(classes, context, k_);
  }

  const std::int64_t k_;
};

}  // namespace

std::shared_ptr<const PrivacyModel> KAnonymity(std::int64_t k) {
  return std::make_shared<KAnonymityModel>(k);
}

}  // namespace anon
