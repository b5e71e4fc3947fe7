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
// Every region satisfies every model that is decided class by class, because it
// was judged when it was made: not only if the models are monotone. Monotone
// models are those where going on after a failed cut could not help. Nothing is
// suppressed, so what models compare with is the table, which is the release.
//
// Relaxed mode halves a line exactly: those who have the median value are
// ordered by their other ranks, and the first of them go left, so a cut goes
// through the records of one tuple at most. How many of those go where is a
// quota; they are alike, so it does not matter which. Regions of relaxed cuts
// may overlap and even be equal; the classes of the release are then unions.
//
// Cost: three passes over 16 bytes a class and level for up to 7 attributes of
// up to 65,536 values; about log2(people / k) levels. Ties: the earlier
// attribute; the cut above the median. Sources: LeFevre, DeWitt and
// Ramakrishnan, Mondrian Multidimensional K-Anonymity, ICDE 2006; NCP: Xu et
// al., KDD 2006. Compared with qiyuangong/Mondrian in
// tests/solve/mondrian_test.cc, where every region is counted anew.
#include "anon/solve/mondrian.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <numeric>

#include "base/status_macros.h"
#include "solve/mondrian_divide.h"

namespace anon {
namespace {

using internal::Division;
using internal::MondrianAxis;
using internal::MondrianNode;
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
  if (!classes.one_row_per_principal() || classes.has_groups()) {
    return PolicyError(
        "a division needs one record per principal and no groups: someone in "
        "two classes of one region would count twice; bring the table to one "
        "record per principal first");
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

// The axes of the space; fails on a code that has no place there.
absl::StatusOr<std::vector<MondrianAxis>> MakeAxes(const Classes& classes,
                                                   const MondrianGoal& goal) {
  std::vector<MondrianAxis> axes;
  for (std::size_t q = 0; q < goal.attributes.size(); ++q) {
    const MondrianAttribute& a = goal.attributes[q];
    std::vector<bool> used(a.tree != nullptr ? a.tree->size(a.counted_level)
                                             : a.positions.size());
    for (std::size_t i = 0; i < classes.size(); ++i) {
      const std::uint32_t code = classes.code(i, q);
      if (code >= used.size() ||
          (a.tree == nullptr && !std::isfinite(a.positions[code]))) {
        return InputError(fmt::format("column {}: a value without a place",
                                      classes.quasi_identifiers()[q]));
      }
      used[code] = true;
    }
    axes.emplace_back(a, used);
  }
  return axes;
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
    if (!model->class_by_class()) continue;
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

// Which regions the people of each class are in.
class Placement {
 public:
  Placement(const Classes& classes, const std::vector<MondrianAxis>& axes,
            const Division& division, Recoding& out)
      : classes_(classes), axes_(axes), division_(division), out_(out) {}

  void Run() {
    ranks_.resize(axes_.size());
    for (std::size_t i = 0; i < classes_.size(); ++i) {
      for (std::size_t q = 0; q < axes_.size(); ++q) {
        ranks_[q] = axes_[q].rank(classes_.code(i, q));
      }
      found_.clear();
      Descend(0, classes_.principals(i));
      if (found_.size() == 1) {
        out_.region_of.push_back(found_.begin()->first);
        continue;
      }
      out_.region_of.push_back(Recoding::kShared);
      for (const auto& [region, records] : found_) {
        out_.shares.push_back({i, region, records});
      }
    }
  }

 private:
  void Descend(std::uint32_t at, std::int64_t people) {
    for (;;) {
      const MondrianNode& node = division_.nodes[at];
      if (node.attribute == MondrianNode::kRegion) {
        found_[node.at] += people;
        return;
      }
      if (node.pivot != MondrianNode::kRegion) {
        const std::int64_t left = LeftOf(node, people);
        if (left > 0 && left < people) Descend(node.at, left);
        at = left == people ? node.at : node.at + 1;
        if (left != people) people -= left;
        continue;
      }
      at = node.at;
      while (ranks_[node.attribute] > division_.nodes[at].last) ++at;
    }
  }

  std::int64_t LeftOf(const MondrianNode& node, std::int64_t people) const {
    const std::uint32_t* const pivot =
        division_.pivots.data() + std::size_t{node.pivot} * axes_.size();
    const std::uint32_t mine = ranks_[node.attribute];
    if (mine != pivot[node.attribute]) {
      return mine < pivot[node.attribute] ? people : 0;
    }
    for (std::size_t q = 0; q < axes_.size(); ++q) {
      if (ranks_[q] != pivot[q]) return ranks_[q] < pivot[q] ? people : 0;
    }
    return node.quota;
  }

  const Classes& classes_;
  const std::vector<MondrianAxis>& axes_;
  const Division& division_;
  Recoding& out_;
  std::vector<std::uint32_t> ranks_;
  std::map<std::uint32_t, std::int64_t> found_;  // region: people
};

void NameRegions(const MondrianGoal& goal,
                 const std::vector<MondrianAxis>& axes,
                 const Division& division, Recoding& out) {
  const std::size_t width = axes.size();
  const std::size_t regions = division.people.size();
  out.principals = division.people;
  out.regions.resize(regions * width);
  for (std::size_t q = 0; q < width; ++q) {
    Recoding::Attribute& named = out.attributes.emplace_back();
    named.kind = goal.attributes[q].kind == Kind::kNumbers ? "numbers"
                 : goal.attributes[q].kind == Kind::kOrder ? "order"
                                                           : "tree";
    // Two ranges of a tree may have one label, and then cover the same.
    std::map<std::uint64_t, std::uint32_t> by_range;
    std::map<std::string, std::uint32_t, std::less<>> by_label;
    for (std::size_t r = 0; r < regions; ++r) {
      const std::uint32_t lo = division.low[r * width + q];
      const std::uint32_t hi = division.high[r * width + q];
      const auto [at, fresh] =
          by_range.emplace(std::uint64_t{lo} << 32 | hi, 0);
      if (fresh) {
        const auto [label, made] =
            by_label.emplace(axes[q].Label(lo, hi),
                             static_cast<std::uint32_t>(named.labels.size()));
        if (made) {
          named.labels.push_back(label->first);
          named.covers.push_back(axes[q].Covers(lo, hi));
        }
        at->second = label->second;
      }
      out.regions[r * width + q] = at->second;
    }
  }
}

void MeasureNcp(const std::vector<MondrianAxis>& axes, const Division& division,
                MondrianResult& result) {
  const std::size_t width = axes.size();
  std::int64_t people = 0;
  result.ncp_of.assign(width, 0);
  for (std::size_t r = 0; r < division.people.size(); ++r) {
    people += division.people[r];
    for (std::size_t q = 0; q < width; ++q) {
      result.ncp_of[q] += static_cast<double>(division.people[r]) *
                          axes[q].Width(division.low[r * width + q],
                                        division.high[r * width + q]);
    }
  }
  for (double& ncp : result.ncp_of) {
    ncp /= static_cast<double>(people);
    result.ncp += ncp / static_cast<double>(width);
  }
}

}  // namespace

absl::StatusOr<MondrianResult> SolveMondrian(const Classes& classes,
                                             const MondrianGoal& goal) {
  ANON_RETURN_IF_ERROR(CheckGoal(classes, goal));
  MondrianResult result;
  ANON_ASSIGN_OR_RETURN(PartJudge judge, PartJudge::Create(classes, goal));
  std::vector<std::uint32_t> all(classes.size());
  std::iota(all.begin(), all.end(), 0);
  result.satisfied = classes.total_principals() >= judge.least_people() &&
                     judge.Holds(classes.total_principals(), all);
  if (!result.satisfied) {
    ANON_ASSIGN_OR_RETURN(result.reason, WhyNot(classes, goal));
    return result;
  }
  ANON_ASSIGN_OR_RETURN(const std::vector<MondrianAxis> axes,
                        MakeAxes(classes, goal));
  ANON_ASSIGN_OR_RETURN(const Division division,
                        internal::Divide(classes, goal, axes, judge));
  NameRegions(goal, axes, division, result.recoding);
  MeasureNcp(axes, division, result);
  Placement(classes, axes, division, result.recoding).Run();
  return result;
}

}  // namespace anon
