// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_RESIDUE_RESIDUE_SCANNER_H_
#define ANON_RESIDUE_RESIDUE_SCANNER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "anon/base/status.h"
#include "anon/data/batch.h"
#include "anon/residue/rule.h"

namespace anon {

// Why a column stops, or does not.
enum class ResidueBasis : std::uint8_t {
  kCertainCell,   // a cell that is certain taken alone
  kAllPass,       // every look-alike of the column passes the check
  kBeyondChance,  // more pass than chance explains
  kWholeColumn,   // nearly every value of the column has the shape
  kChance,        // no more pass than chance explains: does not stop
};
std::string_view ToString(ResidueBasis basis);  // "certain_cell", ...

// What one rule found in one column. Never a value.
struct ResidueFinding {
  std::size_t column = 0;
  std::string attribute;
  std::size_t rule = 0;      // of ResidueRules()
  std::int64_t cells = 0;    // of the column that are not empty
  std::int64_t hits = 0;     // cells with a possible or certain match
  std::int64_t certain = 0;  // of them certain
  // Distinct numbers that have the shape and are not certain, and how many of
  // them pass. Counted up to some ten thousand, then estimated.
  std::int64_t look_alikes = 0;
  std::int64_t passing = 0;
  std::vector<std::int64_t> lines;  // of the first five hits
  bool stops = false;
  ResidueBasis basis = ResidueBasis::kChance;
};

// "column 'memo': 3 of 120 cells hold a payment card number (rule payment_card,
// a certain cell; first in lines 17, 40, 52)".
std::string ToString(const ResidueFinding& finding);

struct ResidueReport {
  // By column, then rule. Those that do not stop are here too: a reviewer may
  // know better than chance.
  std::vector<ResidueFinding> findings;
  std::int64_t records = 0;

  bool stops() const;
};

struct ResidueOptions {
  // Names of rules; empty: all.
  std::vector<std::string> rules = {};
};

// Looks for residue of identifiers in every cell of every column of a table,
// batch by batch. Memory does not grow with rows. One thread at a time.
//
// A column stops for a rule
//  1. if one cell is certain: a word of the rule stands near the value or names
//     the column, or the value carries a checksum that chance does not meet;
//  2. if the rule has a check (one number in `one_in` passes by chance) and
//     every distinct look-alike of the column passes, however few they are:
//     doubt about a single number is no reason to release it;
//  3. if so many pass that chance does it once in 10,000 such columns, or less
//     often (binomial tail over distinct look-alikes). A column of ten thousand
//     order numbers, a thousand of which pass Luhn, is thus left alone, and a
//     column of cards is not;
//  4. if the rule has no check and at least 95 % of the cells that are not
//     empty have the shape, in at least 20 distinct values.
// What this cannot see: a few cards among many order numbers of the same shape,
// without separators or words to tell them apart.
class ResidueScanner {
 public:
  // `attributes`: the columns of every batch. Fails on the name of a rule that
  // does not exist.
  static absl::StatusOr<ResidueScanner> Create(
      const std::vector<std::string>& attributes,
      const ResidueOptions& options = {});
  ~ResidueScanner();
  ResidueScanner(ResidueScanner&&) noexcept;
  ResidueScanner& operator=(ResidueScanner&&) noexcept;

  void Scan(const Batch& batch);
  ResidueReport Report() const;

 private:
  struct State;
  explicit ResidueScanner(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace anon

#endif  // ANON_RESIDUE_RESIDUE_SCANNER_H_
