// SPDX-License-Identifier: Apache-2.0
//
// t-closeness, equal distance. A class where one value is far more frequent
// than in the whole table tells something about its people, whatever the number
// of values. With q(v) and p(v) the shares of a value in the class and in the
// table, the earth mover's distance between them, every move costing 1, is
//   1/2 sum |q(v) - p(v)|  =  the sum of q(v) - p(v) where that is positive.
//
// Example: {flu, gastritis, cancer} in a table of nine people where each of
// the three has the share 2/9 has 3 (1/3 - 2/9) = 1/3.
//
// Cost: one product per value that the class has; the others enter through the
// second form. Exact: whole numbers over N T. Source: Li, Li and
// Venkatasubramanian, t-Closeness: privacy beyond k-anonymity and l-diversity
// (2007), section 5.1. Tested in tests/model/t_closeness_test.cc.
#include "anon/model/t_closeness_equal.h"

#include <algorithm>

#include "model/distance_model.h"

namespace anon {
namespace {

using internal::Baseline;
using internal::Int128;

class Bound final : public internal::DistanceAtMost {
 public:
  using DistanceAtMost::DistanceAtMost;

 private:
  Outcome Against(std::span<const ValueCount> shares, std::int64_t people,
                  std::size_t baseline) const override {
    const Baseline& table = values().baselines()[baseline];
    const Int128 whole = static_cast<Int128>(people) * table.total;
    if (whole < internal::kNarrow) {
      return Distance(Surplus<std::int64_t>(shares, people, table),
                      static_cast<std::int64_t>(whole));
    }
    return Distance(Surplus<Int128>(shares, people, table), whole);
  }

  std::optional<double> GlanceAt(const internal::ClassBlock& block,
                                 std::span<double> glances) const override {
    const Baseline& table = values().baselines().front();
    const double total = static_cast<double>(table.total);
    if (block.largest_total * total > internal::kEveryWhole) {
      return std::nullopt;
    }
    internal::ClassRow more{};
    for (std::size_t v = 0; v < block.people.size(); ++v) {
      const internal::ClassRow& people = block.people[v];
      const double expected = static_cast<double>(table.people[v]);
      for (std::size_t c = 0; c < internal::kBlock; ++c) {
        more[c] += std::max(people[c] * total - expected * block.total[c], 0.0);
      }
    }
    return GlanceOf(more, block.total, total, glances);
  }

  // No product here, and no sum, is more than people times total.
  template <typename Int>
  static Int Surplus(std::span<const ValueCount> shares, Int people,
                     const Baseline& table) {
    Int more = 0;
    for (const ValueCount& share : shares) {
      const Int surplus = share.principals * Int{table.total} -
                          table.people[share.code] * people;
      more += std::max<Int>(surplus, 0);
    }
    return more;
  }
};

class Model final : public internal::TCloseness {
 public:
  using TCloseness::TCloseness;
  std::string_view name() const override { return "t_closeness_equal"; }

 private:
  absl::StatusOr<std::unique_ptr<BoundModel>> BindTo(
      const Classes& classes, const ModelContext&,
      internal::SensitiveValues values) const override {
    return std::make_unique<Bound>(classes, std::move(values), t());
  }
};

}  // namespace

std::shared_ptr<const PrivacyModel> TClosenessEqual(std::string_view attribute,
                                                    const Ratio& t) {
  return std::make_shared<Model>(attribute, t);
}

}  // namespace anon
