// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_DATA_CLASSES_H_
#define ANON_DATA_CLASSES_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "anon/base/fingerprint.h"
#include "anon/base/status.h"
#include "anon/data/code_column.h"
#include "anon/data/membership.h"

namespace anon {

namespace internal {
struct ClassTable;
}

// How many data principals of a class have one value of a sensitive attribute.
struct ValueCount {
  std::uint32_t code = 0;
  std::int64_t principals = 0;
  friend bool operator==(const ValueCount&, const ValueCount&) = default;
};

// The equivalence classes of a table: the hub every check, figure and search
// works on. A class is a tuple of quasi-identifier codes with the number of
// distinct data principals in it, the number of records, and one sparse
// histogram per sensitive attribute. Classes are ordered by their tuples.
// Immutable; safe to share between threads. Made by a ClassCounter.
class Classes {
 public:
  ~Classes();
  Classes(Classes&&) noexcept;
  Classes& operator=(Classes&&) noexcept;

  // The classes of several parts of one table, as if they had been counted in
  // one go: each principal (and each group) has all its rows in one part, and
  // codes mean the same everywhere. Fails if names or kinds of counts differ.
  // The result has no membership().
  static absl::StatusOr<Classes> Merge(std::span<const Classes* const> parts);

  // The classes after every code c of quasi-identifier q became maps[q][c]; an
  // empty map leaves q as it is. Fails on a code without a place in its map.
  // Someone with rows in two classes that become one counts once, and so does a
  // group: where there are such, it fails without membership().
  absl::StatusOr<Classes> RollUp(
      std::span<const std::vector<std::uint32_t>> maps) const;

  // The classes i with chosen[i], as a table of their own. Fails unless
  // one_row_per_principal(), and with groups: who has rows in both parts is
  // nobody's.
  absl::StatusOr<Classes> Select(const std::vector<bool>& chosen) const;

  // Who is in which class, if it was asked for (ClassCounterOptions) and counts
  // alone would not do; else null.
  const Membership* membership() const;
  // The distinct principals of the classes i with chosen[i]. Fails without
  // membership() where principals may have several rows.
  absl::StatusOr<std::int64_t> PrincipalsOf(
      const std::vector<bool>& chosen) const;
  // How many of these have each value, sorted by code. Where nobody knows who
  // is in which class, who is in several counts in each.
  std::vector<ValueCount> ValuesOf(const std::vector<bool>& chosen,
                                   std::size_t sensitive) const;

  // A portable image of everything but membership(): docs/class_image.md.
  // LoadImage refuses what SaveImage did not write.
  std::string SaveImage() const;
  static absl::StatusOr<Classes> LoadImage(std::string_view image);

  std::size_t size() const;
  const std::vector<std::string>& quasi_identifiers() const;
  const std::vector<std::string>& sensitive_attributes() const;

  // The code of quasi-identifier `q` in class `i`.
  std::uint32_t code(std::size_t i, std::size_t q) const;
  // The same of classes `begin`, `begin` + 1, ...: faster one attribute at a
  // time. Requires begin + codes.size() <= size().
  void Codes(std::size_t q, std::size_t begin,
             std::span<std::uint32_t> codes) const;
  // Those of all quasi-identifiers of `n` classes: codes[q * n + i]. Takes
  // about half the time.
  void AllCodes(std::size_t begin, std::size_t n,
                std::span<std::uint32_t> codes) const;
  std::int64_t principals(std::size_t i) const;
  std::int64_t records(std::size_t i) const;
  // Distinct groups (households); 0 if rows had none.
  std::int64_t groups(std::size_t i) const;
  // The people of the population this class stands for: the sum of its rows'
  // sampling weights, in units of 1 / kWeightUnit; 0 if rows had none.
  std::int64_t population(std::size_t i) const;
  // Sorted by code. A principal with several rows counts once per value.
  std::span<const ValueCount> histogram(std::size_t i,
                                        std::size_t sensitive) const;
  // How many principals of the whole table have each value, sorted by code:
  // each once per value, whatever classes it is in. After LoadImage, where
  // principals have several rows, the sum over classes. Found when first asked
  // for.
  std::span<const ValueCount> table_histogram(std::size_t sensitive) const;

  // The principals of the class that has fewest: the k that the table has. 0 if
  // there are no classes.
  std::int64_t smallest() const;
  std::int64_t total_records() const;
  // Distinct principals of the whole table (not the sum over classes).
  std::int64_t total_principals() const;
  std::int64_t total_groups() const;  // likewise
  // Whether no principal has two rows.
  bool one_row_per_principal() const;
  bool has_groups() const;
  bool has_population() const;

  std::optional<std::size_t> Find(std::span<const std::uint32_t> tuple) const;
  std::optional<std::size_t> SensitiveIndex(std::string_view attribute) const;

 private:
  friend class ClassCounter;
  explicit Classes(std::unique_ptr<const internal::ClassTable> table);
  std::unique_ptr<const internal::ClassTable> table_;
};

// A sampling weight of one person, as CodedRows has it.
inline constexpr std::int64_t kWeightUnit = std::int64_t{1} << 20;

// Rows as codes, column by column; every column has the same length.
struct CodedRows {
  std::vector<CodeColumn> quasi_identifiers;
  std::vector<CodeColumn> sensitive_attributes;
  // Whose row it is; empty if every row is a principal of its own.
  std::span<const Fingerprint> principals;
  std::size_t rows = 0;
  // Which household or contract it belongs to; empty if that is not counted.
  std::span<const Fingerprint> groups = {};
  // For how many records a row stands, at least 1; empty: one each. Not
  // together with principals or groups: who would the records belong to?
  std::span<const std::int64_t> frequencies = {};
  // How many people of the population a record stands for, in units of
  // 1 / kWeightUnit, at least 0. Estimates the population and nothing else.
  // With principals: one row each.
  std::span<const std::int64_t> weights = {};
  // Where the rows are from, for messages: the name of the source, and of each
  // row its line there. Empty if nobody knows.
  std::string_view source = {};
  std::span<const std::int64_t> lines = {};
};

struct ClassCounterOptions {
  std::vector<std::string> quasi_identifiers;
  std::vector<std::string> sensitive_attributes;
  // Refuses more classes than this, naming the attributes with most values.
  // The default takes about 2 GB.
  std::int64_t class_budget = 64'000'000;
  // The number of values of each quasi-identifier where it is known, else 0. A
  // larger code than that is counted all the same, only later.
  std::vector<std::uint32_t> radices = {};
  // Threads that may share the work of one Add. The result is the same.
  int threads = 1;
  // Keeps who is in which class, where principals have several rows or rows
  // have groups: eight bytes a pair of class and principal, and of class,
  // principal and value, and a third as much again while they are put in order.
  bool keep_membership = false;
};

// Builds Classes batch by batch. Memory grows with classes (and, where rows
// carry principals, with pairs of class and principal), not with rows. Large
// batches are counted faster than small ones. One thread at a time.
class ClassCounter {
 public:
  explicit ClassCounter(ClassCounterOptions options);
  ~ClassCounter();
  ClassCounter(ClassCounter&&) noexcept;

  // All batches carry the same kinds of columns. After a failure the counter
  // is of no further use.
  absl::Status Add(const CodedRows& rows);
  Classes Finish() &&;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace anon

#endif  // ANON_DATA_CLASSES_H_
