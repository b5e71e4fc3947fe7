// SPDX-License-Identifier: Apache-2.0
//
// Mondrian: multidimensional recoding by division. The whole table is one part.
// A part is divided in the attribute in which it is widest, as a share of the
// whole domain; a line between two values as near the median as can be, a
// hierarchy where the lowest label that all have in common branches. If one of
// the new parts would fail a model, the next widest attribute is tried; if none
// is left, the part is a region, and each of its people is released as what the
// region covers: [20, 29], {a, b}, or the lowest common label.
//
// Example: k = 2, ages 21 22 25 29 in postal codes 1 1 1 1. The whole is widest
// in age, and its median is between 22 and 25: [21, 22] and [25, 29].
//
// Every region satisfies every model, because it was judged when it was made:
// not only if the models are monotone. Monotone models are those where going on
// after a failed cut could not help. Nothing is suppressed, so what models
// compare with is the table, which is the release. A model that is decided by
// all classes together, the average risk, is asked of every region as well,
// which is more than it asks: with an average of 1/10, no region has fewer than
// ten people.
//
// Relaxed mode halves a line exactly: those who have the median value are
// ordered by their other ranks, and the first of them go left, so a cut goes
// through the records of one tuple at most. How many of those go where is a
// quota; they are alike, so it does not matter which. Regions of relaxed cuts
// may overlap, and those that came out equal are one: together they have more
// people, and models of class sizes hold all the more. Strict regions are never
// equal: the cut that parted two put them on a line apart, or under different
// branches of a hierarchy.
//
// A limit of the budget leaves parts as they are, which hold like regions: so
// far as it came, the division is as good as another, only coarser. The part
// with most people is divided first then, so that those that nobody tried to
// divide are about alike; what becomes of a part does not depend on when it is
// divided, and a higher limit divides what a lower one left.
//
// Cost: three passes over 16 bytes a class and level for up to 7 attributes of
// up to 65,536 values; about log2(people / k) levels. Ties: the earlier
// attribute; the cut above the median. Sources: LeFevre, DeWitt and
// Ramakrishnan, Mondrian Multidimensional K-Anonymity, ICDE 2006; NCP: Xu et
// al., KDD 2006. Compared with qiyuangong/Mondrian in
// tests/solve/mondrian_test.cc, where every region is counted anew.
#include "anon/solve/mondrian.h"

#include <absl/container/flat_hash_map.h>
#include <absl/types/span.h>
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <numeric>
#include <tuple>

#include "base/status_macros.h"
#include "data/radix_sort.h"
#include "solve/mondrian_divide.h"

namespace anon {
namespace {

using internal::Division;
using internal::MondrianAxis;
using internal::PartJudge;
using Kind = MondrianAttribute::Kind;

constexpr std::size_t kMostAttributes = 32;

absl::Status CheckGoal(const Classes& classes, const MondrianGoal& goal) {
  const auto& names = classes.quasi_identifiers();
  if (goal.attributes.size() != names.size()) {
    return PolicyError("a division needs one attribute per quasi-identifier");
  }
  if (names.empty() || names.size() > kMostAttributes) {
    return PolicyError("a division takes 1 to 32 quasi-identifiers");
  }
  if (classes.total_principals() > std::numeric_limits<std::uint32_t>::max()) {
    return PolicyError("a division takes at most 2^32 - 1 principals");
  }
  if (!classes.one_row_per_principal() || classes.has_groups()) {
    return PolicyError(
        "a division needs one record per principal and no groups: someone in "
        "two classes of one region would count twice; aggregate the records of "
        "each principal, or search for levels");
  }
  for (std::size_t q = 0; q < names.size(); ++q) {
    const MondrianAttribute& a = goal.attributes[q];
    const bool tree = a.kind == Kind::kTree;
    if (tree != (a.tree != nullptr) || tree == (a.label != nullptr)) {
      return PolicyError(fmt::format(
          "column {}: a tree needs a hierarchy, a line needs labels",
          names[q]));
    }
  }
  return absl::OkStatus();
}

// The model that the table as a whole fails.
absl::StatusOr<std::string> WhyNot(const Classes& classes,
                                   const MondrianGoal& goal) {
  std::vector<std::vector<std::uint32_t>> maps(goal.attributes.size());
  for (std::size_t q = 0; q < maps.size(); ++q) {
    for (std::size_t i = 0; i < classes.size(); ++i) {
      const std::size_t code = classes.code(i, q);
      if (code >= maps[q].size()) maps[q].resize(code + 1);
    }
  }
  ANON_ASSIGN_OR_RETURN(const Classes whole, classes.RollUp(maps));
  for (const auto& model : goal.models) {
    ANON_ASSIGN_OR_RETURN(const Verdict verdict,
                          model->Judge(whole, goal.context));
    if (verdict.satisfied) continue;
    return fmt::format(
        "the table as a whole fails {}{}: {} is asked, and it has {}",
        verdict.model,
        verdict.attribute.empty() ? ""
                                  : fmt::format(" of '{}'", verdict.attribute),
        verdict.asked, verdict.achieved);
  }
  return absl::InternalError("parts and the whole are judged differently");
}

// Where a region lies on one axis.
struct Range {
  std::uint32_t lo;
  std::uint32_t hi;
  std::uint32_t region;
};

// Those of all regions on axis `q`, sorted.
std::vector<Range> SortedRanges(const Division& division, std::size_t q,
                                std::size_t width, std::size_t ranks) {
  const std::size_t regions = division.people.size();
  std::vector<Range> ranges(regions);
  for (std::size_t r = 0; r < regions; ++r) {
    ranges[r] = {division.low[r * width + q], division.high[r * width + q],
                 static_cast<std::uint32_t>(r)};
  }
  const int rank_bits = static_cast<int>(std::bit_width(ranks - 1));
  const int region_bits = static_cast<int>(std::bit_width(regions));
  const int bits = 2 * rank_bits + region_bits;
  if (bits > 64) {
    std::ranges::sort(ranges, {}, [](const Range& range) {
      return std::tuple(range.lo, range.hi, range.region);
    });
    return ranges;
  }
  std::vector<std::uint64_t> keys(2 * regions);
  for (const Range& range : ranges) {
    keys[range.region] = (std::uint64_t{range.lo} << rank_bits | range.hi)
                             << region_bits |
                         range.region;
  }
  const std::uint64_t* sorted = internal::RadixSort(
      keys.data(), keys.data() + regions, regions, static_cast<unsigned>(bits),
      static_cast<unsigned>(region_bits));
  const auto low_bits = [](std::uint64_t key, int n) {
    return static_cast<std::uint32_t>(key & ((std::uint64_t{1} << n) - 1));
  };
  for (Range& range : ranges) {
    const std::uint64_t key = *sorted++;
    const std::uint64_t place = key >> region_bits;
    range = {static_cast<std::uint32_t>(place >> rank_bits),
             low_bits(place, rank_bits), low_bits(key, region_bits)};
  }
  return ranges;
}

// What regions are released as, and how wide they are.
void NameRegions(const MondrianGoal& goal,
                 const std::vector<MondrianAxis>& axes,
                 const Division& division, MondrianResult& result) {
  const std::size_t width = axes.size();
  const std::size_t regions = division.people.size();
  Recoding& out = result.recoding;
  out.principals = division.people;
  out.regions.resize(regions * width);
  const auto people = static_cast<double>(std::accumulate(
      division.people.begin(), division.people.end(), std::int64_t{0}));
  for (std::size_t q = 0; q < width; ++q) {
    Recoding::Attribute& named = out.attributes.emplace_back();
    named.kind = goal.attributes[q].kind == Kind::kNumbers ? "numbers"
                 : goal.attributes[q].kind == Kind::kOrder ? "order"
                                                           : "tree";
    // Two ranges of a tree may have one label, and then cover the same.
    absl::flat_hash_map<std::pair<std::string, std::string>, std::uint32_t>
        by_label;
    std::vector<double> widths;                // [label]
    std::vector<std::uint32_t> mine(regions);  // labels
    const auto ranges = SortedRanges(division, q, width, axes[q].size());
    const auto alike = [&](std::size_t a, std::size_t b) {
      return ranges[a].lo == ranges[b].lo && ranges[a].hi == ranges[b].hi;
    };
    std::size_t distinct = 0;
    for (std::size_t i = 0; i < regions; ++i) {
      distinct += i == 0 || !alike(i - 1, i) ? 1 : 0;
    }
    named.labels.reserve(distinct);
    named.covers.reserve(distinct);
    for (std::size_t begin = 0, end = 0; begin < regions; begin = end) {
      const std::uint32_t lo = ranges[begin].lo;
      const std::uint32_t hi = ranges[begin].hi;
      auto number = static_cast<std::uint32_t>(named.labels.size());
      std::vector<std::string> covers = axes[q].Covers(lo, hi);
      std::string text = axes[q].Label(lo, hi, covers);
      if (axes[q].is_tree()) {
        number =
            by_label.try_emplace({text, covers.front()}, number).first->second;
      }
      if (number == named.labels.size()) {
        named.labels.push_back(std::move(text));
        named.covers.push_back(std::move(covers));
        widths.push_back(axes[q].Width(lo, hi));
      }
      for (; end < regions && alike(begin, end); ++end) {
        mine[ranges[end].region] = number;
      }
    }
    double ncp = 0;
    for (std::size_t r = 0; r < regions; ++r) {
      out.regions[r * width + q] = mine[r];
      ncp += static_cast<double>(division.people[r]) * widths[mine[r]];
    }
    result.ncp_of.push_back(ncp / people);
    result.ncp += result.ncp_of.back() / static_cast<double>(width);
  }
}

// Renumbers the regions of shares, adds up those of one class that are one by
// now, and takes out whoever is no longer shared. Shares stay sorted.
void MergeShares(const std::vector<std::uint32_t>& number, Recoding& recoding) {
  auto& shares = recoding.shares;
  for (Recoding::Share& share : shares) share.region = number[share.region];
  std::ranges::sort(shares, {}, [](const Recoding::Share& share) {
    return std::pair(share.of_class, share.region);
  });
  std::size_t kept = 0;
  for (std::size_t begin = 0, end = 0; begin < shares.size(); begin = end) {
    const std::size_t of_class = shares[begin].of_class;
    const std::size_t first = kept;
    for (; end < shares.size() && shares[end].of_class == of_class; ++end) {
      if (kept > first && shares[kept - 1].region == shares[end].region) {
        shares[kept - 1].records += shares[end].records;
      } else {
        shares[kept++] = shares[end];
      }
    }
    if (kept == first + 1) {
      recoding.region_of[of_class] = shares[first].region;
      kept = first;
    }
  }
  shares.resize(kept);
}

// Makes one of regions with the same labels, which takes the place of the first
// of them.
void MergeEqual(Recoding& recoding) {
  const std::size_t width = recoding.attributes.size();
  const std::vector<std::uint32_t> tuples = recoding.regions;
  const auto tuple = [&](std::size_t r) {
    return absl::Span<const std::uint32_t>(tuples).subspan(r * width, width);
  };
  absl::flat_hash_map<absl::Span<const std::uint32_t>, std::uint32_t> first;
  first.reserve(recoding.size());
  std::vector<std::uint32_t> number(recoding.size());  // [region] merged
  std::uint32_t merged = 0;
  for (std::size_t r = 0; r < number.size(); ++r) {
    const auto [at, fresh] = first.try_emplace(tuple(r), merged);
    number[r] = at->second;
    if (!fresh) {
      recoding.principals[number[r]] += recoding.principals[r];
      continue;
    }
    recoding.principals[merged] = recoding.principals[r];
    std::ranges::copy(
        tuple(r),
        recoding.regions.begin() + static_cast<std::ptrdiff_t>(merged * width));
    ++merged;
  }
  if (merged == number.size()) return;
  recoding.principals.resize(merged);
  recoding.regions.resize(merged * width);
  for (std::uint32_t& region : recoding.region_of) {
    if (region < Recoding::kShared) region = number[region];
  }
  MergeShares(number, recoding);
}

}  // namespace

absl::StatusOr<MondrianResult> Solve(const Classes& classes,
                                     const MondrianGoal& goal,
                                     const SearchBudget& budget) {
  ANON_RETURN_IF_ERROR(CheckGoal(classes, goal));
  if (budget.every_node) {
    return PolicyError(
        "every node is asked for, and a division has none: do without");
  }
  internal::DivisionWatch watch(budget);
  MondrianResult result;
  ANON_ASSIGN_OR_RETURN(PartJudge judge, PartJudge::Create(classes, goal));
  result.satisfied = judge.HoldsForAll();
  if (!result.satisfied) {
    ANON_ASSIGN_OR_RETURN(result.reason, WhyNot(classes, goal));
    return result;
  }
  ANON_ASSIGN_OR_RETURN(const std::vector<MondrianAxis> axes,
                        internal::MakeAxes(classes, goal));
  ANON_ASSIGN_OR_RETURN(Division division,
                        internal::Divide(classes, goal, axes, judge, watch));
  NameRegions(goal, axes, division, result);
  result.recoding.region_of = std::move(division.region_of);
  result.recoding.shares = std::move(division.shares);
  if (goal.relaxed) MergeEqual(result.recoding);
  result.recoding.overlapping = goal.relaxed;
  result.complete = division.complete;
  result.parts_evaluated = watch.parts();
  return result;
}

}  // namespace anon
