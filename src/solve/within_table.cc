// SPDX-License-Identifier: Apache-2.0
#include "solve/within_table.h"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"

namespace anon::internal {
namespace {

using Bound = std::shared_ptr<const BoundModel>;

class BoundWithin final : public BoundModel {
 public:
  BoundWithin(const Classes& classes, Bound whole)
      : BoundModel(classes), whole_(std::move(whole)) {}

  Outcome At(std::size_t i) const override {
    std::vector<std::span<const ValueCount>> histograms;
    for (std::size_t s = 0; s < classes().sensitive_attributes().size(); ++s) {
      histograms.push_back(classes().histogram(i, s));
    }
    return *whole_->Of({.principals = classes().principals(i),
                        .histograms = histograms,
                        .groups = classes().groups(i)});
  }
  std::optional<Outcome> Of(const ClassFigures& figures) const override {
    return whole_->Of(figures);
  }
  std::int64_t LeastFailing(const ClassFigures& figures,
                            const Outcome& outcome) const override {
    return whole_->LeastFailing(figures, outcome);
  }

 protected:
  std::string Text(const Outcome& outcome) const override {
    return fmt::format("{:.6g}", outcome.figure);
  }

 private:
  const Bound whole_;
};

class Within final : public PrivacyModel {
 public:
  Within(std::shared_ptr<const PrivacyModel> model, Bound whole)
      : model_(std::move(model)), whole_(std::move(whole)) {}

  std::string_view name() const override { return model_->name(); }
  std::string_view attribute() const override { return model_->attribute(); }
  std::string asked() const override { return model_->asked(); }
  bool monotone() const override { return model_->monotone(); }
  bool absorbing() const override { return model_->absorbing(); }
  bool class_by_class() const override { return model_->class_by_class(); }

 private:
  absl::StatusOr<std::unique_ptr<BoundModel>> Bind(
      const Classes& classes, const ModelContext&) const override {
    return std::make_unique<BoundWithin>(classes, whole_);
  }

  const std::shared_ptr<const PrivacyModel> model_;
  const Bound whole_;
};

}  // namespace

absl::StatusOr<PrivacyModels> WithinTable(const PrivacyModels& models,
                                          const Classes& table,
                                          const ModelContext& context) {
  PrivacyModels within;
  const std::vector<std::span<const ValueCount>> none(
      table.sensitive_attributes().size());
  for (const auto& model : models) {
    within.push_back(model);
    if (!model->needs().distribution) continue;
    ANON_ASSIGN_OR_RETURN(Bound whole, model->On(table, context));
    // Whatever one asks it: whether the answer depends on figures alone.
    if (!whole->Of({.principals = 1, .histograms = none})) continue;
    within.back() = std::make_shared<Within>(model, std::move(whole));
  }
  return within;
}

}  // namespace anon::internal
