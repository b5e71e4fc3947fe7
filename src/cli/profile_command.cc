// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <string>

#include "anon/base/random.h"
#include "anon/io/csv.h"
#include "anon/profile/profile.h"
#include "anon/profile/starter_policy.h"
#include "cli/commands.h"
#include "cli/csv_options.h"

namespace anon::cli {
namespace {

struct ProfileArguments {
  std::string file;
  CsvArguments csv;
  std::string format = "text";
  std::string policy;
  ProfileOptions options;
};

absl::Status Write(RecordSource& table, const TableProfile& profile,
                   const ProfileArguments& a, const CsvOptions& csv,
                   RandomSource& random) {
  const auto written =
      WriteStarterPolicy(table, profile,
                         {.policy = a.policy,
                          .source = a.file,
                          .delimiter = csv.delimiter,
                          .encoding = std::string(ToString(csv.encoding)),
                          .null_text = csv.null_text},
                         random);
  if (!written.ok()) return written.status();
  // To stderr: what is asked for on stdout is the profile.
  fmt::print(stderr,
             "{}: written, with {} hierarchies beside it; at its levels at "
             "most {} of {} principals lose a record\n",
             written->policy.string(), written->hierarchies.size(),
             written->principals_affected, profile.principals);
  return absl::OkStatus();
}

int ProfileCommand(const ProfileArguments& a) {
  const auto csv = a.csv.Parse();
  if (!csv.ok()) return Fail(csv.status());
  auto table = CsvSource::Open(a.file, *csv);
  if (!table.ok()) return Fail(table.status());
  OsRandom random;
  const auto profile = ProfileTable(**table, a.options, random);
  if (!profile.ok()) return Fail(profile.status());
  if (!a.policy.empty()) {
    const absl::Status status = Write(**table, *profile, a, *csv, random);
    if (!status.ok()) return Fail(status);
  }
  fmt::print(
      "{}", a.format == "json" ? ProfileJson(*profile) : ProfileText(*profile));
  return kOk;
}

}  // namespace

void AddProfile(CLI::App& app, int& exit_code) {
  CLI::App* const profile = app.add_subcommand(
      "profile",
      "Say what is in a table, and propose what to do with each column");
  auto a = std::make_shared<ProfileArguments>();
  profile->add_option("file", a->file, "CSV file with a header")->required();
  AddCsvOptions(*profile, a->csv);
  profile->add_option("--principal", a->options.principal,
                      "Column that says whose row it is (default: found by "
                      "its name, or every row is a principal)");
  profile->add_flag("--show-values", a->options.show_values,
                    "Show extremes and examples of rare values");
  profile->add_option("--write-policy", a->policy,
                      "Write a starter policy that runs, and its hierarchies");
  profile->add_option("--format", a->format, "What to print on stdout")
      ->check(CLI::IsMember({"text", "json"}));
  profile->callback([a, &exit_code] { exit_code = ProfileCommand(*a); });
}

}  // namespace anon::cli
