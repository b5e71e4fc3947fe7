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
  if (!value_totals.empty()) return value_totals[sensitive];
  HistogramSum& sum = histogram_sums[sensitive];
  std::call_once(sum.once,
                 [&] { sum.values = Sum(histograms[sensitive].cells.span()); });
  return sum.values;
}

void ClassTable::SetTuples(Tuples sorted) {
  const std::size_t width = sorted.width;
  const std::size_t count = width == 0 ? 0 : sorted.codes.size() / width;
  std::vector<std::uint64_t> radices(width, 1);
  for (std::size_t i = 0; i < count; ++i) {
    const Tuple tuple = sorted.At(i);
    for (std::size_t q = 0; q < width; ++q) {
      radices[q] = std::max(radices[q], tuple[q] + std::uint64_t{1});
    }
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

}  // namespace anon::internal
