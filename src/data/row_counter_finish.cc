// SPDX-License-Identifier: Apache-2.0
//
// What a RowCounter says when all rows are counted.
#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "data/row_counter.h"

namespace anon::internal {
namespace {

// The place of each number of a tuple in the order of tuples.
std::vector<std::uint32_t> Ranks(const std::vector<std::uint32_t>& order) {
  std::vector<std::uint32_t> ranks(order.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) ranks[order[i]] = i;
  return ranks;
}

// The same counts with number n of a class replaced by ranks[n].
KeyTable Ranked(const KeyTable& table, const Divisor& divisor,
                const std::vector<std::uint32_t>& ranks) {
  std::vector<std::pair<std::uint64_t, std::int64_t>> sorted(table.size());
  for (std::size_t i = 0; i < table.size(); ++i) {
    const std::uint64_t key = divisor.Quotient(table.keys[i]);
    sorted[i] = {
        ranks[key] * divisor.value() + (table.keys[i] - key * divisor.value()),
        table.counts[i]};
  }
  std::ranges::sort(sorted);
  KeyTable ranked{.keys = HugeArray<std::uint64_t>(sorted.size()),
                  .counts = {}};
  std::vector<std::int64_t> counts(sorted.size());
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    ranked.keys[i] = sorted[i].first;
    counts[i] = sorted[i].second;
  }
  ranked.counts = Counts::Of(counts);
  return ranked;
}

// Principals plus the rows that added none: the records of each class.
Counts Records(const KeyTable& principals, const KeyTable& further) {
  std::vector<std::int64_t> records(principals.size());
  std::size_t f = 0;
  for (std::size_t i = 0; i < records.size(); ++i) {
    records[i] = principals.counts[i];
    if (f < further.size() && further.keys[f] == principals.keys[i]) {
      records[i] += further.counts[f++];
    }
  }
  return Counts::Of(records);
}

}  // namespace

std::size_t RowCounter::CountClasses() {
  return tuples_ ? tuples_->size()
                 : primary().CountQuotients(primary_divisor());
}

std::size_t RowCounter::CountValues(std::size_t q) {
  absl::flat_hash_set<std::uint32_t> values;
  if (tuples_) {
    for (std::size_t i = 0; i < tuples_->size(); ++i) {
      values.insert(tuples_->tuples().At(i)[q]);
    }
  } else {
    const Divisor divisor = primary_divisor();
    for (const std::uint64_t key : primary().Settled()) {
      values.insert(layout_->Code(divisor.Quotient(key), q));
    }
  }
  return values.size();
}

void RowCounter::Finish(ClassTable& table) && {
  std::vector<std::uint32_t> ranks;
  Tuples sorted;
  if (tuples_) {
    const Tuples& tuples = tuples_->tuples();
    std::vector<std::uint32_t> order(tuples_->size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
      return std::ranges::lexicographical_compare(tuples.At(a), tuples.At(b));
    });
    ranks = Ranks(order);
    sorted.width = tuples.width;
    for (const std::uint32_t i : order) {
      sorted.codes.insert(sorted.codes.end(), tuples.At(i).begin(),
                          tuples.At(i).end());
    }
  }
  const auto finish = [&](KeyCounter& counter, std::uint64_t divisor) {
    KeyTable counted = std::move(counter).Finish();
    return tuples_ ? Ranked(counted, Divisor(divisor), ranks)
                   : std::move(counted);
  };

  KeyTable classes;
  if (classes_) classes = finish(*classes_, 1);
  for (std::size_t s = 0; s < histograms_.size(); ++s) {
    const Divisor values(values_[s]);
    table.histograms.push_back(
        tuples_
            ? SplitByClass(finish(histograms_[s], values_[s]), values, classes)
            : std::move(histograms_[s]).FinishPairs(values, classes));
  }
  table.one_row_per_principal = one_row_each_;
  if (principals_) {
    const KeyTable further = finish(*further_, 1);
    table.total_principals = static_cast<std::int64_t>(principals_->size());
    if (further.size() > 0) {
      table.records = Records(classes, further);
      table.principals = std::move(classes.counts);
    }
  }
  if (!table.principals) table.records = std::move(classes.counts);
  if (groups_) {
    table.groups = finish(*group_counts_, 1).counts;
    table.total_groups = static_cast<std::int64_t>(groups_->size());
  }
  if (population_) table.population = finish(*population_, 1).counts;
  if (tuples_) {
    table.SetTuples(std::move(sorted));
  } else {
    table.layout = std::move(layout_);
    table.keys = std::move(classes.keys);
  }
}

}  // namespace anon::internal
