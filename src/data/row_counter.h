// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SRC_DATA_ROW_COUNTER_H_
#define ANON_SRC_DATA_ROW_COUNTER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "anon/base/status.h"
#include "anon/data/classes.h"
#include "anon/data/membership.h"
#include "data/class_table.h"
#include "data/key_counter.h"
#include "data/key_layout.h"
#include "data/owner_index.h"
#include "data/tuple_index.h"

namespace anon::internal {

// Which optional columns rows have.
struct RowKind {
  bool principals = false;
  bool groups = false;
  bool frequencies = false;
  bool weights = false;

  bool plain() const {
    return !principals && !groups && !frequencies && !weights;
  }
  friend bool operator==(const RowKind&, const RowKind&) = default;
};

// Turns rows into keys and keeps one KeyCounter for each thing that is counted
// by class. Keys are mixed-radix numbers; when a code does not fit its radix
// the counted keys are renumbered, and when keys would not fit 63 bits tuples
// are numbered instead. Rows are valid and of one kind.
class RowCounter {
 public:
  RowCounter(const RowKind& kind, std::vector<std::uint64_t> radices,
             std::size_t sensitive_attributes, std::size_t lanes);

  // Counts rows from `from` to `end`, at most 2^31.
  absl::Status Count(const CodedRows& rows, std::size_t from, std::size_t end);
  // At most the number of rows counted.
  std::size_t CountClasses();
  // How many values of quasi-identifier `q` there are.
  std::size_t CountValues(std::size_t q);

  // All but names and total_records; membership if it is to be kept.
  void Finish(ClassTable& table, bool keep_membership) &&;

 private:
  static constexpr std::size_t kBlock = 4096;
  struct Lane {
    std::vector<std::uint32_t> narrow;  // class keys, if they fit
    std::vector<std::uint32_t> low;
    std::vector<std::uint32_t> narrow_pairs;
    std::vector<std::uint64_t> keys;   // class keys
    std::vector<std::uint64_t> pairs;  // of class and value
    bool keys_are_wide = false;
  };
  struct Range {
    std::size_t from;
    std::size_t end;
  };
  using Map = std::function<std::uint64_t(std::uint64_t)>;

  // The counter that knows every class, and what its keys are divided by.
  KeyCounter& primary() { return classes_ ? *classes_ : histograms_[0]; }
  Divisor primary_divisor() const { return Divisor(classes_ ? 1 : values_[0]); }
  std::uint64_t class_cells() const;
  std::vector<ValueCount> CountPeopleByValue(std::size_t s) const;
  template <typename ClassOf>
  Membership MakeMembership(const ClassOf& class_of, std::size_t classes) const;
  bool is_narrow() const;
  bool primed() const;
  template <typename Visit>
  void ForEachClassCounter(const Visit& visit);

  // Layout.
  bool ValuesFit(const CodedRows& rows, std::size_t from, std::size_t n) const;
  void Widen(const CodedRows& rows, std::size_t from);
  bool TryLayout(std::vector<std::uint64_t> radices,
                 const std::vector<std::uint64_t>& values);
  void TurnToTuples(const std::vector<std::uint64_t>& values);
  void Renumber(const Map& map, std::optional<KeyLayout> layout,
                const std::vector<std::uint64_t>& values);

  // Counting.
  std::size_t LanesFor(std::size_t rows) const;
  std::size_t CountPlain(std::size_t lane, const CodedRows& rows, Range range);
  // Whether an array of counts of one sensitive attribute is all there is.
  bool only_dense_pairs() const;
  std::size_t CountDensePairs(std::size_t lane, const CodedRows& rows,
                              Range range);
  void CountInParallel(const CodedRows& rows, Range range, std::size_t lanes,
                       std::vector<Range>& todo);
  absl::Status CountSpecial(const CodedRows& rows, Range range);
  absl::Status CountOwners(const CodedRows& rows, std::size_t from,
                           std::size_t n);
  void CountGroups(const CodedRows& rows, std::size_t from, std::size_t n);
  void CountTimes(const CodedRows& rows, std::size_t from, std::size_t n);
  // None where tuples are numbered.
  std::optional<KeyPacker> PackerFrom(const CodedRows& rows,
                                      std::size_t from) const;
  // False if a code does not fit; nothing has been counted then.
  bool Pack(Lane& lane, std::optional<KeyPacker>& packer, const CodedRows& rows,
            std::size_t from, std::size_t n);
  std::span<const std::uint64_t> WideKeys(Lane& lane, std::size_t n);
  std::span<const std::uint64_t> WidePairs(Lane& lane, const CodedRows& rows,
                                           std::size_t s, std::size_t from,
                                           std::size_t n);
  void FeedClasses(std::size_t lane, std::size_t n);
  void FeedPairs(std::size_t lane, const CodedRows& rows, std::size_t s,
                 std::size_t from, std::size_t n);

  RowKind kind_;
  const Kernels& kernels_ = BestKernels();
  std::optional<KeyLayout> layout_;  // none: tuples_
  std::unique_ptr<TupleIndex> tuples_;
  std::vector<std::uint64_t> values_;  // [sensitive attribute] radix
  std::vector<Lane> lanes_;

  std::vector<KeyCounter> histograms_;
  std::optional<KeyCounter> classes_;  // distinct principals
  std::optional<KeyCounter> further_;  // rows that add no principal
  std::optional<KeyCounter> group_counts_;
  std::optional<KeyCounter> population_;
  std::optional<OwnerIndex> principals_;
  std::optional<OwnerIndex> groups_;
  bool one_row_each_ = true;
};

}  // namespace anon::internal

#endif  // ANON_SRC_DATA_ROW_COUNTER_H_
