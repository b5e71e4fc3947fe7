// SPDX-License-Identifier: Apache-2.0
#include "utility/table_figures.h"

#include <algorithm>
#include <cmath>

namespace anon::internal {
namespace {

// The codes of one attribute, class by class, and how many people have each.
struct CodeCounts {
  std::vector<std::uint32_t> codes;
  std::vector<std::int64_t> people;
};

CodeCounts CountCodes(const Classes& classes, std::size_t q) {
  CodeCounts counts;
  counts.codes.resize(classes.size());
  classes.Codes(q, 0, counts.codes);
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const std::uint32_t code = counts.codes[i];
    if (code >= counts.people.size()) counts.people.resize(code + 1);
    counts.people[code] += classes.principals(i);
  }
  return counts;
}

AttributeFigures DescribeOne(std::vector<std::int64_t> counts,
                             const ObjectiveAttribute& attribute) {
  AttributeFigures figures;
  figures.weight = attribute.weight;
  const Hierarchy* const hierarchy = attribute.hierarchy;
  if (hierarchy == nullptr) {
    figures.domain =
        std::max<std::int64_t>(1, static_cast<std::int64_t>(counts.size()));
    LevelFigures only;
    only.leaves.assign(counts.size(), 1);
    only.principals = std::move(counts);
    figures.levels.push_back(std::move(only));
    return figures;
  }
  figures.generalized = true;
  figures.base = attribute.level;
  figures.height = hierarchy->height();
  figures.domain = static_cast<std::int64_t>(hierarchy->domain_size());
  counts.resize(hierarchy->size(attribute.level));
  for (std::size_t level = figures.base; level <= figures.height; ++level) {
    LevelFigures& at = figures.levels.emplace_back();
    at.principals.resize(hierarchy->size(level));
    for (std::uint32_t code = 0; code < at.principals.size(); ++code) {
      at.leaves.push_back(hierarchy->leaves(level, code));
    }
    for (std::uint32_t code = 0; code < counts.size(); ++code) {
      at.principals[hierarchy->Generalize(code, figures.base, level)] +=
          counts[code];
    }
    for (std::uint32_t code = 0; code < counts.size(); ++code) {
      if (counts[code] == 0) continue;
      const auto people = static_cast<double>(counts[code]);
      const auto wider = static_cast<double>(
          at.principals[hierarchy->Generalize(code, figures.base, level)]);
      at.entropy -= people * std::log2(people / wider);
    }
  }
  return figures;
}

}  // namespace

TableFigures Describe(const Classes& classes,
                      std::span<const ObjectiveAttribute> attributes) {
  TableFigures figures;
  std::vector<double> leaves(classes.size(), 1);  // of its tuple
  for (std::size_t q = 0; q < attributes.size(); ++q) {
    CodeCounts counts = CountCodes(classes, q);
    figures.attributes.push_back(
        DescribeOne(std::move(counts.people), attributes[q]));
    const LevelFigures& finest = figures.attributes.back().levels.front();
    for (std::size_t i = 0; i < classes.size(); ++i) {
      leaves[i] *= static_cast<double>(finest.leaves[counts.codes[i]]);
    }
  }
  for (std::size_t i = 0; i < classes.size(); ++i) {
    figures.principals += classes.principals(i);
  }
  const auto all = static_cast<double>(figures.principals);
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const double share = static_cast<double>(classes.principals(i)) / all;
    figures.entropy += share * std::log2(share / leaves[i]);
  }
  return figures;
}

double Floor10(double value) {
  return std::floor(std::max(0.0, value) * 1e10) / 1e10;
}

double Rounded12(double value) { return std::round(value * 1e12) / 1e12; }

}  // namespace anon::internal
