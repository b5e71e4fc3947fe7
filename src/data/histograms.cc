// SPDX-License-Identifier: Apache-2.0
#include "data/histograms.h"

#include <algorithm>

namespace anon::internal {

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

// Every place is written, only the end moves on: there is nothing to
// mispredict.
Histograms SplitByClass(const DenseCounts& pairs, const Divisor& values,
                        KeyTable& classes) {
  const std::size_t radix = values.value();
  const std::size_t most = pairs.size() / radix;
  Histograms histograms{.cells = HugeArray<ValueCount>(pairs.CountFound() + 1),
                        .starts = HugeArray<std::size_t>(most + 1)};
  HugeArray<std::uint64_t> keys(most + 1);
  HugeArray<std::uint32_t> counts(most + 1);
  ValueCount* const cells = histograms.cells.data();
  std::size_t end = 0;
  std::size_t found = 0;
  for (std::size_t key = 0; key < most; ++key) {
    const std::size_t start = end;
    std::uint32_t total = 0;
    for (std::size_t value = 0; value < radix; ++value) {
      const std::uint32_t count = pairs[key * radix + value];
      cells[end] = {static_cast<std::uint32_t>(value), count};
      end += count != 0 ? 1 : 0;
      total += count;
    }
    histograms.starts[found] = start;
    keys[found] = key;
    counts[found] = total;
    found += total != 0 ? 1 : 0;
  }
  histograms.starts[found] = end;
  histograms.starts.Shrink(found + 1);
  histograms.cells.Shrink(end);
  if (classes.size() == 0) {
    keys.Shrink(found);
    counts.Shrink(found);
    classes = {.keys = std::move(keys), .counts = Counts(std::move(counts))};
  }
  return histograms;
}

void HistogramSink::Start(std::size_t most, std::size_t slots) {
  parts_.resize(slots);
  cells_ = HugeArray<ValueCount>(most);
  starts_ = HugeArray<std::size_t>(most + 1);
  keys_ = HugeArray<std::uint64_t>(most);
  counts_ = HugeArray<std::uint32_t>(most);
}

void HistogramSink::Read(std::size_t slot, const Runs& pairs) {
  Part& part = parts_[slot];
  const std::size_t size = pairs.keys.size();
  part.pairs = pairs;
  if (part.starts.size() <= size) {
    part.values.resize(size);
    part.keys.resize(size);
    part.starts.resize(size + 1);
    part.totals.resize(size + 1);
  }
  std::uint32_t* const values = part.values.data();
  const std::uint64_t radix = values_.value();
  std::size_t classes = 0;
  std::uint32_t total = 0;
  std::uint64_t end = 0;  // past the pairs of the class at hand
  for (std::size_t i = 0; i < size; ++i) {
    const std::uint64_t pair = pairs.keys[i];
    if (pair >= end) {
      const std::uint64_t key = values_.Quotient(pair);
      end = (key + 1) * radix;
      part.keys[classes] = key;
      part.starts[classes] = static_cast<std::uint32_t>(i);
      part.totals[classes++] = total;
    }
    values[i] = static_cast<std::uint32_t>(pair - (end - radix));
    total += pairs.counts[i];
  }
  part.starts[classes] = static_cast<std::uint32_t>(size);
  part.totals[classes] = total;
  part.classes = classes;
}

void HistogramSink::Place(std::size_t slot) {
  Part& part = parts_[slot];
  if (part.classes == 0) return;
  part.continues = classes_placed_ > 0 && part.keys[0] == last_key_;
  part.first_class = classes_placed_ - (part.continues ? 1 : 0);
  part.first_cell = cells_placed_;
  classes_placed_ = part.first_class + part.classes;
  cells_placed_ += part.pairs.keys.size();
  last_key_ = part.keys[part.classes - 1];
}

void HistogramSink::Write(std::size_t slot) {
  Part& part = parts_[slot];
  ValueCount* const cells = cells_.data() + part.first_cell;
  for (std::size_t i = 0; i < part.pairs.keys.size(); ++i) {
    cells[i] = {part.values[i], part.pairs.counts[i]};
  }
  std::size_t c = 0;
  if (part.classes > 0 && part.continues) {
    part.further.emplace_back(part.first_class, part.totals[1]);
    c = 1;
  }
  for (; c < part.classes; ++c) {
    const std::size_t to = part.first_class + c;
    starts_[to] = part.first_cell + part.starts[c];
    keys_[to] = part.keys[c];
    counts_[to] = part.totals[c + 1] - part.totals[c];
  }
}

Histograms HistogramSink::Finish(KeyTable& classes) && {
  for (const Part& part : parts_) {
    for (const auto& [to, count] : part.further) counts_[to] += count;
  }
  cells_.Shrink(cells_placed_);
  starts_[classes_placed_] = cells_placed_;
  starts_.Shrink(classes_placed_ + 1);
  if (classes.size() == 0) {
    keys_.Shrink(classes_placed_);
    counts_.Shrink(classes_placed_);
    classes = {.keys = std::move(keys_), .counts = Counts(std::move(counts_))};
  }
  return {.cells = std::move(cells_), .starts = std::move(starts_)};
}

}  // namespace anon::internal
