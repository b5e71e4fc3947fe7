// SPDX-License-Identifier: Apache-2.0
//
// Wildcard matching of missing values. With a record (F, ?) in the table, a
// woman of forty may be it as well as a record (F, 40): is she hidden among
// one or two? And who is behind (F, ?) may be any woman of the table. So
//
//   size(x) = people of x + people of complete y that match x
//             + alpha * people of incomplete y != x that match x.
//
// Example: (1,1) twice, (?,1) and (?,?) once each have with alpha = 1/2 the
// sizes 2 + 1, 1 + 2 + 1/2 and 1 + 2 + 1/2.
//
// sdcMicro's freqCalc does the same with two exceptions that are not made here:
// a record without any value counts for no complete record there, and has
// itself the whole table. See tests/golden/deviations.csv.
//
// How: classes by pattern (which attributes are missing). Two patterns P and Q
// match where they agree outside P and Q together; the classes of Q are summed
// by those codes, then each class of P looks up its own.
//
// Cost: patterns * classes look-ups, not more than kMostLookUps. Source: Templ,
// Statistical disclosure control for microdata (2017), section 3.2.2. Tested in
// tests/data/wildcard_test.cc.
#include "anon/data/wildcard.h"

#include <absl/container/flat_hash_map.h>
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>

#include "base/status_macros.h"

namespace anon {
namespace {

__extension__ using Int128 = __int128;

constexpr std::size_t kMostLookUps = std::size_t{1} << 32;

using Missing = std::span<const std::optional<std::uint32_t>>;
using Pattern = std::vector<bool>;  // [quasi-identifier] whether it is missing
using Tuple = std::vector<std::uint32_t>;

struct People {
  std::int64_t principals = 0;
  std::int64_t population = 0;

  void Add(const People& more) {
    principals += more.principals;
    population += more.population;
  }
};

// Totals of a table fit 63 bits, so sums over any of its classes do.
struct Size {
  People whole;
  People partial;  // to be counted with the weight alpha
};

class Matcher {
 public:
  Matcher(const Classes& classes, Missing missing)
      : classes_(classes), sizes_(classes.size()) {
    const std::size_t width = missing.size();
    for (std::size_t i = 0; i < classes.size(); ++i) {
      Pattern pattern(width);
      for (std::size_t q = 0; q < width; ++q) {
        pattern[q] = missing[q] == classes.code(i, q);
      }
      patterns_[std::move(pattern)].push_back(i);
    }
  }

  std::size_t look_ups() const { return patterns_.size() * classes_.size(); }

  std::vector<Size> Match() && {
    for (const auto& [pattern, of] : patterns_) {
      for (const auto& [other, candidates] : patterns_) {
        MatchPatterns(pattern, of, other, candidates);
      }
    }
    return std::move(sizes_);
  }

 private:
  People PeopleOf(std::size_t i) const {
    return {classes_.principals(i), classes_.population(i)};
  }

  void MatchPatterns(const Pattern& pattern, const std::vector<std::size_t>& of,
                     const Pattern& other,
                     const std::vector<std::size_t>& candidates) {
    std::vector<std::size_t> both;  // quasi-identifiers that neither misses
    for (std::size_t q = 0; q < pattern.size(); ++q) {
      if (!pattern[q] && !other[q]) both.push_back(q);
    }
    const auto project = [&](std::size_t i, Tuple& tuple) {
      for (std::size_t b = 0; b < both.size(); ++b) {
        tuple[b] = classes_.code(i, both[b]);
      }
    };
    Tuple tuple(both.size());
    absl::flat_hash_map<Tuple, People> sums;
    for (const std::size_t y : candidates) {
      project(y, tuple);
      sums[tuple].Add(PeopleOf(y));
    }
    const bool complete = std::ranges::find(other, true) == other.end();
    for (const std::size_t x : of) {
      project(x, tuple);
      const auto sum = sums.find(tuple);
      if (sum == sums.end()) continue;
      (complete ? sizes_[x].whole : sizes_[x].partial).Add(sum->second);
      if (complete || pattern != other) continue;
      const People own = PeopleOf(x);  // whole, whatever alpha is
      sizes_[x].whole.Add(own);
      sizes_[x].partial.Add({-own.principals, -own.population});
    }
  }

  const Classes& classes_;
  std::map<Pattern, std::vector<std::size_t>> patterns_;
  std::vector<Size> sizes_;
};

// whole + alpha * partial in units of 1 / denominator; nothing past 63 bits.
std::optional<std::int64_t> InUnits(std::int64_t whole, std::int64_t partial,
                                    const Ratio& alpha) {
  const Int128 units =
      Int128{whole} * alpha.denominator() + Int128{partial} * alpha.numerator();
  if (units > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
  return static_cast<std::int64_t>(units);
}

}  // namespace

absl::StatusOr<WildcardSizes> MatchWildcards(
    const Classes& classes,
    std::span<const std::optional<std::uint32_t>> missing, const Ratio& alpha) {
  if (alpha.numerator() < 0 || alpha.numerator() > alpha.denominator()) {
    return PolicyError("the weight of wildcard matches must be from 0 to 1");
  }
  if (missing.size() != classes.quasi_identifiers().size()) {
    return PolicyError(
        "wildcard matching needs a code, or none, for each quasi-identifier");
  }
  if (!classes.one_row_per_principal()) {
    return PolicyError(
        "wildcard matching needs one record of each principal: bring the table "
        "to that first, or give missing values a category of their own");
  }
  Matcher matcher(classes, missing);
  if (matcher.look_ups() > kMostLookUps) {
    return absl::ResourceExhaustedError(
        "too many classes with too many different patterns of missing values "
        "for wildcard matching: generalize further, or give missing values a "
        "category of their own");
  }
  WildcardSizes sizes;
  sizes.unit = alpha.denominator();
  for (const Size& size : std::move(matcher).Match()) {
    const auto principals =
        InUnits(size.whole.principals, size.partial.principals, alpha);
    const auto population =
        InUnits(size.whole.population, size.partial.population, alpha);
    if (!principals || !population) {
      return PolicyError(
          "the weight of wildcard matches has too many digits for a table of "
          "this size");
    }
    sizes.principals.push_back(*principals);
    sizes.population.push_back(*population);
  }
  return sizes;
}

}  // namespace anon
