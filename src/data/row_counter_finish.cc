// SPDX-License-Identifier: Apache-2.0
//
// What a RowCounter says when all rows are counted.
#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "data/row_counter.h"
#include "data/unite_holdings.h"

namespace anon::internal {
namespace {

// The place of each number of a tuple in the order of tuples.
std::vector<std::uint32_t> Ranks(const std::vector<std::uint32_t>& order) {
  std::vector<std::uint32_t> ranks(order.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) ranks[order[i]] = i;
  return ranks;
}

// The same counts with number n of a class replaced by ranks[n]. Those of a
// class stay together, so they are counted and then moved.
KeyTable Ranked(const KeyTable& table, const Divisor& divisor,
                const std::vector<std::uint32_t>& ranks) {
  const std::size_t size = table.size();
  std::vector<std::uint64_t> places(ranks.size() + 1);  // [rank]
  for (std::size_t i = 0; i < size; ++i) {
    ++places[ranks[divisor.Quotient(table.keys[i])] + std::size_t{1}];
  }
  std::partial_sum(places.begin(), places.end(), places.begin());
  KeyTable ranked{.keys = HugeArray<std::uint64_t>(size), .counts = {}};
  std::vector<std::int64_t> counts(size);
  for (std::size_t i = 0; i < size; ++i) {
    const std::uint64_t number = divisor.Quotient(table.keys[i]);
    const std::uint64_t rank = ranks[number];
    const std::size_t to = places[rank]++;
    ranked.keys[to] =
        rank * divisor.value() + (table.keys[i] - number * divisor.value());
    counts[to] = table.counts[i];
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

// A holding and the class it is in.
struct Placed {
  std::size_t of_class;
  Holding holding;
  friend auto operator<=>(const Placed&, const Placed&) = default;
};

HoldingLists ListsOf(std::vector<Placed> all, std::size_t classes,
                     std::size_t owners) {
  std::ranges::sort(all);
  HoldingLists lists{.starts = std::vector<std::size_t>(classes + 1),
                     .holdings = {},
                     .owners = owners};
  lists.holdings.reserve(all.size());
  for (const Placed& placed : all) {
    ++lists.starts[placed.of_class + 1];
    lists.holdings.push_back(placed.holding);
  }
  std::partial_sum(lists.starts.begin(), lists.starts.end(),
                   lists.starts.begin());
  return lists;
}

}  // namespace

// In the whole table, each person once per value.
std::vector<ValueCount> RowCounter::CountPeopleByValue(std::size_t s) const {
  std::vector<Holding> all;
  principals_->ForEachValue(
      s, [&](std::uint64_t owner, std::uint64_t, std::uint32_t value) {
        all.push_back({value, static_cast<std::uint32_t>(owner)});
      });
  std::ranges::sort(all);
  const auto again = std::ranges::unique(all);
  all.erase(again.begin(), again.end());
  std::vector<ValueCount> counts;
  CountByCode(all, [&](const ValueCount& value) { counts.push_back(value); });
  return counts;
}

// class_of(key): the place of a class among all, of which there are `classes`.
template <typename ClassOf>
Membership RowCounter::MakeMembership(const ClassOf& class_of,
                                      std::size_t classes) const {
  const auto number = [](std::uint64_t owner) {
    return static_cast<std::uint32_t>(owner);
  };
  const auto places = [&](const OwnerIndex& owners) {
    std::vector<Placed> all;
    owners.ForEachClass([&](std::uint64_t owner, std::uint64_t key) {
      all.push_back({class_of(key), {0, number(owner)}});
    });
    return ListsOf(std::move(all), classes, owners.size());
  };
  Membership made;
  if (groups_) made.groups = places(*groups_);
  if (one_row_each_) return made;
  made.principals = places(*principals_);
  for (std::size_t s = 0; s < values_.size(); ++s) {
    std::vector<Placed> all;
    principals_->ForEachValue(
        s, [&](std::uint64_t owner, std::uint64_t key, std::uint32_t value) {
          all.push_back({class_of(key), {value, number(owner)}});
        });
    made.values.push_back(
        ListsOf(std::move(all), classes, principals_->size()));
  }
  return made;
}

std::size_t RowCounter::CountClasses() {
  return tuples_ ? tuples_->size()
                 : primary().CountQuotients(primary_divisor());
}

std::size_t RowCounter::CountValues(std::size_t q) {
  absl::flat_hash_set<std::uint32_t> values;
  if (tuples_) {
    for (std::size_t i = 0; i < tuples_->size(); ++i) {
      values.insert(tuples_->Code(i, q));
    }
  } else {
    const Divisor divisor = primary_divisor();
    for (const std::uint64_t key : primary().Settled()) {
      values.insert(layout_->Code(divisor.Quotient(key), q));
    }
  }
  return values.size();
}

void RowCounter::Finish(ClassTable& table, bool keep_membership) && {
  std::vector<std::uint32_t> ranks;
  Tuples sorted;
  if (tuples_) {
    const std::vector<std::uint32_t> order = tuples_->Order();
    ranks = Ranks(order);
    sorted.width = tuples_->width();
    sorted.codes.resize(order.size() * sorted.width);
    auto code = sorted.codes.begin();
    for (const std::uint32_t number : order) {
      for (std::size_t q = 0; q < sorted.width; ++q) {
        *code++ = tuples_->Code(number, q);
      }
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
  // More owners than have numbers: then it is not known.
  constexpr std::size_t kMost = std::numeric_limits<std::uint32_t>::max();
  if ((principals_ && principals_->size() > kMost) ||
      (groups_ && groups_->size() > kMost)) {
    return;
  }
  for (std::size_t s = 0; s < values_.size() && !one_row_each_; ++s) {
    table.value_totals.push_back(CountPeopleByValue(s));
  }
  if (!keep_membership || (one_row_each_ && !groups_)) return;
  table.membership = MakeMembership(
      [&](std::uint64_t key) -> std::size_t {
        if (tuples_) return ranks[key];
        const auto keys = table.keys.span();
        return static_cast<std::size_t>(std::ranges::lower_bound(keys, key) -
                                        keys.begin());
      },
      table.size());
}

}  // namespace anon::internal
