// SPDX-License-Identifier: Apache-2.0
//
// Average equivalence class size: records over classes, all suppressed ones
// together counting as one class. LeFevre's C_avg is this over k. Source:
// LeFevre, DeWitt and Ramakrishnan 2006; ARX 3.9 MetricSDAECS. Tested in
// tests/utility/objective_test.cc.
#include "utility/table_figures.h"

namespace anon::internal {
namespace {

class AverageSize final : public Objective {
 public:
  explicit AverageSize(Figures figures) : figures_(std::move(figures)) {}

  std::string_view name() const override { return "average_class_size"; }

  double Measure(const GeneralizedClasses& table) const override {
    std::int64_t classes = table.suppressed > 0 ? 1 : 0;
    ForEach(table, true, [&](std::size_t) { ++classes; });
    return classes == 0 ? 0
                        : static_cast<double>(figures_->records) /
                              static_cast<double>(classes);
  }

 private:
  const Figures figures_;
};

}  // namespace

ObjectivePtr AverageClassSize(Figures figures) {
  return std::make_shared<AverageSize>(std::move(figures));
}

}  // namespace anon::internal
