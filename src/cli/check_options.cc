// SPDX-License-Identifier: Apache-2.0
#include "cli/check_options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "anon/transform/load_hierarchy.h"
#include "base/status_macros.h"

namespace anon::cli {
namespace {

using Parameters = std::map<std::string, std::string>;

// What a threshold guards.
enum class Guards { kTable, kAttributes, kOrdered, kWithHierarchy };

// A threshold and the model it belongs to. Two parameters are written A,B.
struct ThresholdOption {
  const char* option;
  const char* model;
  std::vector<std::string> parameters;
  Guards guards;
  const char* help;
};

const std::vector<ThresholdOption>& ThresholdOptions() {
  static const auto& options = *new std::vector<ThresholdOption>{
      {"--k", "k_anonymity", {"k"}, Guards::kTable, "k-anonymity"},
      {"--distinct-l",
       "distinct_l_diversity",
       {"l"},
       Guards::kAttributes,
       "Distinct l-diversity"},
      {"--entropy-l",
       "entropy_l_diversity",
       {"l"},
       Guards::kAttributes,
       "Entropy l-diversity"},
      {"--recursive-cl",
       "recursive_cl_diversity",
       {"c", "l"},
       Guards::kAttributes,
       "Recursive (c,l)-diversity: C,L"},
      {"--alpha",
       "alpha_k_anonymity",
       {"alpha"},
       Guards::kAttributes,
       "(alpha,k)-anonymity, with --k"},
      {"--t",
       "t_closeness_equal",
       {"t"},
       Guards::kAttributes,
       "t-closeness, all values equally far"},
      {"--t-ordered",
       "t_closeness_ordered",
       {"t"},
       Guards::kOrdered,
       "t-closeness, values in order"},
      {"--t-hierarchical",
       "t_closeness_hierarchical",
       {"t"},
       Guards::kWithHierarchy,
       "t-closeness, distance in a hierarchy; with --hierarchy"},
      {"--basic-beta",
       "basic_beta_likeness",
       {"beta"},
       Guards::kAttributes,
       "Basic beta-likeness"},
      {"--enhanced-beta",
       "enhanced_beta_likeness",
       {"beta"},
       Guards::kAttributes,
       "Enhanced beta-likeness"},
      {"--delta",
       "delta_disclosure",
       {"delta"},
       Guards::kAttributes,
       "delta-disclosure"},
      {"--delta-present",
       "delta_disclosure_present",
       {"delta"},
       Guards::kAttributes,
       "delta-disclosure of the values that a class has"},
      {"--highest-risk",
       "highest_reidentification_risk",
       {"risk"},
       Guards::kTable,
       "Highest re-identification risk"},
      {"--average-risk",
       "average_reidentification_risk",
       {"risk"},
       Guards::kTable,
       "Average re-identification risk"},
      {"--k-map",
       "k_map",
       {"k"},
       Guards::kTable,
       "k-map, with --population or --weight"},
      {"--presence",
       "delta_presence",
       {"min", "max"},
       Guards::kTable,
       "delta-presence: MIN,MAX, with --population or --weight"},
  };
  return options;
}

std::vector<std::string> Split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(separator, at), text.size());
    parts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

absl::StatusOr<char> OneCharacter(const std::string& option,
                                  const std::string& text) {
  if (text == "\\t") return '\t';
  if (text.size() == 1) return text[0];
  return PolicyError(fmt::format("{} takes one ASCII character", option));
}

// The parameters of one threshold.
absl::StatusOr<Parameters> ParametersOf(const ThresholdOption& threshold,
                                        const std::string& written,
                                        const CheckOptions& options) {
  const auto values = Split(written, ',');
  if (values.size() != threshold.parameters.size()) {
    return PolicyError(
        threshold.parameters.size() == 1
            ? fmt::format("{} takes one number", threshold.option)
            : fmt::format("{} takes two numbers, such as 3,2",
                          threshold.option));
  }
  Parameters parameters;
  for (std::size_t p = 0; p < values.size(); ++p) {
    parameters[threshold.parameters[p]] = values[p];
  }
  if (threshold.model == std::string_view("alpha_k_anonymity")) {
    const auto k = options.thresholds.find("--k");
    parameters["k"] = k == options.thresholds.end() ? "2" : k->second;
  }
  if (threshold.guards == Guards::kOrdered && options.order == "text") {
    parameters["order"] = "text";
  }
  return parameters;
}

// The attributes that a threshold guards, as they are called.
absl::StatusOr<std::vector<std::string>> Guarded(
    const ThresholdOption& threshold, const CheckRequest& request) {
  std::vector<std::string> names;
  if (threshold.guards == Guards::kTable) return {{""}};
  for (const std::string& name : request.sensitive_attributes) {
    if (threshold.guards != Guards::kWithHierarchy ||
        request.hierarchies.contains(name)) {
      names.push_back(name);
    }
  }
  if (threshold.guards == Guards::kAttributes) {
    for (const auto& combined : request.combined_attributes) {
      names.push_back(fmt::format("{}", fmt::join(combined, "+")));
    }
  }
  if (!names.empty()) return names;
  return PolicyError(
      fmt::format("{} needs {}", threshold.option,
                  threshold.guards == Guards::kWithHierarchy
                      ? "--sensitive, and --hierarchy for one of its attributes"
                      : "--sensitive"));
}

absl::Status AskThresholds(const CheckOptions& options, CheckRequest& request) {
  for (const ThresholdOption& threshold : ThresholdOptions()) {
    const auto written = options.thresholds.find(threshold.option);
    if (written == options.thresholds.end()) continue;
    ANON_ASSIGN_OR_RETURN(const Parameters parameters,
                          ParametersOf(threshold, written->second, options));
    ANON_ASSIGN_OR_RETURN(const auto names, Guarded(threshold, request));
    for (const std::string& name : names) {
      request.models.push_back({threshold.model, name, parameters});
    }
  }
  return absl::OkStatus();
}

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
    const auto values = Split(km->second, ',');
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
  check.add_option("--delimiter", o.delimiter, "Field delimiter (default ,)");
  check.add_option("--encoding", o.encoding,
                   "utf-8 (default), cp932 or shift_jis");
  check.add_option("--null", o.null_text,
                   "Text of a missing value (default: only empty)");
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
  const auto threshold = [&](const std::string& option, const char* help) {
    check
        .add_option_function<std::string>(
            option,
            [&o, option](const std::string& text) {
              o.thresholds[option] = text;
            },
            help)
        ->group("Thresholds");
  };
  for (const ThresholdOption& option : ThresholdOptions()) {
    threshold(option.option, option.help);
  }
  threshold("--km", "k^m-anonymity: K,M, with --set-valued");
  check
      .add_option("--order", o.order,
                  "Order of values for --t-ordered: number (default) or text")
      ->check(CLI::IsMember({"number", "text"}))
      ->group("Thresholds");
  check
      .add_option("--worst", o.worst,
                  "Name the N worst classes of each model that fails")
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
    request.combined_attributes.push_back(Split(combined, '+'));
  }
  request.jointly = options.jointly;
  request.principal = options.principal;
  request.group = options.group;
  request.frequency = options.frequency;
  request.weight = options.weight;
  request.worst = options.worst;
  ANON_RETURN_IF_ERROR(SetMissing(options, request));
  ANON_RETURN_IF_ERROR(LoadHierarchies(options, request));
  ANON_RETURN_IF_ERROR(AskThresholds(options, request));
  ANON_RETURN_IF_ERROR(AskSets(options, request));
  return request;
}

absl::StatusOr<CsvOptions> ToCsvOptions(const CheckOptions& options) {
  ANON_ASSIGN_OR_RETURN(const char delimiter,
                        OneCharacter("--delimiter", options.delimiter));
  const auto encoding = ParseCsvEncoding(options.encoding);
  if (!encoding) {
    return PolicyError("--encoding takes utf-8, cp932 or shift_jis");
  }
  CsvOptions csv;
  csv.delimiter = delimiter;
  csv.encoding = *encoding;
  csv.null_text = options.null_text;
  csv.digest = false;  // read once: there is nothing to compare it with
  return csv;
}

absl::StatusOr<CsvOptions> ToPopulationOptions(const CheckOptions& options) {
  ANON_ASSIGN_OR_RETURN(CsvOptions csv, ToCsvOptions(options));
  if (options.population_delimiter.empty()) return csv;
  ANON_ASSIGN_OR_RETURN(
      csv.delimiter,
      OneCharacter("--population-delimiter", options.population_delimiter));
  return csv;
}

}  // namespace anon::cli
