// SPDX-License-Identifier: Apache-2.0
//
// Recursive (c,l)-diversity. Order the counts of a class: r1 >= r2 >= ... >=
// rm. Asked is r1 < c (rl + ... + rm), strictly: even after l-2 other values
// are ruled out, the most frequent one is not too sure.
//
// Example: {5, 3, 1, 1} with l = 3 has the figure 5/2: it is (c,3)-diverse for
// every c above 2.5, and not for 2.5 itself. A class with fewer than l values
// has an infinite figure and holds for no c.
//
// Cost: one pass over the counts of a class. Exact: whole numbers of 128 bits
// and more. Source: Machanavajjhala et al., l-Diversity: privacy beyond
// k-anonymity (2007), definition 4.3. Tested in
// tests/model/recursive_cl_diversity_test.cc.
#include "anon/model/recursive_cl_diversity.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "base/status_macros.h"
#include "model/class_block.h"
#include "model/exact.h"
#include "model/sensitive_values.h"

namespace anon {
namespace {

class Bound final : public BoundModel {
 public:
  Bound(const Classes& classes, std::size_t sensitive, const Ratio& c,
        std::int64_t l)
      : BoundModel(classes), sensitive_(sensitive), c_(c), l_(l) {}

  Outcome At(std::size_t i) const override {
    return Measure(classes().histogram(i, sensitive_));
  }
  std::optional<Outcome> Of(const ClassFigures& figures) const override {
    return Measure(figures.histograms[sensitive_]);
  }
  // r1 - c (rl + ... + rm) of a class is at most the sum over its parts. It is
  // negative for those that hold, and at most the size of the others.
  std::int64_t LeastFailing(const ClassFigures& figures,
                            const Outcome& /*outcome*/) const override {
    std::int64_t most = 0;
    std::int64_t tail = 0;
    std::vector<std::int64_t> counts;
    for (const ValueCount& value : figures.histograms[sensitive_]) {
      counts.push_back(value.principals);
    }
    std::ranges::sort(counts, std::greater<>());
    for (std::size_t v = 0; v < counts.size(); ++v) {
      most = std::max(most, counts[v]);
      if (static_cast<std::int64_t>(v) + 1 >= l_) tail += counts[v];
    }
    return internal::LeastPeople(static_cast<double>(most) -
                                 c_.ToDouble() * static_cast<double>(tail));
  }

 private:
  Outcome Measure(std::span<const ValueCount> histogram) const {
    if (histogram.size() < static_cast<std::size_t>(l_)) {
      constexpr double kInfinite = std::numeric_limits<double>::infinity();
      return {.holds = false, .figure = kInfinite, .exposure = kInfinite};
    }
    std::int64_t most = 0;
    std::int64_t tail = 0;
    for (const ValueCount& value : histogram) {
      most = std::max(most, value.principals);
      tail += value.principals;
    }
    tail -= l_ == 2 ? most : Head(histogram);
    const double figure = static_cast<double>(most) / static_cast<double>(tail);
    return {internal::Compare(figure, limit_, most, tail, c_) < 0, figure,
            figure};
  }

  std::optional<double> Glance(internal::ClassBlocks& blocks,
                               std::span<double> glances) const override {
    constexpr std::int64_t kMostL = 5;
    const internal::ClassBlock* block =
        l_ > kMostL ? nullptr : blocks.Of(sensitive_);
    // Differences of larger sums would be far off.
    if (block == nullptr || block->largest_total > internal::kEveryWhole) {
      return std::nullopt;
    }
    internal::ClassRow tail = block->total;
    if (l_ == 2) {
      for (std::size_t c = 0; c < internal::kBlock; ++c) {
        tail[c] -= block->most[c];
      }
    } else {
      for (const internal::ClassRow& largest : Largest(*block)) {
        for (std::size_t c = 0; c < internal::kBlock; ++c) {
          tail[c] -= largest[c];
        }
      }
    }
    for (std::size_t c = 0; c < internal::kBlock; ++c) {
      glances[c] = block->most[c] / tail[c];
    }
    return limit_;
  }

  // The l - 1 largest counts of each class.
  std::vector<internal::ClassRow> Largest(
      const internal::ClassBlock& block) const {
    std::vector<internal::ClassRow> largest(static_cast<std::size_t>(l_) - 1);
    for (internal::ClassRow people : block.people) {
      for (internal::ClassRow& place : largest) {
        for (std::size_t c = 0; c < internal::kBlock; ++c) {
          const double less = std::min(place[c], people[c]);
          place[c] = std::max(place[c], people[c]);
          people[c] = less;
        }
      }
    }
    return largest;
  }

  // The sum of the l - 1 largest counts.
  std::int64_t Head(std::span<const ValueCount> histogram) const {
    static thread_local std::vector<std::int64_t> counts;
    counts.clear();
    for (const ValueCount& value : histogram) {
      counts.push_back(value.principals);
    }
    const auto end = counts.begin() + static_cast<std::ptrdiff_t>(l_) - 1;
    std::ranges::nth_element(counts, end, std::greater<>());
    return std::accumulate(counts.begin(), end, std::int64_t{0});
  }

  std::string Text(const Outcome& outcome) const override {
    return internal::FigureText(outcome.figure, c_, internal::Side::kBelow,
                                outcome.holds);
  }

  const std::size_t sensitive_;
  const Ratio c_;
  const double limit_ = c_.ToDouble();
  const std::int64_t l_;
};

class RecursiveClDiversityModel final : public PrivacyModel {
 public:
  RecursiveClDiversityModel(std::string_view attribute, const Ratio& c,
                            std::int64_t l)
      : attribute_(attribute), c_(c), l_(l) {}

  std::string_view name() const override { return "recursive_cl_diversity"; }
  std::string_view attribute() const override { return attribute_; }
  std::string asked() const override {
    return fmt::format("c={}, l={}", internal::ThresholdText(c_), l_);
  }

 private:
  absl::StatusOr<std::unique_ptr<BoundModel>> Bind(
      const Classes& classes, const ModelContext&) const override {
    ANON_ASSIGN_OR_RETURN(const std::size_t sensitive,
                          internal::GuardedBy(*this, classes));
    if (l_ < 2 || c_.numerator() <= 0) {
      return PolicyError(
          "recursive_cl_diversity needs a c above 0 and an l of 2 or more");
    }
    return std::make_unique<Bound>(classes, sensitive, c_, l_);
  }

  const std::string attribute_;
  const Ratio c_;
  const std::int64_t l_;
};

}  // namespace

std::shared_ptr<const PrivacyModel> RecursiveClDiversity(
    std::string_view attribute, const Ratio& c, std::int64_t l) {
  return std::make_shared<RecursiveClDiversityModel>(attribute, c, l);
}

}  // namespace anon
