// SPDX-License-Identifier: Apache-2.0
//
// Discernibility: each record is charged the size of their class, and a
// suppressed one the size of the table. Source: Bayardo and Agrawal 2005; ARX
// 3.9 MetricSDNMDiscernability. Tested in tests/utility/objective_test.cc.
#include "utility/table_figures.h"

namespace anon::internal {
namespace {

class Discernible final : public Objective {
 public:
  explicit Discernible(Figures figures) : figures_(std::move(figures)) {}

  std::string_view name() const override { return "discernibility"; }

  double Measure(const GeneralizedClasses& table) const override {
    __extension__ using Wide = unsigned __int128;  // 10^10 records: 10^20
    Wide sum = Wide(static_cast<std::uint64_t>(figures_->records)) *
               static_cast<std::uint64_t>(table.suppressed);
    ForEach(table, true, [&](std::size_t i) {
      sum += Wide{table.records[i]} * table.records[i];
    });
    return static_cast<double>(sum);
  }

 private:
  const Figures figures_;
};

}  // namespace

ObjectivePtr Discernibility(Figures figures) {
  return std::make_shared<Discernible>(std::move(figures));
}

}  // namespace anon::internal
