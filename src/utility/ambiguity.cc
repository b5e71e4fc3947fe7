// SPDX-License-Identifier: Apache-2.0
//
// Ambiguity: how many tuples of the domain a record may stand for, the product
// over its labels of the values below them; the mean over records, a suppressed
// one standing for the whole domain. Source: ARX 3.9 MetricSDNMAmbiguity.
// Tested in tests/utility/objective_test.cc.
#include "utility/table_figures.h"

namespace anon::internal {
namespace {

class MeanAmbiguity final : public Objective {
 public:
  explicit MeanAmbiguity(Figures figures) : figures_(std::move(figures)) {
    for (const AttributeFigures& attribute : figures_->attributes) {
      all_ *= static_cast<double>(attribute.domain);
    }
  }

  std::string_view name() const override { return "ambiguity"; }

  double Measure(const GeneralizedClasses& table) const override {
    double sum = all_ * static_cast<double>(table.suppressed);
    ForEach(table, true, [&](std::size_t i) {
      double tuples = table.records[i];
      for (std::size_t q = 0; q < table.levels.size(); ++q) {
        const LevelFigures& level = figures_->attributes[q].At(table.levels[q]);
        tuples *= static_cast<double>(level.leaves[table.Code(i, q)]);
      }
      sum += tuples;
    });
    return figures_->records == 0
               ? 0
               : sum / static_cast<double>(figures_->records);
  }

 private:
  const Figures figures_;
  double all_ = 1;
};

}  // namespace

ObjectivePtr Ambiguity(Figures figures) {
  return std::make_shared<MeanAmbiguity>(std::move(figures));
}

}  // namespace anon::internal
