// SPDX-License-Identifier: Apache-2.0
#include "residue/decision.h"

#include <cmath>

#include "base/log_factorial.h"

namespace anon::internal {
namespace {

constexpr double kChance = 1e-4;
constexpr std::int64_t kFewestOfColumn = 20;

}  // namespace

bool BeyondChance(std::int64_t passing, std::int64_t look_alikes,
                  std::int64_t one_in) {
  const auto n = static_cast<double>(look_alikes);
  const double p = 1.0 / static_cast<double>(one_in);
  if (static_cast<double>(passing) <= n * p) return false;
  // P(X >= passing), from its first term downwards: each is smaller than the
  // one before, by a factor that falls.
  auto h = static_cast<double>(passing);
  double term =
      std::exp(LogFactorial(n) - LogFactorial(h) - LogFactorial(n - h) +
               h * std::log(p) + (n - h) * std::log1p(-p));
  double tail = 0;
  for (; h <= n && term > kChance * 1e-9; ++h) {
    tail += term;
    if (tail >= kChance) return false;
    term *= (n - h) / (h + 1) * p / (1 - p);
  }
  return tail < kChance;
}

void Decide(std::int64_t sampled, std::int64_t sampled_passing,
            ResidueFinding& finding) {
  const ResidueRule& rule = ResidueRules()[finding.rule];
  finding.stops = true;
  if (finding.certain > 0) {
    finding.basis = ResidueBasis::kCertainCell;
    return;
  }
  if (rule.one_in > 0 && sampled_passing > 0) {
    if (sampled_passing == sampled) {
      finding.basis = ResidueBasis::kAllPass;
      return;
    }
    if (BeyondChance(sampled_passing, sampled, rule.one_in)) {
      finding.basis = ResidueBasis::kBeyondChance;
      return;
    }
  }
  if (rule.one_in == 0 && sampled_passing >= kFewestOfColumn &&
      finding.hits * 20 >= finding.cells * 19) {
    finding.basis = ResidueBasis::kWholeColumn;
    return;
  }
  finding.stops = false;
  finding.basis = ResidueBasis::kChance;
}

}  // namespace anon::internal
