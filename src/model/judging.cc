// SPDX-License-Identifier: Apache-2.0
//
// A verdict needs the outcome of the worst class, of the ten worst that fail,
// and how many fail. Exact outcomes cost divisions and logarithms, so models
// first look at a block of classes at a time, roughly (BoundModel::Glance), and
// At() is asked of a class only where that leaves open on which side of the
// threshold it is, or whether it is one of the worst. After the first blocks
// these are few. The verdict is the same as that of asking every class:
// tests/model/judging_test.cc.
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "anon/model/bound_model.h"
#include "model/class_block.h"

namespace anon {
namespace {

using internal::ClassBlocks;
using internal::kBlock;

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

// What is less than this is clearly less than `glance`: by more than both may
// be wrong. Not a number of one that is not.
double ClearlyBelow(double glance) {
  return std::isinf(glance) ? glance : glance - 0x1p-30 * std::abs(glance);
}

// Whether a class cannot be worse than one before it. Glances are infinite only
// where exposures are, which are then equal.
bool NotWorse(double glance, double before) {
  return glance < ClearlyBelow(before) ||
         (glance == before && std::isinf(before));
}

// Keeps the worst classes in order, without a list of all that fail: a table
// may have millions of them.
class WorstClasses {
 public:
  void Add(double exposure, std::size_t i, double glance) {
    const Entry entry{-exposure, i, glance};
    if (entries_.size() == kMost) {
      if (!IsBefore(entry, entries_.back())) return;
      entries_.pop_back();
    }
    entries_.insert(std::ranges::upper_bound(entries_, entry, IsBefore), entry);
  }
  // Whether a further class with this glance would not be kept.
  bool Excludes(double glance) const {
    return entries_.size() == kMost && NotWorse(glance, entries_.back().glance);
  }

  std::vector<std::size_t> Indices() const {
    std::vector<std::size_t> indices;
    for (const Entry& entry : entries_) indices.push_back(entry.index);
    return indices;
  }

 private:
  static constexpr std::size_t kMost = 10;
  struct Entry {
    double negative_exposure;
    std::size_t index;
    double glance;
  };
  static bool IsBefore(const Entry& a, const Entry& b) {
    return std::pair(a.negative_exposure, a.index) <
           std::pair(b.negative_exposure, b.index);
  }
  std::vector<Entry> entries_;
};

// Whether `a` is worse. A failing class is worse than one that holds even where
// rounding makes their figures equal.
bool Worse(const BoundModel::Outcome& a, const BoundModel::Outcome& b) {
  if (a.holds != b.holds) return b.holds;
  return a.exposure > b.exposure;
}

}  // namespace

// A verdict in the making: blocks are added in order.
class BoundModel::Judging {
 public:
  explicit Judging(const BoundModel& model) : model_(model) {
    verdict_.model = model.name_;
    verdict_.attribute = model.attribute_;
    verdict_.asked = model.asked_;
    verdict_.achieved = "none";
  }

  void Add(ClassBlocks& blocks) {
    const std::size_t n = blocks.end() - blocks.begin();
    std::array<double, kBlock> glances;
    const auto limit = model_.Glance(blocks, glances);
    if (!limit) {
      for (std::size_t i = blocks.begin(); i < blocks.end(); ++i) {
        if (model_.stands(i)) Ask(i, kUnknown);
      }
      return;
    }
    // Most blocks have nothing to look at: no branch for each class.
    const double quiet =
        std::min(ClearlyBelow(worst_glance_), ClearlyBelow(*limit));
    std::uint64_t loud = 0;
    for (std::size_t c = 0; c < kBlock; ++c) {
      loud |= std::uint64_t{!(glances[c] < quiet)} << c;
    }
    if (n < kBlock) loud &= (std::uint64_t{1} << n) - 1;
    for (; loud != 0; loud &= loud - 1) {
      const auto c = static_cast<std::size_t>(std::countr_zero(loud));
      const std::size_t i = blocks.begin() + c;
      if (!model_.stands(i)) continue;
      if (*limit < ClearlyBelow(glances[c]) &&
          NotWorse(glances[c], worst_glance_) &&
          failing_.Excludes(glances[c])) {
        CountFailing(i);
      } else {
        Ask(i, glances[c]);
      }
    }
  }

  Verdict Finish() && {
    if (any_) {
      verdict_.achieved = model_.Text(worst_);
      verdict_.achieved_value = worst_.figure;
    }
    verdict_.satisfied = verdict_.failing_classes == 0;
    verdict_.worst = failing_.Indices();
    model_.Amend(worst_, verdict_);
    return std::move(verdict_);
  }

 private:
  void Ask(std::size_t i, double glance) {
    const Outcome outcome = model_.At(i);
    if (!any_ || Worse(outcome, worst_)) {
      worst_ = outcome;
      worst_glance_ = glance;
    }
    any_ = true;
    if (outcome.holds) return;
    CountFailing(i);
    failing_.Add(outcome.exposure, i, glance);
  }

  void CountFailing(std::size_t i) {
    ++verdict_.failing_classes;
    verdict_.failing_records += model_.classes_.records(i);
  }

  const BoundModel& model_;
  Verdict verdict_;
  WorstClasses failing_;
  Outcome worst_;
  double worst_glance_ = kUnknown;
  bool any_ = false;
};

Verdict BoundModel::Judge() const {
  Judging judging(*this);
  for (ClassBlocks blocks(classes_); blocks.Next();) judging.Add(blocks);
  return std::move(judging).Finish();
}

std::vector<Verdict> BoundModel::JudgeAll(
    std::span<const std::unique_ptr<const BoundModel>> models) {
  if (models.empty()) return {};
  std::vector<Judging> judgings;
  for (const auto& model : models) judgings.emplace_back(*model);
  // A block stays in the caches until every model has seen it.
  for (ClassBlocks blocks(models[0]->classes_); blocks.Next();) {
    for (Judging& judging : judgings) judging.Add(blocks);
  }
  std::vector<Verdict> verdicts;
  for (Judging& judging : judgings) {
    verdicts.push_back(std::move(judging).Finish());
  }
  return verdicts;
}

}  // namespace anon
