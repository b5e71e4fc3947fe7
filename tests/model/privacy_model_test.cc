// SPDX-License-Identifier: Apache-2.0
#include "anon/model/privacy_model.h"

#include <doctest/doctest.h>

#include "anon/model/distinct_l_diversity.h"
#include "anon/model/k_anonymity.h"
#include "anon/model/t_closeness_equal.h"
#include "model/model_support.h"

namespace anon {
namespace {

using test::Count;
using test::Row;

TEST_CASE("Verdict: a table without classes satisfies, with no figure") {
  const auto verdict = KAnonymity(5)->Judge(Count({}));
  REQUIRE(verdict.ok());
  CHECK(verdict->satisfied);
  CHECK(verdict->achieved == "none");
  CHECK(verdict->failing_classes == 0);
}

TEST_CASE("Verdict: the ten worst classes, by figure and then by index") {
  // Class q holds sizes[q] people.
  const std::vector<std::uint64_t> sizes = {4, 1, 3, 1, 2, 9, 3, 2,
                                            1, 4, 4, 3, 2, 4, 1};
  std::vector<Row> rows;
  std::uint64_t principal = 0;
  for (std::uint32_t q = 0; q < sizes.size(); ++q) {
    for (std::uint64_t n = 0; n < sizes[q]; ++n) {
      rows.push_back({q, 0, principal++});
    }
  }
  const auto verdict = KAnonymity(5)->Judge(Count(rows));
  REQUIRE(verdict.ok());
  CHECK(verdict->failing_classes == 14);
  CHECK(verdict->worst ==
        std::vector<std::size_t>{1, 3, 8, 14, 4, 7, 12, 2, 6, 11});
}

TEST_CASE("Verdict: models judged together say what each says alone") {
  test::SeededRandom random(8);
  std::vector<std::vector<int>> counts(500);  // many blocks of classes
  for (auto& row : counts) {
    for (int s = 0; s < 5; ++s) {
      row.push_back(static_cast<int>(random.Below(4)));
    }
    ++row[0];
  }
  const Classes classes = test::FromCounts(counts);
  std::vector<bool> standing(counts.size(), true);
  for (std::size_t i = 0; i < standing.size(); i += 3) standing[i] = false;
  ModelContext context;
  for (const bool all : {true, false}) {
    if (!all) context.standing = &standing;
    const PrivacyModels models = {KAnonymity(5), DistinctLDiversity("s", 3),
                                  TClosenessEqual("s", test::R(1, 4))};
    std::vector<std::unique_ptr<const BoundModel>> bound;
    for (const auto& model : models) {
      bound.push_back(*model->On(classes, context));
    }
    const auto together = BoundModel::JudgeAll(bound);
    REQUIRE(together.size() == models.size());
    for (std::size_t m = 0; m < models.size(); ++m) {
      const auto alone = models[m]->Judge(classes, context);
      REQUIRE(alone.ok());
      CHECK(together[m].model == alone->model);
      CHECK(together[m].achieved == alone->achieved);
      CHECK(together[m].failing_classes == alone->failing_classes);
      CHECK(together[m].failing_records == alone->failing_records);
      CHECK(together[m].worst == alone->worst);
      CHECK_FALSE(alone->satisfied);
    }
  }
  CHECK(BoundModel::JudgeAll({}).empty());
}

}  // namespace
}  // namespace anon
