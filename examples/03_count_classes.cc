// SPDX-License-Identifier: Apache-2.0
//
// Would this table do? Counts its equivalence classes by subscriber, at levels
// that the program chooses, and asks two privacy models. Nothing is written.
//
//   03_count_classes DATA_DIRECTORY      (examples/data)
#include <filesystem>
#include <iostream>
#include <string>
#include <utility>

#include "anon/anon.h"

namespace fs = std::filesystem;

// The quasi-identifiers, and the level at which each is looked at.
absl::StatusOr<anon::ClassColumns> Columns(const fs::path& data) {
  struct Chosen {
    std::string attribute, file;
    std::int64_t level;
  };
  anon::ClassColumns columns;
  for (const Chosen& chosen :
       {Chosen{"birth_date", "hierarchy_birth_date.csv", 3},
        Chosen{"sex", "hierarchy_sex.csv", 0},
        Chosen{"municipality_code", "hierarchy_municipality.csv", 1}}) {
    auto hierarchy = anon::LoadHierarchy(data / chosen.file);
    if (!hierarchy.ok()) return hierarchy.status();
    auto quasi = anon::Generalization::Create(
        chosen.attribute, *std::move(hierarchy), chosen.level);
    if (!quasi.ok()) return quasi.status();
    columns.quasi_identifiers.push_back(*std::move(quasi));
  }
  columns.sensitive_attributes = {"plan"};
  // Whose row it is: five lines of one subscriber are one person, not five.
  columns.principal = "subscriber_id";
  return columns;
}

absl::Status Judge(const fs::path& data) {
  const auto table = anon::CsvSource::Open(data / "subscribers.csv");
  if (!table.ok()) return table.status();
  auto columns = Columns(data);
  if (!columns.ok()) return columns.status();
  anon::OsRandom random;
  auto coder = anon::RowCoder::Create(*std::move(columns), **table, random);
  if (!coder.ok()) return coder.status();
  // One pass; memory grows with classes, not with rows.
  const auto classes = anon::CountClasses(**table, *coder);
  if (!classes.ok()) return classes.status();

  std::cout << classes->size() << " classes of " << classes->total_principals()
            << " subscribers\n";
  for (const auto& model :
       {anon::KAnonymity(5), anon::DistinctLDiversity("plan", 2)}) {
    // A No is a value: it says how much fails, so that one can choose levels.
    const auto verdict = model->Judge(*classes);
    if (!verdict.ok()) return verdict.status();
    std::cout << verdict->model << ' ' << verdict->asked << ": "
              << (verdict->satisfied ? "yes" : "no") << ", the worst class has "
              << verdict->achieved << ", " << verdict->failing_classes
              << " classes fail\n";
  }
  return absl::OkStatus();
}

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const absl::Status status = Judge(argv[1]);
  if (status.ok()) return 0;
  std::cerr << status << '\n';
  return 3;
}
