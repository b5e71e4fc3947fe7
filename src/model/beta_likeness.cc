// SPDX-License-Identifier: Apache-2.0
//
// beta-likeness. t-closeness adds differences up, so a rare disease may become
// ten times as likely within a small t. Here each value v counts for itself:
// with its shares q(v) in the class and p(v) in the table, the relative gain
// (q - p)/p of every value with q > p is at most beta (basic), or at most
// min(beta, -ln p) (enhanced). Losses are not limited.
//
// Example: p = 1/100 and q = 1/10 gain 9: basic 9-likeness, not 8.9; enhanced
// 9-likeness fails, for -ln p is 4.6.
//
// Cost: one comparison per value of a class, enhanced one logarithm. Exact:
// (f T - P N)/(P N) in whole numbers; against -ln p = ln T - ln P with
// model/log_sum.h. Source: Cao and Karras, Publishing microdata with a robust
// privacy guarantee (2012), definitions 2 and 3. Tested in
// tests/model/beta_likeness_test.cc.
#include "anon/model/beta_likeness.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "base/status_macros.h"
#include "model/exact.h"
#include "model/log_sum.h"
#include "model/sensitive_values.h"

namespace anon {
namespace {

using internal::Baseline;
using internal::Int128;
using internal::LogTerm;
using internal::SensitiveValues;

constexpr double kInfinite = std::numeric_limits<double>::infinity();
constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

class Bound final : public internal::AgainstBaselines {
 public:
  Bound(const Classes& classes, SensitiveValues values, const Ratio& beta,
        bool enhanced)
      : AgainstBaselines(classes, std::move(values)),
        beta_(beta),
        enhanced_(enhanced) {
    for (const Baseline& table : this->values().baselines()) {
      Rough& rough = rough_.emplace_back();
      const double total = static_cast<double>(table.total);
      for (const std::int64_t people : table.people) {
        const double share = static_cast<double>(people) / total;
        rough.lift.push_back(1 / share);
        rough.most.push_back(1 / (share * (1 - std::log(share))));
      }
    }
  }

 private:
  // What a value's share in a class is multiplied with: to be compared with its
  // share in the table, and with the most that -ln lets it be.
  struct Rough {
    std::vector<double> lift;  // [value]
    std::vector<double> most;
  };

  // Looks at the largest quotients in doubles; exactly at all where they do not
  // decide.
  Outcome Against(std::span<const ValueCount> shares, std::int64_t people,
                  std::size_t baseline) const override {
    const Rough& rough = rough_[baseline];
    double lift = 0;
    double most = 0;
    for (const ValueCount& share : shares) {
      const double mine = static_cast<double>(share.principals);
      lift = std::max(lift, mine * rough.lift[share.code]);
      if (enhanced_) most = std::max(most, mine * rough.most[share.code]);
    }
    lift /= static_cast<double>(people);
    most /= static_cast<double>(people);
    const int above = internal::CompareRoughly(lift, limit_);
    const int beyond = enhanced_ ? internal::CompareRoughly(most, 1) : -1;
    // Little of a small gain is left of the lift's digits.
    const bool small = lift - 1 < 0x1p-20;
    if (above == 0 || beyond == 0 || small || !std::isfinite(lift)) {
      return Exactly(shares, people, baseline);
    }
    const double figure = beyond > 0 ? kInfinite : std::max(lift - 1, 0.0);
    return {above < 0 && beyond < 0, figure, figure};
  }

  // The largest product of a value's people and its factor.
  static internal::ClassRow Largest(const internal::ClassBlock& block,
                                    const std::vector<double>& factors) {
    internal::ClassRow largest{};
    for (std::size_t v = 0; v < block.people.size(); ++v) {
      const internal::ClassRow& people = block.people[v];
      for (std::size_t c = 0; c < internal::kBlock; ++c) {
        largest[c] = std::max(largest[c], people[c] * factors[v]);
      }
    }
    return largest;
  }

  std::optional<double> GlanceAt(const internal::ClassBlock& block,
                                 std::span<double> glances) const override {
    const Rough& rough = rough_.front();
    const internal::ClassRow lift = Largest(block, rough.lift);
    for (std::size_t c = 0; c < internal::kBlock; ++c) {
      glances[c] = lift[c] / block.total[c];
    }
    if (!enhanced_) return limit_;
    const internal::ClassRow most = Largest(block, rough.most);
    for (std::size_t c = 0; c < internal::kBlock; ++c) {
      const double share = most[c] / block.total[c];
      const double beyond = share > 1 + 0x1p-40 ? kInfinite : kUnknown;
      glances[c] = share < 1 - 0x1p-40 ? glances[c] : beyond;
    }
    return limit_;
  }

  Outcome Exactly(std::span<const ValueCount> shares, std::int64_t people,
                  std::size_t baseline) const {
    const Baseline& table = values().baselines()[baseline];
    Outcome worst{.holds = true, .figure = 0, .exposure = 0};
    for (const ValueCount& share : shares) {
      const std::int64_t in_table = table.people[share.code];
      if (in_table == 0) return {false, kInfinite, kInfinite};
      const Int128 expected = static_cast<Int128>(in_table) * people;
      const Int128 gain =
          static_cast<Int128>(share.principals) * table.total - expected;
      if (gain <= 0) continue;
      double figure = static_cast<double>(gain) / static_cast<double>(expected);
      if (enhanced_ && !BelowLog(table.total, in_table, gain, expected)) {
        figure = kInfinite;
        worst.holds = false;
      } else if (internal::Compare(gain, expected, beta_) > 0) {
        worst.holds = false;
      }
      worst.figure = worst.exposure = std::max(worst.figure, figure);
    }
    return worst;
  }

  // Whether gain/expected <= -ln(in_table/total).
  static bool BelowLog(std::int64_t total, std::int64_t in_table, Int128 gain,
                       Int128 expected) {
    const std::array<LogTerm, 2> log = {{{1, total}, {-1, in_table}}};
    return internal::CompareLogSum(log, gain, expected) >= 0;
  }

  std::string Text(const Outcome& outcome) const override {
    return internal::FigureText(outcome.figure, beta_, internal::Side::kAtMost,
                                outcome.holds);
  }

  const Ratio beta_;
  const bool enhanced_;
  const double limit_ = 1 + beta_.ToDouble();
  std::vector<Rough> rough_;  // [baseline]
};

class Model final : public PrivacyModel {
 public:
  Model(std::string_view attribute, const Ratio& beta, bool enhanced)
      : attribute_(attribute), beta_(beta), enhanced_(enhanced) {}

  std::string_view name() const override {
    return enhanced_ ? "enhanced_beta_likeness" : "basic_beta_likeness";
  }
  std::string_view attribute() const override { return attribute_; }
  std::string asked() const override { return internal::ThresholdText(beta_); }
  ModelNeeds needs() const override { return {.distribution = true}; }

 private:
  absl::StatusOr<std::unique_ptr<BoundModel>> Bind(
      const Classes& classes, const ModelContext& context) const override {
    if (beta_.numerator() <= 0) {
      return PolicyError(std::string(name()) + " needs a beta above 0");
    }
    ANON_ASSIGN_OR_RETURN(SensitiveValues values,
                          SensitiveValues::Of(*this, classes, context));
    return std::make_unique<Bound>(classes, std::move(values), beta_,
                                   enhanced_);
  }

  const std::string attribute_;
  const Ratio beta_;
  const bool enhanced_;
};

}  // namespace

std::shared_ptr<const PrivacyModel> BasicBetaLikeness(
    std::string_view attribute, const Ratio& beta) {
  return std::make_shared<Model>(attribute, beta, false);
}

std::shared_ptr<const PrivacyModel> EnhancedBetaLikeness(
    std::string_view attribute, const Ratio& beta) {
  return std::make_shared<Model>(attribute, beta, true);
}

}  // namespace anon
