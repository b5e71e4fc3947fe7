// SPDX-License-Identifier: Apache-2.0
//
// The optima that ARX 3.9.2 finds, and an enumeration of the whole lattice
// confirms, for 195 questions about the Adult table.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "anon/model/distinct_l_diversity.h"
#include "anon/model/entropy_l_diversity.h"
#include "anon/model/k_anonymity.h"
#include "anon/model/recursive_cl_diversity.h"
#include "anon/model/t_closeness_equal.h"
#include "anon/model/t_closeness_hierarchical.h"
#include "solve/adult.h"

namespace anon {
namespace {

using Row = std::map<std::string, std::string>;

std::vector<Row> ReadRows(const std::filesystem::path& file) {
  const auto source = CsvSource::Open(file);
  REQUIRE(source.ok());
  const std::vector<std::string> names = (*source)->attributes();
  std::vector<Row> rows;
  Batch batch;
  for (;;) {
    const auto more = (*source)->Next(batch);
    REQUIRE(more.ok());
    if (!*more) return rows;
    for (std::size_t r = 0; r < batch.rows(); ++r) {
      Row& row = rows.emplace_back();
      for (std::size_t c = 0; c < names.size(); ++c) {
        row[names[c]] = std::string(batch.columns[c][r]);
      }
    }
  }
}

PrivacyModels ModelsOf(const std::string& privacy) {
  PrivacyModels models;
  std::string rest = privacy;
  while (!rest.empty()) {
    const std::size_t plus = rest.find('+');
    const std::string one = rest.substr(0, plus);
    rest = plus == std::string::npos ? "" : rest.substr(plus + 1);
    if (one.starts_with("dl")) {
      models.push_back(
          DistinctLDiversity("occupation", std::stoi(one.substr(2))));
    } else if (one.starts_with("el")) {
      models.push_back(EntropyLDiversity(
          "occupation", std::int64_t{std::stoi(one.substr(2))}));
    } else if (one == "rcl3_2") {
      models.push_back(
          RecursiveClDiversity("occupation", *Ratio::Create(3, 1), 2));
    } else if (one.starts_with("te")) {
      models.push_back(
          TClosenessEqual("occupation", *Ratio::Parse(one.substr(2))));
    } else if (one.starts_with("th")) {
      models.push_back(
          TClosenessHierarchical("occupation", *Ratio::Parse(one.substr(2))));
    } else {
      REQUIRE(one.starts_with("k"));
      models.push_back(KAnonymity(std::stoi(one.substr(1))));
    }
  }
  return models;
}

const std::map<std::string, std::string> kObjectives = {
    {"loss_geomean", "loss"},
    {"loss_arithmean", "loss_arithmetic_mean"},
    {"precision_arithmean", "precision"},
    {"height_sum", "height"},
    {"aecs", "average_class_size"},
    {"discernability", "discernibility"},
    {"nu_entropy_sum", "non_uniform_entropy"}};

std::string Text(const std::vector<std::size_t>& levels) {
  std::string text;
  for (const std::size_t level : levels) {
    text += (text.empty() ? "" : " ") + std::to_string(level);
  }
  return text;
}

struct Expected {
  std::string levels;
  double cost = 0;
  std::int64_t suppressed = 0;
};

// ARX refuses some classes of just enough entropy by a rounding error; the file
// has the exact optimum beside its.
Expected ExpectedOf(const Row& row) {
  const std::string& exact = row.at("math_entropy_l_optimum");
  if (exact.empty()) {
    return {row.at("optimal_levels"), std::stod(row.at("information_loss")),
            std::stoll(row.at("suppressed_records"))};
  }
  const std::size_t first = exact.find(" | ");
  const std::size_t second = exact.find(" | suppressed ");
  return {exact.substr(0, first), std::stod(exact.substr(first + 3)),
          std::stoll(exact.substr(second + 14))};
}

TEST_CASE("Solve: finds the optimum of every golden row") {
  ANON_REQUIRE_TEST_DATA(golden, "golden/arx_adult.csv");
  ANON_REQUIRE_TEST_DATA(directory, "data/adult");
  std::map<std::string, test::Adult> tables;
  int rows = 0;
  for (const Row& row : ReadRows(golden)) {
    const std::string& attributes = row.at("qi_attributes");
    if (!tables.contains(attributes)) {
      tables.emplace(attributes, test::CountAdult(directory, attributes));
    }
    const test::Adult& adult = tables.at(attributes);
    Goal goal = adult.goal;
    goal.models = ModelsOf(row.at("privacy"));
    goal.suppression_limit = *Ratio::Parse(row.at("supp_limit"));
    goal.objective.name = kObjectives.at(row.at("metric"));
    const auto begin = std::clock();
    const auto result = Solve(*adult.classes, goal);
    REQUIRE(result.ok());
    if (std::getenv("ANON_GOLDEN_TIMES") != nullptr) {
      MESSAGE(row.at("id"), " ", row.at("qi_set"), " ", row.at("privacy"), " ",
              row.at("supp_limit"), " ", row.at("metric"), " evaluated ",
              result->nodes_evaluated, " ms ",
              static_cast<double>(std::clock() - begin) * 1e3 / CLOCKS_PER_SEC);
    }
    CAPTURE(row.at("id"));
    CHECK(result->optimal);
    CHECK(result->satisfied);
    CHECK(std::to_string(result->nodes) == row.at("lattice_nodes"));
    const Expected expected = ExpectedOf(row);
    CHECK(std::abs(result->best.cost - expected.cost) <=
          1e-9 * std::abs(expected.cost));
    if (row.at("tied_optima_bruteforce") == "1" ||
        Text(result->best.levels) == expected.levels) {
      CHECK(Text(result->best.levels) == expected.levels);
      CHECK(result->best.suppressed == expected.suppressed);
    }
    ++rows;
  }
  CHECK(rows == 195);
}

}  // namespace
}  // namespace anon
