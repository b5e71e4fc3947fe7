// SPDX-License-Identifier: Apache-2.0
#include "cli/check_thresholds.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "base/status_macros.h"

namespace anon::cli {
namespace {

using Parameters = std::map<std::string, std::string>;

// What a threshold guards.
enum class Guards {
  kTable,
  kPopulation,
  kAttributes,
  kOrdered,
  kWithHierarchy,
};

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
      {"--group-k",
       "group_k_anonymity",
       {"k"},
       Guards::kTable,
       "k-anonymity of households or contracts, with --group"},
      {"--k-map",
       "k_map",
       {"k"},
       Guards::kPopulation,
       "k-map, with --population or --weight"},
      {"--presence",
       "delta_presence",
       {"min", "max"},
       Guards::kPopulation,
       "delta-presence: MIN,MAX, with --population or --weight"},
  };
  return options;
}

// The parameters of one threshold.
absl::StatusOr<Parameters> ParametersOf(const ThresholdOption& threshold,
                                        const std::string& written,
                                        const CheckOptions& options) {
  const auto values = SplitText(written, ',');
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
    const ThresholdOption& threshold, const CheckOptions& options,
    const CheckRequest& request) {
  std::vector<std::string> names;
  if (threshold.guards == Guards::kTable) return {{""}};
  if (threshold.guards == Guards::kPopulation) {
    if (!options.population.empty() || !request.weight.empty()) return {{""}};
    return PolicyError(
        fmt::format("{} needs --population, a table of everybody, or --weight, "
                    "a column of sampling weights",
                    threshold.option));
  }
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

}  // namespace

void DeclareThresholds(CLI::App& check, CheckOptions& o) {
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
}

absl::Status AskThresholds(const CheckOptions& options, CheckRequest& request) {
  if (options.order == "text" && !options.thresholds.contains("--t-ordered")) {
    return PolicyError("--order text needs --t-ordered");
  }
  for (const ThresholdOption& threshold : ThresholdOptions()) {
    const auto written = options.thresholds.find(threshold.option);
    if (written == options.thresholds.end()) continue;
    ANON_ASSIGN_OR_RETURN(const Parameters parameters,
                          ParametersOf(threshold, written->second, options));
    ANON_ASSIGN_OR_RETURN(const auto names,
                          Guarded(threshold, options, request));
    for (const std::string& name : names) {
      request.models.push_back({threshold.model, name, parameters});
    }
  }
  return absl::OkStatus();
}

std::vector<std::string> SplitText(const std::string& text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(separator, at), text.size());
    parts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

}  // namespace anon::cli
