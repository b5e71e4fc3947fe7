// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SRC_DATA_RADIX_COUNTER_H_
#define ANON_SRC_DATA_RADIX_COUNTER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "data/counts.h"
#include "data/run_sink.h"

namespace anon::internal {

// Counts keys of a space too large for an array: see radix_counter.cc. Adding
// through different lanes at the same time is safe. At most 2^32 - 1 keys.
class RadixCounter {
 public:
  virtual ~RadixCounter() = default;

  // `sample` tells how keys are spread; it is not counted. Keys that wait take
  // about `pool_bytes` over all lanes.
  static std::unique_ptr<RadixCounter> Create(
      std::uint64_t cells, std::span<const std::uint64_t> sample,
      std::size_t lanes, std::size_t pool_bytes = std::size_t{96} << 20);

  virtual void Add(std::size_t lane, std::span<const std::uint64_t> keys) = 0;
  // Gives everything counted so far to `sink`, with as many threads as there
  // are lanes; the counter is then empty.
  virtual void Drain(RunSink& sink) = 0;
  KeyTable Drain();
};

}  // namespace anon::internal

#endif  // ANON_SRC_DATA_RADIX_COUNTER_H_
