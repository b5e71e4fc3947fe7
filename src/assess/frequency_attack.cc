// SPDX-License-Identifier: Apache-2.0
//
// Frequency analysis of pseudonyms. Counts each pseudonym under a keyed 64-bit
// hash, then sorts the counts: linear in the records, and tested against every
// assignment an attacker could draw (tests/assess/frequency_attack_test.cc).
#include "anon/assess/frequency_attack.h"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "data/distinct_sample.h"

namespace anon {
namespace {

using internal::DistinctSample;
using internal::Spread;

// The most different frequencies that add up to `records`: 1 + 2 + ... + d.
std::int64_t MostFrequencies(std::int64_t records) {
  std::int64_t most = 0;
  while ((most + 1) * (most + 2) / 2 <= records) ++most;
  return most;
}

}  // namespace

FrequencyAttack EstimateFrequencyAttack(
    std::string attribute, std::span<const std::int64_t> frequencies) {
  FrequencyAttack attack{.attribute = std::move(attribute)};
  std::map<std::int64_t, std::int64_t> pseudonyms;  // by frequency
  for (const std::int64_t frequency : frequencies) {
    if (frequency < 1) continue;
    ++pseudonyms[frequency];
    ++attack.pseudonyms;
    attack.records += frequency;
    attack.most_frequent = std::max(attack.most_frequent, frequency);
  }
  for (const auto& [frequency, count] : pseudonyms) {
    ++attack.expected;
    if (count > 1) continue;
    ++attack.certain;
    attack.certain_records += frequency;
  }
  return attack;
}

struct FrequencyAttackCounter::State {
  struct Counted {
    Column column;
    DistinctSample<std::int64_t> frequencies;
    std::int64_t records = 0;
  };
  std::vector<Counted> columns;
  std::uint64_t key = 0;
};

FrequencyAttackCounter::FrequencyAttackCounter(std::vector<Column> columns,
                                               RandomSource& random,
                                               std::size_t capacity)
    : state_(std::make_unique<State>()) {
  random.Fill(std::as_writable_bytes(std::span(&state_->key, 1)));
  for (Column& column : columns) {
    state_->columns.push_back(
        {std::move(column), DistinctSample<std::int64_t>(capacity), 0});
  }
}
FrequencyAttackCounter::~FrequencyAttackCounter() = default;
FrequencyAttackCounter::FrequencyAttackCounter(
    FrequencyAttackCounter&&) noexcept = default;
FrequencyAttackCounter& FrequencyAttackCounter::operator=(
    FrequencyAttackCounter&&) noexcept = default;

void FrequencyAttackCounter::Add(const Batch& batch) {
  for (State::Counted& counted : state_->columns) {
    for (const std::string_view value : batch.columns[counted.column.index]) {
      if (value.empty()) continue;
      ++counted.records;
      std::int64_t* const frequency = counted.frequencies.Find(
          Spread(std::hash<std::string_view>()(value) ^ state_->key));
      if (frequency != nullptr) ++*frequency;
    }
  }
}

std::vector<FrequencyAttack> FrequencyAttackCounter::Report() const {
  std::vector<FrequencyAttack> report;
  for (const State::Counted& counted : state_->columns) {
    std::vector<std::int64_t> frequencies;
    counted.frequencies.ForEach(
        [&](std::uint64_t, const std::int64_t& frequency) {
          frequencies.push_back(frequency);
        });
    FrequencyAttack& attack = report.emplace_back(
        EstimateFrequencyAttack(counted.column.attribute, frequencies));
    if (counted.frequencies.exact()) continue;
    attack.exact = false;
    attack.records = counted.records;
    attack.pseudonyms *= counted.frequencies.scale();
    attack.certain = attack.expected = MostFrequencies(counted.records);
    attack.certain_records = counted.records;
  }
  return report;
}

}  // namespace anon
