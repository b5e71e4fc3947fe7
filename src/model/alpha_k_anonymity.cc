// SPDX-License-Identifier: Apache-2.0
//
// (alpha,k)-anonymity. k-anonymity, and nobody can say with more confidence
// than alpha which value somebody of a class has: the most frequent value of
// the class belongs to at most the share alpha of its people.
//
// Example: {3, 1, 1} is (3/5, 5)-anonymous, {2, 2} is (1/2, 4)-anonymous.
//
// The paper protects chosen values; here every value is protected (its general
// form), because a policy names no values. A person with several values counts
// for each of them, once in the size of the class.
//
// Cost: one pass over the histogram of a class. Source: Wong, Li, Fu and Wang,
// (alpha,k)-anonymity: an enhanced k-anonymity model for privacy preserving
// data publishing (2006). Tested in tests/model/alpha_k_anonymity_test.cc.
#include "anon/model/alpha_k_anonymity.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "base/status_macros.h"
#include "model/exact.h"
#include "model/sensitive_values.h"

namespace anon {
namespace {

class Bound final : public BoundModel {
 public:
  Bound(const Classes& classes, std::size_t sensitive, const Ratio& alpha,
        std::int64_t k)
      : BoundModel(classes), sensitive_(sensitive), alpha_(alpha), k_(k) {}

  Outcome At(std::size_t i) const override {
    return Measure(classes().principals(i), classes().histogram(i, sensitive_));
  }
  std::optional<Outcome> Of(const ClassFigures& figures) const override {
    return Measure(figures.principals, figures.histograms[sensitive_]);
  }

 private:
  // How many people have the most frequent value.
  static std::int64_t Most(std::span<const ValueCount> histogram) {
    std::int64_t most = 0;
    for (const ValueCount& value : histogram) {
      most = std::max(most, value.principals);
    }
    return most;
  }

  Outcome Measure(std::int64_t people,
                  std::span<const ValueCount> histogram) const {
    const std::int64_t most = Most(histogram);
    const double share =
        static_cast<double>(most) / static_cast<double>(people);
    const double thin = static_cast<double>(k_) / static_cast<double>(people);
    return {.holds = people >= k_ && Confident(most, people) <= 0,
            .figure = share,
            .exposure = std::max(share / limit_, thin)};
  }

  int Confident(std::int64_t most, std::int64_t people) const {
    return internal::Compare(
        static_cast<double>(most) / static_cast<double>(people), limit_, most,
        people, alpha_);
  }

  std::string Text(const Outcome& outcome) const override {
    return fmt::format("{:.6g}", outcome.figure);
  }

  // Both worst figures, which may belong to different classes.
  void Amend(Verdict& verdict) const override {
    bool any = false;
    double share = 0;
    bool holds = true;
    std::int64_t smallest = 0;
    for (std::size_t i = 0; i < classes().size(); ++i) {
      if (!stands(i)) continue;
      const std::int64_t people = classes().principals(i);
      smallest = any ? std::min(smallest, people) : people;
      any = true;
      const std::int64_t most = Most(classes().histogram(i, sensitive_));
      holds = holds && Confident(most, people) <= 0;
      share = std::max(share,
                       static_cast<double>(most) / static_cast<double>(people));
    }
    if (!any) return;
    verdict.achieved = fmt::format(
        "alpha={}, k={}",
        internal::FigureText(share, alpha_, internal::Side::kAtMost, holds),
        smallest);
    verdict.achieved_value = share;
  }

  const std::size_t sensitive_;
  const Ratio alpha_;
  const double limit_ = alpha_.ToDouble();
  const std::int64_t k_;
};

class Model final : public PrivacyModel {
 public:
  Model(std::string_view attribute, const Ratio& alpha, std::int64_t k)
      : attribute_(attribute), alpha_(alpha), k_(k) {}

  std::string_view name() const override { return "alpha_k_anonymity"; }
  std::string_view attribute() const override { return attribute_; }
  std::string asked() const override {
    return fmt::format("alpha={}, k={}", internal::ThresholdText(alpha_), k_);
  }

 private:
  absl::StatusOr<std::unique_ptr<BoundModel>> Bind(
      const Classes& classes, const ModelContext&) const override {
    ANON_ASSIGN_OR_RETURN(const std::size_t sensitive,
                          internal::GuardedBy(*this, classes));
    if (k_ < 2 || alpha_.numerator() <= 0 ||
        alpha_.numerator() >= alpha_.denominator()) {
      return PolicyError(
          "alpha_k_anonymity needs a k of 2 or more and an alpha above 0 and "
          "below 1");
    }
    return std::make_unique<Bound>(classes, sensitive, alpha_, k_);
  }

  const std::string attribute_;
  const Ratio alpha_;
  const std::int64_t k_;
};

}  // namespace

std::shared_ptr<const PrivacyModel> AlphaKAnonymity(std::string_view attribute,
                                                    const Ratio& alpha,
                                                    std::int64_t k) {
  return std::make_shared<Model>(attribute, alpha, k);
}

}  // namespace anon
