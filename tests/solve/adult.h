// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_TESTS_SOLVE_ADULT_H_
#define ANON_TESTS_SOLVE_ADULT_H_

#include <doctest/doctest.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "anon/io/csv.h"
#include "anon/solve/solve.h"
#include "anon/transform/load_hierarchy.h"
#include "anon/transform/row_coder.h"
#include "support/support.h"

namespace anon::test {

inline std::vector<std::string> Words(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

// The Adult table counted at the finest levels, and what models need to know.
struct Adult {
  std::vector<std::shared_ptr<const Hierarchy>> hierarchies;
  std::shared_ptr<const Hierarchy> occupations;
  std::unique_ptr<RowCoder> coder;
  std::optional<Classes> classes;
  Goal goal;  // attributes and context
};

// `quasi_identifiers` are names of columns; occupation is the sensitive
// attribute unless it is one of them.
inline Adult CountAdult(const std::filesystem::path& directory,
                        const std::string& quasi_identifiers) {
  Adult adult;
  OsRandom random;
  const auto load = [&](const std::string& name) {
    auto loaded =
        LoadHierarchy(directory / ("adult_hierarchy_" + name + ".csv"));
    REQUIRE(loaded.ok());
    return *loaded;
  };
  adult.occupations = load("occupation");
  ClassColumns columns;
  bool sensitive = true;
  for (const std::string& name : Words(quasi_identifiers)) {
    adult.hierarchies.push_back(load(name));
    columns.quasi_identifiers.push_back(
        *Generalization::Create(name, adult.hierarchies.back(), 0));
    adult.goal.attributes.push_back(
        {.hierarchy = adult.hierarchies.back().get()});
    sensitive = sensitive && name != "occupation";
  }
  if (sensitive) columns.sensitive_attributes = {"occupation"};
  const auto table =
      CsvSource::Open(directory / "adult.csv", {.delimiter = ';'});
  REQUIRE(table.ok());
  auto coder = RowCoder::Create(std::move(columns), **table, random);
  REQUIRE(coder.ok());
  adult.coder = std::make_unique<RowCoder>(*std::move(coder));
  auto classes = CountClasses(**table, *adult.coder);
  REQUIRE(classes.ok());
  adult.classes = *std::move(classes);
  adult.goal.against_release = false;
  if (sensitive) {
    SensitiveContext& known = adult.goal.context.sensitive["occupation"];
    known.label = [coder = adult.coder.get()](std::uint32_t code) {
      return coder->sensitive_value(0, code);
    };
    known.hierarchy = adult.occupations;
  }
  return adult;
}

}  // namespace anon::test

#endif  // ANON_TESTS_SOLVE_ADULT_H_
