// SPDX-License-Identifier: Apache-2.0
#include "anon/transform/load_hierarchy.h"

#include <doctest/doctest.h>

#include "support/support.h"

namespace anon {
namespace {

TEST_CASE("LoadHierarchy: reads a file without a header, level 0 first") {
  const test::TempDir dir;
  const auto path = test::Write(dir / "age.csv", "18;10s;*\n21;20s;*\n");
  const auto hierarchy = LoadHierarchy(path);
  REQUIRE(hierarchy.ok());
  CHECK((*hierarchy)->height() == 2);
  CHECK((*hierarchy)->domain_size() == 2);
  CHECK((*hierarchy)->Find("18"));
}

TEST_CASE("LoadHierarchy: the delimiter can be another") {
  const test::TempDir dir;
  const auto path = test::Write(dir / "age.csv", "18,10s\n21,20s\n");
  const auto hierarchy = LoadHierarchy(path, ',');
  REQUIRE(hierarchy.ok());
  CHECK((*hierarchy)->height() == 1);
}

TEST_CASE("LoadHierarchy: a missing file and a bad one keep their errors") {
  const test::TempDir dir;
  CHECK(absl::IsUnavailable(LoadHierarchy(dir / "none.csv").status()));
  const auto path = test::Write(dir / "twice.csv", "18;10s\n18;20s\n");
  const absl::Status twice = LoadHierarchy(path).status();
  CHECK(absl::IsDataLoss(twice));
  CHECK(Message(twice).find("line 2, column 1") != std::string_view::npos);
}

}  // namespace
}  // namespace anon
