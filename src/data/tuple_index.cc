// SPDX-License-Identifier: Apache-2.0
#include "data/tuple_index.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include "absl/hash/hash.h"
#include "data/kernels.h"
#include "data/key_layout.h"

namespace anon::internal {
namespace {

constexpr unsigned kFirstBits = 12;

}  // namespace

TupleIndex::TupleIndex(std::size_t width)
    : fields_(width),
      slots_(std::size_t{1} << kFirstBits),
      shift_(32 - kFirstBits),
      rows_(kTogether),
      hashes_(kTogether) {}

std::uint32_t TupleIndex::HashOf(const std::uint64_t* words) const {
  std::uint64_t hash = absl::HashOf(words[0]);
  for (std::size_t w = 1; w < count_; ++w) hash = absl::HashOf(hash, words[w]);
  return static_cast<std::uint32_t>((hash * 0x9E3779B97F4A7C15) >> 32);
}

bool TupleIndex::Same(const std::uint64_t* a, const std::uint64_t* b) const {
  std::uint64_t differ = 0;
  for (std::size_t w = 0; w < count_; ++w) differ |= a[w] ^ b[w];
  return differ == 0;
}

std::uint32_t TupleIndex::Intern(Tuple tuple) {
  std::vector<unsigned> bits;
  bool fits = true;
  for (std::size_t q = 0; q < width(); ++q) {
    bits.push_back(std::max(fields_[q].bits,
                            static_cast<unsigned>(std::bit_width(tuple[q]))));
    fits = fits && fields_[q].Fits(tuple[q]);
  }
  if (!fits) Repack(bits);
  std::vector<std::uint64_t> words(count_);
  for (std::size_t q = 0; q < width(); ++q) {
    words[fields_[q].word] |= std::uint64_t{tuple[q]} << fields_[q].shift;
  }
  return Find(words.data(), HashOf(words.data()));
}

template <typename Int>
void TupleIndex::Pack(const Int* codes, const Field& field, std::size_t n) {
  std::uint64_t* words = rows_.data() + field.word;
  for (std::size_t i = 0; i < n; ++i, words += count_) {
    *words |= std::uint64_t{codes[i]} << field.shift;
  }
}

void TupleIndex::Intern(std::span<const CodeColumn> columns, std::size_t from,
                        std::size_t n, std::uint64_t* numbers) {
  std::vector<unsigned> bits;
  bool fits = true;
  for (std::size_t q = 0; q < width(); ++q) {
    const std::uint32_t most =
        BestKernels().max(From(columns[q], from), columns[q].width(), n);
    bits.push_back(
        std::max(fields_[q].bits, static_cast<unsigned>(std::bit_width(most))));
    fits = fits && fields_[q].Fits(most);
  }
  if (!fits) Repack(bits);
  for (std::size_t at = 0; at < n; at += kTogether) {
    const std::size_t some = std::min(kTogether, n - at);
    std::ranges::fill(rows_, 0);
    for (std::size_t q = 0; q < width(); ++q) {
      const void* const codes = From(columns[q], from + at);
      switch (columns[q].width()) {
        case 1:
          Pack(static_cast<const std::uint8_t*>(codes), fields_[q], some);
          break;
        case 2:
          Pack(static_cast<const std::uint16_t*>(codes), fields_[q], some);
          break;
        default:
          Pack(static_cast<const std::uint32_t*>(codes), fields_[q], some);
      }
    }
    for (std::size_t i = 0; i < some; ++i) {
      hashes_[i] = HashOf(&rows_[i * count_]);
      __builtin_prefetch(&slots_[HomeOf(hashes_[i])]);
    }
    for (std::size_t i = 0; i < some; ++i) {
      const std::uint64_t slot = slots_[HomeOf(hashes_[i])];
      if (slot >> 32 == hashes_[i] && slot != 0) {
        const auto number = static_cast<std::uint32_t>(slot) - 1;
        __builtin_prefetch(&words_[number * count_]);
      }
    }
    for (std::size_t i = 0; i < some; ++i) {
      numbers[at + i] = Find(&rows_[i * count_], hashes_[i]);
    }
  }
}

std::uint32_t TupleIndex::Find(const std::uint64_t* words, std::uint32_t hash) {
  std::size_t at = HomeOf(hash);
  for (; slots_[at] != 0; at = at + 1 == slots_.size() ? 0 : at + 1) {
    const std::uint64_t slot = slots_[at];
    const auto number = static_cast<std::uint32_t>(slot) - 1;
    if (slot >> 32 == hash && Same(&words_[number * count_], words)) {
      return number;
    }
  }
  const auto number = static_cast<std::uint32_t>(size_++);
  words_.insert(words_.end(), words, words + count_);
  slots_[at] = std::uint64_t{hash} << 32 | (number + std::uint64_t{1});
  if (2 * size_ >= slots_.size() && shift_ > 0) Grow();
  return number;
}

void TupleIndex::Place(std::uint32_t hash, std::uint32_t number) {
  std::size_t at = HomeOf(hash);
  while (slots_[at] != 0) at = at + 1 == slots_.size() ? 0 : at + 1;
  slots_[at] = std::uint64_t{hash} << 32 | (number + std::uint64_t{1});
}

void TupleIndex::Grow() {
  const HugeArray<std::uint64_t> old = std::move(slots_);
  slots_ = HugeArray<std::uint64_t>(2 * old.size());
  --shift_;
  for (const std::uint64_t slot : old.span()) {
    if (slot == 0) continue;
    Place(static_cast<std::uint32_t>(slot >> 32),
          static_cast<std::uint32_t>(slot) - 1);
  }
}

void TupleIndex::Repack(const std::vector<unsigned>& bits) {
  const std::vector<Field> old = fields_;
  const std::size_t old_count = count_;
  unsigned word = 0;
  unsigned used = 0;
  for (std::size_t q = 0; q < width(); ++q) {
    if (used + bits[q] > 64) {
      ++word;
      used = 0;
    }
    used += bits[q];
    fields_[q] = {.bits = bits[q], .word = word, .shift = 64 - used};
    // Nothing is to be moved by 64.
    if (bits[q] == 0) fields_[q].shift = 0;
  }
  count_ = word + std::size_t{1};
  rows_.assign(kTogether * count_, 0);
  std::vector<std::uint64_t> packed(size_ * count_);
  for (std::size_t i = 0; i < size_; ++i) {
    for (std::size_t q = 0; q < width(); ++q) {
      packed[i * count_ + fields_[q].word] |=
          std::uint64_t{old[q].Of(&words_[i * old_count])} << fields_[q].shift;
    }
  }
  words_ = std::move(packed);
  slots_ = HugeArray<std::uint64_t>(slots_.size());
  for (std::uint32_t i = 0; i < size_; ++i) {
    Place(HashOf(&words_[i * count_]), i);
  }
}

// By some leading bits into buckets, which then are sorted in the caches; by
// their first words, and only where these are equal by the others.
std::vector<std::uint32_t> TupleIndex::Order() const {
  constexpr unsigned kBucketBits = 16;
  struct Entry {
    std::uint64_t first;
    std::uint32_t number;
  };
  const auto bucket = [](std::uint64_t first) {
    return first >> (64 - kBucketBits);
  };
  std::vector<std::uint32_t> starts((std::size_t{1} << kBucketBits) + 1);
  for (std::size_t i = 0; i < size_; ++i) {
    ++starts[bucket(words_[i * count_]) + 1];
  }
  std::partial_sum(starts.begin(), starts.end(), starts.begin());
  std::vector<Entry> entries(size_);
  std::vector<std::uint32_t> next = starts;
  for (std::uint32_t i = 0; i < size_; ++i) {
    const std::uint64_t first = words_[i * count_];
    entries[next[bucket(first)]++] = {first, i};
  }
  const auto before = [this](const Entry& a, const Entry& b) {
    if (a.first != b.first) return a.first < b.first;
    const auto* const mine = &words_[a.number * count_];
    const auto* const others = &words_[b.number * count_];
    return std::lexicographical_compare(mine + 1, mine + count_, others + 1,
                                        others + count_);
  };
  for (std::size_t b = 0; b + 1 < starts.size(); ++b) {
    std::sort(entries.begin() + starts[b], entries.begin() + starts[b + 1],
              before);
  }
  std::vector<std::uint32_t> order(size_);
  std::ranges::transform(entries, order.begin(), &Entry::number);
  return order;
}

}  // namespace anon::internal
