// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string>

#include "anon/base/files.h"
#include "anon/io/csv.h"
#include "anon/policy/apply.h"
#include "base/status_macros.h"
#include "cli/commands.h"
#include "cli/today.h"
#include "transform/spooled_source.h"

namespace anon::cli {
namespace {

struct Arguments {
  std::string solution;
  std::string data = "-";
  std::string policy;  // empty: the one that the solution names
  bool check = false;
};

// Gates and rules read twice; a pipe can be read once.
bool CanBeReadAgain(const std::string& data) {
  std::error_code unknown;
  return data != "-" && std::filesystem::is_regular_file(data, unknown);
}

absl::StatusOr<ApplyReport> ApplyFile(const Arguments& arguments,
                                      std::vector<ModelSpec>& models) {
  ANON_ASSIGN_OR_RETURN(const std::string text, ReadFile(arguments.solution));
  ANON_ASSIGN_OR_RETURN(SavedSolution solution,
                        SavedSolution::Parse(text, arguments.solution));
  ANON_ASSIGN_OR_RETURN(
      const Policy policy,
      LoadPolicy(arguments.policy.empty() ? solution.policy_file()
                                          : arguments.policy));
  models = policy.model_specs;
  ApplyOptions options;
  options.created = Today();
  options.check = arguments.check;
  std::error_code none;
  options.temporary_directory = std::filesystem::temp_directory_path(none);
  ANON_ASSIGN_OR_RETURN(
      const auto source,
      CsvSource::Open(arguments.data, {.delimiter = policy.delimiter,
                                       .encoding = policy.encoding,
                                       .null_text = policy.null_text,
                                       .digest = false}));
  std::vector<std::string> columns = source->attributes();
  for (const GridColumn& grid : policy.derived) columns.push_back(grid.name);
  for (const std::string& name : columns) {
    if (std::ranges::find(policy.columns, name, &ColumnPolicy::name) ==
        policy.columns.end()) {
      return InputErrorAt({.file = source->name(), .line = 1},
                          "a column that the policy does not name");
    }
  }
  ANON_ASSIGN_OR_RETURN(const auto sink,
                        CsvSink::Create("-", AppliedColumns(policy, columns)));
  if (CanBeReadAgain(arguments.data)) {
    return Apply(policy, solution, *source, *sink, options);
  }
  OsRandom random;
  ANON_ASSIGN_OR_RETURN(const auto spooled,
                        internal::SpooledSource::Create(
                            *source, options.temporary_directory, random));
  return Apply(policy, solution, *spooled, *sink, options);
}

int ApplyCommand(const Arguments& arguments) {
  std::vector<ModelSpec> models;
  const auto report = ApplyFile(arguments, models);
  if (!report.ok()) return Fail(report.status());
  fmt::print(stderr,
             "anon: {} of {} records written; {} suppressed, {} with unknown "
             "values\n",
             report->records_out, report->records_in, report->suppressed,
             report->unknown);
  for (const GateTally& gate : report->gates) {
    fmt::print(stderr, "anon: {} held back {} records\n", gate.gate,
               gate.records);
  }
  if (report->aggregation) {
    fmt::print(stderr, "anon: {} records aggregated to {}, one per principal\n",
               report->aggregation->records_in,
               report->aggregation->records_out);
  }
  if (report->records_out == 0) {
    fmt::print(
        stderr, "anon: nothing was written{}\n",
        arguments.check ? ", so there is nothing that models hold for" : "");
    return report->satisfied ? kOk : kPolicyNotMet;
  }
  for (const Verdict& verdict : report->verdicts) {
    fmt::print(stderr, "anon: {}{}: asked {}, achieved {}: {}\n", verdict.model,
               verdict.attribute.empty()
                   ? ""
                   : fmt::format(" ({})", verdict.attribute),
               verdict.asked, verdict.achieved,
               verdict.satisfied ? "satisfied" : "not met");
  }
  return report->satisfied ? kOk : kPolicyNotMet;
}

}  // namespace

void AddApply(CLI::App& app, int& exit_code) {
  CLI::App* const apply = app.add_subcommand(
      "apply",
      "Transform records by a saved solution, to stdout; seals nothing");
  auto arguments = std::make_shared<Arguments>();
  apply->add_option("solution", arguments->solution, "solution.json of a run")
      ->required();
  apply->add_option("data", arguments->data,
                    "CSV file with the columns of the source; stdin if absent");
  apply->add_option("--policy", arguments->policy,
                    "The policy of the solution, if it lies elsewhere now");
  apply->add_flag("--check", arguments->check,
                  "Judge the models on what was written; exit 1 if one fails");
  apply->callback(
      [arguments, &exit_code] { exit_code = ApplyCommand(*arguments); });
}

}  // namespace anon::cli
