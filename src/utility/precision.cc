// SPDX-License-Identifier: Apache-2.0
//
// Precision (loss of it). How far up its hierarchy a cell went: level over
// height, 1 if suppressed; the mean over records and attributes. Sees levels,
// not how many values a label covers. Source: Sweeney 2002; ARX 3.9
// MetricMDNMPrecision. Tested in tests/utility/objective_test.cc.
#include <algorithm>

#include "utility/table_figures.h"

namespace anon::internal {
namespace {

class Precision final : public Objective {
 public:
  Precision(Figures figures, Factors factors)
      : figures_(std::move(figures)), factors_(factors) {}

  std::string_view name() const override { return "precision"; }

  double Measure(const GeneralizedClasses& table) const override {
    return Cost(table.levels, table.suppressed);
  }

  std::optional<double> LevelBound(std::span<const std::size_t> levels,
                                   std::int64_t suppressed) const override {
    // Linear in what is suppressed: least at an end.
    return std::min(Cost(levels, suppressed), Cost(levels, figures_->records));
  }

 private:
  double Cost(std::span<const std::size_t> levels,
              std::int64_t suppressed) const {
    const auto all = static_cast<double>(figures_->records);
    const auto gone = static_cast<double>(suppressed);
    double sum = 0;
    for (std::size_t q = 0; q < levels.size(); ++q) {
      const AttributeFigures& attribute = figures_->attributes[q];
      const double height = static_cast<double>(attribute.height);
      const double up =
          height == 0 ? 0 : static_cast<double>(levels[q]) / height;
      sum += attribute.weight * ((all - gone) * up * factors_.generalization +
                                 gone * factors_.suppression);
    }
    return levels.empty() || all == 0
               ? 0
               : Rounded12(sum / all / static_cast<double>(levels.size()));
  }

  const Figures figures_;
  const Factors factors_;
};

}  // namespace

ObjectivePtr PrecisionObjective(Figures figures, Factors factors) {
  return std::make_shared<Precision>(std::move(figures), factors);
}

}  // namespace anon::internal
