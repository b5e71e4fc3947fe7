// SPDX-License-Identifier: Apache-2.0
//
// Who is alone in a value. A combination keeps, for each distinct tuple of
// values (as a keyed 64-bit hash), the first principal who had it and whether
// another did. Two tuples that share a hash are taken for one: for a hundred
// million tuples, some hundredths of a pair.
//
// Cost: a hash a cell and a look-up a combination and row; most look-ups end
// before the table once values are sampled (data/distinct_sample.h). Tested
// against counting in a std::map.
#include "anon/assess/uniqueness.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <span>

#include "absl/container/flat_hash_set.h"
#include "base/status_macros.h"
#include "data/distinct_sample.h"

namespace anon {
namespace {

using internal::DistinctSample;
using internal::Spread;

struct Owner {
  std::uint64_t principal = 0;
  bool seen = false;
  bool several = false;
};

struct Combination {
  std::vector<std::string> attributes;
  std::vector<std::size_t> columns;
  DistinctSample<Owner> values;
};

constexpr std::size_t kPrincipals = 1 << 20;

}  // namespace

struct UniquenessCounter::State {
  std::vector<Combination> combinations;
  std::optional<std::size_t> principal;
  DistinctSample<bool> principals{kPrincipals};
  std::int64_t records = 0;
  std::uint64_t key = 0;
  std::vector<std::vector<std::uint64_t>> hashes;  // [column][row]; of a batch
  std::vector<bool> used;                          // [column]
  std::vector<std::uint64_t> owners;               // [row]

  std::int64_t Principals() const {
    return principal ? principals.sampled() * principals.scale() : records;
  }
  void Hash(const Batch& batch);
};

void UniquenessCounter::State::Hash(const Batch& batch) {
  for (std::size_t c = 0; c < used.size(); ++c) {
    if (!used[c]) continue;
    hashes[c].resize(batch.rows());
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      const std::string_view value = batch.columns[c][row];
      hashes[c][row] = Spread(std::hash<std::string_view>()(value) ^ key);
    }
  }
  owners.resize(batch.rows());
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    owners[row] = principal ? hashes[*principal][row]
                            : static_cast<std::uint64_t>(records) + row;
    if (principal) principals.Find(owners[row]);
  }
}

absl::StatusOr<UniquenessCounter> UniquenessCounter::Create(
    const std::vector<std::string>& attributes,
    std::vector<std::vector<std::string>> combinations,
    const UniquenessOptions& options, RandomSource& random) {
  auto state = std::make_unique<State>();
  state->used.resize(attributes.size());
  state->hashes.resize(attributes.size());
  random.Fill(std::as_writable_bytes(std::span(&state->key, 1)));
  const auto find =
      [&](const std::string& name) -> absl::StatusOr<std::size_t> {
    const auto found = std::ranges::find(attributes, name);
    if (found == attributes.end()) {
      return PolicyError(fmt::format(
          "the table has no column '{}' to measure: write it as the header "
          "does",
          name));
    }
    const auto column = static_cast<std::size_t>(found - attributes.begin());
    state->used[column] = true;
    return column;
  };
  constexpr std::int64_t kFewest = 1 << 12;
  constexpr std::int64_t kMost = 1 << 18;
  const auto count =
      static_cast<std::int64_t>(std::max<std::size_t>(combinations.size(), 1));
  const auto capacity = static_cast<std::size_t>(
      std::clamp(options.value_budget / count, kFewest, kMost));
  for (std::vector<std::string>& names : combinations) {
    std::vector<std::size_t> columns;
    for (const std::string& name : names) {
      ANON_ASSIGN_OR_RETURN(const std::size_t column, find(name));
      columns.push_back(column);
    }
    state->combinations.push_back({std::move(names), std::move(columns),
                                   DistinctSample<Owner>(capacity)});
  }
  if (!options.principal.empty()) {
    ANON_ASSIGN_OR_RETURN(state->principal, find(options.principal));
  }
  return UniquenessCounter(std::move(state));
}

UniquenessCounter::UniquenessCounter(std::unique_ptr<State> state)
    : state_(std::move(state)) {}
UniquenessCounter::~UniquenessCounter() = default;
UniquenessCounter::UniquenessCounter(UniquenessCounter&&) noexcept = default;
UniquenessCounter& UniquenessCounter::operator=(UniquenessCounter&&) noexcept =
    default;

void UniquenessCounter::Add(const Batch& batch) {
  state_->Hash(batch);
  for (Combination& combination : state_->combinations) {
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      std::uint64_t hash = 0;
      for (const std::size_t column : combination.columns) {
        hash = Spread(hash + 0x9E3779B97F4A7C15 + state_->hashes[column][row]);
      }
      Owner* const owner = combination.values.Find(hash);
      if (owner == nullptr) continue;
      const std::uint64_t principal = state_->owners[row];
      owner->several |= owner->seen && owner->principal != principal;
      owner->seen = true;
      owner->principal = principal;
    }
  }
  state_->records += static_cast<std::int64_t>(batch.rows());
}

std::vector<Uniqueness> UniquenessCounter::Report() const {
  std::vector<Uniqueness> report;
  const std::int64_t principals = state_->Principals();
  for (const Combination& combination : state_->combinations) {
    absl::flat_hash_set<std::uint64_t> alone;
    combination.values.ForEach([&](std::uint64_t, const Owner& owner) {
      if (!owner.several) alone.insert(owner.principal);
    });
    const std::int64_t scale = combination.values.scale();
    report.push_back(
        {.attributes = combination.attributes,
         .records = state_->records,
         .principals = principals,
         .distinct = combination.values.sampled() * scale,
         .alone = std::min(principals,
                           static_cast<std::int64_t>(alone.size()) * scale),
         .exact = combination.values.exact() && state_->principals.exact()});
  }
  return report;
}

std::vector<std::vector<std::string>> Combinations(
    const std::vector<std::string>& attributes, std::size_t largest,
    std::size_t most) {
  std::vector<std::vector<std::string>> all;
  std::vector<std::size_t> chosen;
  for (std::size_t size = 1; size <= std::min(largest, attributes.size());
       ++size) {
    chosen.resize(size);
    for (std::size_t i = 0; i < size; ++i) chosen[i] = i;
    while (true) {
      if (all.size() == most) return all;
      all.emplace_back();
      for (const std::size_t i : chosen) all.back().push_back(attributes[i]);
      // The next one in lexicographic order.
      std::size_t at = size;
      while (at > 0 && chosen[at - 1] == attributes.size() - size + at - 1) {
        --at;
      }
      if (at == 0) break;
      ++chosen[at - 1];
      for (std::size_t i = at; i < size; ++i) chosen[i] = chosen[i - 1] + 1;
    }
  }
  return all;
}

absl::StatusOr<std::vector<Uniqueness>> MeasureUniqueness(
    RecordSource& table, std::vector<std::vector<std::string>> combinations,
    const UniquenessOptions& options, RandomSource& random) {
  ANON_ASSIGN_OR_RETURN(
      UniquenessCounter counter,
      UniquenessCounter::Create(table.attributes(), std::move(combinations),
                                options, random));
  ANON_RETURN_IF_ERROR(table.Rewind());
  Batch batch;
  while (true) {
    ANON_ASSIGN_OR_RETURN(const bool more, table.Next(batch));
    if (!more) return counter.Report();
    counter.Add(batch);
  }
}

}  // namespace anon
