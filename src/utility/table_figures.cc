// SPDX-License-Identifier: Apache-2.0
#include "utility/table_figures.h"

#include <algorithm>
#include <cmath>

namespace anon::internal {
namespace {

// Calls visit(begin, n, codes) for some classes at a time, with the code of
// attribute q in class begin + i at codes[q * n + i].
template <typename Visit>
void ForBlocks(const Classes& classes, const Visit& visit) {
  constexpr std::size_t kBlock = 256;
  std::vector<std::uint32_t> codes(kBlock * classes.quasi_identifiers().size());
  const std::size_t size = classes.size();
  for (std::size_t begin = 0; begin < size; begin += kBlock) {
    const std::size_t n = std::min(kBlock, size - begin);
    classes.AllCodes(begin, n, codes);
    visit(begin, n, std::span<const std::uint32_t>(codes));
  }
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
    only.records = std::move(counts);
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
    at.records.resize(hierarchy->size(level));
    for (std::uint32_t code = 0; code < at.records.size(); ++code) {
      at.leaves.push_back(hierarchy->leaves(level, code));
    }
    for (std::uint32_t code = 0; code < counts.size(); ++code) {
      at.records[hierarchy->Generalize(code, figures.base, level)] +=
          counts[code];
    }
    for (std::uint32_t code = 0; code < counts.size(); ++code) {
      if (counts[code] == 0) continue;
      const auto records = static_cast<double>(counts[code]);
      const auto wider = static_cast<double>(
          at.records[hierarchy->Generalize(code, figures.base, level)]);
      at.entropy -= records * std::log2(records / wider);
    }
  }
  return figures;
}

}  // namespace

TableFigures Describe(const Classes& classes,
                      std::span<const ObjectiveAttribute> attributes) {
  TableFigures figures;
  std::vector<std::vector<std::int64_t>> records(attributes.size());  // [code]
  std::vector<std::int64_t> mine;
  ForBlocks(classes, [&](std::size_t begin, std::size_t n,
                         std::span<const std::uint32_t> codes) {
    mine.clear();
    for (std::size_t i = begin; i < begin + n; ++i) {
      mine.push_back(classes.records(i));
      figures.records += mine.back();
    }
    for (std::size_t q = 0; q < records.size(); ++q) {
      std::vector<std::int64_t>& counts = records[q];
      for (std::size_t i = 0; i < n; ++i) {
        const std::uint32_t code = codes[q * n + i];
        if (code >= counts.size()) counts.resize(code + std::size_t{1});
        counts[code] += mine[i];
      }
    }
  });
  for (std::size_t q = 0; q < records.size(); ++q) {
    figures.attributes.push_back(
        DescribeOne(std::move(records[q]), attributes[q]));
  }
  return figures;
}

double TupleEntropy(const Classes& classes, const TableFigures& figures) {
  const auto all = static_cast<double>(figures.records);
  double entropy = 0;
  ForBlocks(classes, [&](std::size_t begin, std::size_t n,
                         std::span<const std::uint32_t> codes) {
    for (std::size_t i = 0; i < n; ++i) {
      double leaves = 1;
      for (std::size_t q = 0; q < figures.attributes.size(); ++q) {
        const LevelFigures& finest = figures.attributes[q].levels.front();
        leaves *= static_cast<double>(finest.leaves[codes[q * n + i]]);
      }
      const auto records = static_cast<double>(classes.records(begin + i));
      entropy += records / all * std::log2(records / all / leaves);
    }
  });
  return entropy;
}

double Floor10(double value) {
  return std::floor(std::max(0.0, value) * 1e10) / 1e10;
}

double Rounded12(double value) { return std::round(value * 1e12) / 1e12; }

}  // namespace anon::internal
