// SPDX-License-Identifier: Apache-2.0
//
// Entropy l-diversity. A class of N people of whom f(v) have the value v has
// the entropy H = -sum f/N ln(f/N); asked is H >= ln l. The figure exp(H) is
// the number of equally frequent values with the same entropy.
//
// Example: {3, 3} has exactly 2 and passes l = 2; {8, 1, 1} has 1.89 although
// it shows three values.
//
// Exactness: H >= ln l if and only if
//   sum f ln f - N ln N + N ln a - N ln b <= 0  with l = a/b,
// a sum of logarithms of whole numbers, whose sign model/log_sum.h decides. A
// float alone refuses {3, 3} or passes what fails, by one unit in the last
// place.
//
// Cost: one logarithm per value of a class. Source: Machanavajjhala et al.,
// l-Diversity: privacy beyond k-anonymity (2007), definition 4.1 (Ohrn and
// Ohno-Machado 1999). Tested in tests/model/entropy_l_diversity_test.cc.
#include "anon/model/entropy_l_diversity.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string>
#include <vector>

#include "base/status_macros.h"
#include "model/class_block.h"
#include "model/exact.h"
#include "model/log_sum.h"
#include "model/sensitive_values.h"

namespace anon {
namespace {

using internal::LogTerm;

class Bound final : public BoundModel {
 public:
  Bound(const Classes& classes, std::size_t sensitive, const Ratio& l)
      : BoundModel(classes), sensitive_(sensitive), l_(l) {}

  Outcome At(std::size_t i) const override {
    return Measure(classes().histogram(i, sensitive_));
  }
  std::optional<Outcome> Of(const ClassFigures& figures) const override {
    return Measure(figures.histograms[sensitive_]);
  }
  // Entropy is concave: parts that hold have ln l or more, the others 0.
  std::int64_t LeastFailing(const ClassFigures& figures,
                            const Outcome& outcome) const override {
    return internal::LeastPeople(
        static_cast<double>(figures.principals) *
        (1 - std::log(outcome.figure) / std::log(l_.ToDouble())));
  }

 private:
  Outcome Measure(std::span<const ValueCount> histogram) const {
    std::int64_t total = 0;
    double sum = 0;  // of f ln f
    for (const ValueCount& value : histogram) {
      sum += TimesLog(value.principals);
      total += value.principals;
    }
    if (total == 0) return {.holds = true, .figure = 1, .exposure = -1};
    // Errors are those of log_sum.cc, over the people: for a million values
    // below 2^-32 (ln people + ln l + 1).
    const double people = static_cast<double>(total);
    const double log_people = std::log(people);
    const double entropy = log_people - sum / people;
    const double figure = Figure(histogram, entropy);
    const double error = 0x1p-30 * (log_people + log_l_ + 1);
    const bool clear =
        histogram.size() <= 1'000'000 && std::abs(entropy - log_l_) > error;
    if (clear) return {entropy > log_l_, figure, -figure};
    // Rounding must not put the figure on the other side of what was asked.
    const bool holds = Holds(histogram, total);
    const double l = l_.ToDouble();
    const double shown =
        holds ? std::max(figure, l) : std::min(figure, std::nextafter(l, 0.0));
    return {holds, shown, -shown};
  }

  // How much less the entropy is than ln m + 1, with m values in the table.
  std::optional<double> Glance(internal::ClassBlocks& blocks,
                               std::span<double> glances) const override {
    const internal::ClassBlock* block = blocks.Of(sensitive_);
    if (block == nullptr || block->largest_total > internal::kEveryWhole) {
      return std::nullopt;
    }
    internal::ClassRow sum{};
    for (const internal::ClassRow& people : block->people) {
      for (std::size_t c = 0; c < internal::kBlock; ++c) {
        sum[c] += TimesLog(static_cast<std::int64_t>(people[c]));
      }
    }
    const double most = std::log(static_cast<double>(block->people.size())) + 1;
    for (std::size_t c = 0; c < internal::kBlock; ++c) {
      const double total = block->total[c];
      const double all = TimesLog(static_cast<std::int64_t>(total));
      glances[c] = most - (all - sum[c]) / total;
    }
    return most - log_l_;
  }

  // exp(H), which is the number of values where all are equally frequent.
  static double Figure(std::span<const ValueCount> histogram, double entropy) {
    const auto as_first = [&histogram](const ValueCount& value) {
      return value.principals == histogram.front().principals;
    };
    return std::ranges::all_of(histogram, as_first)
               ? static_cast<double>(histogram.size())
               : std::exp(entropy);
  }

  // f ln f, from a table where f is small.
  static double TimesLog(std::int64_t f) {
    static const auto kTable = [] {
      std::array<double, 1024> table{};
      for (std::size_t n = 1; n < table.size(); ++n) {
        const double x = static_cast<double>(n);
        table[n] = x * std::log(x);
      }
      return table;
    }();
    const auto n = static_cast<std::size_t>(f);
    if (n < kTable.size()) return kTable[n];
    const double x = static_cast<double>(f);
    return x * std::log(x);
  }

  // Exactly.
  bool Holds(std::span<const ValueCount> histogram, std::int64_t total) const {
    std::vector<LogTerm> terms;
    for (const ValueCount& value : histogram) {
      terms.push_back({value.principals, value.principals});
    }
    terms.push_back({-total, total});
    terms.push_back({total, l_.numerator()});
    terms.push_back({-total, l_.denominator()});
    return internal::SignOfLogSum(terms) <= 0;
  }

  std::string Text(const Outcome& outcome) const override {
    return internal::FigureText(outcome.figure, l_, internal::Side::kAtLeast,
                                outcome.holds);
  }

  const std::size_t sensitive_;
  const Ratio l_;
  const double log_l_ = std::log(l_.ToDouble());
};

class EntropyLDiversityModel final : public PrivacyModel {
 public:
  EntropyLDiversityModel(std::string_view attribute, const Ratio& l)
      : attribute_(attribute), l_(l) {}

  std::string_view name() const override { return "entropy_l_diversity"; }
  std::string_view attribute() const override { return attribute_; }
  std::string asked() const override { return internal::ThresholdText(l_); }

 private:
  absl::StatusOr<std::unique_ptr<BoundModel>> Bind(
      const Classes& classes, const ModelContext&) const override {
    ANON_ASSIGN_OR_RETURN(const std::size_t sensitive,
                          internal::GuardedBy(*this, classes));
    if (l_.numerator() <= l_.denominator()) {
      return PolicyError(
          "entropy_l_diversity needs an l above 1: with less it says nothing");
    }
    return std::make_unique<Bound>(classes, sensitive, l_);
  }

  const std::string attribute_;
  const Ratio l_;
};

}  // namespace

std::shared_ptr<const PrivacyModel> EntropyLDiversity(
    std::string_view attribute, const Ratio& l) {
  return std::make_shared<EntropyLDiversityModel>(attribute, l);
}

std::shared_ptr<const PrivacyModel> EntropyLDiversity(
    std::string_view attribute, std::int64_t l) {
  // A denominator of 1 fails for one number only, which is refused as 0 is.
  return EntropyLDiversity(attribute, Ratio::Create(l, 1).value_or(Ratio()));
}

}  // namespace anon
