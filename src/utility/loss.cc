// SPDX-License-Identifier: Apache-2.0
#include "anon/utility/loss.h"

#include <algorithm>
#include <cmath>

namespace anon {
namespace {

double AttributeLoss(const Classes& classes, const std::vector<bool>& kept,
                     std::size_t q, const CodedAttribute& attribute) {
  if (attribute.hierarchy == nullptr) {
    // Values stay what they are; only suppression costs.
    std::int64_t suppressed = 0;
    for (std::size_t i = 0; i < classes.size(); ++i) {
      if (!kept[i]) suppressed += classes.records(i);
    }
    return classes.total_records() == 0
               ? 0
               : static_cast<double>(suppressed) /
                     static_cast<double>(classes.total_records());
  }
  const auto domain = static_cast<double>(attribute.hierarchy->domain_size());
  const auto records = static_cast<double>(classes.total_records());
  double covered = 0;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const std::int64_t leaves =
        kept[i]
            ? attribute.hierarchy->leaves(attribute.level, classes.code(i, q))
            : static_cast<std::int64_t>(attribute.hierarchy->domain_size());
    covered += static_cast<double>(leaves) / domain *
               static_cast<double>(classes.records(i));
  }
  const double least = records / domain;
  if (records <= least) return 0;  // a domain of one value has nothing to lose
  return std::max(0.0, (covered - least) / (records - least));
}

}  // namespace

Loss MeasureLoss(const Classes& classes, const std::vector<bool>& kept,
                 std::span<const CodedAttribute> attributes) {
  Loss loss;
  double sum = 0;
  double product = 1;
  for (std::size_t q = 0; q < attributes.size(); ++q) {
    const double one = AttributeLoss(classes, kept, q, attributes[q]);
    loss.attributes.push_back({classes.quasi_identifiers()[q], one});
    sum += one;
    product *= one + 1;
  }
  if (!attributes.empty()) {
    const auto count = static_cast<double>(attributes.size());
    loss.arithmetic_mean = sum / count;
    loss.geometric_mean = std::pow(product, 1 / count) - 1;
  }
  return loss;
}

}  // namespace anon
