// SPDX-License-Identifier: Apache-2.0
//
// Equivalence classes by hashing whole tuples.
//
// A class is found by its tuple of codes in a hash set that stores indices into
// one flat array of tuples, so a new class costs its codes once. Where rows
// carry principals, a row counts for its class only if the pair (class,
// principal) is new, and for a sensitive value only if the triple is: five
// lines of one subscriber make a class of one. Counting is over principals in
// both cases, which is what k and l are about.
//
// Cost: one hash look-up per row, one per sensitive attribute, one more each
// with principals. Tested against sorting and counting in
// tests/data/classes_test.cc.
#include "anon/data/classes.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"

namespace anon {
namespace {

using Tuple = std::span<const std::uint32_t>;

// Tuples side by side, `width` codes each; the key of a class is its index.
struct Tuples {
  std::size_t width = 0;
  std::vector<std::uint32_t> codes;

  Tuple At(std::size_t i) const {
    return Tuple(codes).subspan(i * width, width);
  }
};

struct TupleHash {
  using is_transparent = void;
  const Tuples* tuples;
  std::size_t operator()(std::uint32_t i) const {
    return (*this)(tuples->At(i));
  }
  std::size_t operator()(Tuple tuple) const {
    return absl::HashOf(absl::MakeConstSpan(tuple.data(), tuple.size()));
  }
};

struct TupleEqual {
  using is_transparent = void;
  const Tuples* tuples;
  bool operator()(std::uint32_t a, std::uint32_t b) const { return a == b; }
  bool operator()(std::uint32_t a, Tuple b) const {
    return std::ranges::equal(tuples->At(a), b);
  }
  bool operator()(Tuple a, std::uint32_t b) const { return (*this)(b, a); }
};

using ClassIndex = absl::flat_hash_set<std::uint32_t, TupleHash, TupleEqual>;

struct Membership {
  std::uint32_t class_index;
  std::uint32_t value;  // of a sensitive attribute; 0 for the class itself
  Fingerprint principal;

  friend bool operator==(const Membership&, const Membership&) = default;
  template <typename H>
  friend H AbslHashValue(H hash, const Membership& m) {
    return H::combine(std::move(hash), m.class_index, m.value,
                      m.principal.high, m.principal.low);
  }
};

struct FingerprintHash {
  std::size_t operator()(const Fingerprint& fingerprint) const {
    return fingerprint.low;  // keyed and uniform already
  }
};

std::uint64_t CellKey(std::uint32_t class_index, std::uint32_t value) {
  return std::uint64_t{class_index} << 32 | value;
}

}  // namespace

struct Classes::State {
  std::vector<std::string> quasi_identifiers;
  std::vector<std::string> sensitive_attributes;
  Tuples tuples;
  std::vector<std::int64_t> principals;
  std::vector<std::int64_t> records;
  // Per sensitive attribute: the histograms one after the other, and where
  // each starts (size() + 1 entries).
  std::vector<std::vector<ValueCount>> cells;
  std::vector<std::vector<std::size_t>> starts;
  std::int64_t total_records = 0;
  std::int64_t total_principals = 0;
};

Classes::Classes(std::unique_ptr<const State> state)
    : state_(std::move(state)) {}
Classes::~Classes() = default;
Classes::Classes(Classes&&) noexcept = default;
Classes& Classes::operator=(Classes&&) noexcept = default;

std::size_t Classes::size() const { return state_->records.size(); }
const std::vector<std::string>& Classes::quasi_identifiers() const {
  return state_->quasi_identifiers;
}
const std::vector<std::string>& Classes::sensitive_attributes() const {
  return state_->sensitive_attributes;
}
std::uint32_t Classes::code(std::size_t i, std::size_t q) const {
  return state_->tuples.At(i)[q];
}
std::int64_t Classes::principals(std::size_t i) const {
  return state_->principals[i];
}
std::int64_t Classes::records(std::size_t i) const {
  return state_->records[i];
}
std::span<const ValueCount> Classes::histogram(std::size_t i,
                                               std::size_t sensitive) const {
  const auto& starts = state_->starts[sensitive];
  return std::span(state_->cells[sensitive])
      .subspan(starts[i], starts[i + 1] - starts[i]);
}
std::int64_t Classes::total_records() const { return state_->total_records; }
std::int64_t Classes::total_principals() const {
  return state_->total_principals;
}

std::optional<std::size_t> Classes::Find(Tuple tuple) const {
  std::size_t low = 0;
  std::size_t high = size();
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (std::ranges::lexicographical_compare(state_->tuples.At(middle),
                                             tuple)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == size() || !std::ranges::equal(state_->tuples.At(low), tuple)) {
    return std::nullopt;
  }
  return low;
}

std::optional<std::size_t> Classes::SensitiveIndex(
    std::string_view attribute) const {
  const auto& names = state_->sensitive_attributes;
  const auto found = std::ranges::find(names, attribute);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

struct ClassCounter::State {
  explicit State(ClassCounterOptions given)
      : options(std::move(given)),
        tuples{.width = options.quasi_identifiers.size(), .codes = {}},
        index(0, TupleHash{&tuples}, TupleEqual{&tuples}),
        cells(options.sensitive_attributes.size()),
        seen_values(options.sensitive_attributes.size()) {}

  ClassCounterOptions options;
  Tuples tuples;
  ClassIndex index;
  std::vector<std::int64_t> principals;
  std::vector<std::int64_t> records;
  std::vector<absl::flat_hash_map<std::uint64_t, std::int64_t>> cells;
  std::int64_t rows = 0;

  // Only where rows carry principals.
  bool with_principals = false;
  absl::flat_hash_set<Membership> seen;
  std::vector<absl::flat_hash_set<Membership>> seen_values;
  absl::flat_hash_set<Fingerprint, FingerprintHash> everyone;

  std::uint32_t ClassOf(Tuple tuple);
  absl::Status OverBudget() const;
};

std::uint32_t ClassCounter::State::ClassOf(Tuple tuple) {
  const auto found = index.find(tuple);
  if (found != index.end()) return *found;
  const auto fresh = static_cast<std::uint32_t>(records.size());
  tuples.codes.insert(tuples.codes.end(), tuple.begin(), tuple.end());
  principals.push_back(0);
  records.push_back(0);
  index.insert(fresh);
  return fresh;
}

absl::Status ClassCounter::State::OverBudget() const {
  std::vector<std::pair<std::size_t, std::string>> widest;
  for (std::size_t q = 0; q < tuples.width; ++q) {
    absl::flat_hash_set<std::uint32_t> values;
    for (std::size_t i = 0; i < records.size(); ++i) {
      values.insert(tuples.At(i)[q]);
    }
    widest.emplace_back(values.size(), options.quasi_identifiers[q]);
  }
  std::ranges::sort(widest, std::greater<>());
  std::string text;
  for (std::size_t i = 0; i < std::min<std::size_t>(3, widest.size()); ++i) {
    text += fmt::format("{}{} ({} values)", i == 0 ? "" : ", ",
                        widest[i].second, widest[i].first);
  }
  return absl::ResourceExhaustedError(fmt::format(
      "more than {} equivalence classes; generalize further, first of all {}, "
      "or raise class_budget",
      options.class_budget, text));
}

ClassCounter::ClassCounter(ClassCounterOptions options)
    : state_(std::make_unique<State>(std::move(options))) {}
ClassCounter::~ClassCounter() = default;
ClassCounter::ClassCounter(ClassCounter&&) noexcept = default;

absl::Status ClassCounter::Add(const CodedRows& rows) {
  State& s = *state_;
  std::vector<std::uint32_t> tuple(s.tuples.width);
  const bool with_principals = !rows.principals.empty();
  s.with_principals |= with_principals;
  s.rows += static_cast<std::int64_t>(rows.rows);
  for (std::size_t r = 0; r < rows.rows; ++r) {
    for (std::size_t q = 0; q < tuple.size(); ++q) {
      tuple[q] = rows.quasi_identifiers[q][r];
    }
    const std::uint32_t at = s.ClassOf(tuple);
    if (static_cast<std::int64_t>(s.records.size()) > s.options.class_budget) {
      return s.OverBudget();
    }
    ++s.records[at];
    const Fingerprint who =
        with_principals ? rows.principals[r] : Fingerprint{};
    if (!with_principals || s.seen.insert({at, 0, who}).second) {
      ++s.principals[at];
    }
    if (with_principals) s.everyone.insert(who);
    for (std::size_t a = 0; a < s.cells.size(); ++a) {
      const std::uint32_t value = rows.sensitive_attributes[a][r];
      if (!with_principals || s.seen_values[a].insert({at, value, who}).second) {
        ++s.cells[a][CellKey(at, value)];
      }
    }
  }
  return absl::OkStatus();
}

Classes ClassCounter::Finish() && {
  State& s = *state_;
  const std::size_t count = s.records.size();
  std::vector<std::uint32_t> order(count);
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
    return std::ranges::lexicographical_compare(s.tuples.At(a),
                                                s.tuples.At(b));
  });
  std::vector<std::uint32_t> rank(count);
  for (std::uint32_t i = 0; i < count; ++i) rank[order[i]] = i;

  auto out = std::make_unique<Classes::State>();
  out->quasi_identifiers = std::move(s.options.quasi_identifiers);
  out->sensitive_attributes = std::move(s.options.sensitive_attributes);
  out->tuples.width = s.tuples.width;
  out->tuples.codes.reserve(s.tuples.codes.size());
  for (const std::uint32_t i : order) {
    const Tuple tuple = s.tuples.At(i);
    out->tuples.codes.insert(out->tuples.codes.end(), tuple.begin(),
                             tuple.end());
    out->principals.push_back(s.principals[i]);
    out->records.push_back(s.records[i]);
  }
  for (const auto& counted : s.cells) {
    std::vector<std::pair<std::uint64_t, std::int64_t>> sorted;
    sorted.reserve(counted.size());
    for (const auto& [key, principals] : counted) {
      const auto at = static_cast<std::uint32_t>(key >> 32);
      sorted.emplace_back(
          CellKey(rank[at], static_cast<std::uint32_t>(key)), principals);
    }
    std::ranges::sort(sorted);
    auto& cells = out->cells.emplace_back();
    auto& starts = out->starts.emplace_back(count + 1, 0);
    for (const auto& [key, principals] : sorted) {
      cells.push_back({static_cast<std::uint32_t>(key), principals});
      starts[(key >> 32) + 1] = cells.size();
    }
  }
  out->total_records = s.rows;
  out->total_principals = s.with_principals
                              ? static_cast<std::int64_t>(s.everyone.size())
                              : s.rows;
  return Classes(std::move(out));
}

}  // namespace anon
