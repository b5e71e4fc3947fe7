// SPDX-License-Identifier: Apache-2.0
//
// Is this table 5-anonymous with two plans in every class? The question of
// `anon check`, in five lines of a program. Nothing is written.
//
//   06_check TABLE      (examples/data/subscribers.csv)
#include <iostream>

#include "anon/anon.h"

absl::StatusOr<anon::CheckReport> Ask(const char* file) {
  const auto table = anon::CsvSource::Open(file);
  if (!table.ok()) return table.status();
  anon::CheckRequest request{.quasi_identifiers = {"sex", "municipality_code"},
                             .sensitive_attributes = {"plan"},
                             .principal = "subscriber_id"};
  request.models = {{"k_anonymity", "", {{"k", "5"}}},
                    {"distinct_l_diversity", "plan", {{"l", "2"}}}};
  anon::OsRandom random;
  return anon::Check(**table, request, random);
}

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const auto report = Ask(argv[1]);
  if (!report.ok()) {
    std::cerr << report.status() << '\n';
    return 3;
  }
  std::cout << report->classes << " classes of " << report->principals
            << " subscribers in " << report->rows << " rows\n";
  for (const anon::CheckedModel& model : report->models) {
    std::cout << model.verdict.model << ": asked " << model.verdict.asked
              << ", achieved " << model.verdict.achieved << ", "
              << (model.verdict.satisfied ? "yes" : "no") << '\n';
  }
}
