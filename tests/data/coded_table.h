// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_TESTS_DATA_CODED_TABLE_H_
#define ANON_TESTS_DATA_CODED_TABLE_H_

#include <cstdint>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "anon/data/classes.h"
#include "support/support.h"

namespace anon::test {

// A table of codes with everything a row can have; empty columns are absent.
struct CodedTable {
  std::vector<std::vector<std::uint32_t>> quasi;      // [attribute][row]
  std::vector<std::vector<std::uint32_t>> sensitive;  // likewise
  std::vector<Fingerprint> principals;
  std::vector<Fingerprint> groups;
  std::vector<std::int64_t> frequencies;
  std::vector<std::int64_t> weights;
  std::size_t rows = 0;
};

struct TableShape {
  std::size_t rows = 100;
  std::size_t quasi = 3;
  std::size_t sensitive = 1;
  std::uint64_t codes = 4;  // of an attribute, at most
  bool principals = false;
  bool groups = false;
  bool frequencies = false;
  bool weights = false;
};

inline CodedTable RandomCodedTable(SeededRandom& random,
                                   const TableShape& shape) {
  CodedTable table;
  table.rows = shape.rows;
  const auto column = [&](std::uint64_t below) {
    std::vector<std::uint32_t> codes(shape.rows);
    for (auto& c : codes) c = static_cast<std::uint32_t>(random.Below(below));
    return codes;
  };
  for (std::size_t q = 0; q < shape.quasi; ++q) {
    table.quasi.push_back(column(1 + random.Below(shape.codes)));
  }
  for (std::size_t s = 0; s < shape.sensitive; ++s) {
    table.sensitive.push_back(column(1 + random.Below(20)));
  }
  for (std::size_t r = 0; r < shape.rows; ++r) {
    if (shape.principals) {
      const std::uint64_t who = random.Below(shape.rows / 2 + 1);
      table.principals.push_back({who, ~who * 0x9E3779B97F4A7C15});
    }
    if (shape.groups) {
      const std::uint64_t home = random.Below(shape.rows / 4 + 1);
      table.groups.push_back({home, home * 0x9E3779B97F4A7C15});
    }
    if (shape.frequencies) {
      table.frequencies.push_back(1 +
                                  static_cast<std::int64_t>(random.Below(5)));
    }
    if (shape.weights) {
      table.weights.push_back(
          static_cast<std::int64_t>(random.Below(9 * kWeightUnit)));
    }
  }
  return table;
}

inline CodedTable Rows(const CodedTable& table,
                       const std::vector<std::size_t>& rows) {
  const auto take = [&](const auto& column) {
    std::decay_t<decltype(column)> taken;
    for (std::size_t r : rows) {
      if (!column.empty()) taken.push_back(column[r]);
    }
    return taken;
  };
  CodedTable part;
  part.rows = rows.size();
  for (const auto& column : table.quasi) part.quasi.push_back(take(column));
  for (const auto& column : table.sensitive) {
    part.sensitive.push_back(take(column));
  }
  part.principals = take(table.principals);
  part.groups = take(table.groups);
  part.frequencies = take(table.frequencies);
  part.weights = take(table.weights);
  return part;
}

inline ClassCounterOptions OptionsFor(const CodedTable& table) {
  ClassCounterOptions options;
  for (std::size_t q = 0; q < table.quasi.size(); ++q) {
    options.quasi_identifiers.push_back("q" + std::to_string(q));
  }
  for (std::size_t s = 0; s < table.sensitive.size(); ++s) {
    options.sensitive_attributes.push_back("s" + std::to_string(s));
  }
  return options;
}

// Counts in batches of `batch` rows; with `narrow`, in the narrowest columns
// each batch fits.
inline Classes CountTable(const CodedTable& table, ClassCounterOptions options,
                          std::size_t batch, bool narrow = false) {
  ClassCounter counter(std::move(options));
  for (std::size_t from = 0; from < table.rows; from += batch) {
    const std::size_t n = std::min(batch, table.rows - from);
    std::vector<std::vector<std::uint8_t>> bytes;
    std::vector<std::vector<std::uint16_t>> halves;
    bytes.reserve(table.quasi.size() + table.sensitive.size());
    halves.reserve(bytes.capacity());
    const auto column = [&](const std::vector<std::uint32_t>& all) {
      const auto codes = std::span(all).subspan(from, n);
      const std::uint32_t most = *std::ranges::max_element(codes);
      if (narrow && most < 256) {
        auto& c = bytes.emplace_back();
        for (auto code : codes) c.push_back(static_cast<std::uint8_t>(code));
        return CodeColumn(c);
      }
      if (narrow && most < 65536) {
        auto& c = halves.emplace_back();
        for (auto code : codes) c.push_back(static_cast<std::uint16_t>(code));
        return CodeColumn(c);
      }
      return CodeColumn(codes);
    };
    const auto part = [&](const auto& all) {
      return all.empty() ? std::span(all) : std::span(all).subspan(from, n);
    };
    CodedRows rows;
    for (const auto& all : table.quasi) {
      rows.quasi_identifiers.push_back(column(all));
    }
    for (const auto& all : table.sensitive) {
      rows.sensitive_attributes.push_back(column(all));
    }
    rows.principals = part(table.principals);
    rows.groups = part(table.groups);
    rows.frequencies = part(table.frequencies);
    rows.weights = part(table.weights);
    rows.rows = n;
    if (!counter.Add(rows).ok()) std::abort();
  }
  return std::move(counter).Finish();
}

// The slow, obvious way.
struct OracleClass {
  std::int64_t records = 0;
  std::int64_t population = 0;
  std::map<Fingerprint, int> principals;
  std::map<Fingerprint, int> groups;
  std::int64_t nameless = 0;  // principals that are rows
  std::vector<std::map<std::uint32_t, std::set<Fingerprint>>> holders;
  std::vector<std::map<std::uint32_t, std::int64_t>> values;
};
using Oracle = std::map<std::vector<std::uint32_t>, OracleClass>;

inline Oracle CountSlowly(const CodedTable& table) {
  Oracle oracle;
  std::vector<std::uint32_t> tuple(table.quasi.size());
  for (std::size_t r = 0; r < table.rows; ++r) {
    for (std::size_t q = 0; q < tuple.size(); ++q) tuple[q] = table.quasi[q][r];
    OracleClass& c = oracle[tuple];
    c.holders.resize(table.sensitive.size());
    c.values.resize(table.sensitive.size());
    const std::int64_t times =
        table.frequencies.empty() ? 1 : table.frequencies[r];
    c.records += times;
    if (!table.weights.empty()) c.population += times * table.weights[r];
    if (!table.groups.empty()) ++c.groups[table.groups[r]];
    if (table.principals.empty()) {
      c.nameless += times;
    } else {
      ++c.principals[table.principals[r]];
    }
    for (std::size_t s = 0; s < table.sensitive.size(); ++s) {
      const std::uint32_t value = table.sensitive[s][r];
      if (table.principals.empty()) {
        c.values[s][value] += times;
      } else if (c.holders[s][value].insert(table.principals[r]).second) {
        ++c.values[s][value];
      }
    }
  }
  return oracle;
}

// How many classes differ from the oracle's.
inline std::size_t Differences(const Classes& classes, const Oracle& oracle) {
  if (classes.size() != oracle.size()) return SIZE_MAX;
  std::size_t wrong = 0;
  std::size_t i = 0;
  const std::size_t n = classes.size();
  std::vector<std::uint32_t> codes(n * classes.quasi_identifiers().size());
  classes.AllCodes(0, n, codes);
  for (const auto& [tuple, c] : oracle) {
    bool same =
        classes.records(i) == c.records &&
        classes.principals(i) == c.nameless + std::ssize(c.principals) &&
        classes.groups(i) == std::ssize(c.groups) &&
        classes.population(i) == c.population && classes.Find(tuple) == i;
    for (std::size_t q = 0; q < tuple.size(); ++q) {
      same &= classes.code(i, q) == tuple[q] && codes[q * n + i] == tuple[q];
    }
    for (std::size_t s = 0; s < c.values.size(); ++s) {
      const auto histogram = classes.histogram(i, s);
      same &= histogram.size() == c.values[s].size();
      std::size_t cell = 0;
      for (const auto& [value, count] : c.values[s]) {
        same = same && histogram[cell++] == ValueCount{value, count};
      }
    }
    wrong += same ? 0 : 1;
    ++i;
  }
  return wrong;
}

}  // namespace anon::test

#endif  // ANON_TESTS_DATA_CODED_TABLE_H_
