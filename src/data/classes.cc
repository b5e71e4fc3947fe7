// SPDX-License-Identifier: Apache-2.0
#include "anon/data/classes.h"

#include <algorithm>
#include <map>

#include "data/class_table.h"
#include "data/unite_holdings.h"

namespace anon {

using internal::ClassTable;

Classes::Classes(std::unique_ptr<const ClassTable> table)
    : table_(std::move(table)) {
  table_->histogram_sums =
      std::vector<internal::HistogramSum>(table_->histograms.size());
}
Classes::~Classes() = default;
Classes::Classes(Classes&&) noexcept = default;
Classes& Classes::operator=(Classes&&) noexcept = default;

std::size_t Classes::size() const { return table_->size(); }
const std::vector<std::string>& Classes::quasi_identifiers() const {
  return table_->quasi_identifiers;
}
const std::vector<std::string>& Classes::sensitive_attributes() const {
  return table_->sensitive_attributes;
}

std::uint32_t Classes::code(std::size_t i, std::size_t q) const {
  return table_->Code(i, q);
}
void Classes::Codes(std::size_t q, std::size_t begin,
                    std::span<std::uint32_t> codes) const {
  if (table_->layout) {
    table_->layout->Codes(table_->keys.span().subspan(begin, codes.size()), q,
                          codes);
    return;
  }
  for (std::size_t i = 0; i < codes.size(); ++i) {
    codes[i] = table_->tuples.At(begin + i)[q];
  }
}
void Classes::AllCodes(std::size_t begin, std::size_t n,
                       std::span<std::uint32_t> codes) const {
  if (table_->layout) {
    table_->layout->AllCodes(table_->keys.span().subspan(begin, n), codes);
    return;
  }
  for (std::size_t q = 0; q < quasi_identifiers().size(); ++q) {
    Codes(q, begin, codes.subspan(q * n, n));
  }
}
std::int64_t Classes::principals(std::size_t i) const {
  return table_->principals ? (*table_->principals)[i] : table_->records[i];
}
std::int64_t Classes::records(std::size_t i) const {
  return table_->records[i];
}
std::int64_t Classes::groups(std::size_t i) const {
  return table_->groups ? (*table_->groups)[i] : 0;
}
std::int64_t Classes::population(std::size_t i) const {
  return table_->population ? (*table_->population)[i] : 0;
}
std::span<const ValueCount> Classes::histogram(std::size_t i,
                                               std::size_t sensitive) const {
  return table_->histograms[sensitive].At(i);
}

std::span<const ValueCount> Classes::table_histogram(
    std::size_t sensitive) const {
  return table_->HistogramSumOf(sensitive);
}

const Membership* Classes::membership() const {
  return table_->membership ? &*table_->membership : nullptr;
}

absl::StatusOr<std::int64_t> Classes::PrincipalsOf(
    const std::vector<bool>& chosen) const {
  std::int64_t sum = 0;
  if (one_row_per_principal()) {
    for (std::size_t i = 0; i < size(); ++i) {
      sum += chosen[i] ? principals(i) : 0;
    }
    return sum;
  }
  if (membership() == nullptr) {
    return absl::FailedPreconditionError(
        "principals have several rows, and nobody kept who is in which class: "
        "count again with ClassCounterOptions::keep_membership");
  }
  const HoldingLists& lists = membership()->principals;
  std::vector<bool> seen(lists.owners);
  for (std::size_t i = 0; i < size(); ++i) {
    if (!chosen[i]) continue;
    for (const Holding& holding : lists.At(i)) {
      sum += seen[holding.owner] ? 0 : 1;
      seen[holding.owner] = true;
    }
  }
  return sum;
}

std::vector<ValueCount> Classes::ValuesOf(const std::vector<bool>& chosen,
                                          std::size_t sensitive) const {
  std::vector<ValueCount> values;
  if (!one_row_per_principal() && membership() != nullptr) {
    const HoldingLists& lists = membership()->values[sensitive];
    std::vector<std::span<const Holding>> of;
    for (std::size_t i = 0; i < size(); ++i) {
      if (chosen[i]) of.push_back(lists.At(i));
    }
    HoldingLists united{.owners = lists.owners};
    internal::HoldingUniter().Append(of, united);
    internal::CountByCode(united.At(0), [&](const ValueCount& value) {
      values.push_back(value);
    });
    return values;
  }
  std::map<std::uint32_t, std::int64_t> sums;
  for (std::size_t i = 0; i < size(); ++i) {
    if (!chosen[i]) continue;
    for (const ValueCount& value : histogram(i, sensitive)) {
      sums[value.code] += value.principals;
    }
  }
  for (const auto& [code, sum] : sums) values.push_back({code, sum});
  return values;
}

std::int64_t Classes::smallest() const {
  return (table_->principals ? *table_->principals : table_->records).Least();
}
std::int64_t Classes::total_records() const { return table_->total_records; }
std::int64_t Classes::total_principals() const {
  return table_->total_principals;
}
std::int64_t Classes::total_groups() const { return table_->total_groups; }
bool Classes::one_row_per_principal() const {
  return table_->one_row_per_principal;
}
bool Classes::has_groups() const { return table_->groups.has_value(); }
bool Classes::has_population() const { return table_->population.has_value(); }

std::optional<std::size_t> Classes::Find(
    std::span<const std::uint32_t> tuple) const {
  if (table_->layout) {
    const auto key = table_->layout->Key(tuple);
    if (!key) return std::nullopt;
    const auto keys = table_->keys.span();
    const auto at = std::ranges::lower_bound(keys, *key);
    if (at == keys.end() || *at != *key) return std::nullopt;
    return static_cast<std::size_t>(at - keys.begin());
  }
  std::size_t low = 0;
  std::size_t high = size();
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (std::ranges::lexicographical_compare(table_->tuples.At(middle),
                                             tuple)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == size() || !std::ranges::equal(table_->tuples.At(low), tuple)) {
    return std::nullopt;
  }
  return low;
}

std::optional<std::size_t> Classes::SensitiveIndex(
    std::string_view attribute) const {
  const auto& names = table_->sensitive_attributes;
  const auto found = std::ranges::find(names, attribute);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

}  // namespace anon
