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
#include <limits>
#include <string>
#include <tuple>
#include <utility>

#include "base/status_macros.h"
#include "model/class_block.h"
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

  std::optional<double> Glance(internal::ClassBlocks& blocks,
                               std::span<double> glances) const override {
    const internal::ClassBlock* block = blocks.Of(sensitive_);
    if (block == nullptr) return std::nullopt;
    const internal::ClassRow& people = blocks.principals();
    const double k = static_cast<double>(k_);
    for (std::size_t c = 0; c < internal::kBlock; ++c) {
      glances[c] = std::max(block->most[c] / limit_, k) / people[c];
    }
    return 1;
  }

  int Confident(std::int64_t most, std::int64_t people) const {
    return internal::Compare(
        static_cast<double>(most) / static_cast<double>(people), limit_, most,
        people, alpha_);
  }

  std::string Text(const Outcome& outcome) const override {
    return fmt::format("{:.6g}", outcome.figure);
  }

  // The largest share, and whether all are at most alpha.
  std::pair<double, bool> LargestShare() const {
    std::pair<double, bool> largest = {0, true};
    for (std::size_t i = 0; i < classes().size(); ++i) {
      if (!stands(i)) continue;
      const std::int64_t people = classes().principals(i);
      const std::int64_t most = Most(classes().histogram(i, sensitive_));
      largest.second = largest.second && Confident(most, people) <= 0;
      largest.first = std::max(largest.first, static_cast<double>(most) /
                                                  static_cast<double>(people));
    }
    return largest;
  }

  // Both worst figures, which may belong to different classes.
  void Amend(const Outcome& worst, Verdict& verdict) const override {
    if (worst.exposure == 0) return;  // there is no class
    double share = worst.figure;
    bool holds = share < limit_;
    const bool by_share = worst.exposure == share / limit_;
    if (!by_share || internal::CompareRoughly(share, limit_) == 0) {
      std::tie(share, holds) = LargestShare();
    }
    std::int64_t smallest = std::numeric_limits<std::int64_t>::max();
    for (std::size_t i = 0; i < classes().size(); ++i) {
      if (stands(i)) smallest = std::min(smallest, classes().principals(i));
    }
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
