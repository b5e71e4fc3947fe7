// SPDX-License-Identifier: Apache-2.0
//
// Counting by radix partition.
//
// The leading bits of a key choose one of a thousand or two partitions; the
// rest of it, 32 bits where that is enough, goes to the partition's buffer, one
// cache line at a time past the caches. A buffer fits the second-level cache
// together with as much scratch: it is sorted there without a branch that could
// be mispredicted, and read as runs. When buffers take too much memory they
// become runs of (key, count); runs of like size are merged, so that memory
// grows with the classes and not with the rows.
//
// Example: keys 7 3 7 in one partition become 3 7 7 and then (3, 1) (7, 2).
//
// Cost: about 5 ns a row to partition and 5 ns to sort. Partitions are ranges
// of keys in order, so the result is sorted at no further cost. A hash table of
// seven million classes costs a cache miss a row. Source: Polychroniou and
// Ross, A comprehensive study of main-memory partitioning (2014). Tested
// against sorting and counting in tests/data/key_counter_test.cc.
#include "data/radix_counter.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <ranges>
#include <utility>
#include <vector>

#include "data/kernels.h"
#include "data/partition_plan.h"
#include "data/radix_sort.h"
#include "data/threads.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace anon::internal {
namespace {

constexpr std::size_t kLine = 64;
constexpr std::size_t kChunkBytes = 4096;
// A partition with so many keys is aggregated before it outgrows the cache.
constexpr std::size_t kMostKeys = std::size_t{1} << 16;
constexpr std::size_t kSlack = 16;  // what run kernels may write too far

// Past the caches: a partition's line is not read again before it is sorted.
void StreamLine(void* to, const void* from) {
#if defined(__SSE2__)
  for (std::size_t i = 0; i < kLine / sizeof(__m128i); ++i) {
    _mm_stream_si128(static_cast<__m128i*>(to) + i,
                     _mm_load_si128(static_cast<const __m128i*>(from) + i));
  }
#else
  std::memcpy(to, from, kLine);
#endif
}

// Other cores, and later loads, see streamed lines only after this.
void FinishStreams() {
#if defined(__SSE2__)
  _mm_sfence();
#endif
}

struct Run {
  std::vector<std::uint64_t> keys;
  std::vector<std::uint32_t> counts;

  std::size_t size() const { return keys.size(); }
  void Push(std::uint64_t key, std::uint32_t count) {
    keys.push_back(key);
    counts.push_back(count);
  }
};

Run MergeRuns(const Run& a, const Run& b) {
  Run merged;
  merged.keys.reserve(a.size() + b.size());
  merged.counts.reserve(a.size() + b.size());
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() && j < b.size()) {
    if (a.keys[i] == b.keys[j]) {
      merged.Push(a.keys[i], a.counts[i] + b.counts[j]);
      ++i;
      ++j;
    } else if (a.keys[i] < b.keys[j]) {
      merged.Push(a.keys[i], a.counts[i]);
      ++i;
    } else {
      merged.Push(b.keys[j], b.counts[j]);
      ++j;
    }
  }
  for (; i < a.size(); ++i) merged.Push(a.keys[i], a.counts[i]);
  for (; j < b.size(); ++j) merged.Push(b.keys[j], b.counts[j]);
  merged.keys.shrink_to_fit();
  merged.counts.shrink_to_fit();
  return merged;
}

// Keeps sizes falling by half, so that a key is moved log times at most.
void PushRun(std::vector<Run>& runs, Run run) {
  runs.push_back(std::move(run));
  while (runs.size() > 1 &&
         runs.back().size() * 2 >= runs[runs.size() - 2].size()) {
    Run last = std::move(runs.back());
    runs.pop_back();
    runs.back() = MergeRuns(runs.back(), last);
  }
}

// Buffers of many partitions, in chunks of one piece of memory, so that memory
// is used in the order it is needed.
template <typename Stored>
class ChunkPool {
 public:
  static constexpr std::size_t kPerChunk = kChunkBytes / sizeof(Stored);
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;

  ChunkPool(std::size_t bytes, std::size_t lists)
      : memory_(bytes / sizeof(Stored)),
        next_(bytes / kChunkBytes, kNone),
        first_(lists, kNone),
        last_(lists, kNone) {}

  // Another chunk at the end of a list; null if there is none left.
  Stored* Extend(std::size_t list) {
    std::uint32_t chunk = free_;
    if (chunk != kNone) {
      free_ = next_[chunk];
    } else if (used_ < next_.size()) {
      chunk = used_++;
    } else {
      return nullptr;
    }
    next_[chunk] = kNone;
    (first_[list] == kNone ? first_[list] : next_[last_[list]]) = chunk;
    last_[list] = chunk;
    return memory_.data() + Offset(chunk);
  }

  // Copies the first n keys of a list. Different threads may copy at a time.
  void Copy(std::size_t list, std::size_t n, Stored* to) const {
    for (std::uint32_t chunk = first_[list]; chunk != kNone;
         chunk = next_[chunk]) {
      const std::size_t part = std::min(n, kPerChunk);
      std::memcpy(to, memory_.data() + Offset(chunk), part * sizeof(Stored));
      to += part;
      n -= part;
    }
  }

  // Empties one list; its chunks are free for any.
  void Free(std::size_t list) {
    if (first_[list] == kNone) return;
    next_[last_[list]] = std::exchange(free_, first_[list]);
    first_[list] = kNone;
  }

  // Empties all lists.
  void Clear() {
    std::ranges::fill(first_, kNone);
    used_ = 0;
    free_ = kNone;
  }

 private:
  static std::size_t Offset(std::uint32_t chunk) {
    return std::size_t{chunk} * kPerChunk;
  }

  HugeArray<Stored> memory_;
  std::vector<std::uint32_t> next_;   // [chunk] in its list
  std::vector<std::uint32_t> first_;  // [list]
  std::vector<std::uint32_t> last_;
  std::uint32_t used_ = 0;  // chunks ever used
  std::uint32_t free_ = kNone;
};

// Keys are stored without their leading bits, which their partition tells.
template <typename Stored>
class Counter final : public RadixCounter {
 public:
  Counter(PartitionPlan plan, std::size_t lanes, std::size_t pool_bytes)
      : plan_(std::move(plan)) {
    for (std::size_t l = 0; l < lanes; ++l) {
      Lane& lane = lanes_.emplace_back(pool_bytes / lanes, plan_.size());
      lane.staging = HugeArray<Line>(plan_.size());
      lane.stored.resize(plan_.size());
      lane.lines.resize(plan_.size());
      lane.runs.resize(plan_.size());
      lane.scratch = HugeArray<Stored>(kMostKeys * lanes * 2);
      lane.run_keys = HugeArray<std::uint64_t>(kMostKeys + kSlack);
      lane.run_counts = HugeArray<std::uint32_t>(kMostKeys + kSlack);
    }
  }

  void Add(std::size_t lane, std::span<const std::uint64_t> keys) override;
  KeyTable Drain() override;

 private:
  static constexpr std::size_t kPerLine = kLine / sizeof(Stored);
  // The keys of a partition that wait for a whole line. How many is said where
  // the last of them will be: nothing else is touched for a key.
  struct alignas(kLine) Line {
    std::array<Stored, kPerLine> keys;
    Stored& filled() { return keys[kPerLine - 1]; }
  };
  struct Lane {
    Lane(std::size_t pool_bytes, std::size_t partitions)
        : pool(pool_bytes, partitions) {}

    ChunkPool<Stored> pool;
    HugeArray<Line> staging;             // [partition] the line being filled
    std::vector<std::uint32_t> stored;   // [partition] keys in chunks
    std::vector<Stored*> lines;          // [partition] where the next line goes
    std::vector<std::vector<Run>> runs;  // [partition]
    HugeArray<Stored> scratch;
    HugeArray<std::uint64_t> run_keys;
    HugeArray<std::uint32_t> run_counts;
  };

  void Flush(Lane& lane, std::size_t p);
  std::size_t Gather(Lane& lane, std::size_t p, std::size_t staged, Stored* to);
  void Aggregate(Lane& lane, std::size_t p, std::size_t staged);
  std::size_t SortedRuns(std::size_t p, Stored* keys, Stored* scratch,
                         std::size_t n, std::uint64_t* run_keys,
                         std::uint32_t* run_counts) const;
  std::size_t Bound(std::size_t p) const;
  std::size_t DrainPartition(std::size_t p, Lane& work, std::uint64_t* keys,
                             std::uint32_t* counts);

  PartitionPlan plan_;
  std::vector<Lane> lanes_;
  const Kernels& kernels_ = BestKernels();
};

template <typename Stored>
void Counter<Stored>::Add(std::size_t at, std::span<const std::uint64_t> keys) {
  Lane& lane = lanes_[at];
  Line* const staging = lane.staging.data();
  std::array<std::uint16_t, 64> partitions;
  for (std::size_t from = 0; from < keys.size(); from += partitions.size()) {
    const auto some =
        keys.subspan(from, std::min(partitions.size(), keys.size() - from));
    plan_.Find(some, partitions.data());
    for (std::size_t i = 0; i < some.size(); ++i) {
      const std::size_t p = partitions[i];
      Line& line = staging[p];
      const Stored slot = line.filled();
      line.filled() = slot + 1;
      line.keys[slot] = static_cast<Stored>(some[i]);
      if (slot == kPerLine - 1) [[unlikely]]
        Flush(lane, p);
    }
  }
  FinishStreams();  // another thread may drain
}

// Moves a full line to its chunk. Without a free chunk everything is
// aggregated.
template <typename Stored>
void Counter<Stored>::Flush(Lane& lane, std::size_t p) {
  if (lane.stored[p] % ChunkPool<Stored>::kPerChunk == 0) {
    lane.lines[p] = lane.pool.Extend(p);
    if (lane.lines[p] == nullptr) {
      for (std::size_t other = 0; other < plan_.size(); ++other) {
        Aggregate(lane, other,
                  other == p ? kPerLine : lane.staging[other].filled());
      }
      return;
    }
  }
  StreamLine(lane.lines[p], &lane.staging[p]);
  lane.staging[p].filled() = 0;
  lane.lines[p] += kPerLine;
  lane.stored[p] += kPerLine;
  if (lane.stored[p] == kMostKeys) Aggregate(lane, p, 0);
}

// Copies the keys of a partition, less its base, out of their chunks, which are
// then to be freed, and `staged` more that wait; returns how many.
template <typename Stored>
std::size_t Counter<Stored>::Gather(Lane& lane, std::size_t p,
                                    std::size_t staged, Stored* to) {
  const std::size_t stored = std::exchange(lane.stored[p], 0);
  lane.pool.Copy(p, stored, to);
  std::memcpy(to + stored, &lane.staging[p], staged * sizeof(Stored));
  lane.staging[p].filled() = 0;
  const auto base = static_cast<Stored>(plan_.base(p));
  for (std::size_t i = 0; i < stored + staged; ++i) to[i] -= base;
  return stored + staged;
}

template <typename Stored>
std::size_t Counter<Stored>::SortedRuns(std::size_t p, Stored* keys,
                                        Stored* scratch, std::size_t n,
                                        std::uint64_t* run_keys,
                                        std::uint32_t* run_counts) const {
  const Stored* const sorted = RadixSort(keys, scratch, n, plan_.bits(p));
  if constexpr (sizeof(Stored) == 4) {
    return kernels_.runs32(sorted, n, plan_.base(p), run_keys, run_counts);
  } else {
    return kernels_.runs64(sorted, n, plan_.base(p), run_keys, run_counts);
  }
}

template <typename Stored>
void Counter<Stored>::Aggregate(Lane& lane, std::size_t p, std::size_t staged) {
  FinishStreams();
  const std::size_t n = Gather(lane, p, staged, lane.scratch.data());
  lane.pool.Free(p);
  if (n == 0) return;
  const std::size_t runs =
      SortedRuns(p, lane.scratch.data(), lane.scratch.data() + kMostKeys, n,
                 lane.run_keys.data(), lane.run_counts.data());
  PushRun(lane.runs[p],
          {.keys = {lane.run_keys.data(), lane.run_keys.data() + runs},
           .counts = {lane.run_counts.data(), lane.run_counts.data() + runs}});
}

// The most keys partition `p` can have.
template <typename Stored>
std::size_t Counter<Stored>::Bound(std::size_t p) const {
  std::size_t bound = 0;
  for (const Lane& lane : lanes_) {
    bound += lane.stored[p] + kPerLine;
    for (const Run& run : lane.runs[p]) bound += run.size();
  }
  return bound;
}

// Writes the keys of one partition and their counts; returns how many. `work`
// lends its scratch. Threads drain different partitions at the same time, so
// nothing that partitions share is changed here.
template <typename Stored>
std::size_t Counter<Stored>::DrainPartition(std::size_t p, Lane& work,
                                            std::uint64_t* keys,
                                            std::uint32_t* counts) {
  Stored* const gathered = work.scratch.data();
  std::size_t n = 0;
  bool has_runs = false;
  for (Lane& lane : lanes_) {
    n += Gather(lane, p, lane.staging[p].filled(), gathered + n);
    has_runs |= !lane.runs[p].empty();
  }
  const std::size_t runs = SortedRuns(
      p, gathered, gathered + kMostKeys * lanes_.size(), n, keys, counts);
  if (!has_runs) return runs;

  Run all{.keys = {keys, keys + runs}, .counts = {counts, counts + runs}};
  for (Lane& lane : lanes_) {
    for (const Run& run : std::views::reverse(lane.runs[p])) {
      all = MergeRuns(all, run);
    }
    lane.runs[p] = {};
  }
  std::ranges::copy(all.keys, keys);
  std::ranges::copy(all.counts, counts);
  return all.size();
}

// Moves `n` values from place `from` down to `to`, in steps in which what is
// written does not overlap what is read, each shared by all workers.
template <typename T>
void MoveDown(T* values, std::size_t to, std::size_t from, std::size_t n,
              std::size_t workers) {
  constexpr std::size_t kLeast = std::size_t{1} << 16;
  const std::size_t gap = from - to;
  if (gap == 0) return;
  if (gap < kLeast) {
    std::memmove(values + to, values + from, n * sizeof(T));
    return;
  }
  for (std::size_t done = 0; done < n; done += gap) {
    const std::size_t step = std::min(gap, n - done);
    RunThreads(workers, [&](std::size_t w) {
      const std::size_t begin = done + step * w / workers;
      const std::size_t end = done + step * (w + 1) / workers;
      std::memcpy(values + to + begin, values + from + begin,
                  (end - begin) * sizeof(T));
    });
  }
}

template <typename Stored>
KeyTable Counter<Stored>::Drain() {
  const std::size_t workers = lanes_.size();
  std::vector<std::size_t> starts(plan_.size() + 1, 0);
  for (std::size_t p = 0; p < plan_.size(); ++p) {
    starts[p + 1] = starts[p] + Bound(p);
  }
  // Room for what the run kernels write beyond: each worker's part ends in
  // slack.
  const std::size_t room = starts.back() + workers * kSlack;
  HugeArray<std::uint64_t> keys(room);
  HugeArray<std::uint32_t> counts(room);
  std::vector<std::size_t> from(workers, 0);
  std::vector<std::size_t> found(workers, 0);
  RunThreads(workers, [&](std::size_t w) {
    const auto share = [&](std::size_t worker) {
      return static_cast<std::size_t>(
          std::ranges::lower_bound(starts, starts.back() * worker / workers) -
          starts.begin());
    };
    const std::size_t end = w + 1 == workers ? plan_.size() : share(w + 1);
    const std::size_t begin = w == 0 ? 0 : share(w);
    from[w] = starts[begin] + w * kSlack;
    std::size_t at = from[w];
    for (std::size_t p = begin; p < end; ++p) {
      at += DrainPartition(p, lanes_[w], keys.data() + at, counts.data() + at);
    }
    found[w] = at - from[w];
  });
  for (Lane& lane : lanes_) lane.pool.Clear();
  std::size_t size = 0;
  for (std::size_t w = 0; w < workers; ++w) {
    MoveDown(keys.data(), size, from[w], found[w], workers);
    MoveDown(counts.data(), size, from[w], found[w], workers);
    size += found[w];
  }
  keys.Shrink(size);
  counts.Shrink(size);
  return {.keys = std::move(keys), .counts = Counts(std::move(counts))};
}

}  // namespace

std::unique_ptr<RadixCounter> RadixCounter::Create(
    std::uint64_t cells, std::span<const std::uint64_t> sample,
    std::size_t lanes, std::size_t pool_bytes) {
  PartitionPlan plan(cells, sample);
  if (plan.narrow()) {
    return std::make_unique<Counter<std::uint32_t>>(std::move(plan), lanes,
                                                    pool_bytes);
  }
  return std::make_unique<Counter<std::uint64_t>>(std::move(plan), lanes,
                                                  pool_bytes);
}

}  // namespace anon::internal
