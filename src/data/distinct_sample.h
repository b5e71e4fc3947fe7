// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: a uniform sample of the distinct values of a stream, in
// bounded memory (Gibbons, Distinct Sampling, VLDB 2001). Values come as 64-bit
// hashes; kept are those whose last `level` bits are zero, and the level rises
// when there are too many. How often a value occurs makes no difference to
// whether it is kept. While the level is 0 the sample is everything.
#ifndef ANON_SRC_DATA_DISTINCT_SAMPLE_H_
#define ANON_SRC_DATA_DISTINCT_SAMPLE_H_

#include <cstddef>
#include <cstdint>

#include "absl/container/flat_hash_map.h"

namespace anon::internal {

// Spreads a hash whose bits are not all equally random.
inline std::uint64_t Spread(std::uint64_t hash) {
  hash ^= hash >> 32;
  hash *= 0x9E3779B97F4A7C15;
  hash ^= hash >> 29;
  hash *= 0xBF58476D1CE4E5B9;
  return hash ^ (hash >> 32);
}

// `Note` is what is remembered of each value. One thread at a time.
template <typename Note>
class DistinctSample {
 public:
  explicit DistinctSample(std::size_t capacity) : capacity_(capacity) {}

  // The note of a value (new ones are Note{}), or null if it is not sampled.
  // `hash` has been spread. Valid until the next call.
  Note* Find(std::uint64_t hash) {
    if ((hash & mask_) != 0) return nullptr;
    Note* const note = &notes_[hash];
    if (notes_.size() <= capacity_) return note;
    while (notes_.size() > capacity_) Coarsen();
    const auto found = notes_.find(hash);
    return found == notes_.end() ? nullptr : &found->second;
  }

  // Calls f(hash, note) for every sampled value.
  template <typename F>
  void ForEach(F f) const {
    for (const auto& [hash, note] : notes_) f(hash, note);
  }

  std::int64_t sampled() const {
    return static_cast<std::int64_t>(notes_.size());
  }
  bool exact() const { return mask_ == 0; }
  // How many values one in the sample stands for.
  std::int64_t scale() const { return static_cast<std::int64_t>(mask_) + 1; }

 private:
  void Coarsen() {
    mask_ = mask_ * 2 + 1;
    absl::erase_if(notes_, [this](const auto& entry) {
      return (entry.first & mask_) != 0;
    });
  }

  std::size_t capacity_;
  std::uint64_t mask_ = 0;
  absl::flat_hash_map<std::uint64_t, Note> notes_;
};

}  // namespace anon::internal

#endif  // ANON_SRC_DATA_DISTINCT_SAMPLE_H_
