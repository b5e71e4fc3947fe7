// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_UTILITY_LOSS_H_
#define ANON_UTILITY_LOSS_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "anon/data/classes.h"
#include "anon/hierarchy/hierarchy.h"

namespace anon {

// What generalization and suppression cost, from 0 (nothing) to 1 (all).
struct Loss {
  struct Attribute {
    std::string name;
    double loss = 0;
  };
  std::vector<Attribute> attributes;
  double arithmetic_mean = 0;
  double geometric_mean = 0;  // prod (loss + 1)^(1/d) - 1, as ARX
};

// How the codes of one quasi-identifier of `classes` generalize: the level of
// the hierarchy they belong to, or no hierarchy if values were kept.
struct CodedAttribute {
  const Hierarchy* hierarchy = nullptr;
  std::size_t level = 0;
};

// The Loss metric (granularity) of ARX, from classes: per attribute, the mean
// over records of the share of the domain their label covers, a suppressed
// record counting as the whole domain, scaled so that the untouched table has
// 0. `kept[i]` says whether class i is released; `attributes` are in the order
// of classes.quasi_identifiers(). Source: Iyengar, KDD 2002; ARX 3.9
// MetricMDNMLoss. For people and reports, not for comparison with thresholds.
Loss MeasureLoss(const Classes& classes, const std::vector<bool>& kept,
                 std::span<const CodedAttribute> attributes);

}  // namespace anon

#endif  // ANON_UTILITY_LOSS_H_
