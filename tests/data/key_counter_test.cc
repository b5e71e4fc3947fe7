// SPDX-License-Identifier: Apache-2.0
#include "data/key_counter.h"

#include <doctest/doctest.h>

#include <map>
#include <vector>

#include "data/partition_plan.h"
#include "data/radix_counter.h"
#include "data/radix_sort.h"
#include "data/threads.h"
#include "support/support.h"

namespace anon::internal {
namespace {

using Oracle = std::map<std::uint64_t, std::int64_t>;
using Keys = std::vector<std::uint64_t>;

constexpr std::uint64_t kMost = KeyLayout::kMaxCells;

// Keys below `cells`: some everywhere, some close together, one very often.
Keys RandomKeys(test::SeededRandom& random, std::size_t n,
                std::uint64_t cells) {
  Keys keys(n);
  const std::uint64_t favourite = random.Below(cells);
  for (std::uint64_t& key : keys) {
    switch (random.Below(4)) {
      case 0:
        key = favourite;
        break;
      case 1:
        key = random.Below(std::min<std::uint64_t>(cells, 5000));
        break;
      default:
        key = random.Below(cells);
    }
  }
  return keys;
}

Oracle CountSlowly(const Keys& keys) {
  Oracle counts;
  for (const std::uint64_t key : keys) ++counts[key];
  return counts;
}

void CheckSame(const KeyTable& table, const Oracle& oracle) {
  REQUIRE(table.size() == oracle.size());
  REQUIRE(table.counts.size() == oracle.size());
  std::size_t i = 0;
  std::size_t wrong = 0;
  for (const auto& [key, count] : oracle) {
    wrong += table.keys[i] != key || table.counts[i] != count ? 1 : 0;
    ++i;
  }
  CHECK(wrong == 0);
}

TEST_CASE("Divisor: agrees with division at the edges and at random") {
  test::SeededRandom random(1);
  std::vector<std::uint64_t> divisors{
      1, 2, 3, 5, 7, 74, 641, 1 << 20, kMost, kMost - 1, kMost / 2 + 1};
  for (int i = 0; i < 200; ++i) {
    divisors.push_back(1 + random.Below(kMost >> random.Below(63)));
  }
  for (const std::uint64_t d : divisors) {
    const Divisor divisor(d);
    Keys dividends{0, 1, d - 1, kMost - 1, kMost - 1 - (kMost - 1) % d};
    if (d < kMost) dividends.push_back(d);
    for (int i = 0; i < 50; ++i) dividends.push_back(random.Below(kMost));
    for (const std::uint64_t n : dividends) {
      REQUIRE(divisor.Quotient(n) == n / d);
      REQUIRE(divisor.Remainder(n) == n % d);
    }
  }
}

TEST_CASE("KeyLayout: packs in the order of tuples, and unpacks") {
  const auto layout = KeyLayout::Of({3, 0, 4294967296, 100, 7});
  REQUIRE(layout.has_value());
  const std::vector<std::uint32_t> codes{2, 0, 4294967295, 99, 6};
  const auto key = layout->Key(codes);
  REQUIRE(key.has_value());
  CHECK(*key == layout->cells() - 1);
  for (std::size_t q = 0; q < 5; ++q) CHECK(layout->Code(*key, q) == codes[q]);
  CHECK_FALSE(layout->Key(std::vector<std::uint32_t>{3, 0, 0, 0, 0}));
  CHECK_FALSE(KeyLayout::Of({4294967296, 4294967296}).has_value());
  CHECK(KeyLayout::Of({4294967296, 2147483648})->cells() == kMost);
  CHECK(KeyLayout::Of({})->cells() == 1);
}

TEST_CASE("RadixSort: sorts numbers of any width") {
  test::SeededRandom random(2);
  for (const std::size_t n : {0, 1, 50, 95, 96, 500, 2047, 2048, 20000}) {
    for (const unsigned bits : {1U, 8U, 12U, 31U, 33U, 50U, 63U}) {
      Keys keys(n);
      for (auto& key : keys) key = random.Below(std::uint64_t{1} << bits);
      Keys sorted = keys;
      std::ranges::sort(sorted);
      Keys scratch(n);
      std::uint64_t* const result =
          RadixSort(keys.data(), scratch.data(), n, bits);
      CHECK(std::equal(sorted.begin(), sorted.end(), result));
    }
  }
}

TEST_CASE("PartitionPlan: partitions are in order and cover every key") {
  test::SeededRandom random(3);
  for (const std::uint64_t cells :
       {std::uint64_t{1}, std::uint64_t{5000}, std::uint64_t{1} << 25,
        (std::uint64_t{1} << 41) - 12345, std::uint64_t{1} << 43, kMost}) {
    Keys keys = RandomKeys(random, 20000, cells);
    const PartitionPlan plan(cells, std::span(keys).first(random.Below(20000)));
    REQUIRE(plan.size() >= 1);
    REQUIRE(plan.size() < 8000);
    keys.push_back(0);
    keys.push_back(cells - 1);
    std::ranges::sort(keys);
    std::vector<std::uint16_t> partitions(keys.size());
    plan.Find(keys, partitions.data());
    std::size_t last = 0;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const std::uint64_t key = keys[i];
      const std::size_t p = partitions[i];
      REQUIRE(p >= last);
      REQUIRE(p < plan.size());
      REQUIRE(key >= plan.base(p));
      const std::uint64_t rest = (key - plan.base(p)) >> plan.bits(p);
      REQUIRE(rest == 0);
      REQUIRE((plan.bits(p) <= 32 || !plan.narrow()));
      last = p;
    }
  }
}

TEST_CASE("RadixCounter: counts right when its memory runs out all the time") {
  test::SeededRandom random(4);
  for (const std::uint64_t cells :
       {std::uint64_t{1} << 25, std::uint64_t{1} << 41, kMost}) {
    for (const std::size_t lanes : {1, 3}) {
      const Keys keys = RandomKeys(random, 150'000, cells);
      // A sample of the first few keys, or of the wrong ones.
      const auto counter =
          RadixCounter::Create(cells, Keys(100, 7), lanes, 1 << 20);
      for (int round = 0; round < 2; ++round) {
        RunThreads(lanes, [&](std::size_t lane) {
          const std::size_t share = keys.size() / lanes;
          counter->Add(lane, std::span(keys).subspan(lane * share, share));
        });
        CheckSame(counter->Drain(), CountSlowly(keys));
      }
    }
  }
}

TEST_CASE("KeyCounter: agrees with a map, few keys or many") {
  test::SeededRandom random(5);
  for (const std::uint64_t cells :
       {std::uint64_t{1}, std::uint64_t{1000}, std::uint64_t{1} << 20,
        std::uint64_t{1} << 30, kMost}) {
    for (const std::size_t n : {0, 1, 1000, 400'000}) {
      const Keys keys = RandomKeys(random, n, cells);
      KeyCounter counter(cells, 2);
      counter.Expect(n);
      for (std::size_t at = 0; at < n; at += 1000) {
        counter.Add(
            counter.primed() ? at / 1000 % 2 : 0,
            std::span(keys).subspan(at, std::min<std::size_t>(1000, n - at)));
      }
      CheckSame(std::move(counter).Finish(), CountSlowly(keys));
    }
  }
}

TEST_CASE("KeyCounter: multiplicities, renumbering and looking in between") {
  test::SeededRandom random(6);
  for (const std::uint64_t cells : {100, 1 << 18, 1 << 26}) {
    KeyCounter counter(cells, 1);
    Oracle oracle;
    std::uint64_t factor = 1;
    for (int round = 0; round < 6; ++round) {
      const Keys keys = RandomKeys(random, 60'000, cells);
      Keys mapped;
      std::vector<std::int64_t> times;
      for (const std::uint64_t key : keys) {
        mapped.push_back(key * factor);
        times.push_back(static_cast<std::int64_t>(random.Below(9)));
      }
      counter.Expect(mapped.size());
      counter.Add(0, mapped);
      counter.AddTimes(mapped, times);
      for (std::size_t i = 0; i < keys.size(); ++i) {
        oracle[mapped[i]] += 1 + times[i];
      }
      CHECK(counter.CountQuotients(Divisor(1)) == oracle.size());
      if (round % 2 == 0) continue;
      counter.Remap([](std::uint64_t key) { return key * 3; },
                    cells * factor * 3);
      factor *= 3;
      Oracle renumbered;
      for (const auto& [key, count] : oracle) renumbered[key * 3] = count;
      oracle = renumbered;
    }
    CheckSame(std::move(counter).Finish(), oracle);
  }
}

TEST_CASE("KeyCounter: sums of more than 32 bits") {
  KeyCounter counter(1 << 26, 1);
  const Keys keys{5, 5, 9};
  const std::vector<std::int64_t> times{4'000'000'000, 4'000'000'000, 0};
  counter.AddTimes(keys, times);
  CheckSame(std::move(counter).Finish(), {{5, 8'000'000'000}, {9, 0}});
}

}  // namespace
}  // namespace anon::internal
