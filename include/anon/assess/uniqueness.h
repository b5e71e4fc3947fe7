// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_ASSESS_UNIQUENESS_H_
#define ANON_ASSESS_UNIQUENESS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "anon/base/random.h"
#include "anon/base/ratio.h"
#include "anon/base/status.h"
#include "anon/data/batch.h"
#include "anon/data/record_stream.h"

namespace anon {

// How far one column, or a few together, single people out.
struct Uniqueness {
  std::vector<std::string> attributes;
  std::int64_t records = 0;
  std::int64_t principals = 0;
  std::int64_t distinct = 0;  // values, or tuples of values
  // Principals who have a value that nobody else has.
  std::int64_t alone = 0;
  // False: distinct and alone are estimates from a sample of values (as are
  // principals, past a million), within a percent or two where they are large.
  bool exact = true;

  double share() const {  // of principals; for display
    return principals == 0
               ? 0
               : static_cast<double>(alone) / static_cast<double>(principals);
  }
  // Whether more than `limit` of the principals are alone; exact arithmetic.
  bool Exceeds(const Ratio& limit) const {
    return !limit.AdmitsShare(alone, principals);
  }
};

struct UniquenessOptions {
  // Whose row each one is; empty: every row is a principal.
  std::string principal = {};
  // Values to remember over all combinations, at some 30 bytes each.
  std::int64_t value_budget = 4'000'000;
};

// Every attribute alone, then all pairs, up to `largest` together, in order;
// stops at `most` combinations.
std::vector<std::vector<std::string>> Combinations(
    const std::vector<std::string>& attributes, std::size_t largest,
    std::size_t most = 512);

// Counts who is alone in a value, for many combinations of columns in one pass
// over the rows: of an input (what identifies?), of an output (does what was
// left as insensitive identify after all?). A missing value is a value. Memory
// is bounded by the budget: past it a uniform sample of the distinct values is
// kept, whatever their frequency. One thread at a time.
class UniquenessCounter {
 public:
  // `attributes`: the columns of the batches. Fails on a name that is not
  // among them. `random` is used here only.
  static absl::StatusOr<UniquenessCounter> Create(
      const std::vector<std::string>& attributes,
      std::vector<std::vector<std::string>> combinations,
      const UniquenessOptions& options, RandomSource& random);
  ~UniquenessCounter();
  UniquenessCounter(UniquenessCounter&&) noexcept;
  UniquenessCounter& operator=(UniquenessCounter&&) noexcept;

  void Add(const Batch& batch);
  // In the order of the combinations.
  std::vector<Uniqueness> Report() const;

 private:
  struct State;
  explicit UniquenessCounter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// The same over a whole table, from its beginning.
absl::StatusOr<std::vector<Uniqueness>> MeasureUniqueness(
    RecordSource& table, std::vector<std::vector<std::string>> combinations,
    const UniquenessOptions& options, RandomSource& random);

}  // namespace anon

#endif  // ANON_ASSESS_UNIQUENESS_H_
