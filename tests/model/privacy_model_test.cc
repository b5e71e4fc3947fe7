// SPDX-License-Identifier: Apache-2.0
#include "anon/model/privacy_model.h"

#include <doctest/doctest.h>

#include "anon/model/k_anonymity.h"
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

}  // namespace
}  // namespace anon
