// SPDX-License-Identifier: Apache-2.0
#include "anon/assess/frequency_attack.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "support/support.h"

namespace anon {
namespace {

// Plays the attack: over all ways to draw lots among equal frequencies, how
// many pseudonyms are given to the right person, and which always are.
struct Played {
  double average = 0;
  std::int64_t always = 0;
};

Played Play(const std::vector<std::int64_t>& frequencies) {
  std::vector<std::size_t> guess(frequencies.size());
  std::iota(guess.begin(), guess.end(), 0);
  std::int64_t games = 0;
  std::int64_t right = 0;
  std::vector<std::int64_t> hits(frequencies.size(), 0);
  do {
    // The attacker never gives a pseudonym to a person of another frequency.
    bool possible = true;
    for (std::size_t i = 0; i < guess.size(); ++i) {
      possible = possible && frequencies[guess[i]] == frequencies[i];
    }
    if (!possible) continue;
    ++games;
    for (std::size_t i = 0; i < guess.size(); ++i) {
      if (guess[i] != i) continue;
      ++right;
      ++hits[i];
    }
  } while (std::ranges::next_permutation(guess).found);
  return {static_cast<double>(right) / static_cast<double>(games),
          std::ranges::count(hits, games)};
}

TEST_CASE("FrequencyAttack: agrees with playing it out") {
  test::SeededRandom random(3);
  for (int round = 0; round < 60; ++round) {
    std::vector<std::int64_t> frequencies(1 + random.Below(7));
    std::int64_t records = 0;
    for (std::int64_t& frequency : frequencies) {
      frequency = 1 + static_cast<std::int64_t>(random.Below(4));
      records += frequency;
    }
    const FrequencyAttack attack = EstimateFrequencyAttack("id", frequencies);
    const Played played = Play(frequencies);
    CHECK(static_cast<double>(attack.expected) ==
          doctest::Approx(played.average));
    CHECK(attack.certain == played.always);
    CHECK(attack.records == records);
    CHECK(attack.pseudonyms == std::ssize(frequencies));
  }
}

// One column, in batches of seven.
std::vector<FrequencyAttack> Count(const std::vector<std::string>& cells,
                                   std::size_t capacity) {
  test::SeededRandom random(5);
  FrequencyAttackCounter counter({{"id", 1}}, random, capacity);
  for (std::size_t at = 0; at < cells.size(); at += 7) {
    Batch batch;
    batch.Reset(2);
    for (std::size_t i = at; i < std::min(cells.size(), at + 7); ++i) {
      batch.lines.push_back(0);
      batch.columns[0].emplace_back("x");
      batch.columns[1].emplace_back(cells[i]);
    }
    counter.Add(batch);
  }
  return counter.Report();
}

TEST_CASE("FrequencyAttack: a column is counted, missing values are not") {
  const auto report =
      Count({"a", "b", "a", "", "c", "d", "a", "", "b", "d"}, 100);
  REQUIRE(report.size() == 1);
  const FrequencyAttack& attack = report[0];
  CHECK(attack.attribute == "id");
  CHECK(attack.records == 8);
  CHECK(attack.pseudonyms == 4);
  CHECK(attack.most_frequent == 3);
  CHECK(attack.certain == 2);          // a (3) and c (1)
  CHECK(attack.certain_records == 4);  // theirs
  CHECK(attack.expected == 3);         // and one of b and d
  CHECK(attack.exact);
  CHECK(Count({"", ""}, 100)[0].expected == 0);
}

TEST_CASE("FrequencyAttack: past the capacity the figures are upper bounds") {
  std::vector<std::string> cells;
  std::vector<std::int64_t> frequencies;
  for (int i = 0; i < 3000; ++i) {
    frequencies.push_back(1 + i % 9 + (i % 500 == 0 ? i / 50 : 0));
    for (std::int64_t n = 0; n < frequencies.back(); ++n) {
      cells.push_back("p" + std::to_string(i));
    }
  }
  const FrequencyAttack exact = Count(cells, 5000)[0];
  const FrequencyAttack sampled = Count(cells, 1000)[0];
  CHECK(exact.exact);
  CHECK(exact.pseudonyms == 3000);
  CHECK(exact.expected == EstimateFrequencyAttack("id", frequencies).expected);
  CHECK_FALSE(sampled.exact);
  CHECK(sampled.records == exact.records);
  CHECK(sampled.pseudonyms > 2000);
  CHECK(sampled.pseudonyms < 4000);
  CHECK(sampled.certain >= exact.certain);
  CHECK(sampled.certain_records >= exact.certain_records);
  CHECK(sampled.expected >= exact.expected);
  const std::int64_t bound = sampled.expected;
  CHECK(bound * (bound + 1) / 2 <= exact.records);
}

}  // namespace
}  // namespace anon
