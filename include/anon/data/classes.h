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

namespace anon {

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

  std::size_t size() const;
  const std::vector<std::string>& quasi_identifiers() const;
  const std::vector<std::string>& sensitive_attributes() const;

  // The code of quasi-identifier `q` in class `i`.
  std::uint32_t code(std::size_t i, std::size_t q) const;
  std::int64_t principals(std::size_t i) const;
  std::int64_t records(std::size_t i) const;
  // Sorted by code. A principal with several rows counts once per value.
  std::span<const ValueCount> histogram(std::size_t i,
                                        std::size_t sensitive) const;

  std::int64_t total_records() const;
  // Distinct principals of the whole table (not the sum over classes).
  std::int64_t total_principals() const;

  std::optional<std::size_t> Find(std::span<const std::uint32_t> tuple) const;
  std::optional<std::size_t> SensitiveIndex(std::string_view attribute) const;

 private:
  friend class ClassCounter;
  struct State;
  explicit Classes(std::unique_ptr<const State> state);
  std::unique_ptr<const State> state_;
};

// Rows as codes, column by column; every span has the same length.
struct CodedRows {
  std::vector<CodeColumn> quasi_identifiers;
  std::vector<CodeColumn> sensitive_attributes;
  // Whose row it is; empty if every row is a principal of its own.
  std::span<const Fingerprint> principals;
  std::size_t rows = 0;
};

struct ClassCounterOptions {
  std::vector<std::string> quasi_identifiers;
  std::vector<std::string> sensitive_attributes;
  // Refuses more classes than this, naming the attributes with most values.
  // The default takes about 8 GB with eight quasi-identifiers.
  std::int64_t class_budget = 64'000'000;
};

// Builds Classes batch by batch. Memory grows with classes (and, where rows
// carry principals, with pairs of class and principal), not with rows.
class ClassCounter {
 public:
  explicit ClassCounter(ClassCounterOptions options);
  ~ClassCounter();
  ClassCounter(ClassCounter&&) noexcept;

  absl::Status Add(const CodedRows& rows);
  Classes Finish() &&;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace anon

#endif  // ANON_DATA_CLASSES_H_
