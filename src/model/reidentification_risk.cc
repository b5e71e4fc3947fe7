// SPDX-License-Identifier: Apache-2.0
//
// Highest and average risk of re-identification by a prosecutor, who knows that
// a person is in the table: 1/n for each of the n people of a class. The
// highest is 1 over the smallest class. The average over people is
//   1/N sum over classes of n * 1/n  =  classes / N.
//
// Example: classes of 1, 1, 2, 3, 5 and 8 people have the highest risk 1 and
// the average 6/20. The average over classes instead of people (0.53 here)
// answers no question about people.
//
// N adds up the classes: somebody with records in two classes can be found in
// both, and counts in both.
//
// Where missing values are wildcards, n is the size after matching, and the
// average is the sum over people of 1/n, divided by N.
//
// Cost: one comparison per class. Source: El Emam, Guide to the
// de-identification of personal health information (2013), chapter 16; Dankar
// and El Emam (2010). Tested in tests/model/reidentification_risk_test.cc.
#include "anon/model/reidentification_risk.h"

#include <boost/multiprecision/cpp_int.hpp>
#include <cmath>
#include <map>

#include "base/status_macros.h"
#include "model/exact.h"
#include "model/size_model.h"

namespace anon {
namespace {

using internal::FigureText;
using internal::Side;

class Highest : public BoundModel {
 public:
  Highest(const Classes& classes, const ModelContext& context,
          const Ratio& risk)
      : BoundModel(classes), sizes_(classes, context), risk_(risk) {}

  Outcome At(std::size_t i) const final { return OfSize(sizes_.units(i)); }
  std::optional<Outcome> Of(const ClassFigures& figures) const final {
    if (sizes_.wildcards()) return std::nullopt;
    return OfSize(figures.principals);
  }

 protected:
  Outcome OfSize(std::int64_t size) const {
    const double figure =
        static_cast<double>(sizes_.unit()) / static_cast<double>(size);
    return {internal::Compare(figure, limit_, sizes_.unit(), size, risk_) <= 0,
            figure, figure};
  }
  std::string Text(const Outcome& outcome) const final {
    return FigureText(outcome.figure, risk_, Side::kAtMost, outcome.holds);
  }
  std::optional<double> Glance(internal::ClassBlocks& blocks,
                               std::span<double> glances) const final {
    if (!sizes_.Glance(blocks, glances)) return std::nullopt;
    return limit_;
  }
  const Ratio& risk() const { return risk_; }
  const internal::ClassSizes& sizes() const { return sizes_; }

 private:
  const internal::ClassSizes sizes_;
  const Ratio risk_;
  const double limit_ = risk_.ToDouble();
};

class Average final : public Highest {
 public:
  using Highest::Highest;

  std::optional<bool> HoldsForTable(std::int64_t count,
                                    std::int64_t people) const override {
    if (sizes().wildcards()) return std::nullopt;
    return count == 0 || internal::Compare(count, people, risk()) <= 0;
  }

 private:
  void Amend(const Outcome& /*worst*/, Verdict& verdict) const override {
    std::int64_t count = 0;
    std::int64_t people = 0;
    for (std::size_t i = 0; i < classes().size(); ++i) {
      if (!stands(i)) continue;
      ++count;
      people += classes().principals(i);
    }
    if (count == 0) return;
    if (sizes().wildcards()) {
      AverageSizes(people, verdict);
    } else {
      verdict.satisfied = *HoldsForTable(count, people);
      verdict.achieved_value =
          static_cast<double>(count) / static_cast<double>(people);
    }
    verdict.achieved = FigureText(verdict.achieved_value, risk(), Side::kAtMost,
                                  verdict.satisfied);
    if (!verdict.satisfied) return;
    verdict.failing_classes = 0;
    verdict.failing_records = 0;
    verdict.worst.clear();
  }

  // The average over `people` where sizes are no longer those of the classes.
  void AverageSizes(std::int64_t people, Verdict& verdict) const {
    std::map<std::int64_t, std::int64_t> people_of;  // by size
    for (std::size_t i = 0; i < classes().size(); ++i) {
      if (stands(i)) people_of[sizes().units(i)] += classes().principals(i);
    }
    double sum = 0;
    for (const auto& [size, n] : people_of) {
      sum += static_cast<double>(n) / static_cast<double>(size);
    }
    const auto unit = static_cast<double>(sizes().unit());
    const double figure = sum * unit / static_cast<double>(people);
    verdict.achieved_value = figure;
    // Each term and each sum is rounded once; decided exactly where that could
    // matter.
    const double error =
        std::ldexp(figure, -50) * static_cast<double>(people_of.size() + 4);
    const double limit = risk().ToDouble();
    verdict.satisfied = figure < limit;
    if (std::abs(figure - limit) > error + std::ldexp(limit, -50)) return;
    using Rational = boost::multiprecision::cpp_rational;
    Rational exact = 0;
    for (const auto& [size, n] : people_of) exact += Rational(n, size);
    exact *= Rational(sizes().unit(), people);
    verdict.satisfied =
        exact <= Rational(risk().numerator(), risk().denominator());
  }
};

class Model final : public PrivacyModel {
 public:
  Model(const Ratio& risk, bool average) : risk_(risk), average_(average) {}

  std::string_view name() const override {
    return average_ ? "average_reidentification_risk"
                    : "highest_reidentification_risk";
  }
  std::string asked() const override { return internal::ThresholdText(risk_); }
  bool class_by_class() const override { return !average_; }
  bool absorbing() const override { return !average_; }

 private:
  absl::StatusOr<std::unique_ptr<BoundModel>> Bind(
      const Classes& classes, const ModelContext& context) const override {
    if (risk_.numerator() <= 0 || risk_.numerator() >= risk_.denominator()) {
      return PolicyError(std::string(name()) +
                         " needs a risk above 0 and below 1");
    }
    if (average_) return std::make_unique<Average>(classes, context, risk_);
    return std::make_unique<Highest>(classes, context, risk_);
  }

  const Ratio risk_;
  const bool average_;
};

}  // namespace

std::shared_ptr<const PrivacyModel> HighestReidentificationRisk(
    const Ratio& risk) {
  return std::make_shared<Model>(risk, false);
}

std::shared_ptr<const PrivacyModel> AverageReidentificationRisk(
    const Ratio& risk) {
  return std::make_shared<Model>(risk, true);
}

}  // namespace anon
