// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_ASSESS_FREQUENCY_ATTACK_H_
#define ANON_ASSESS_FREQUENCY_ATTACK_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "anon/base/random.h"
#include "anon/base/status.h"
#include "anon/data/batch.h"

namespace anon {

// What frequency analysis makes of one column of pseudonyms. The attacker knows
// how many records everybody has and gives the most frequent pseudonym to the
// person with the most records, and so on down; among pseudonyms of one
// frequency he can only draw lots (Naveed, Kamara and Wright, Inference Attacks
// on Property-Preserving Encrypted Databases, CCS 2015, section 4). Frequencies
// (3, 2, 2): one match is certain, and of the other two, one is right on
// average: two matches are expected.
struct FrequencyAttack {
  std::string attribute;
  std::int64_t records = 0;     // with a pseudonym
  std::int64_t pseudonyms = 0;  // different ones
  // Records of the most frequent one.
  std::int64_t most_frequent = 0;
  // Pseudonyms of a frequency that no other has, and their records.
  std::int64_t certain = 0;
  std::int64_t certain_records = 0;
  // Pseudonyms matched on average: one for each different frequency, for a
  // random permutation has one fixed point on average, whatever its size.
  std::int64_t expected = 0;
  // False: too many pseudonyms to count them all. `pseudonyms` and
  // `most_frequent` are then estimated from a sample, and the other three are
  // what they are at most: n records have fewer than sqrt(2n) different
  // frequencies.
  bool exact = true;
};

// From how often each pseudonym occurs.
FrequencyAttack EstimateFrequencyAttack(
    std::string attribute, std::span<const std::int64_t> frequencies);

// The same for columns of a table, in one pass over its rows; missing values do
// not count. Memory: some 20 bytes a pseudonym, up to `capacity` a column. One
// thread at a time.
class FrequencyAttackCounter {
 public:
  struct Column {
    std::string attribute;
    std::size_t index = 0;  // in the batches
  };
  FrequencyAttackCounter(std::vector<Column> columns, RandomSource& random,
                         std::size_t capacity = std::size_t{1} << 22);
  ~FrequencyAttackCounter();
  FrequencyAttackCounter(FrequencyAttackCounter&&) noexcept;
  FrequencyAttackCounter& operator=(FrequencyAttackCounter&&) noexcept;

  void Add(const Batch& batch);
  std::vector<FrequencyAttack> Report() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace anon

#endif  // ANON_ASSESS_FREQUENCY_ATTACK_H_
