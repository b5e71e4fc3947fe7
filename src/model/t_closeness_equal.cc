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

#include "model/distance_model.h"

namespace anon {
namespace {

using internal::Baseline;
using internal::Int128;

class Bound final : public internal::DistanceAtMost {
 public:
  using DistanceAtMost::DistanceAtMost;

 private:
  Outcome Against(std::span<const Share> shares, std::int64_t people,
                  std::size_t baseline) const override {
    const Baseline& table = values().baselines()[baseline];
    Int128 more = 0;
    for (const Share& share : shares) {
      const Int128 surplus = Int128(share.people) * table.total -
                             Int128(table.people[share.value]) * people;
      if (surplus > 0) more += surplus;
    }
    return Distance(more, Int128(people) * table.total);
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
