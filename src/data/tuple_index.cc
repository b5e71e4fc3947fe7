// SPDX-License-Identifier: Apache-2.0
#include "data/tuple_index.h"

#include <algorithm>
#include <bit>

#include "absl/hash/hash.h"
#include "absl/types/span.h"

namespace anon::internal {
namespace {

constexpr unsigned kFirstBits = 12;

std::uint32_t HashOf(Tuple tuple) {
  const std::uint64_t hash =
      absl::HashOf(absl::MakeConstSpan(tuple.data(), tuple.size()));
  return static_cast<std::uint32_t>((hash * 0x9E3779B97F4A7C15) >> 32);
}

}  // namespace

TupleIndex::TupleIndex(std::size_t width)
    : tuples_{.width = width, .codes = {}},
      slots_(std::size_t{1} << kFirstBits),
      shift_(32 - kFirstBits),
      rows_(width * kTogether),
      hashes_(kTogether) {}

std::uint32_t TupleIndex::Intern(Tuple tuple) {
  return Find(tuple, HashOf(tuple));
}

void TupleIndex::Intern(std::span<const CodeColumn> columns, std::size_t from,
                        std::size_t n, std::uint64_t* numbers) {
  const std::size_t width = tuples_.width;
  for (std::size_t at = 0; at < n; at += kTogether) {
    const std::size_t some = std::min(kTogether, n - at);
    for (std::size_t q = 0; q < width; ++q) {
      const CodeColumn& column = columns[q];
      for (std::size_t i = 0; i < some; ++i) {
        rows_[i * width + q] = column[from + at + i];
      }
    }
    const auto row = [&](std::size_t i) {
      return Tuple(rows_).subspan(i * width, width);
    };
    for (std::size_t i = 0; i < some; ++i) {
      hashes_[i] = HashOf(row(i));
      __builtin_prefetch(&slots_[HomeOf(hashes_[i])]);
    }
    for (std::size_t i = 0; i < some; ++i) {
      const std::uint64_t slot = slots_[HomeOf(hashes_[i])];
      if (slot >> 32 == hashes_[i] && slot != 0) {
        const auto number = static_cast<std::uint32_t>(slot) - 1;
        __builtin_prefetch(&tuples_.codes[number * width]);
      }
    }
    for (std::size_t i = 0; i < some; ++i) {
      numbers[at + i] = Find(row(i), hashes_[i]);
    }
  }
}

std::uint32_t TupleIndex::Find(Tuple tuple, std::uint32_t hash) {
  std::size_t at = HomeOf(hash);
  for (; slots_[at] != 0; at = at + 1 == slots_.size() ? 0 : at + 1) {
    const std::uint64_t slot = slots_[at];
    const auto number = static_cast<std::uint32_t>(slot) - 1;
    if (slot >> 32 == hash && std::ranges::equal(tuples_.At(number), tuple)) {
      return number;
    }
  }
  const auto number = static_cast<std::uint32_t>(size_++);
  tuples_.codes.insert(tuples_.codes.end(), tuple.begin(), tuple.end());
  slots_[at] = std::uint64_t{hash} << 32 | (number + std::uint64_t{1});
  if (2 * size_ >= slots_.size() && shift_ > 0) Grow();
  return number;
}

void TupleIndex::Grow() {
  const HugeArray<std::uint64_t> old = std::move(slots_);
  slots_ = HugeArray<std::uint64_t>(2 * old.size());
  --shift_;
  for (const std::uint64_t slot : old.span()) {
    if (slot == 0) continue;
    std::size_t at = HomeOf(static_cast<std::uint32_t>(slot >> 32));
    while (slots_[at] != 0) at = at + 1 == slots_.size() ? 0 : at + 1;
    slots_[at] = slot;
  }
}

// By the first 64 bits of tuples, packed as tightly as all of them allow; only
// where these are equal by the tuples themselves, which are far away.
std::vector<std::uint32_t> TupleIndex::Order() const {
  const std::size_t width = tuples_.width;
  std::vector<std::uint32_t> most(width);
  for (std::size_t i = 0; i < tuples_.codes.size(); ++i) {
    most[i % width] = std::max(most[i % width], tuples_.codes[i]);
  }
  std::size_t packed = 0;  // columns
  std::vector<int> widths;
  for (int bits = 0; packed < width; ++packed) {
    widths.push_back(std::bit_width(most[packed]));
    bits += widths.back();
    if (bits > 64) break;
  }
  struct Entry {
    std::uint64_t first;
    std::uint32_t number;
  };
  std::vector<Entry> entries(size_);
  for (std::uint32_t i = 0; i < size_; ++i) {
    const Tuple tuple = tuples_.At(i);
    std::uint64_t first = 0;
    for (std::size_t q = 0; q < packed; ++q) {
      first = first << widths[q] | tuple[q];
    }
    entries[i] = {first, i};
  }
  std::ranges::sort(entries, [&](const Entry& a, const Entry& b) {
    if (a.first != b.first) return a.first < b.first;
    return std::ranges::lexicographical_compare(
        tuples_.At(a.number).subspan(packed),
        tuples_.At(b.number).subspan(packed));
  });
  std::vector<std::uint32_t> order(size_);
  std::ranges::transform(entries, order.begin(), &Entry::number);
  return order;
}

}  // namespace anon::internal
