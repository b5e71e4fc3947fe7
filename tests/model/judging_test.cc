// SPDX-License-Identifier: Apache-2.0
//
// Verdicts, for which most classes are only glanced at, against asking every
// class.
#include <doctest/doctest.h>

#include <algorithm>

#include "anon/model/alpha_k_anonymity.h"
#include "anon/model/beta_likeness.h"
#include "anon/model/bound_model.h"
#include "anon/model/delta_disclosure.h"
#include "anon/model/distinct_l_diversity.h"
#include "anon/model/entropy_l_diversity.h"
#include "anon/model/k_anonymity.h"
#include "anon/model/recursive_cl_diversity.h"
#include "anon/model/reidentification_risk.h"
#include "anon/model/t_closeness_equal.h"
#include "anon/model/t_closeness_ordered.h"
#include "model/model_support.h"

namespace anon {
namespace {

using Outcome = BoundModel::Outcome;

// Thresholds of small numbers, so that figures often are equal to them.
PrivacyModels RandomModels(test::SeededRandom& random) {
  const auto number = [&random](std::uint64_t from, std::uint64_t below) {
    return static_cast<std::int64_t>(from + random.Below(below - from));
  };
  const auto share = [&number] {
    const std::int64_t denominator = number(2, 13);
    return test::R(number(1, static_cast<std::uint64_t>(denominator)),
                   denominator);
  };
  const auto ratio = [&number] { return test::R(number(1, 13), number(1, 5)); };
  return {KAnonymity(number(2, 30)),
          HighestReidentificationRisk(share()),
          AlphaKAnonymity("s", share(), number(2, 30)),
          DistinctLDiversity("s", number(2, 15)),
          EntropyLDiversity("s", number(2, 15)),
          RecursiveClDiversity("s", ratio(), number(2, 8)),
          TClosenessEqual("s", share()),
          TClosenessOrdered("s", share()),
          BasicBetaLikeness("s", ratio()),
          EnhancedBetaLikeness("s", ratio()),
          DeltaDisclosure("s", ratio()),
          DeltaDisclosurePresent("s", ratio())};
}

// Most classes are small, or like one of a few others: figures meet.
std::vector<std::vector<int>> ManyClasses(test::SeededRandom& random) {
  const std::size_t values = 1 + random.Below(random.Below(9) == 0 ? 80 : 15);
  const bool large = random.Below(8) == 0;
  const std::uint64_t most = large ? 3000 : random.Below(2) == 0 ? 3 : 50;
  const std::uint64_t absent = random.Below(3);
  std::vector<std::vector<int>> counts(1 + random.Below(large ? 80 : 400));
  for (std::size_t q = 0; q < counts.size(); ++q) {
    if (q > 0 && random.Below(3) == 0) {
      counts[q] = counts[random.Below(q)];
      continue;
    }
    for (std::size_t s = 0; s < values; ++s) {
      const bool none = random.Below(4) < absent;
      counts[q].push_back(none ? 0 : static_cast<int>(random.Below(most)));
    }
    ++counts[q][random.Below(values)];
  }
  return counts;
}

void CheckAgainstAll(const BoundModel& model, const Verdict& verdict,
                     const Classes& classes,
                     const std::vector<bool>& standing) {
  const auto worse = [](const Outcome& a, const Outcome& b) {
    return a.holds != b.holds ? b.holds : a.exposure > b.exposure;
  };
  std::optional<Outcome> worst;
  std::vector<std::pair<double, std::size_t>> failing;
  std::int64_t records = 0;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    if (!standing[i]) continue;
    const Outcome outcome = model.At(i);
    if (!worst || worse(outcome, *worst)) worst = outcome;
    if (outcome.holds) continue;
    failing.emplace_back(-outcome.exposure, i);
    records += classes.records(i);
  }
  std::ranges::sort(failing);
  CHECK(verdict.satisfied == failing.empty());
  CHECK(verdict.failing_classes == std::ssize(failing));
  CHECK(verdict.failing_records == records);
  failing.resize(std::min<std::size_t>(failing.size(), 10));
  std::vector<std::size_t> indices;
  for (const auto& [exposure, i] : failing) indices.push_back(i);
  CHECK(verdict.worst == indices);
  if (!worst) {
    CHECK(verdict.achieved == "none");
  } else if (verdict.model == "alpha_k_anonymity") {
    double share = 0;
    for (std::size_t i = 0; i < classes.size(); ++i) {
      if (standing[i]) share = std::max(share, model.Figure(i));
    }
    CHECK(verdict.achieved_value == share);
  } else {
    CHECK(verdict.achieved_value == worst->figure);
  }
}

TEST_CASE("Judging: a glance at most classes leads to the same verdict") {
  test::SeededRandom random(14);
  for (int round = 0; round < 200; ++round) {
    CAPTURE(round);
    const Classes classes = test::FromCounts(ManyClasses(random));
    std::vector<bool> standing(classes.size(), true);
    ModelContext context = test::Known();
    if (random.Below(3) == 0) {
      for (std::size_t i = 0; i < standing.size(); ++i) {
        standing[i] = random.Below(3) != 0;
      }
      context.standing = &standing;
    }
    std::vector<std::unique_ptr<const BoundModel>> bound;
    for (const auto& model : RandomModels(random)) {
      auto on = model->On(classes, context);
      REQUIRE(on.ok());
      bound.push_back(*std::move(on));
    }
    const auto verdicts = BoundModel::JudgeAll(bound);
    REQUIRE(verdicts.size() == bound.size());
    for (std::size_t m = 0; m < bound.size(); ++m) {
      CAPTURE(verdicts[m].model);
      CAPTURE(verdicts[m].asked);
      CheckAgainstAll(*bound[m], verdicts[m], classes, standing);
      CHECK(bound[m]->Judge().worst == verdicts[m].worst);
    }
  }
  CHECK(BoundModel::JudgeAll({}).empty());
}

TEST_CASE("Judging: more people than doubles can tell apart") {
  test::SeededRandom random(54);
  int judged = 0;
  for (int round = 0; round < 50; ++round) {
    CAPTURE(round);
    std::vector<std::uint32_t> q;
    std::vector<std::uint32_t> s;
    std::vector<std::int64_t> frequencies;
    for (std::uint32_t i = 0; i < 150; ++i) {
      for (std::uint32_t value = 0; value < 1 + random.Below(3); ++value) {
        const bool many = random.Below(2) == 0;
        q.push_back(i);
        s.push_back(value);
        frequencies.push_back((many ? std::int64_t{1} << 54 : 0) + 1 +
                              static_cast<std::int64_t>(random.Below(4)));
      }
    }
    ClassCounter counter(
        {.quasi_identifiers = {"q"}, .sensitive_attributes = {"s"}});
    CodedRows rows{.quasi_identifiers = {q},
                   .sensitive_attributes = {s},
                   .principals = {},
                   .rows = q.size()};
    rows.frequencies = frequencies;
    REQUIRE(counter.Add(rows).ok());
    const Classes classes = std::move(counter).Finish();
    auto models = RandomModels(random);
    models.push_back(RecursiveClDiversity(
        "s", test::R((std::int64_t{1} << 52) + round, 1), 2));
    for (const auto& model : models) {
      const auto bound = model->On(classes, test::Known());
      if (!bound.ok()) continue;  // not of more than 2^46 people
      ++judged;
      const Verdict verdict = (*bound)->Judge();
      CAPTURE(verdict.model);
      CAPTURE(verdict.asked);
      CheckAgainstAll(**bound, verdict, classes,
                      std::vector<bool>(classes.size(), true));
    }
  }
  CHECK(judged > 200);
}

}  // namespace
}  // namespace anon
