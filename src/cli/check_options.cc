// SPDX-License-Identifier: Apache-2.0
#include "cli/check_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "anon/transform/load_hierarchy.h"
#include "base/status_macros.h"
#include "cli/check_thresholds.h"

namespace anon::cli {
namespace {

absl::Status LoadHierarchies(const CheckOptions& options,
                             CheckRequest& request) {
  ANON_ASSIGN_OR_RETURN(
      const char delimiter,
      OneCharacter("--hierarchy-delimiter", options.hierarchy_delimiter));
  for (const std::string& text : options.hierarchies) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) {
      return PolicyError("--hierarchy takes ATTRIBUTE=FILE");
    }
    const std::string name = text.substr(0, equals);
    if (std::ranges::find(request.sensitive_attributes, name) ==
        request.sensitive_attributes.end()) {
      return PolicyError(fmt::format(
          "--hierarchy is of a sensitive attribute: name '{}' in --sensitive",
          name));
    }
    ANON_ASSIGN_OR_RETURN(request.hierarchies[name],
                          LoadHierarchy(text.substr(equals + 1), delimiter));
  }
  return absl::OkStatus();
}

absl::Status AskSets(const CheckOptions& options, CheckRequest& request) {
  const auto km = options.thresholds.find("--km");
  const bool asked = km != options.thresholds.end();
  if (options.set_valued.empty()) {
    return asked ? PolicyError("--km needs --set-valued") : absl::OkStatus();
  }
  SetValuedColumn set{.attribute = options.set_valued,
                      .separator = options.item_separator};
  if (asked) {
    const auto values = SplitText(km->second, ',');
    const auto read = [](const std::string& text, auto& number) {
      const char* const end = text.data() + text.size();
      const auto [stop, error] = std::from_chars(text.data(), end, number);
      return error == std::errc() && stop == end;
    };
    if (values.size() != 2 || !read(values[0], set.k) ||
        !read(values[1], set.m) || set.k < 2 || set.m < 1) {
      return PolicyError(
          "--km takes K,M: whole numbers, such as 5,2, of at least 2 and 1");
    }
  }
  request.sets.push_back(std::move(set));
  return absl::OkStatus();
}

absl::Status SetAggregation(const CheckOptions& options,
                            CheckRequest& request) {
  const auto rules = AllAggregationRules();
  for (const std::string& text : options.aggregation) {
    const std::size_t equals = text.rfind('=');
    const auto rule = std::ranges::find(
        rules, equals == std::string::npos ? "" : text.substr(equals + 1),
        [](AggregationRule each) { return ToString(each); });
    if (rule == rules.end()) {
      return PolicyError(
          "--aggregate takes COLUMN=RULE: first, last, least, greatest, sum or "
          "same");
    }
    request.aggregation.push_back({text.substr(0, equals), *rule});
  }
  return absl::OkStatus();
}

absl::Status SetMissing(const CheckOptions& options, CheckRequest& request) {
  request.missing = options.missing == "wildcard" ? MissingValues::kWildcard
                    : options.missing == "refuse" ? MissingValues::kRefuse
                                                  : MissingValues::kOwnCategory;
  if (options.wildcard_weight.empty()) return absl::OkStatus();
  const auto weight = Ratio::Parse(options.wildcard_weight);
  if (!weight.ok() || weight->numerator() > weight->denominator()) {
    return PolicyError("--wildcard-weight takes a number from 0 to 1");
  }
  if (request.missing != MissingValues::kWildcard) {
    return PolicyError("--wildcard-weight needs --missing wildcard");
  }
  request.wildcard_weight = *weight;
  return absl::OkStatus();
}

void DeclareColumns(CLI::App& check, CheckOptions& o) {
  check.add_option("--qi", o.quasi_identifiers, "Quasi-identifiers")
      ->delimiter(',')
      ->required();
  check
      .add_option("--sensitive", o.sensitive,
                  "Sensitive attributes; each is guarded alone")
      ->delimiter(',');
  check.add_flag("--jointly", o.jointly,
                 "Also guard each sensitive attribute against whoever knows "
                 "the others");
  check
      .add_option("--combined", o.combined,
                  "Sensitive attributes guarded as one: A+B")
      ->delimiter(',');
  check.add_option("--principal", o.principal,
                   "Column that says whose row it is (default: every row is "
                   "a principal)");
  check
      .add_option(
          "--aggregate", o.aggregation,
          "COLUMN=RULE: makes one record of each principal first; first, "
          "last, least, greatest, sum or same")
      ->delimiter(',');
  check.add_option("--group", o.group,
                   "Column that says of which household or contract it is");
  check.add_option("--frequency", o.frequency,
                   "Column that says for how many records a row stands");
  check.add_option("--weight", o.weight,
                   "Column of sampling weights; estimates the population");
  check
      .add_option("--missing", o.missing,
                  "What a missing value is: own category (default), wildcard "
                  "or refuse")
      ->check(CLI::IsMember({"own", "wildcard", "refuse"}));
  check.add_option("--wildcard-weight", o.wildcard_weight,
                   "Share of other incomplete records that match (default 1)");
  check.add_option("--set-valued", o.set_valued,
                   "Column of sets, for k^m-anonymity");
  check.add_option("--item-separator", o.item_separator,
                   "Between the items of a set (default |)");
}

void DeclareFiles(CLI::App& check, CheckOptions& o) {
  check.add_option("file", o.file, "CSV file with a header")->required();
  AddCsvOptions(check, o.csv);
  check.add_option("--hierarchy", o.hierarchies,
                   "ATTRIBUTE=FILE: hierarchy of a sensitive attribute");
  check.add_option("--hierarchy-delimiter", o.hierarchy_delimiter,
                   "Field delimiter of hierarchies (default ;)");
  check.add_option("--population", o.population,
                   "CSV file of the population, one record a person");
  check.add_option("--population-delimiter", o.population_delimiter,
                   "Its field delimiter (default: that of the table)");
}

}  // namespace

void DeclareCheckOptions(CLI::App& check, CheckOptions& o) {
  DeclareFiles(check, o);
  DeclareColumns(check, o);
  DeclareThresholds(check, o);
  check
      .add_option("--class-budget", o.class_budget,
                  "Most equivalence classes to hold in memory")
      ->check(CLI::PositiveNumber);
  check
      .add_option("--worst", o.worst,
                  "Name the N worst classes of each model that fails, or "
                  "the N smallest if no threshold is given")
      ->check(CLI::Range(0, 10));
  check.add_flag("--show-values", o.show_values,
                 "Show the values of the worst classes");
  check.add_option("--format", o.format, "What to print on stdout")
      ->check(CLI::IsMember({"text", "json"}));
}

absl::StatusOr<CheckRequest> ToCheckRequest(const CheckOptions& options) {
  CheckRequest request;
  request.quasi_identifiers = options.quasi_identifiers;
  request.sensitive_attributes = options.sensitive;
  for (const std::string& combined : options.combined) {
    request.combined_attributes.push_back(SplitText(combined, '+'));
  }
  request.jointly = options.jointly;
  request.principal = options.principal;
  request.group = options.group;
  request.frequency = options.frequency;
  request.weight = options.weight;
  request.worst = options.worst;
  request.class_budget = options.class_budget;
  ANON_RETURN_IF_ERROR(SetAggregation(options, request));
  ANON_RETURN_IF_ERROR(SetMissing(options, request));
  ANON_RETURN_IF_ERROR(LoadHierarchies(options, request));
  ANON_RETURN_IF_ERROR(AskThresholds(options, request));
  ANON_RETURN_IF_ERROR(AskSets(options, request));
  return request;
}

absl::StatusOr<CsvOptions> ToPopulationOptions(const CheckOptions& options) {
  ANON_ASSIGN_OR_RETURN(CsvOptions csv, options.csv.Parse());
  if (options.population_delimiter.empty()) return csv;
  ANON_ASSIGN_OR_RETURN(
      csv.delimiter,
      OneCharacter("--population-delimiter", options.population_delimiter));
  return csv;
}

}  // namespace anon::cli
