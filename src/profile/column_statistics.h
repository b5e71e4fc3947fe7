// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: what one column's values are like, value by value.
#ifndef ANON_SRC_PROFILE_COLUMN_STATISTICS_H_
#define ANON_SRC_PROFILE_COLUMN_STATISTICS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "anon/data/dictionary.h"
#include "anon/profile/profile.h"

namespace anon::internal {

// A number, or a date as days since 1970; nothing if the value is neither.
std::optional<double> NumberOf(std::string_view value);
std::optional<double> DayOf(std::string_view value);

class ColumnStatistics {
 public:
  void Add(std::string_view value);

  // Everything but name, uniqueness, residue and proposal.
  ColumnProfile Profile(bool show_values) const;

  // Distinct values, sorted; complete unless overflowed().
  std::vector<std::string> Values() const;
  std::int64_t distinct() const {
    return static_cast<std::int64_t>(counts_.size());
  }
  bool overflowed() const { return overflowed_; }

 private:
  ValueKind Kind() const;
  void AddKind(std::string_view value);
  std::optional<Extremes> FindExtremes(ValueKind kind, bool show) const;

  Dictionary values_;
  std::vector<std::int64_t> counts_;  // of each of them
  bool overflowed_ = false;
  std::int64_t cells_ = 0;
  std::int64_t missing_ = 0;
  std::int64_t bytes_ = 0;
  std::int64_t sentences_ = 0;
  std::array<std::int64_t, 8> kinds_{};  // by ValueKind
  // Shapes of codes and whole numbers, a few at most.
  std::map<std::string, std::int64_t> shapes_;
  std::multimap<double, std::string> smallest_, largest_;  // kEdge each
};

}  // namespace anon::internal

#endif  // ANON_SRC_PROFILE_COLUMN_STATISTICS_H_
