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
// Cost: about 4 ns a row to partition and 4 ns to sort. Partitions are ranges
// of keys in order, so the result is sorted at no further cost. A hash table of
// seven million classes costs a cache miss a row. Source: Polychroniou and
// Ross, A comprehensive study of main-memory partitioning (2014). Tested
// against sorting and counting in tests/data/key_counter_test.cc.
#include "data/radix_counter.h"

#include <algorithm>
#include <array>
#include <atomic>
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
// Partitions of a thread whose keys wait for those before them, at most.
constexpr std::size_t kMostWaiting = 2;
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

  static Run Of(const Runs& runs) {
    const std::size_t size = runs.keys.size();
    return {.keys = {runs.keys.begin(), runs.keys.end()},
            .counts = {runs.counts, runs.counts + size}};
  }
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
      lane.outputs.resize(lanes > 1 ? kMostWaiting : 1);
      for (Output& output : lane.outputs) {
        output.keys = HugeArray<std::uint64_t>(kMostKeys * lanes + kSlack);
        output.counts = HugeArray<std::uint32_t>(kMostKeys * lanes + kSlack);
      }
    }
  }

  void Add(std::size_t lane, std::span<const std::uint64_t> keys) override;
  void Drain(RunSink& sink) override;

 private:
  static constexpr std::size_t kPerLine = kLine / sizeof(Stored);
  // The keys of a partition that wait for a whole line. How many is said where
  // the last of them will be: nothing else is touched for a key.
  struct alignas(kLine) Line {
    std::array<Stored, kPerLine> keys;
    Stored& filled() { return keys[kPerLine - 1]; }
  };
  // What became of a partition, until it is written.
  struct Output {
    HugeArray<std::uint64_t> keys;
    HugeArray<std::uint32_t> counts;
    Run merged;
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
    std::vector<Output> outputs;
  };

  void Flush(Lane& lane, std::size_t p);
  std::size_t Gather(Lane& lane, std::size_t p, std::size_t staged, Stored* to);
  void Aggregate(Lane& lane, std::size_t p, std::size_t staged);
  Runs SortedRuns(std::size_t p, std::size_t n, Lane& work,
                  const RunRoom& room) const;
  std::size_t Bound(std::size_t p) const;
  Runs DrainPartition(std::size_t p, Lane& work, Output& output, RunRoom room);

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

// Sorts the first n keys of the scratch, and counts them.
template <typename Stored>
Runs Counter<Stored>::SortedRuns(std::size_t p, std::size_t n, Lane& work,
                                 const RunRoom& room) const {
  Stored* const keys = work.scratch.data();
  const Stored* const sorted =
      RadixSort(keys, keys + kMostKeys * lanes_.size(), n, plan_.bits(p));
  std::size_t runs = 0;
  if constexpr (sizeof(Stored) == 4) {
    runs = kernels_.runs32(sorted, n, plan_.base(p), room.keys, room.counts);
  } else {
    runs = kernels_.runs64(sorted, n, plan_.base(p), room.keys, room.counts);
  }
  return {{room.keys, runs}, room.counts};
}

template <typename Stored>
void Counter<Stored>::Aggregate(Lane& lane, std::size_t p, std::size_t staged) {
  FinishStreams();
  const std::size_t n = Gather(lane, p, staged, lane.scratch.data());
  lane.pool.Free(p);
  if (n == 0) return;
  Output& output = lane.outputs[0];
  const RunRoom room{output.keys.data(), output.counts.data()};
  PushRun(lane.runs[p], Run::Of(SortedRuns(p, n, lane, room)));
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

// The keys of one partition and their counts, in `room` or, without one, in
// `output`; `work` lends its scratch. Threads drain different partitions at the
// same time, so nothing that partitions share is changed here.
template <typename Stored>
Runs Counter<Stored>::DrainPartition(std::size_t p, Lane& work, Output& output,
                                     RunRoom room) {
  std::size_t n = 0;
  bool has_runs = false;
  for (Lane& lane : lanes_) {
    n += Gather(lane, p, lane.staging[p].filled(), work.scratch.data() + n);
    has_runs |= !lane.runs[p].empty();
  }
  if (room.keys == nullptr) {
    room = {output.keys.data(), output.counts.data()};
  }
  const Runs runs = SortedRuns(p, n, work, room);
  if (!has_runs) return runs;

  output.merged = Run::Of(runs);
  for (Lane& lane : lanes_) {
    auto& sorted = lane.runs[p];
    for (auto run = sorted.rbegin(); run != sorted.rend(); ++run) {
      output.merged = MergeRuns(output.merged, *run);
    }
    lane.runs[p] = {};
  }
  return {output.merged.keys, output.merged.counts.data()};
}

// Each thread drains the next partition that none has drained yet. If it is not
// yet the turn of what it found, that waits while the thread drains another.
template <typename Stored>
void Counter<Stored>::Drain(RunSink& sink) {
  std::size_t most = 0;
  for (std::size_t p = 0; p < plan_.size(); ++p) most += Bound(p);
  const std::size_t outputs = lanes_[0].outputs.size();
  sink.Start(most, lanes_.size() * outputs);
  std::atomic<std::size_t> next = 0;
  std::atomic<std::size_t> turn = 0;  // the partition to be placed
  RunThreads(lanes_.size(), [&](std::size_t w) {
    std::array<std::size_t, kMostWaiting> waiting;  // [output] its partition
    std::size_t read = 0;
    std::size_t written = 0;
    const auto first = [&] { return waiting[written % outputs]; };
    const auto write = [&] {
      for (std::size_t now = turn; now != first(); now = turn) turn.wait(now);
      const std::size_t part = w * outputs + written % outputs;
      sink.Place(part);
      turn = first() + 1;
      turn.notify_all();
      sink.Write(part);
      ++written;
    };
    for (std::size_t p = next++; p < plan_.size(); p = next++) {
      if (read == written + outputs) write();
      const std::size_t at = read++ % outputs;
      waiting[at] = p;
      sink.Read(
          w * outputs + at,
          DrainPartition(p, lanes_[w], lanes_[w].outputs[at], sink.Room()));
      while (written < read && turn == first()) write();
    }
    while (written < read) write();
  });
  for (Lane& lane : lanes_) lane.pool.Clear();
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

KeyTable RadixCounter::Drain() {
  KeyTableSink sink;
  Drain(sink);
  return std::move(sink).Finish();
}

}  // namespace anon::internal
