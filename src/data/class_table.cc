// SPDX-License-Identifier: Apache-2.0
#include "data/class_table.h"

#include <algorithm>
#include <utility>

namespace anon::internal {

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

Histograms SplitByClass(KeyTable pairs, const Divisor& values,
                        KeyTable& classes) {
  Histograms histograms;
  histograms.cells = HugeArray<ValueCount>(pairs.size());
  std::vector<std::uint64_t> keys;
  std::vector<std::int64_t> counts;
  std::uint64_t end = 0;  // past the pairs of the class at hand
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const std::uint64_t pair = pairs.keys[i];
    if (pair >= end) {
      const std::uint64_t key = values.Quotient(pair);
      end = (key + 1) * values.value();
      keys.push_back(key);
      counts.push_back(0);
      histograms.starts.push_back(i);
    }
    const std::int64_t count = pairs.counts[i];
    counts.back() += count;
    histograms.cells[i] = {
        static_cast<std::uint32_t>(pair - (end - values.value())), count};
  }
  histograms.starts.push_back(pairs.size());
  if (classes.size() == 0) {
    classes.keys = HugeArray<std::uint64_t>(keys.size());
    std::ranges::copy(keys, classes.keys.data());
    classes.counts = Counts(std::move(counts));
  }
  return histograms;
}

}  // namespace anon::internal
