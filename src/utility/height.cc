// SPDX-License-Identifier: Apache-2.0
//
// Height: the sum of the levels. Ignores suppression, and so prefers it.
// Source: Samarati 2001; ARX 3.9 MetricMDHeight. Tested in
// tests/utility/objective_test.cc.
#include <numeric>

#include "utility/table_figures.h"

namespace anon::internal {
namespace {

class Height final : public Objective {
 public:
  std::string_view name() const override { return "height"; }

  double Measure(const GeneralizedClasses& table) const override {
    return *LevelBound(table.levels, 0);
  }
  std::optional<double> LevelBound(std::span<const std::size_t> levels,
                                   std::int64_t) const override {
    return static_cast<double>(
        std::accumulate(levels.begin(), levels.end(), std::size_t{0}));
  }
};

}  // namespace

ObjectivePtr HeightObjective() { return std::make_shared<Height>(); }

}  // namespace anon::internal
