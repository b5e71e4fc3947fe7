// SPDX-License-Identifier: Apache-2.0
//
// t-closeness, ordered distance. Salaries of 3,000 to 5,000 in a table of 3,000
// to 11,000 tell "low" although all differ: values are near each other or far.
// With the m values of a table in order, a step to the next costs 1/(m-1), and
// the earth mover's distance is
//   1/(m-1) sum over i < m of |Q(i) - P(i)|
// with Q(i), P(i) the shares of class and table up to the i-th value.
//
// Example: salaries {3, 4, 5} in {3, ..., 11} have 3/8, {6, 11, 8} have 1/6:
// the paper's own figures.
//
// Values are those that the compared table has; each table (the judged one, the
// input) has its own m. Equal numbers written differently are one value.
//
// Cost: per class O(m) if it has more than a few of the values, which is a
// plain sum; otherwise O(d log m) for d values: Q is constant between two
// values of the class, and P rises, so that |Q - P| changes its sign at most
// once there; sums of P come from prefix sums. Exact: whole numbers over (m-1)
// N T, below 2^126. Source: Li, Li and Venkatasubramanian, t-Closeness (2007),
// section 5.1. Tested in tests/model/t_closeness_test.cc.
#include "anon/model/t_closeness_ordered.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include "model/distance_model.h"
#include "model/value_order.h"

namespace anon {
namespace {

using internal::Baseline;
using internal::Int128;
using internal::SensitiveValues;

// Where a class has more than one in so many values, all places are visited;
// the second where its values would have to be sorted first.
constexpr std::size_t kDense = 4;
constexpr std::size_t kDenseUnsorted = 16;

// A table as seen along the order.
struct Ordered {
  std::vector<std::uint32_t> place;   // [value]: 0 ... m-1 of its rank
  bool in_order = false;              // places rise with values
  std::vector<std::uint32_t> values;  // sorted by their places
  std::vector<std::int64_t> at;       // [place]: people there
  std::vector<std::int64_t> up_to;    // [place]: people up to it
  std::vector<Int128> sum_of_up_to;   // [n]: of the first n of up_to
};

Ordered Arrange(const Baseline& table, const std::vector<std::size_t>& ranks) {
  std::vector<std::int64_t> people;  // by rank
  for (std::size_t v = 0; v < ranks.size(); ++v) {
    if (ranks[v] >= people.size()) people.resize(ranks[v] + 1);
    people[ranks[v]] += table.people[v];
  }
  Ordered ordered;
  std::vector<std::uint32_t> place_of_rank(people.size());
  std::int64_t sum = 0;
  for (std::size_t rank = 0; rank < people.size(); ++rank) {
    place_of_rank[rank] = static_cast<std::uint32_t>(ordered.up_to.size());
    if (people[rank] == 0) continue;  // not a value of this table
    sum += people[rank];
    ordered.at.push_back(people[rank]);
    ordered.up_to.push_back(sum);
  }
  for (const std::size_t rank : ranks) {
    ordered.place.push_back(place_of_rank[rank]);
  }
  ordered.values.resize(ordered.place.size());
  std::iota(ordered.values.begin(), ordered.values.end(), 0U);
  std::ranges::stable_sort(ordered.values, {}, [&ordered](std::uint32_t value) {
    return ordered.place[value];
  });
  ordered.in_order = std::ranges::is_sorted(ordered.place);
  ordered.sum_of_up_to.push_back(0);
  for (const std::int64_t up_to : ordered.up_to) {
    ordered.sum_of_up_to.push_back(ordered.sum_of_up_to.back() + up_to);
  }
  return ordered;
}

class Bound final : public internal::DistanceAtMost {
 public:
  Bound(const Classes& classes, SensitiveValues values, const Ratio& t,
        const std::vector<std::size_t>& ranks)
      : DistanceAtMost(classes, std::move(values), t) {
    for (const Baseline& table : this->values().baselines()) {
      tables_.push_back(Arrange(table, ranks));
    }
  }

 private:
  Outcome Against(std::span<const ValueCount> shares, std::int64_t people,
                  std::size_t baseline) const override {
    const Ordered& table = tables_[baseline];
    const std::size_t m = table.up_to.size();
    if (m < 2) return Distance(0, 1);
    const std::int64_t total = values().baselines()[baseline].total;
    const Int128 whole = static_cast<Int128>(m - 1) * people * total;
    const bool narrow = whole < internal::kNarrow;
    const std::size_t dense = table.in_order ? kDense : kDenseUnsorted;
    if (narrow && m <= dense * shares.size()) {
      return Distance(MovedByPlace(table, shares, people, total),
                      static_cast<std::int64_t>(whole));
    }
    if (table.in_order) {
      return ByValue(table, shares, people, total, narrow,
                     [&](std::uint32_t value) { return table.place[value]; });
    }
    static thread_local std::vector<ValueCount> at;  // places as codes
    at.clear();
    for (const ValueCount& share : shares) {
      at.push_back({table.place[share.code], share.principals});
    }
    std::ranges::sort(at, {}, &ValueCount::code);
    return ByValue(table, at, people, total, narrow,
                   [](std::uint32_t place) { return place; });
  }

  // As MovedByPlace.
  std::optional<double> GlanceAt(const internal::ClassBlock& block,
                                 std::span<double> glances) const override {
    const Ordered& table = tables_.front();
    const double total =
        static_cast<double>(values().baselines().front().total);
    const std::size_t m = table.at.size();
    const double steps = static_cast<double>(m) - 1;
    if (m < 2 || block.largest_total * total * steps > internal::kEveryWhole) {
      return std::nullopt;
    }
    internal::ClassRow ahead{};
    internal::ClassRow moved{};
    auto value = table.values.begin();
    for (std::size_t place = 0; place < m; ++place) {
      for (; value != table.values.end() && table.place[*value] == place;
           ++value) {
        const internal::ClassRow& people = block.people[*value];
        for (std::size_t c = 0; c < internal::kBlock; ++c) {
          ahead[c] += people[c] * total;
        }
      }
      const double expected = static_cast<double>(table.at[place]);
      for (std::size_t c = 0; c < internal::kBlock; ++c) {
        ahead[c] -= expected * block.total[c];
        moved[c] += std::abs(ahead[c]);
      }
    }
    return GlanceOf(moved, block.total, total * steps, glances);
  }

  template <typename Place>
  Outcome ByValue(const Ordered& table, std::span<const ValueCount> shares,
                  std::int64_t people, std::int64_t total, bool narrow,
                  const Place& place) const {
    const Int128 whole =
        static_cast<Int128>(table.at.size() - 1) * people * total;
    if (narrow) {
      return Distance(
          MovedByValue<std::int64_t>(table, shares, people, total, place),
          static_cast<std::int64_t>(whole));
    }
    return Distance(MovedByValue<Int128>(table, shares, people, total, place),
                    whole);
  }

  // Place by place, in 64 bits: Q - P, times people and total, changes by what
  // class and table have at a place.
  static std::int64_t MovedByPlace(const Ordered& table,
                                   std::span<const ValueCount> shares,
                                   std::int64_t people, std::int64_t total) {
    static thread_local std::vector<std::int64_t> mine;  // [place]
    mine.assign(table.at.size(), 0);
    for (const ValueCount& share : shares) {
      mine[table.place[share.code]] += share.principals * total;
    }
    std::int64_t moved = 0;
    std::int64_t ahead = 0;
    for (std::size_t place = 0; place < mine.size(); ++place) {
      ahead += mine[place] - table.at[place] * people;
      moved += std::abs(ahead);
    }
    return moved;
  }

  // From value to value of the class; their places rise.
  template <typename Int, typename Place>
  static Int MovedByValue(const Ordered& table,
                          std::span<const ValueCount> shares, Int people,
                          Int total, const Place& place) {
    Int moved = 0;
    Int so_far = 0;
    std::size_t from = 0;
    for (const ValueCount& share : shares) {
      const std::size_t to = place(share.code);
      if (from < to) moved += Gap<Int>(table, from, to, so_far, people);
      from = to;
      so_far += share.principals * total;
    }
    const std::size_t last = table.at.size() - 1;
    if (from < last) moved += Gap<Int>(table, from, last, so_far, people);
    return moved;
  }

  // The sum over places in [from, to) of |mine - up_to(place) N|.
  template <typename Int>
  static Int Gap(const Ordered& table, std::size_t from, std::size_t to,
                 Int mine, Int people) {
    if (table.up_to[from] * people < mine &&
        mine < table.up_to[to - 1] * people) [[unlikely]] {
      const std::size_t middle = Overtaken(table, from, to, mine, people);
      return Ahead(table, from, middle, mine, people) -
             Ahead(table, middle, to, mine, people);
    }
    const Int ahead = Ahead(table, from, to, mine, people);
    return ahead < 0 ? -ahead : ahead;
  }

  // The same without the bars.
  template <typename Int>
  static Int Ahead(const Ordered& table, std::size_t from, std::size_t to,
                   Int mine, Int people) {
    return mine * static_cast<Int>(to - from) -
           static_cast<Int>(table.sum_of_up_to[to] - table.sum_of_up_to[from]) *
               people;
  }

  // The first place in [from, to) where the table is ahead. Without a branch
  // that could be mispredicted: halves come in no order.
  template <typename Int>
  static std::size_t Overtaken(const Ordered& table, std::size_t from,
                               std::size_t to, Int mine, Int people) {
    for (std::size_t left = to - from; left > 0;) {
      const std::size_t half = (left + 1) / 2;
      const bool is_behind = table.up_to[from + half - 1] * people <= mine;
      from += is_behind ? half : 0;
      left -= half;
    }
    return from;
  }

  std::vector<Ordered> tables_;  // as values().baselines()
};

class Model final : public internal::TCloseness {
 public:
  Model(std::string_view attribute, const Ratio& t, ValueOrder order)
      : TCloseness(attribute, t), order_(order) {}
  std::string_view name() const override { return "t_closeness_ordered"; }
  ModelNeeds needs() const override {
    return {.distribution = true, .order = true};
  }

 private:
  absl::StatusOr<std::unique_ptr<BoundModel>> BindTo(
      const Classes& classes, const ModelContext& context,
      SensitiveValues values) const override {
    ANON_ASSIGN_OR_RETURN(const auto ranks,
                          internal::RanksOf(*this, values, context, order_));
    return std::make_unique<Bound>(classes, std::move(values), t(), ranks);
  }

  const ValueOrder order_;
};

}  // namespace

std::shared_ptr<const PrivacyModel> TClosenessOrdered(
    std::string_view attribute, const Ratio& t, ValueOrder order) {
  return std::make_shared<Model>(attribute, t, order);
}

}  // namespace anon
