// SPDX-License-Identifier: Apache-2.0
#include "data/class_table.h"

#include <algorithm>
#include <map>
#include <utility>

namespace anon::internal {
namespace {

// Codes below this are summed in an array: a dictionary numbers from 0.
constexpr std::size_t kSmallCodes = std::size_t{1} << 20;

std::vector<ValueCount> Sum(std::span<const ValueCount> cells) {
  std::vector<std::int64_t> small;  // -1: not a code
  std::map<std::uint32_t, std::int64_t> large;
  for (const ValueCount& cell : cells) {
    if (cell.code >= kSmallCodes) {
      large[cell.code] += cell.principals;
      continue;
    }
    if (cell.code >= small.size()) [[unlikely]]
      small.resize(cell.code + 1ULL, -1);
    std::int64_t& sum = small[cell.code];
    sum = std::max<std::int64_t>(sum, 0) + cell.principals;
  }
  std::vector<ValueCount> sums;
  for (std::uint32_t code = 0; code < small.size(); ++code) {
    if (small[code] >= 0) sums.push_back({code, small[code]});
  }
  for (const auto& [code, sum] : large) sums.push_back({code, sum});
  return sums;
}

}  // namespace

std::span<const ValueCount> ClassTable::HistogramSumOf(
    std::size_t sensitive) const {
  HistogramSum& sum = histogram_sums[sensitive];
  std::call_once(sum.once,
                 [&] { sum.values = Sum(histograms[sensitive].cells.span()); });
  return sum.values;
}

void ClassTable::SetTuples(Tuples sorted) {
  const std::size_t width = sorted.width;
  const std::size_t count = width == 0 ? 0 : sorted.codes.size() / width;
  std::vector<std::uint64_t> radices(width, 1);
  for (std::size_t i = 0; i < sorted.codes.size(); ++i) {
    std::uint64_t& radix = radices[i % width];
    radix = std::max<std::uint64_t>(radix, std::uint64_t{sorted.codes[i]} + 1);
  }
  layout = KeyLayout::Of(std::move(radices));
  if (!layout) {
    tuples = std::move(sorted);
    return;
  }
  keys = HugeArray<std::uint64_t>(width == 0 ? records.size() : count);
  for (std::size_t i = 0; i < count; ++i) {
    keys[i] = *layout->Key(sorted.At(i));
  }
}

// Keys of classes take the place of the pairs they come from.
Histograms SplitByClass(KeyTable pairs, const Divisor& values,
                        KeyTable& classes) {
  const std::size_t size = pairs.size();
  Histograms histograms{.cells = HugeArray<ValueCount>(size),
                        .starts = HugeArray<std::size_t>(size + 1)};
  ValueCount* const cells = histograms.cells.data();
  std::size_t* const starts = histograms.starts.data();
  std::uint64_t* const keys = pairs.keys.data();
  const std::uint64_t radix = values.value();
  std::size_t found = 0;
  std::uint64_t end = 0;  // past the pairs of the class at hand
  for (std::size_t i = 0; i < size; ++i) {
    const std::uint64_t pair = keys[i];
    if (pair >= end) {
      const std::uint64_t key = values.Quotient(pair);
      end = (key + 1) * radix;
      starts[found] = i;
      keys[found++] = key;
    }
    cells[i] = {static_cast<std::uint32_t>(pair - (end - radix)),
                pairs.counts[i]};
  }
  starts[found] = size;
  histograms.starts.Shrink(found + 1);
  if (classes.size() > 0) return histograms;
  pairs.keys.Shrink(found);
  classes.keys = std::move(pairs.keys);
  classes.counts = Counts::Of(found, [&](std::size_t c) {
    std::int64_t sum = 0;
    for (std::size_t i = starts[c]; i < starts[c + 1]; ++i) {
      sum += cells[i].principals;
    }
    return sum;
  });
  return histograms;
}

}  // namespace anon::internal
