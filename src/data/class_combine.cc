// SPDX-License-Identifier: Apache-2.0
//
// Classes from classes: parts of a table merged, and classes rolled up to
// coarser codes. Both give every old class a new key and add up what has the
// same one, so rows are never touched. Tested against one pass over all rows
// and against recounting coarser rows in tests/data/class_combine_test.cc.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <ranges>
#include <utility>

#include "anon/data/classes.h"
#include "data/class_table.h"
#include "data/unite_holdings.h"

namespace anon {
namespace {

using internal::ClassTable;
using internal::Counts;
using internal::Histograms;
using internal::HugeArray;
using internal::KeyLayout;
using internal::Tuples;

// A class of one of the given tables under its new key.
struct Entry {
  std::uint64_t key;
  const ClassTable* table;
  std::size_t index;
};

struct ByKey {
  bool operator()(const Entry& a, const Entry& b) const {
    return a.key < b.key;
  }
};

std::int64_t Principals(const ClassTable& table, std::size_t i) {
  return table.principals ? (*table.principals)[i] : table.records[i];
}

// What a class has more of than records, summed over the same entries.
struct Sums {
  std::vector<std::int64_t> records;
  std::vector<std::int64_t> principals;
  std::vector<std::int64_t> groups;
  std::vector<std::int64_t> population;

  void Add(const Entry& entry, bool is_new) {
    const ClassTable& t = *entry.table;
    const std::size_t i = entry.index;
    AddTo(records, t.records[i], is_new);
    AddTo(principals, Principals(t, i), is_new);
    AddTo(groups, t.groups ? (*t.groups)[i] : 0, is_new);
    AddTo(population, t.population ? (*t.population)[i] : 0, is_new);
  }

 private:
  static void AddTo(std::vector<std::int64_t>& sums, std::int64_t count,
                    bool is_new) {
    if (is_new) sums.push_back(0);
    sums.back() += count;
  }
};

// Adds up histograms of neighbouring entries with the same key.
Histograms SumHistograms(const std::vector<Entry>& entries, std::size_t s) {
  std::size_t room = 0;
  for (const Entry& entry : entries) {
    room += entry.table->histograms[s].At(entry.index).size();
  }
  Histograms sums{.cells = HugeArray<ValueCount>(room),
                  .starts = HugeArray<std::size_t>(entries.size() + 1)};
  ValueCount* const cells = sums.cells.data();
  std::size_t classes = 0;
  std::size_t end = 0;
  for (std::size_t e = 0; e < entries.size();) {
    const std::size_t start = end;
    sums.starts[classes++] = start;
    const std::uint64_t key = entries[e].key;
    std::size_t members = 0;
    for (; e < entries.size() && entries[e].key == key; ++e, ++members) {
      for (const ValueCount& cell :
           entries[e].table->histograms[s].At(entries[e].index)) {
        cells[end++] = cell;
      }
    }
    if (members == 1) continue;
    std::sort(cells + start, cells + end,
              [](const ValueCount& a, const ValueCount& b) {
                return a.code < b.code;
              });
    std::size_t last = start;
    for (std::size_t c = start + 1; c < end; ++c) {
      if (cells[c].code == cells[last].code) {
        cells[last].principals += cells[c].principals;
      } else {
        cells[++last] = cells[c];
      }
    }
    end = last + 1;
  }
  sums.starts[classes] = end;
  sums.starts.Shrink(classes + 1);
  sums.cells.Shrink(end);
  return sums;
}

// Calls visit(first, end) for neighbouring entries with the same key.
template <typename Visit>
void ForEachKey(std::span<const Entry> entries, const Visit& visit) {
  for (std::size_t first = 0, end = 0; first < entries.size(); first = end) {
    while (end < entries.size() && entries[end].key == entries[first].key) {
      ++end;
    }
    visit(first, end);
  }
}

// The lists of one table whose classes become those of entries.
HoldingLists UniteLists(std::span<const Entry> entries,
                        const HoldingLists& lists) {
  internal::HoldingUniter uniter;
  HoldingLists united{.owners = lists.owners};
  std::vector<std::span<const Holding>> mine;
  ForEachKey(entries, [&](std::size_t first, std::size_t end) {
    mine.clear();
    for (std::size_t e = first; e < end; ++e) {
      mine.push_back(lists.At(entries[e].index));
    }
    uniter.Append(mine, united);
  });
  return united;
}

Counts CountsOf(const HoldingLists& lists) {
  return Counts::Of(lists.size(), [&](std::size_t i) {
    return static_cast<std::int64_t>(lists.At(i).size());
  });
}

Histograms HistogramsOf(const HoldingLists& lists) {
  Histograms made{.cells = HugeArray<ValueCount>(lists.holdings.size()),
                  .starts = HugeArray<std::size_t>(lists.size() + 1)};
  std::size_t end = 0;
  for (std::size_t i = 0; i < lists.size(); ++i) {
    internal::CountByCode(
        lists.At(i), [&](const ValueCount& cell) { made.cells[end++] = cell; });
    made.starts[i + 1] = end;
  }
  made.cells.Shrink(end);
  return made;
}

// Sums count whoever is in two classes that became one twice: here they are put
// right.
void CountOwnersOnce(std::span<const Entry> entries, const Membership& members,
                     ClassTable& out) {
  Membership& united = out.membership.emplace();
  if (out.groups) {
    united.groups = UniteLists(entries, members.groups);
    out.groups = CountsOf(united.groups);
  }
  if (out.one_row_per_principal) return;
  united.principals = UniteLists(entries, members.principals);
  out.principals = CountsOf(united.principals);
  const auto is_of_records = [&](std::size_t i) {
    return (*out.principals)[i] == out.records[i];
  };
  if (std::ranges::all_of(std::views::iota(std::size_t{0}, out.size()),
                          is_of_records)) {
    out.principals.reset();
  }
  for (std::size_t s = 0; s < members.values.size(); ++s) {
    united.values.push_back(UniteLists(entries, members.values[s]));
    out.histograms[s] = HistogramsOf(united.values[s]);
  }
}

// Fills `out`, which has names, kinds and totals, from sorted entries.
// `members`: of the one table that all entries are of, or null.
void Combine(const std::vector<Entry>& entries, bool groups, bool population,
             const Membership* members, ClassTable& out) {
  Sums sums;
  for (std::size_t e = 0; e < entries.size(); ++e) {
    sums.Add(entries[e], e == 0 || entries[e].key != entries[e - 1].key);
  }
  const bool by_members = members != nullptr && !out.one_row_per_principal;
  for (std::size_t s = 0; s < out.sensitive_attributes.size(); ++s) {
    out.histograms.push_back(by_members ? Histograms()
                                        : SumHistograms(entries, s));
  }
  if (sums.principals != sums.records) {
    out.principals = Counts::Of(sums.principals);
  }
  out.records = Counts::Of(sums.records);
  if (groups) out.groups = Counts::Of(sums.groups);
  if (population) out.population = Counts::Of(sums.population);
  if (members != nullptr) CountOwnersOnce(entries, *members, out);
}

// The keys of sorted entries, each once.
HugeArray<std::uint64_t> Keys(const std::vector<Entry>& entries) {
  HugeArray<std::uint64_t> keys(entries.size());
  std::size_t n = 0;
  for (const Entry& entry : entries) {
    if (n == 0 || keys[n - 1] != entry.key) keys[n++] = entry.key;
  }
  keys.Shrink(n);
  return keys;
}

// Where tuples do not fit a key, their places in the order of all do. Code
// gives the new code q of an entry.
template <typename Code>
Tuples RankTuples(std::vector<Entry>& entries, std::size_t width,
                  const Code& code) {
  Tuples all{.width = width, .codes = {}};
  for (const Entry& entry : entries) {
    for (std::size_t q = 0; q < width; ++q) {
      all.codes.push_back(code(entry, q));
    }
  }
  std::vector<std::size_t> order(entries.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    return std::ranges::lexicographical_compare(all.At(a), all.At(b));
  });
  Tuples distinct{.width = width, .codes = {}};
  std::uint64_t rank = 0;
  for (std::size_t o = 0; o < order.size(); ++o) {
    const auto tuple = all.At(order[o]);
    if (o == 0 || !std::ranges::equal(tuple, all.At(order[o - 1]))) {
      ++rank;
      distinct.codes.insert(distinct.codes.end(), tuple.begin(), tuple.end());
    }
    entries[order[o]].key = rank;
  }
  return distinct;
}

// Gives entries the keys of their new codes, sorts them and combines them.
template <typename Code>
void Rekey(std::vector<Entry> entries, std::vector<std::uint64_t> radices,
           bool groups, bool population, const Membership* members,
           const Code& code, ClassTable& out) {
  const std::size_t width = radices.size();
  out.layout = KeyLayout::Of(std::move(radices));
  if (!out.layout) {
    Tuples distinct = RankTuples(entries, width, code);
    std::ranges::stable_sort(entries, ByKey());
    Combine(entries, groups, population, members, out);
    out.SetTuples(std::move(distinct));
    return;
  }
  for (Entry& entry : entries) {
    entry.key = 0;
    for (std::size_t q = 0; q < width; ++q) {
      entry.key = entry.key * out.layout->radices()[q] + code(entry, q);
    }
  }
  std::ranges::stable_sort(entries, ByKey());  // runs of parts are sorted
  Combine(entries, groups, population, members, out);
  out.keys = Keys(entries);
}

std::vector<std::uint64_t> RadicesOf(const ClassTable& table) {
  if (table.layout) return table.layout->radices();
  std::vector<std::uint64_t> radices(table.tuples.width, 1);
  for (std::size_t i = 0; i < table.tuples.codes.size(); ++i) {
    std::uint64_t& radix = radices[i % radices.size()];
    radix = std::max(radix, std::uint64_t{table.tuples.codes[i]} + 1);
  }
  return radices;
}

// The totals of `part` on top of those of `out`; false on overflow.
bool AddTotals(const ClassTable& part, std::int64_t& population,
               ClassTable& out) {
  bool overflow =
      __builtin_add_overflow(out.total_records, part.total_records,
                             &out.total_records) ||
      __builtin_add_overflow(out.total_principals, part.total_principals,
                             &out.total_principals) ||
      __builtin_add_overflow(out.total_groups, part.total_groups,
                             &out.total_groups);
  for (std::size_t i = 0; part.population && i < part.size(); ++i) {
    overflow |=
        __builtin_add_overflow(population, (*part.population)[i], &population);
  }
  out.one_row_per_principal &= part.one_row_per_principal;
  return !overflow;
}

// The totals of parts that share nobody.
std::vector<std::vector<ValueCount>> MergeTotals(
    std::span<const Classes* const> parts, std::size_t sensitive) {
  std::vector<std::vector<ValueCount>> merged;
  for (std::size_t s = 0; s < sensitive; ++s) {
    std::map<std::uint32_t, std::int64_t> sums;
    for (const Classes* const part : parts) {
      for (const ValueCount& value : part->table_histogram(s)) {
        sums[value.code] += value.principals;
      }
    }
    auto& counts = merged.emplace_back();
    for (const auto& [code, sum] : sums) counts.push_back({code, sum});
  }
  return merged;
}

}  // namespace

absl::StatusOr<Classes> Classes::Merge(std::span<const Classes* const> parts) {
  if (parts.empty()) return PolicyError("no classes to merge: give a part");
  auto out = std::make_unique<ClassTable>();
  out->quasi_identifiers = parts[0]->quasi_identifiers();
  out->sensitive_attributes = parts[0]->sensitive_attributes();
  std::vector<std::uint64_t> radices(out->quasi_identifiers.size(), 1);
  std::vector<Entry> entries;
  const ClassTable* first = nullptr;  // with classes
  std::int64_t population = 0;
  for (const Classes* const part : parts) {
    const ClassTable& table = *part->table_;
    if (table.quasi_identifiers != out->quasi_identifiers ||
        table.sensitive_attributes != out->sensitive_attributes) {
      return PolicyError("classes of different attributes cannot be merged");
    }
    if (table.size() == 0) continue;  // says nothing of its kind
    if (first == nullptr) first = &table;
    if (table.groups.has_value() != first->groups.has_value() ||
        table.population.has_value() != first->population.has_value()) {
      return PolicyError(
          "classes with and without groups or sampling weights cannot be "
          "merged");
    }
    if (!AddTotals(table, population, *out)) {
      return InputError("merged classes add up to more than 63 bits");
    }
    const auto needed = RadicesOf(table);
    for (std::size_t q = 0; q < radices.size(); ++q) {
      radices[q] = std::max(radices[q], needed[q]);
    }
    for (std::size_t i = 0; i < table.size(); ++i) {
      entries.push_back({0, &table, i});
    }
  }
  Rekey(
      std::move(entries), std::move(radices),
      first != nullptr && first->groups.has_value(),
      first != nullptr && first->population.has_value(), nullptr,
      [](const Entry& entry, std::size_t q) {
        return entry.table->Code(entry.index, q);
      },
      *out);
  const bool known = std::ranges::all_of(parts, [](const Classes* part) {
    return part->one_row_per_principal() || !part->table_->value_totals.empty();
  });
  if (!out->one_row_per_principal && known) {
    out->value_totals = MergeTotals(parts, out->sensitive_attributes.size());
  }
  return Classes(std::move(out));
}

absl::StatusOr<Classes> Classes::RollUp(
    std::span<const std::vector<std::uint32_t>> maps) const {
  const ClassTable& table = *table_;
  if (maps.size() != table.quasi_identifiers.size()) {
    return PolicyError("RollUp needs one map for each quasi-identifier");
  }
  if ((!table.one_row_per_principal || table.groups) && !table.membership) {
    return absl::FailedPreconditionError(
        "classes of principals with several rows, or with groups, cannot be "
        "rolled up: someone in two of them would count twice; count again "
        "from the rows, or with ClassCounterOptions::keep_membership");
  }
  std::vector<std::uint64_t> radices = RadicesOf(table);
  for (std::size_t q = 0; q < maps.size(); ++q) {
    if (maps[q].empty()) continue;
    for (std::size_t i = 0; i < table.size(); ++i) {
      if (table.Code(i, q) < maps[q].size()) continue;
      return PolicyError(
          fmt::format("the map of '{}' for RollUp lacks a code; it has {}",
                      table.quasi_identifiers[q], maps[q].size()));
    }
    radices[q] = std::uint64_t{*std::ranges::max_element(maps[q])} + 1;
  }
  auto out = std::make_unique<ClassTable>();
  out->quasi_identifiers = table.quasi_identifiers;
  out->sensitive_attributes = table.sensitive_attributes;
  out->total_records = table.total_records;
  out->total_principals = table.total_principals;
  out->total_groups = table.total_groups;
  out->one_row_per_principal = table.one_row_per_principal;
  out->value_totals = table.value_totals;
  std::vector<Entry> entries;
  entries.reserve(table.size());
  for (std::size_t i = 0; i < table.size(); ++i) {
    entries.push_back({0, &table, i});
  }
  Rekey(
      std::move(entries), std::move(radices), table.groups.has_value(),
      table.population.has_value(),
      table.membership ? &*table.membership : nullptr,
      [&](const Entry& entry, std::size_t q) {
        const std::uint32_t code = table.Code(entry.index, q);
        return maps[q].empty() ? code : maps[q][code];
      },
      *out);
  return Classes(std::move(out));
}

}  // namespace anon
