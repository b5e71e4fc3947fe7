// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_PROFILE_PROFILE_H_
#define ANON_PROFILE_PROFILE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "anon/assess/uniqueness.h"
#include "anon/base/random.h"
#include "anon/base/status.h"
#include "anon/data/attribute_class.h"
#include "anon/data/record_stream.h"
#include "anon/data/role.h"
#include "anon/residue/residue_scanner.h"

namespace anon {

// What the values of a column look like, all of them but one in a hundred.
enum class ValueKind : std::uint8_t {
  kEmpty,
  kWholeNumber,
  kDecimal,
  kDate,   // 2026-11-22, 2026/11/22
  kTime,   // a date with a time of day
  kCode,   // letters, digits and hyphens of one shape: 123-4567, A12345
  kLabel,  // anything short
  kText,   // sentences
};
std::string_view ToString(ValueKind kind);  // "whole_number", ...

// Numbers and dates far from the rest: 特異な記述 such as an age of 116.
struct Extremes {
  // Coding at these bounds leaves at least ten cells at each. Empty unless ten
  // principals share the value, or values are to be shown.
  std::string bottom, top;
  std::int64_t below = 0, above = 0;  // cells beyond them
  // Cells beyond three times the interquartile range from the quartiles, or
  // few and far behind all others.
  std::int64_t far_out = 0;
  std::string smallest, largest;  // only if values are to be shown
};

// What a column is and should become, with the reason. Someone decides.
struct Proposal {
  Role role = Role::kInsensitive;
  AttributeClass attribute_class = AttributeClass::kOther;
  std::string treatment;  // keep, suppress, pseudonymize, generalize
  std::string reason;
  std::string ja, en;  // for the item list
};

struct ColumnProfile {
  std::string name;
  std::int64_t cells = 0;  // not empty
  std::int64_t missing = 0;
  ValueKind kind = ValueKind::kEmpty;
  Uniqueness uniqueness;  // distinct values, principals alone in theirs
  // Values that fewer than five cells have, where values repeat at all (ten
  // cells a value or more, on average); and the cells that have them.
  std::int64_t rare_values = 0;
  std::int64_t rare_cells = 0;
  std::vector<std::string> rare_examples;  // only if values are to be shown
  // Of numbers and dates; of what identifies someone only if values are shown.
  std::optional<Extremes> extremes;
  std::vector<ResidueFinding> residue;
  Proposal proposal;
};

struct TableProfile {
  std::string source;
  std::int64_t records = 0;
  std::string principal;  // the column that says whose row it is; may be empty
  std::int64_t principals = 0;
  std::vector<ColumnProfile> columns;
  // Of up to three columns that would be released, those that leave most
  // principals alone, the riskiest first; at most ten.
  std::vector<Uniqueness> combinations;
};

struct ProfileOptions {
  // Whose row each one is; empty: found by name and uniqueness, or every row is
  // a principal.
  std::string principal = {};
  bool show_values = false;
};

// Reads `table` three or four times, from its beginning, and says what is in
// it. Without show_values the profile holds counts, bounds that ten principals
// or more share, and names of columns, no other value. Memory is bounded: where
// a column has more than 200,000 distinct values, those of its first are
// described.
absl::StatusOr<TableProfile> ProfileTable(RecordSource& table,
                                          const ProfileOptions& options,
                                          RandomSource& random);

// For people, and for programs (JSON).
std::string ProfileText(const TableProfile& profile);
std::string ProfileJson(const TableProfile& profile);

}  // namespace anon

#endif  // ANON_PROFILE_PROFILE_H_
