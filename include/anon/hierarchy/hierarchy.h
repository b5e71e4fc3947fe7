// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_HIERARCHY_HIERARCHY_H_
#define ANON_HIERARCHY_HIERARCHY_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "anon/base/digest.h"
#include "anon/base/status.h"
#include "anon/data/record_stream.h"
#include "anon/hierarchy/value_domain.h"

namespace anon {

// What is wrong with a table that should be a hierarchy.
struct HierarchyFault {
  enum class Kind {
    kDuplicate,   // a value is listed twice
    kNoFunction,  // a label has two different labels above it
    kMissing,     // a value of the data is not listed
    kWidth,       // a line with more or fewer labels than the first
  };
  Kind kind;
  Place place;
  std::string message;  // without the place
};

// A generalization hierarchy of one attribute: for every value of its domain,
// the labels it takes at levels 0 (the value itself), 1, 2, ... height(). Each
// label has one label above it, so a class at one level lies whole inside a
// class at the next. Labels of a level are numbered 0, 1, 2, ... (codes).
// Immutable; safe to share between threads; cheap to move.
class Hierarchy {
 public:
  // One record per value, one column per level, level 0 first: the layout of
  // ARX's hierarchy files. Fails on no records and on any fault, naming the
  // places of at most ten at once. With `domain`, a value of it that is not
  // listed is a fault too.
  static absl::StatusOr<Hierarchy> FromRecords(
      RecordSource& records, const ValueDomain* domain = nullptr);
  // All faults, in order of lines, those of the data last; none: FromRecords
  // succeeds. Fails if the records cannot be read.
  static absl::StatusOr<std::vector<HierarchyFault>> FindFaults(
      RecordSource& records, const ValueDomain* domain = nullptr);
  ~Hierarchy();
  Hierarchy(Hierarchy&&) noexcept;
  Hierarchy& operator=(Hierarchy&&) noexcept;

  // The highest level; 0 for a domain that is never generalized.
  std::size_t height() const;
  // How many values the domain has (records of the file).
  std::size_t domain_size() const;

  // The code of a value at level 0, or nothing if the domain lacks it.
  std::optional<std::uint32_t> Find(std::string_view value) const;
  // The same for many values at once, kNone for what the domain lacks; see
  // Dictionary.
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;
  void Find(std::span<const std::string_view> values, std::uint32_t* codes,
            std::size_t slack = 0) const;

  // Below, `level` <= height() and `code` < size(level).
  std::size_t size(std::size_t level) const;
  std::string_view label(std::size_t level, std::uint32_t code) const;
  // How many values of the domain lie under a label.
  std::int64_t leaves(std::size_t level, std::uint32_t code) const;
  // The code at `to` of what has `code` at `from`. Requires from <= to.
  std::uint32_t Generalize(std::uint32_t code, std::size_t from,
                           std::size_t to) const;

  // SHA-256 of the labels, for reports and solution files: same hierarchy, same
  // digest, however the file quotes.
  const Digest& digest() const;

  // The layout FromRecords reads, as CSV without a header: what a file of it
  // holds. `delimiter` is one ASCII character.
  std::string ToCsv(char delimiter = ';') const;

 private:
  struct State;
  explicit Hierarchy(std::unique_ptr<const State> state);
  std::unique_ptr<const State> state_;
};

}  // namespace anon

#endif  // ANON_HIERARCHY_HIERARCHY_H_
