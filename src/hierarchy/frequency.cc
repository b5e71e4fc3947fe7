// SPDX-License-Identifier: Apache-2.0
#include "anon/hierarchy/frequency.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "hierarchy/fitted_labels.h"
#include "hierarchy/nesting.h"

namespace anon {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

class Frequency final : public internal::UnfittedRule {
 public:
  explicit Frequency(const FrequencyRuleOptions& options)
      : UnfittedRule(options.keep.size() + options.least_rows.size()),
        options_(options) {}

  absl::StatusOr<HierarchyRulePtr> FitTo(
      const ValueDomain& domain) const override {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < domain.size(); ++i) {
      if (!domain.value(i).empty()) order.push_back(i);
    }
    std::ranges::sort(order, {}, [&](std::size_t i) {
      return std::pair(-domain.count(i), domain.value(i));
    });
    auto fitted = std::make_shared<internal::FittedLabels>(height() - 1);
    std::int64_t rank = 0;
    for (const std::size_t i : order) {
      const std::string value(domain.value(i));
      std::vector<std::string> labels;
      for (const std::int64_t keep : options_.keep) {
        labels.push_back(rank < keep ? value : options_.other);
      }
      for (const std::int64_t least : options_.least_rows) {
        labels.push_back(domain.count(i) >= least ? value : options_.other);
      }
      fitted->Add(value, std::move(labels));
      ++rank;
    }
    return fitted;
  }

 private:
  FrequencyRuleOptions options_;
};

}  // namespace

absl::StatusOr<HierarchyRulePtr> FrequencyRule(
    const FrequencyRuleOptions& options) {
  if (options.keep.empty() == options.least_rows.empty()) {
    return PolicyError("frequency needs either keep or least_rows");
  }
  std::vector<std::int64_t> least_rows = options.least_rows;
  std::ranges::reverse(least_rows);
  if (!options.keep.empty() && !internal::Falling(options.keep, 1, kMost)) {
    return PolicyError(
        "frequency needs numbers of 1 or more that fall for keep");
  }
  if (!least_rows.empty() && !internal::Falling(least_rows, 2, kMost)) {
    return PolicyError(
        "frequency needs numbers of 2 or more that grow for least_rows");
  }
  if (options.other.empty() || options.other == "*") {
    return PolicyError("frequency needs a text that is not * for other");
  }
  return std::make_shared<Frequency>(options);
}

}  // namespace anon
