// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: models whose figure is a distance between a class and a
// whole table, at most a threshold.
#ifndef ANON_SRC_MODEL_DISTANCE_MODEL_H_
#define ANON_SRC_MODEL_DISTANCE_MODEL_H_

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "anon/base/ratio.h"
#include "base/status_macros.h"
#include "model/exact.h"
#include "model/sensitive_values.h"

namespace anon::internal {

class DistanceAtMost : public AgainstBaselines {
 public:
  DistanceAtMost(const Classes& classes, SensitiveValues values,
                 const Ratio& most)
      : AgainstBaselines(classes, std::move(values)), most_(most) {}

  // Distances are convex and at most 1: parts that hold are within t, so the
  // others must make up for what the class is above it.
  std::int64_t LeastFailing(const ClassFigures& figures,
                            const Outcome& outcome) const final {
    const double t = most_.ToDouble();
    return LeastPeople(static_cast<double>(figures.principals) *
                       (outcome.figure - t) / (1 - t));
  }

 protected:
  // A distance of numerator/denominator, in 64 or 128 bits.
  template <typename Int>
  Outcome Distance(Int numerator, Int denominator) const {
    const double figure =
        static_cast<double>(numerator) / static_cast<double>(denominator);
    return {Compare(figure, limit_, numerator, denominator, most_) <= 0, figure,
            figure};
  }
  // The glances of distances numerator / (denominator times).
  std::optional<double> GlanceOf(const ClassRow& numerator,
                                 const ClassRow& denominator, double times,
                                 std::span<double> glances) const {
    for (std::size_t c = 0; c < kBlock; ++c) {
      glances[c] = numerator[c] / (denominator[c] * times);
    }
    return limit_;
  }
  std::string Text(const Outcome& outcome) const final {
    return FigureText(outcome.figure, most_, Side::kAtMost, outcome.holds);
  }
  const Ratio& most() const { return most_; }

 private:
  const Ratio most_;
  const double limit_ = most_.ToDouble();
};

// The description common to the t-closeness models.
class TCloseness : public PrivacyModel {
 public:
  TCloseness(std::string_view attribute, const Ratio& t)
      : attribute_(attribute), t_(t) {}

  std::string_view attribute() const final { return attribute_; }
  std::string asked() const final { return ThresholdText(t_); }
  ModelNeeds needs() const override { return {.distribution = true}; }

 protected:
  const Ratio& t() const { return t_; }

 private:
  absl::StatusOr<std::unique_ptr<BoundModel>> Bind(
      const Classes& classes, const ModelContext& context) const final {
    if (t_.numerator() < 0 || t_.numerator() >= t_.denominator()) {
      return PolicyError(std::string(name()) +
                         " needs a t of at least 0 and below 1: every class "
                         "is within 1");
    }
    ANON_ASSIGN_OR_RETURN(SensitiveValues values,
                          SensitiveValues::Of(*this, classes, context));
    return BindTo(classes, context, std::move(values));
  }
  virtual absl::StatusOr<std::unique_ptr<BoundModel>> BindTo(
      const Classes& classes, const ModelContext& context,
      SensitiveValues values) const = 0;

  const std::string attribute_;
  const Ratio t_;
};

}  // namespace anon::internal

#endif  // ANON_SRC_MODEL_DISTANCE_MODEL_H_
