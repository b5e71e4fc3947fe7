// SPDX-License-Identifier: Apache-2.0
//
// How much must this table be generalized? Finds the levels of least loss that
// satisfy two privacy models, with five lines of one subscriber counting once
// at every level. Nothing is written.
//
//   07_find_levels DATA_DIRECTORY      (examples/data)
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "anon/anon.h"

namespace fs = std::filesystem;

struct Quasi {
  std::string attribute;
  std::string file;  // of its hierarchy
};
const std::vector<Quasi> kQuasi = {
    {"birth_date", "hierarchy_birth_date.csv"},
    {"sex", "hierarchy_sex.csv"},
    {"municipality_code", "hierarchy_municipality.csv"}};

absl::Status Find(const fs::path& data) {
  const auto table = anon::CsvSource::Open(data / "subscribers.csv");
  if (!table.ok()) return table.status();
  anon::Goal goal;
  goal.models = {anon::KAnonymity(5), anon::DistinctLDiversity("plan", 2)};
  goal.suppression_limit = *anon::Ratio::Parse("5%");
  anon::ClassColumns columns;
  columns.sensitive_attributes = {"plan"};
  columns.principal = "subscriber_id";
  std::vector<std::shared_ptr<const anon::Hierarchy>> hierarchies;
  for (const Quasi& quasi : kQuasi) {
    auto hierarchy = anon::LoadHierarchy(data / quasi.file);
    if (!hierarchy.ok()) return hierarchy.status();
    hierarchies.push_back(*std::move(hierarchy));
    // Counted at level 0; the search goes up from there.
    auto counted =
        anon::Generalization::Create(quasi.attribute, hierarchies.back(), 0);
    if (!counted.ok()) return counted.status();
    columns.quasi_identifiers.push_back(*std::move(counted));
    goal.attributes.push_back({.hierarchy = hierarchies.back().get()});
  }
  anon::OsRandom random;
  auto coder = anon::RowCoder::Create(std::move(columns), **table, random);
  if (!coder.ok()) return coder.status();
  const auto classes =
      anon::CountClasses(**table, *coder, {.keep_membership = true});
  if (!classes.ok()) return classes.status();

  const auto found = anon::Solve(*classes, goal);
  if (!found.ok()) return found.status();
  if (!found->satisfied) {  // a No is a value, with its reason
    std::cout << "no: " << found->reason << '\n';
    return absl::OkStatus();
  }
  for (std::size_t q = 0; q < kQuasi.size(); ++q) {
    std::cout << kQuasi[q].attribute << ' ' << found->best.levels[q] << ", ";
  }
  std::cout << "loss " << found->best.cost << ", "
            << (found->optimal ? "proven least" : "the best so far") << "; "
            << found->best.suppressed << " of " << classes->total_principals()
            << " subscribers lose a line\n";
  return absl::OkStatus();
}

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const absl::Status status = Find(argv[1]);
  if (status.ok()) return 0;
  std::cerr << status << '\n';
  return 3;
}
