// SPDX-License-Identifier: Apache-2.0
//
// delta-disclosure privacy. Whoever learns somebody's class should learn little
// about any value, neither that it is likelier nor that it is less likely:
// |ln(q/p)| < delta for every value of the table, with its shares q in the
// class and p in the table.
//
// Example: p = 1/100 and q = 1/10 have 2.303 (ln 10). A class of {S, M} in a
// table of {S, M, L} has an infinite figure: nobody in it has L.
//
// Cost: two logarithms per value of a class. Exact: ln f + ln T - ln N - ln P
// against a fraction with model/log_sum.h. Source: Brickell and Shmatikov, The
// cost of privacy: destruction of data-mining utility in anonymized data
// publishing (2008), definition 4. Tested in
// tests/model/delta_disclosure_test.cc.
#include "anon/model/delta_disclosure.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

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

class Bound final : public internal::AgainstBaselines {
 public:
  Bound(const Classes& classes, SensitiveValues values, const Ratio& delta,
        bool present_only)
      : AgainstBaselines(classes, std::move(values)),
        delta_(delta),
        present_only_(present_only) {
    for (const Baseline& table : this->values().baselines()) {
      values_of_.push_back(static_cast<std::size_t>(
          std::ranges::count_if(table.people, [](auto n) { return n > 0; })));
      auto& lifts = lifts_.emplace_back();
      for (const std::int64_t people : table.people) {
        lifts.push_back(static_cast<double>(table.total) /
                        static_cast<double>(people));
      }
    }
  }

 private:
  // Looks at the largest and smallest quotient in doubles; exactly at all where
  // they do not decide.
  Outcome Against(std::span<const ValueCount> shares, std::int64_t people,
                  std::size_t baseline) const override {
    if (!present_only_ && shares.size() < values_of_[baseline]) {
      return {false, kInfinite, kInfinite};
    }
    const std::vector<double>& lifts = lifts_[baseline];
    double most = 0;
    double least = kInfinite;
    for (const ValueCount& share : shares) {
      const double lift =
          static_cast<double>(share.principals) * lifts[share.code];
      most = std::max(most, lift);
      least = std::min(least, lift);
    }
    if (!std::isfinite(most)) return {false, kInfinite, kInfinite};
    // One of the two is at least 1, but for rounding: averages are equal.
    const double whole = static_cast<double>(people);
    const double figure =
        std::max(std::log(std::max(most / whole, whole / least)), 0.0);
    // Little of the logarithm of a quotient near 1 is right.
    const bool small = figure < 0x1p-20;
    if (small || std::abs(figure - limit_) <= 0x1p-40 * (1 + limit_)) {
      return Exactly(shares, people, baseline);
    }
    return {figure < limit_, figure, figure};
  }

  // The larger of the quotients whose logarithms are limited.
  std::optional<double> GlanceAt(const internal::ClassBlock& block,
                                 std::span<double> glances) const override {
    if (present_only_) return std::nullopt;
    const std::vector<double>& lifts = lifts_.front();
    internal::ClassRow most{};
    internal::ClassRow least;
    least.fill(kInfinite);
    for (std::size_t v = 0; v < block.people.size(); ++v) {
      const internal::ClassRow& people = block.people[v];
      for (std::size_t c = 0; c < internal::kBlock; ++c) {
        const double lift = people[c] * lifts[v];
        most[c] = std::max(most[c], lift);
        least[c] = std::min(least[c], lift);
      }
    }
    for (std::size_t c = 0; c < internal::kBlock; ++c) {
      const double total = block.total[c];
      glances[c] = std::max(most[c] / total, total / least[c]);
    }
    return std::exp(limit_);
  }

  Outcome Exactly(std::span<const ValueCount> shares, std::int64_t people,
                  std::size_t baseline) const {
    const Baseline& table = values().baselines()[baseline];
    Outcome worst{.holds = true, .figure = 0, .exposure = 0};
    for (const ValueCount& share : shares) {
      const std::int64_t in_table = table.people[share.code];
      if (in_table == 0) return {false, kInfinite, kInfinite};
      const Int128 mine = static_cast<Int128>(share.principals) * table.total;
      const Int128 theirs = static_cast<Int128>(in_table) * people;
      const double figure = std::abs(std::log1p(
          static_cast<double>(mine - theirs) / static_cast<double>(theirs)));
      const std::int64_t sign = mine < theirs ? -1 : 1;
      const std::array<LogTerm, 4> log = {{{sign, share.principals},
                                           {sign, table.total},
                                           {-sign, people},
                                           {-sign, in_table}}};
      if (internal::CompareLogSum(log, delta_.numerator(),
                                  delta_.denominator()) >= 0) {
        worst.holds = false;
      }
      worst.figure = worst.exposure = std::max(worst.figure, figure);
    }
    return worst;
  }

  std::string Text(const Outcome& outcome) const override {
    return internal::FigureText(outcome.figure, delta_, internal::Side::kBelow,
                                outcome.holds);
  }

  const Ratio delta_;
  const double limit_ = delta_.ToDouble();
  const bool present_only_;
  std::vector<std::size_t> values_of_;      // [baseline]: values with people
  std::vector<std::vector<double>> lifts_;  // [baseline][value]: 1 / its share
};

class Model final : public PrivacyModel {
 public:
  Model(std::string_view attribute, const Ratio& delta, bool present_only)
      : attribute_(attribute), delta_(delta), present_only_(present_only) {}

  std::string_view name() const override {
    return present_only_ ? "delta_disclosure_present" : "delta_disclosure";
  }
  std::string_view attribute() const override { return attribute_; }
  std::string asked() const override { return internal::ThresholdText(delta_); }
  ModelNeeds needs() const override { return {.distribution = true}; }
  // Two classes without a value may join one where it is just not too rare.
  bool monotone() const override { return !present_only_; }

 private:
  absl::StatusOr<std::unique_ptr<BoundModel>> Bind(
      const Classes& classes, const ModelContext& context) const override {
    if (delta_.numerator() <= 0) {
      return PolicyError(std::string(name()) + " needs a delta above 0");
    }
    ANON_ASSIGN_OR_RETURN(SensitiveValues values,
                          SensitiveValues::Of(*this, classes, context));
    return std::make_unique<Bound>(classes, std::move(values), delta_,
                                   present_only_);
  }

  const std::string attribute_;
  const Ratio delta_;
  const bool present_only_;
};

}  // namespace

std::shared_ptr<const PrivacyModel> DeltaDisclosure(std::string_view attribute,
                                                    const Ratio& delta) {
  return std::make_shared<Model>(attribute, delta, false);
}

std::shared_ptr<const PrivacyModel> DeltaDisclosurePresent(
    std::string_view attribute, const Ratio& delta) {
  return std::make_shared<Model>(attribute, delta, true);
}

}  // namespace anon
