// SPDX-License-Identifier: Apache-2.0
#include "anon/model/group_k_anonymity.h"

#include <doctest/doctest.h>

#include <vector>

#include "model/model_support.h"

namespace anon {
namespace {

// Class 0: five people of one household. Class 1: three of three, of whom one
// has two records.
Classes Households() {
  const std::vector<std::uint32_t> area = {0, 0, 0, 0, 0, 1, 1, 1, 1};
  std::vector<Fingerprint> people;
  std::vector<Fingerprint> homes;
  for (const std::uint64_t who : {1, 2, 3, 4, 5, 6, 7, 8, 8}) {
    people.push_back({who, 1});
    homes.push_back({who <= 5 ? 1 : who, 2});
  }
  ClassCounter counter(
      {.quasi_identifiers = {"area"}, .sensitive_attributes = {}});
  CodedRows rows;
  rows.quasi_identifiers.emplace_back(area);
  rows.principals = people;
  rows.groups = homes;
  rows.rows = area.size();
  REQUIRE(counter.Add(rows).ok());
  return std::move(counter).Finish();
}

TEST_CASE("GroupKAnonymity: five people of one household are one group") {
  const Classes classes = Households();
  const auto two = GroupKAnonymity(2)->Judge(classes);
  REQUIRE(two.ok());
  CHECK_FALSE(two->satisfied);
  CHECK(two->achieved == "1");
  CHECK(two->worst == std::vector<std::size_t>{0});
  CHECK(two->failing_records == 5);
  const auto four = GroupKAnonymity(4)->Judge(classes);
  REQUIRE(four.ok());
  CHECK(four->failing_classes == 2);  // records are not groups
}

TEST_CASE("GroupKAnonymity: without groups it judges nothing") {
  CHECK(Message(GroupKAnonymity(2)->Judge(test::FromCounts({{9}})).status()) ==
        "group_k_anonymity counts households or contracts: name the column "
        "that says which one a record is of");
  CHECK_FALSE(GroupKAnonymity(1)->Judge(Households()).ok());
}

}  // namespace
}  // namespace anon
