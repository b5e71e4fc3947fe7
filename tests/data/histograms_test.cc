// SPDX-License-Identifier: Apache-2.0
#include "data/histograms.h"

#include <doctest/doctest.h>

#include <map>
#include <vector>

#include "data/radix_counter.h"
#include "data/threads.h"
#include "support/support.h"

namespace anon::internal {
namespace {

using Keys = std::vector<std::uint64_t>;
// Values of a class and their counts.
using Oracle = std::map<std::uint64_t, std::vector<ValueCount>>;

Oracle SplitSlowly(const Keys& pairs, std::uint64_t values) {
  std::map<std::uint64_t, std::int64_t> counts;
  for (const std::uint64_t pair : pairs) ++counts[pair];
  Oracle classes;
  for (const auto& [pair, count] : counts) {
    classes[pair / values].push_back(
        {static_cast<std::uint32_t>(pair % values), count});
  }
  return classes;
}

void CheckSame(const Histograms& histograms, const KeyTable& classes,
               const Oracle& oracle) {
  REQUIRE(classes.keys.size() == oracle.size());
  REQUIRE(classes.counts.size() == oracle.size());
  REQUIRE(histograms.starts.size() == oracle.size() + 1);
  CHECK(histograms.starts[oracle.size()] == histograms.cells.size());
  std::size_t wrong = 0;
  std::size_t i = 0;
  for (const auto& [key, values] : oracle) {
    std::int64_t sum = 0;
    for (const ValueCount& value : values) sum += value.principals;
    wrong += classes.keys[i] != key || classes.counts[i] != sum ||
                     !std::ranges::equal(histograms.At(i), values)
                 ? 1
                 : 0;
    ++i;
  }
  CHECK(wrong == 0);
}

// Half of the pairs are of few classes, which reach over many partitions.
Keys RandomPairs(test::SeededRandom& random, std::uint64_t classes,
                 std::uint64_t values) {
  Keys pairs(150'000);
  for (std::uint64_t& pair : pairs) {
    const std::uint64_t some = random.Below(2) == 0 ? 3 : classes;
    const std::uint64_t key =
        random.Below(std::min(some, classes)) * (classes / some);
    pair = key * values + random.Below(values);
  }
  return pairs;
}

TEST_CASE("Histograms: parts by many threads are as all pairs at once") {
  test::SeededRandom random(11);
  struct Shape {
    std::uint64_t classes;
    std::uint64_t values;
  };
  for (const auto& [classes, values] :
       {Shape{std::uint64_t{1} << 26, 1}, Shape{1 << 20, 1000},
        Shape{40, 1 << 21}, Shape{1, 1 << 26},
        Shape{std::uint64_t{1} << 40, 1 << 20}}) {
    const Keys pairs = RandomPairs(random, classes, values);
    const Oracle oracle = SplitSlowly(pairs, values);
    for (const std::size_t lanes : {1, 3}) {
      // With enough memory, and without.
      for (const std::size_t pool : {1 << 24, 1 << 20}) {
        const auto counter =
            RadixCounter::Create(classes * values, pairs, lanes, pool);
        const auto add = [&] {
          RunThreads(lanes, [&](std::size_t lane) {
            const std::size_t share = pairs.size() / lanes;
            counter->Add(lane, std::span(pairs).subspan(lane * share, share));
          });
        };
        KeyTable found;
        add();
        HistogramSink sink{Divisor(values)};
        counter->Drain(sink);
        const Histograms parts = std::move(sink).Finish(found);
        CheckSame(parts, found, oracle);

        KeyTable at_once;
        add();
        const Histograms all =
            SplitByClass(counter->Drain(), Divisor(values), at_once);
        CheckSame(all, at_once, oracle);
      }
    }
  }
}

TEST_CASE("Histograms: classes that are known already stay as they are") {
  const Keys pairs{21, 35, 35, 7};
  const auto counter = RadixCounter::Create(1 << 20, pairs, 1, 1 << 20);
  counter->Add(0, pairs);
  KeyTable known{.keys = HugeArray<std::uint64_t>(3),
                 .counts = Counts::Of({5, 5, 5})};
  HistogramSink sink{Divisor(10)};
  counter->Drain(sink);
  const Histograms histograms = std::move(sink).Finish(known);
  CHECK(known.counts[1] == 5);
  REQUIRE(histograms.starts.size() == 4);
  CHECK(histograms.At(2)[0] == ValueCount{5, 2});
}

TEST_CASE("Histograms: of nothing there are none") {
  const auto counter = RadixCounter::Create(1 << 20, {}, 2, 1 << 20);
  KeyTable classes;
  HistogramSink sink{Divisor(10)};
  counter->Drain(sink);
  const Histograms histograms = std::move(sink).Finish(classes);
  CHECK(classes.size() == 0);
  CHECK(histograms.cells.size() == 0);
  CHECK(histograms.starts.size() == 1);
}

}  // namespace
}  // namespace anon::internal
