// SPDX-License-Identifier: Apache-2.0
//
// KL divergence: how far the distribution of tuples in the table is from what a
// reader of the release would guess, who spreads each class evenly over the
// tuples its labels cover, and the suppressed over all: sum p log2(p/q). 0 if
// records are spread evenly in every class. Source: Kifer and Gehrke 2006.
// Tested in tests/utility/objective_test.cc.
#include <algorithm>
#include <cmath>

#include "utility/table_figures.h"

namespace anon::internal {
namespace {

class Divergence final : public Objective {
 public:
  Divergence(Figures figures, double tuple_entropy)
      : figures_(std::move(figures)), tuple_entropy_(tuple_entropy) {}

  std::string_view name() const override { return "kl_divergence"; }

  double Measure(const GeneralizedClasses& table) const override {
    const auto all = static_cast<double>(figures_->records);
    double sum = tuple_entropy_;
    const auto add = [&](double records, double area) {
      const double share = records / all;
      sum -= share * std::log2(share / area);
    };
    ForEach(table, true, [&](std::size_t i) {
      double area = 1;
      for (std::size_t q = 0; q < table.levels.size(); ++q) {
        const LevelFigures& level = figures_->attributes[q].At(table.levels[q]);
        area *= static_cast<double>(level.leaves[table.Code(i, q)]);
      }
      add(static_cast<double>(table.records[i]), area);
    });
    if (table.suppressed > 0) {
      double area = 1;
      for (const AttributeFigures& attribute : figures_->attributes) {
        area *= static_cast<double>(attribute.domain);
      }
      add(static_cast<double>(table.suppressed), area);
    }
    return std::max(0.0, Rounded12(sum));
  }

 private:
  const Figures figures_;
  const double tuple_entropy_;
};

}  // namespace

ObjectivePtr KlDivergence(Figures figures, double tuple_entropy) {
  return std::make_shared<Divergence>(std::move(figures), tuple_entropy);
}

}  // namespace anon::internal
