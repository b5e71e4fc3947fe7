// SPDX-License-Identifier: Apache-2.0
//
// The options of `anon check`, and the question they put.
#ifndef ANON_SRC_CLI_CHECK_OPTIONS_H_
#define ANON_SRC_CLI_CHECK_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "anon/assess/check.h"
#include "anon/base/status.h"
#include "anon/io/csv.h"
#include "cli/csv_options.h"

namespace anon::cli {

// As they stand on the command line. Empty: not given.
struct CheckOptions {
  std::string file;
  CsvArguments csv;
  std::vector<std::string> quasi_identifiers, sensitive, combined;
  bool jointly = false;
  std::string principal, group, frequency, weight;
  std::vector<std::string> aggregation;
  std::string missing = "own", wildcard_weight;
  std::vector<std::string> hierarchies;
  std::string hierarchy_delimiter = ";";
  std::string population, population_delimiter;
  std::string set_valued, item_separator = "|";

  std::map<std::string, std::string> thresholds;  // by option, as written
  std::string order = "number";

  std::int64_t class_budget = CheckRequest().class_budget;
  std::size_t worst = 0;
  bool show_values = false;
  std::string format = "text";
};

// Declares them on `check`; `options` must live as long as it.
void DeclareCheckOptions(CLI::App& check, CheckOptions& options);

// What is asked, apart from the population. Reads hierarchies.
absl::StatusOr<CheckRequest> ToCheckRequest(const CheckOptions& options);

// How to read the table of the population.
absl::StatusOr<CsvOptions> ToPopulationOptions(const CheckOptions& options);

}  // namespace anon::cli

#endif  // ANON_SRC_CLI_CHECK_OPTIONS_H_
