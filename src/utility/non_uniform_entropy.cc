// SPDX-License-Identifier: Apache-2.0
//
// Non-uniform entropy: the bits that a reader of the release lacks to know the
// original values, attribute by attribute: -log2 of the share that the value
// has among the records with its label. Suppressing takes what is left: the
// label among the suppressed. Counted from the finest counted level. Source:
// Gionis and Tassa 2009; ARX 3.9 MetricMDNUNMEntropy. Tested in
// tests/utility/objective_test.cc.
#include <cmath>

#include "utility/table_figures.h"

namespace anon::internal {
namespace {

class Entropy final : public Objective {
 public:
  explicit Entropy(Figures figures) : figures_(std::move(figures)) {}

  std::string_view name() const override { return "non_uniform_entropy"; }

  double Measure(const GeneralizedClasses& table) const override {
    double sum = 0;
    for (std::size_t q = 0; q < table.levels.size(); ++q) {
      const AttributeFigures& attribute = figures_->attributes[q];
      sum += attribute.weight * Floor10(attribute.At(table.levels[q]).entropy +
                                        SuppressedBits(table, q));
    }
    return sum;
  }

  std::optional<double> LevelBound(std::span<const std::size_t> levels,
                                   std::int64_t) const override {
    double sum = 0;
    for (std::size_t q = 0; q < levels.size(); ++q) {
      const AttributeFigures& attribute = figures_->attributes[q];
      sum += attribute.weight * Floor10(attribute.At(levels[q]).entropy);
    }
    return sum;
  }

 private:
  double SuppressedBits(const GeneralizedClasses& table, std::size_t q) const {
    if (table.suppressed == 0) return 0;
    const LevelFigures& level = figures_->attributes[q].At(table.levels[q]);
    std::vector<std::int64_t> records(level.leaves.size());
    ForEach(table, false, [&](std::size_t i) {
      records[table.Code(i, q)] += table.records[i];
    });
    const auto all = static_cast<double>(table.suppressed);
    double bits = 0;
    for (const std::int64_t count : records) {
      if (count == 0) continue;
      bits -= static_cast<double>(count) *
              std::log2(static_cast<double>(count) / all);
    }
    return bits;
  }

  const Figures figures_;
};

}  // namespace

ObjectivePtr NonUniformEntropy(Figures figures) {
  return std::make_shared<Entropy>(std::move(figures));
}

}  // namespace anon::internal
