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

#include "anon/base/digest.h"
#include "anon/base/status.h"
#include "anon/data/record_stream.h"

namespace anon {

// A generalization hierarchy of one attribute: for every value of its domain,
// the labels it takes at levels 0 (the value itself), 1, 2, ... height(). Each
// label has one label above it, so a class at one level lies whole inside a
// class at the next. Labels of a level are numbered 0, 1, 2, ... (codes).
// Immutable; safe to share between threads; cheap to move.
class Hierarchy {
 public:
  // One record per value, one column per level, level 0 first: the layout of
  // ARX's hierarchy files. Fails on no records, on a value listed twice, and on
  // a label with two different labels above it, naming all such lines (at most
  // ten) at once.
  static absl::StatusOr<Hierarchy> FromRecords(RecordSource& records);
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

 private:
  struct State;
  explicit Hierarchy(std::unique_ptr<const State> state);
  std::unique_ptr<const State> state_;
};

}  // namespace anon

#endif  // ANON_HIERARCHY_HIERARCHY_H_
