// SPDX-License-Identifier: Apache-2.0
//
// Downcoding (Cohen, USENIX Security 2022): from the coarse labels of a release
// back to finer ones, because what made them would not have been so coarse
// otherwise. Counted are people with a label of which only one finer label, one
// level down, is left to whoever knows the hierarchies and the rest below; all
// errors are on the side of more.
//
// - One node. Known: no node one level finer in one attribute was better. That
//   says that at such a node more people than the limit would have been in
//   classes too small, or that other models failed; it does not say in which
//   classes. Whoever is suppressed for too small a class still is; a class of p
//   people, whose label has m finer ones, can have all of them in parts below
//   the least size k if p <= m(k - 1), and else (m - 1)(k - 1). If for each
//   node there are classes that can account for it and for no other node, even
//   without any one of them, then every class can be made of any finer labels,
//   and none is given away. If not, everybody counts.
// - Rounds. Known: the rounds and what they list. Who is released by a round is
//   in no tuple that an earlier one lists. So of the cells under his tuple (the
//   finest tuples of values) those are ruled out that lie under an earlier
//   tuple; where they make up all cells of a finer label, that is ruled out.
//   Cells of earlier tuples are added up as if no two tuples shared any, which
//   is so with two rounds and rules out too much with more. That the rounds
//   were best is not used.
//
// Tested in tests/solve/minimality_test.cc against lists of all tables that
// could be behind a release, and of all cells.
#include "solve/downcoding.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>

namespace anon::internal {
namespace {

using Codes = std::vector<std::uint32_t>;

// The finer labels of all labels of a level.
struct Finer {
  std::vector<Codes> of;  // [code]; one alone has the same values
};

Finer FinerLabels(const Hierarchy* hierarchy, std::size_t level) {
  Finer finer;
  if (hierarchy == nullptr || level == 0) return finer;
  finer.of.resize(hierarchy->size(level));
  for (std::uint32_t c = 0; c < hierarchy->size(level - 1); ++c) {
    finer.of[hierarchy->Generalize(c, level - 1, level)].push_back(c);
  }
  return finer;
}

// Whether other classes can account for every finer node.
bool NoneIsNeeded(const Classes& own, const std::vector<bool>& kept,
                  const Goal& goal, const Levels& levels,
                  const std::vector<Finer>& finer, std::int64_t least_size,
                  std::int64_t limit) {
  std::vector<bool> used(own.size());
  std::int64_t room = limit;  // for others than those who fail anyway
  for (std::size_t i = 0; i < own.size(); ++i) {
    if (own.principals(i) < least_size) room -= own.principals(i);
  }
  for (std::size_t q = 0; q < levels.size(); ++q) {
    const SearchAttribute& a = goal.attributes[q];
    if (a.hierarchy == nullptr || levels[q] <= a.counted_level) continue;
    std::vector<std::pair<std::int64_t, std::size_t>> can;
    for (std::size_t i = 0; i < own.size(); ++i) {
      if (!kept[i] || used[i]) continue;
      const auto parts = std::ssize(finer[q].of[own.code(i, q)]);
      const std::int64_t people = own.principals(i);
      const std::int64_t small = std::max<std::int64_t>(least_size - 1, 0);
      const std::int64_t fail =
          people <= parts * small ? people : (parts - 1) * small;
      if (fail > 0) can.emplace_back(-fail, i);
    }
    std::ranges::sort(can);
    std::int64_t sum = 0;  // without the first, which can most
    bool enough = false;
    for (std::size_t n = 0; n < can.size() && !enough; ++n) {
      if (n > 0) sum -= can[n].first;
      used[can[n].second] = true;
      enough = sum > room;
    }
    if (!enough) return false;
  }
  return true;
}

// The tuples that rounds list, as codes of their levels.
struct Listed {
  std::vector<Codes> tuples;
  std::vector<std::int64_t> principals;
};

std::vector<Listed> ListedBy(const Classes& classes, const Goal& goal,
                             const LocalRecoding& found) {
  std::vector<Listed> rounds(found.rounds.size());
  std::vector<absl::flat_hash_map<Codes, std::size_t>> places(rounds.size());
  Codes tuple(goal.attributes.size());
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const std::uint32_t r = found.round_of[i];
    if (r >= rounds.size()) continue;
    for (std::size_t q = 0; q < tuple.size(); ++q) {
      const SearchAttribute& a = goal.attributes[q];
      tuple[q] = classes.code(i, q);
      if (a.hierarchy != nullptr) {
        tuple[q] = a.hierarchy->Generalize(tuple[q], a.counted_level,
                                           found.rounds[r].levels[q]);
      }
    }
    Listed& round = rounds[r];
    const auto [at, fresh] = places[r].try_emplace(tuple, round.tuples.size());
    if (fresh) {
      round.tuples.push_back(tuple);
      round.principals.push_back(0);
    }
    round.principals[at->second] += classes.principals(i);
  }
  return rounds;
}

// What is left under one tuple of a round.
class Cells {
 public:
  Cells(const Goal& goal, const Levels& levels, const std::vector<Finer>& finer,
        const Codes& tuple)
      : goal_(goal), levels_(levels), finer_(finer), tuple_(tuple) {
    for (std::size_t q = 0; q < tuple.size(); ++q) {
      gone_.emplace_back(levels[q] == 0 || finer[q].of.empty()
                             ? 0
                             : finer[q].of[tuple[q]].size());
    }
    share_.resize(tuple.size());
  }

  // Rules out what lies under `earlier`, a tuple at `its` levels.
  void RuleOut(const Codes& earlier, const Levels& its) {
    for (std::size_t q = 0; q < tuple_.size(); ++q) {
      share_[q] = Share(q, earlier[q], its[q]);
      if (share_[q] == 0) return;
    }
    for (std::size_t q = 0; q < tuple_.size(); ++q) {
      if (gone_[q].empty()) continue;
      double others = 1;
      for (std::size_t p = 0; p < tuple_.size(); ++p) {
        if (p != q) others *= share_[p];
      }
      const Hierarchy& h = *goal_.attributes[q].hierarchy;
      const Codes& finer = finer_[q].of[tuple_[q]];
      const std::size_t level = levels_[q] - 1;
      for (std::size_t n = 0; n < finer.size(); ++n) {
        if (its[q] > level) {
          gone_[q][n] += others;
        } else if (h.Generalize(earlier[q], its[q], level) == finer[n]) {
          gone_[q][n] += others *
                         static_cast<double>(h.leaves(its[q], earlier[q])) /
                         static_cast<double>(h.leaves(level, finer[n]));
        }
      }
    }
  }

  // Whether one finer label is left in some attribute.
  bool GivenAway() const {
    constexpr double kAll = 1 - 1e-9;  // what is rounded counts as ruled out
    for (std::size_t q = 0; q < tuple_.size(); ++q) {
      if (gone_[q].size() < 2) continue;
      const auto left = std::ranges::count_if(
          gone_[q], [](double gone) { return gone < kAll; });
      if (left <= 1) return true;
    }
    return false;
  }

 private:
  // The share of the values under this tuple's label that lie under another.
  double Share(std::size_t q, std::uint32_t code, std::size_t level) const {
    const Hierarchy* const h = goal_.attributes[q].hierarchy;
    if (h == nullptr) return code == tuple_[q] ? 1 : 0;
    if (level >= levels_[q]) {
      return h->Generalize(tuple_[q], levels_[q], level) == code ? 1 : 0;
    }
    if (h->Generalize(code, level, levels_[q]) != tuple_[q]) return 0;
    return static_cast<double>(h->leaves(level, code)) /
           static_cast<double>(h->leaves(levels_[q], tuple_[q]));
  }

  const Goal& goal_;
  const Levels& levels_;
  const std::vector<Finer>& finer_;
  const Codes& tuple_;
  std::vector<std::vector<double>> gone_;  // [attribute][finer label] share
  std::vector<double> share_;
};

std::vector<Finer> FinerLabels(const Goal& goal, const Levels& levels) {
  std::vector<Finer> finer;
  for (std::size_t q = 0; q < levels.size(); ++q) {
    finer.push_back(FinerLabels(goal.attributes[q].hierarchy, levels[q]));
  }
  return finer;
}

}  // namespace

void CountDowncoded(const Classes& own, const std::vector<bool>& kept,
                    const Goal& goal, const Levels& levels,
                    std::int64_t least_size, std::int64_t limit,
                    Minimality& told) {
  const std::vector<Finer> finer = FinerLabels(goal, levels);
  const bool free =
      NoneIsNeeded(own, kept, goal, levels, finer, least_size, limit);
  for (std::size_t i = 0; i < own.size(); ++i) {
    if (!kept[i]) continue;
    told.principals += own.principals(i);
    Codes tuple(levels.size());
    for (std::size_t q = 0; q < tuple.size(); ++q) tuple[q] = own.code(i, q);
    if (!free || Cells(goal, levels, finer, tuple).GivenAway()) {
      told.downcoded += own.principals(i);
    }
  }
}

void CountDowncoded(const Classes& classes, const Goal& goal,
                    const LocalRecoding& found, Minimality& told) {
  constexpr double kMostPairs = 3e7;
  const std::vector<Listed> rounds = ListedBy(classes, goal, found);
  double earlier = 0;
  double pairs = 0;
  for (const Listed& round : rounds) {
    pairs += earlier * static_cast<double>(round.tuples.size());
    earlier += static_cast<double>(round.tuples.size());
  }
  for (std::size_t r = 0; r < rounds.size(); ++r) {
    const Levels& levels = found.rounds[r].levels;
    const std::vector<Finer> finer = FinerLabels(goal, levels);
    for (std::size_t t = 0; t < rounds[r].tuples.size(); ++t) {
      told.principals += rounds[r].principals[t];
      Cells cells(goal, levels, finer, rounds[r].tuples[t]);
      bool given_away = r > 0 && pairs > kMostPairs;
      for (std::size_t e = 0; e < r && !given_away; ++e) {
        for (const Codes& tuple : rounds[e].tuples) {
          cells.RuleOut(tuple, found.rounds[e].levels);
        }
      }
      given_away = given_away || cells.GivenAway();
      if (given_away) told.downcoded += rounds[r].principals[t];
    }
  }
}

}  // namespace anon::internal
