// SPDX-License-Identifier: Apache-2.0
#include "anon/hierarchy/order.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "hierarchy/decimal.h"
#include "hierarchy/fitted_labels.h"
#include "hierarchy/nesting.h"

namespace anon {
namespace {

struct Ranked {
  std::int64_t number = 0;
  std::string_view value;
  friend auto operator<=>(const Ranked&, const Ranked&) = default;
};

class Order final : public internal::UnfittedRule {
 public:
  explicit Order(const OrderRuleOptions& options)
      : UnfittedRule(options.group_sizes.size()), options_(options) {}

  absl::StatusOr<HierarchyRulePtr> FitTo(
      const ValueDomain& domain) const override {
    auto ranked = Rank(domain);
    if (!ranked.ok()) return ranked.status();
    const std::size_t count = ranked->size();
    auto fitted =
        std::make_shared<internal::FittedLabels>(options_.group_sizes.size());
    for (std::size_t i = 0; i < count; ++i) {
      std::vector<std::string> labels;
      for (const std::int64_t group_size : options_.group_sizes) {
        const auto size = static_cast<std::size_t>(group_size);
        const std::size_t first = i / size * size;
        const std::size_t last = std::min(count - first, size) + first - 1;
        labels.push_back(first == last
                             ? std::string((*ranked)[first].value)
                             : fmt::format("{} - {}", (*ranked)[first].value,
                                           (*ranked)[last].value));
      }
      fitted->Add((*ranked)[i].value, std::move(labels));
    }
    return fitted;
  }

 private:
  // The values in order, the missing one apart.
  absl::StatusOr<std::vector<Ranked>> Rank(const ValueDomain& domain) const {
    std::vector<Ranked> ranked;
    std::vector<std::int64_t> unreadable;
    for (std::size_t i = 0; i < domain.size(); ++i) {
      const std::string_view value = domain.value(i);
      if (value.empty()) continue;
      std::int64_t number = 0;
      if (options_.order == DomainOrder::kNumber) {
        const auto parsed = internal::FloorOfDecimal(value, 1'000'000);
        if (!parsed) unreadable.push_back(domain.place(i).line);
        number = parsed.value_or(0);
      }
      ranked.push_back({number, value});
    }
    if (unreadable.empty()) {
      std::ranges::sort(ranked);
      return ranked;
    }
    const std::size_t count = unreadable.size();
    unreadable.resize(std::min<std::size_t>(count, 10));
    return InputError(fmt::format(
        "{}: {} of {} values are not decimal numbers: first in lines {}{}",
        domain.name(), count, domain.size(), fmt::join(unreadable, ", "),
        count > 10 ? fmt::format(" and {} more", count - 10) : ""));
  }

  OrderRuleOptions options_;
};

}  // namespace

absl::StatusOr<HierarchyRulePtr> OrderRule(const OrderRuleOptions& options) {
  if (!internal::EachDividesNext(options.group_sizes) ||
      options.group_sizes.front() < 2) {
    return PolicyError(
        "order needs group_sizes of 2 or more, each a multiple of the one "
        "before");
  }
  return std::make_shared<Order>(options);
}

}  // namespace anon
