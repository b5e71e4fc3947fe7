// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "data/coded_table.h"
#include "support/golden.h"

namespace anon {
namespace {

using test::CodedTable;

// A table with everything an image can hold.
CodedTable EveryKind() {
  CodedTable table;
  table.rows = 6;
  table.quasi = {{3, 3, 3, 300, 300, 70'000}, {1, 1, 1, 0, 0, 2}};
  table.sensitive = {{5, 5, 9, 5, 9, 9}, {0, 1, 0, 0, 0, 500}};
  table.principals = {{1, 1}, {1, 1}, {2, 2}, {1, 1}, {3, 3}, {4, 4}};
  table.groups = {{1, 1}, {1, 1}, {1, 1}, {1, 1}, {2, 2}, {2, 2}};
  return table;
}

CodedTable Weighted() {
  CodedTable table;
  table.rows = 3;
  table.quasi = {{0, 1, 1}};
  table.sensitive = {{2, 2, 3}};
  table.frequencies = {1, 5'000'000'000, 2};
  table.weights = {kWeightUnit, 3 * kWeightUnit / 2, 0};
  return table;
}

Classes CountAll(const CodedTable& table) {
  return test::CountTable(table, test::OptionsFor(table), 1000);
}

TEST_CASE("Class image: version 1 never changes") {
  test::CheckGolden("data/classes_v1_principals.image",
                    CountAll(EveryKind()).SaveImage());
  test::CheckGolden("data/classes_v1_weights.image",
                    CountAll(Weighted()).SaveImage());
}

TEST_CASE("Class image: what is loaded is what was saved") {
  test::SeededRandom random(41);
  for (int trial = 0; trial < 40; ++trial) {
    const bool principals = random.Below(2) == 0;
    const CodedTable table = test::RandomCodedTable(
        random, {.rows = random.Below(300),
                 .quasi = trial % 8 == 7 ? 90 : random.Below(4),
                 .sensitive = random.Below(3),
                 .codes = trial % 2 == 0 ? 5U : 100'000U,
                 .principals = principals,
                 .groups = random.Below(2) == 0,
                 .weights = !principals && random.Below(2) == 0});
    const Classes classes = CountAll(table);
    const std::string image = classes.SaveImage();
    const auto loaded = Classes::LoadImage(image);
    REQUIRE(loaded.ok());
    CHECK(loaded->SaveImage() == image);
    CHECK(test::Differences(*loaded, test::CountSlowly(table)) == 0);
    CHECK(loaded->total_principals() == classes.total_principals());
    CHECK(loaded->one_row_per_principal() == classes.one_row_per_principal());
  }
}

TEST_CASE("Class image: no damage goes unnoticed that changes its meaning") {
  for (const CodedTable& table : {EveryKind(), Weighted()}) {
    const std::string image = CountAll(table).SaveImage();
    for (std::size_t size = 0; size < image.size(); ++size) {
      REQUIRE_FALSE(Classes::LoadImage(image.substr(0, size)).ok());
    }
    REQUIRE_FALSE(Classes::LoadImage(image + '\0').ok());
    for (std::size_t at = 0; at < image.size(); ++at) {
      for (int bit = 0; bit < 8; ++bit) {
        std::string damaged = image;
        damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
        const auto loaded = Classes::LoadImage(damaged);
        // Some damage makes another image that is whole in itself.
        if (loaded.ok()) REQUIRE(loaded->SaveImage() == damaged);
      }
    }
  }
}

TEST_CASE("Class image: another version says so") {
  std::string image = CountAll(Weighted()).SaveImage();
  image[8] = 2;
  const auto loaded = Classes::LoadImage(image);
  REQUIRE_FALSE(loaded.ok());
  CHECK(Message(loaded.status()).find("version 2") != std::string_view::npos);
}

TEST_CASE("Class image: names are UTF-8, and each is there once") {
  const auto load = [](std::string_view first, std::string_view second) {
    ClassCounterOptions options;
    options.quasi_identifiers = {std::string(first), std::string(second)};
    return Classes::LoadImage(ClassCounter(options).Finish().SaveImage()).ok();
  };
  CHECK(load("年齢", "sex"));
  CHECK_FALSE(load("age", "age"));
  CHECK_FALSE(load("\xC2", "sex"));
}

}  // namespace
}  // namespace anon
