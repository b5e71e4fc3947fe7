// SPDX-License-Identifier: Apache-2.0
//
// Classification metric: the share of people whom a classifier that answers the
// most frequent value of their class gets wrong, all suppressed ones counting
// as wrong. Source: Iyengar 2002; ARX 3.9 MetricSDClassification. Tested in
// tests/utility/objective_test.cc.
#include <algorithm>

#include "utility/table_figures.h"

namespace anon::internal {
namespace {

class Classification final : public Objective {
 public:
  Classification(Figures figures, std::size_t sensitive)
      : figures_(std::move(figures)), sensitive_(sensitive) {}

  std::string_view name() const override { return "classification"; }

  double Measure(const GeneralizedClasses& table) const override {
    std::int64_t wrong = table.suppressed;
    const HistogramView& histogram = table.histograms[sensitive_];
    ForEach(table, true, [&](std::size_t i) {
      std::int64_t most = 0;
      for (const ValueCount& value : histogram.At(i)) {
        most = std::max(most, value.principals);
      }
      wrong += table.records[i] - most;
    });
    return figures_->records == 0 ? 0
                                  : static_cast<double>(wrong) /
                                        static_cast<double>(figures_->records);
  }

 private:
  const Figures figures_;
  const std::size_t sensitive_;
};

}  // namespace

ObjectivePtr ClassificationMetric(Figures figures, std::size_t sensitive) {
  return std::make_shared<Classification>(std::move(figures), sensitive);
}

}  // namespace anon::internal
