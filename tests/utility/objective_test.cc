// SPDX-License-Identifier: Apache-2.0
#include "anon/utility/objective.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "anon/transform/load_hierarchy.h"
#include "support/support.h"

namespace anon {
namespace {

// Eight people of the zip codes 10, 10, 11, 12, 20, 20, 21, 22.
struct Zips {
  Zips() {
    hierarchy = *LoadHierarchy(
        test::Write(directory / "zip.csv",
                    "10;1;*\n11;1;*\n12;1;*\n20;2;*\n21;2;*\n22;2;*\n"));
    const std::vector<std::uint32_t> codes = {0, 0, 1, 2, 3, 3, 4, 5};
    const std::vector<std::uint32_t> values = {0, 0, 0, 1, 1, 1, 1, 0};
    ClassCounter counter(
        {.quasi_identifiers = {"zip"}, .sensitive_attributes = {"s"}});
    REQUIRE(counter
                .Add({.quasi_identifiers = {codes},
                      .sensitive_attributes = {values},
                      .principals = {},
                      .rows = 8})
                .ok());
    classes = std::make_unique<Classes>(std::move(counter).Finish());
  }

  double Cost(const ObjectiveSpec& spec, std::size_t level,
              const std::vector<std::uint32_t>& people,
              const std::vector<std::uint8_t>& kept = {},
              std::int64_t suppressed = 0) const {
    const ObjectiveAttribute attributes[] = {{hierarchy.get(), 0, 1}};
    const auto objective = MakeObjective(spec, *classes, attributes);
    REQUIRE(objective.ok());
    const std::size_t levels[] = {level};
    const TupleField fields[] = {{0, 255}};
    std::vector<std::uint64_t> tuples;
    for (std::size_t i = 0; i < people.size(); ++i) tuples.push_back(i);
    const std::span<const std::uint64_t> words[] = {tuples};
    // Of the first digit: three zeros and a one, a zero and three ones.
    const std::vector<std::uint32_t> starts = {0, 2, 4};
    const std::vector<ValueCount> cells = {{0, 3}, {1, 1}, {0, 1}, {1, 3}};
    const HistogramView views[] = {{starts, cells}};
    return (*objective)
        ->Measure({.levels = levels,
                   .fields = fields,
                   .tuples = words,
                   .records = people,
                   .kept = kept,
                   .histograms = views,
                   .suppressed = suppressed});
  }

  test::TempDir directory;
  std::shared_ptr<const Hierarchy> hierarchy;
  std::unique_ptr<Classes> classes;
};

const std::vector<std::uint32_t> kRaw = {2, 1, 1, 2, 1, 1};
const std::vector<std::uint32_t> kDigit = {4, 4};

TEST_CASE("Objective: the worked example of eight zip codes") {
  const Zips zips;
  const auto digit = [&](std::string name, std::string attribute = "") {
    return zips.Cost({.name = std::move(name), .attribute = attribute}, 1,
                     kDigit);
  };
  CHECK(digit("discernibility") == 32);
  CHECK(digit("average_class_size") == 4);
  CHECK(digit("non_uniform_entropy") == doctest::Approx(12));
  CHECK(digit("kl_divergence") == doctest::Approx(0.0849625007211562));
  CHECK(digit("classification", "s") == 0.25);
  CHECK(digit("height") == 1);
  CHECK(digit("precision") == 0.5);
  CHECK(digit("ambiguity") == 3);
  CHECK(digit("loss_arithmetic_mean") == doctest::Approx(0.4));
  CHECK(digit("loss") == doctest::Approx(0.4));
}

TEST_CASE("Objective: nothing generalized costs nothing that can be avoided") {
  const Zips zips;
  for (const char* const name :
       {"loss", "loss_arithmetic_mean", "precision", "height",
        "non_uniform_entropy", "kl_divergence"}) {
    CHECK(zips.Cost({.name = name}, 0, kRaw) == 0);
  }
  CHECK(zips.Cost({.name = "ambiguity"}, 0, kRaw) == 1);
}

TEST_CASE("Objective: a suppressed person costs as much as the whole domain") {
  const Zips zips;
  const auto half = [&](std::string name) {
    return zips.Cost({.name = std::move(name)}, 1, kDigit, {1, 0}, 4);
  };
  CHECK(half("discernibility") == 16 + 8 * 4);
  CHECK(half("average_class_size") == 4);
  CHECK(half("precision") == 0.75);
  CHECK(half("ambiguity") == 4.5);
  CHECK(half("loss") ==
        doctest::Approx((4 * 0.5 + 4 - 8 / 6.0) / (8 - 8 / 6.0)));
}

TEST_CASE("Objective: the suppression factor shifts the weight") {
  const Zips zips;
  const auto at = [&](std::int64_t quarters) {
    return zips.Cost({.name = "precision",
                      .suppression_factor = *Ratio::Create(quarters, 4)},
                     1, kDigit, {1, 0}, 4);
  };
  CHECK(at(0) == 0.25);
  CHECK(at(1) == 0.5);
  CHECK(at(2) == 0.75);
  CHECK(at(3) == 0.625);
  CHECK(at(4) == 0.5);
}

TEST_CASE("Objective: suppression never costs less than the label") {
  const Zips zips;
  const auto at = [&](const std::vector<std::uint32_t>& people,
                      std::size_t level, const std::vector<std::uint8_t>& kept,
                      std::int64_t tenths) {
    return zips.Cost(
        {.name = "loss", .suppression_factor = *Ratio::Create(tenths, 10)},
        level, people, kept, 4);
  };
  const auto halves = [&](std::int64_t tenths) {
    return at(kDigit, 1, {1, 0}, tenths);  // labels of half the domain
  };
  const auto scaled = [](double cost, double g = 1) {
    return doctest::Approx((cost - g * 8 / 6.0) / (8 - g * 8 / 6.0));
  };
  CHECK(halves(0) == scaled(4));
  CHECK(halves(1) == scaled(2 + 4 * (0.5 + 0.2 * 0.5)));
  CHECK(halves(4) == scaled(2 + 4 * (0.5 + 0.8 * 0.5)));
  CHECK(halves(5) == scaled(2 + 4));
  CHECK(halves(6) == scaled(0.8 * 2 + 4, 0.8));
  CHECK(halves(10) == 0.5);
  // Of labels that cover all, nothing: not even a rounding.
  for (std::int64_t tenths = 0; tenths <= 5; ++tenths) {
    const ObjectiveAttribute attributes[] = {{zips.hierarchy.get(), 0, 1}};
    const auto objective = MakeObjective(
        {.name = "loss", .suppression_factor = *Ratio::Create(tenths, 10)},
        *zips.classes, attributes);
    REQUIRE(objective.ok());
    const std::size_t top[] = {2};
    for (std::int64_t gone = 0; gone <= 8; ++gone) {
      CHECK((*objective)->LevelBound(top, gone) == 1);
    }
  }
  // Of values, it is 2f of the whole.
  CHECK(at(kRaw, 0, {1, 1, 0, 0, 1, 0}, 1) == doctest::Approx(0.1));
  CHECK(at(kRaw, 0, {1, 1, 0, 0, 1, 0}, 0) == 0);
}

TEST_CASE("Objective: what does not fit together is refused") {
  const Zips zips;
  const ObjectiveAttribute attributes[] = {{zips.hierarchy.get(), 0, 1}};
  const auto make = [&](const ObjectiveSpec& spec) {
    return MakeObjective(spec, *zips.classes, attributes).ok();
  };
  CHECK_FALSE(make({.name = "entropy"}));
  CHECK_FALSE(make({.name = "classification"}));
  CHECK_FALSE(make({.name = "loss", .attribute = "s"}));
  CHECK_FALSE(
      make({.name = "height", .suppression_factor = *Ratio::Create(1, 4)}));
  CHECK_FALSE(
      make({.name = "loss", .suppression_factor = *Ratio::Create(5, 4)}));
  for (const std::string& name : KnownObjectives()) {
    CHECK(
        make({.name = name, .attribute = name == "classification" ? "s" : ""}));
  }
}

}  // namespace
}  // namespace anon
