// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <string>

#include "anon/assess/check.h"
#include "anon/io/csv.h"
#include "base/status_macros.h"
#include "cli/check_options.h"
#include "cli/check_report.h"
#include "cli/commands.h"

namespace anon::cli {
namespace {

struct Answer {
  bool satisfied = false;
  std::string text;
};

absl::StatusOr<Answer> AskTable(const CheckOptions& options) {
  ANON_ASSIGN_OR_RETURN(const CsvOptions csv, options.csv.Parse());
  ANON_ASSIGN_OR_RETURN(CheckRequest request, ToCheckRequest(options));
  ANON_ASSIGN_OR_RETURN(const auto table, CsvSource::Open(options.file, csv));
  std::unique_ptr<CsvSource> population;
  if (!options.population.empty()) {
    ANON_ASSIGN_OR_RETURN(const CsvOptions how, ToPopulationOptions(options));
    ANON_ASSIGN_OR_RETURN(population, CsvSource::Open(options.population, how));
    request.population = population.get();
  }
  OsRandom random;
  ANON_ASSIGN_OR_RETURN(const CheckReport report,
                        Check(*table, request, random));
  return Answer{.satisfied = report.satisfied,
                .text = options.format == "json"
                            ? CheckJson(report, request, options.show_values)
                            : CheckText(report, request, options.show_values)};
}

int CheckCommand(const CheckOptions& options) {
  const auto answer = AskTable(options);
  if (!answer.ok()) return Fail(answer.status());
  fmt::print("{}", answer->text);
  return answer->satisfied ? kOk : kPolicyNotMet;
}

}  // namespace

void AddCheck(CLI::App& app, int& exit_code) {
  CLI::App* const check = app.add_subcommand(
      "check", "Say which privacy models a table satisfies as it is");
  auto options = std::make_shared<CheckOptions>();
  DeclareCheckOptions(*check, *options);
  check->callback(
      [options, &exit_code] { exit_code = CheckCommand(*options); });
}

}  // namespace anon::cli
