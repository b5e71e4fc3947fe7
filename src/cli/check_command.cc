// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "anon/assess/check.h"
#include "anon/io/csv.h"
#include "cli/commands.h"

namespace anon::cli {
namespace {

using Json = nlohmann::json;

struct CheckArguments {
  std::string file;
  std::string delimiter = ",";
  std::string encoding = "utf-8";
  std::string null_text;
  CheckRequest request;
  // Thresholds as written; empty: not asked.
  std::string k, distinct_l, entropy_l, recursive_cl, alpha, t, t_ordered;
  std::string basic_beta, enhanced_beta, delta, highest_risk, average_risk;
  std::string format = "text";
  bool show_values = false;
};

// Adds `model` with one parameter, if it was asked for: once for each sensitive
// attribute if it guards one.
absl::Status Ask(CheckRequest& request, const std::string& model,
                 std::map<std::string, std::string> parameters,
                 bool guards_attribute) {
  for (const auto& [name, value] : parameters) {
    if (value.empty()) return absl::OkStatus();
  }
  if (!guards_attribute) {
    request.models.push_back({model, "", std::move(parameters)});
    return absl::OkStatus();
  }
  if (request.sensitive_attributes.empty()) {
    return PolicyError(fmt::format("{} needs --sensitive", model));
  }
  for (const std::string& attribute : request.sensitive_attributes) {
    request.models.push_back({model, attribute, parameters});
  }
  return absl::OkStatus();
}

absl::Status AskAll(CheckArguments& a) {
  CheckRequest& r = a.request;
  const std::size_t comma = a.recursive_cl.find(',');
  const bool pair = comma != std::string::npos;
  if (!a.recursive_cl.empty() && !pair) {
    return PolicyError("--recursive-cl takes C,L, such as 3,2");
  }
  const std::string c = a.recursive_cl.substr(0, comma);
  const std::string l = pair ? a.recursive_cl.substr(comma + 1) : "";
  for (const absl::Status& status :
       {Ask(r, "k_anonymity", {{"k", a.k}}, false),
        Ask(r, "distinct_l_diversity", {{"l", a.distinct_l}}, true),
        Ask(r, "entropy_l_diversity", {{"l", a.entropy_l}}, true),
        Ask(r, "recursive_cl_diversity", {{"c", c}, {"l", l}}, true),
        Ask(r, "alpha_k_anonymity",
            {{"alpha", a.alpha},
             {"k", a.alpha.empty() ? ""
                   : a.k.empty()   ? "2"
                                   : a.k}},
            true),
        Ask(r, "t_closeness_equal", {{"t", a.t}}, true),
        Ask(r, "t_closeness_ordered", {{"t", a.t_ordered}}, true),
        Ask(r, "basic_beta_likeness", {{"beta", a.basic_beta}}, true),
        Ask(r, "enhanced_beta_likeness", {{"beta", a.enhanced_beta}}, true),
        Ask(r, "delta_disclosure", {{"delta", a.delta}}, true),
        Ask(r, "highest_reidentification_risk", {{"risk", a.highest_risk}},
            false),
        Ask(r, "average_reidentification_risk", {{"risk", a.average_risk}},
            false)}) {
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

// A number, if JSON has it.
Json Number(double value) {
  if (!std::isfinite(value)) return nullptr;
  if (value == std::floor(value) && std::abs(value) < 1e15) {
    return static_cast<std::int64_t>(value);
  }
  return value;
}

Json ToJson(const CheckedModel& model, const CheckArguments& a) {
  const Verdict& v = model.verdict;
  Json json = {{"model", v.model},
               {"attribute", v.attribute.empty() ? Json() : Json(v.attribute)},
               {"asked", model.asked ? Json(v.asked) : Json()},
               {"achieved", Number(v.achieved_value)},
               {"achieved_text", v.achieved},
               {"satisfied", model.asked ? Json(v.satisfied) : Json()}};
  if (model.asked) {
    json["failing_classes"] = v.failing_classes;
    json["failing_records"] = v.failing_records;
  }
  if (a.request.worst == 0 || !model.asked) return json;
  json["worst_classes"] = Json::array();
  for (const FailingClass& failing : model.worst) {
    Json one = {{"principals", failing.principals},
                {"records", failing.records}};
    if (a.show_values) one["values"] = failing.values;
    json["worst_classes"].push_back(one);
  }
  return json;
}

std::string JsonText(const CheckReport& report, const CheckArguments& a) {
  Json json = {{"rows", report.rows},
               {"principals", report.principals},
               {"classes", report.classes},
               {"k", report.k},
               {"models", Json::array()}};
  for (const CheckedModel& model : report.models) {
    json["models"].push_back(ToJson(model, a));
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string Text(const CheckReport& report, const CheckArguments& a) {
  std::string text = fmt::format(
      "{} rows, {} principals, {} classes, k = {}\n\n  {:<44}{:>10}  "
      "{:<14}{}\n",
      report.rows, report.principals, report.classes, report.k, "model",
      "asked", "achieved", "verdict");
  for (const CheckedModel& model : report.models) {
    const Verdict& v = model.verdict;
    text += fmt::format(
        "  {:<44}{:>10}  {:<14}{}\n",
        v.attribute.empty() ? v.model
                            : fmt::format("{} ({})", v.model, v.attribute),
        model.asked ? v.asked : "-", v.achieved,
        !model.asked  ? ""
        : v.satisfied ? "satisfied"
                      : fmt::format("fails in {} classes with {} records",
                                    v.failing_classes, v.failing_records));
    for (const FailingClass& failing : model.worst) {
      text += fmt::format(
          "      {} principals, {} records{}\n", failing.principals,
          failing.records,
          a.show_values ? fmt::format(": {}", fmt::join(failing.values, " | "))
                        : "");
    }
  }
  return text;
}

int CheckCommand(CheckArguments& a) {
  if (a.delimiter == "\\t") a.delimiter = "\t";
  if (a.delimiter.size() != 1) {
    return Fail(PolicyError("--delimiter takes one ASCII character"));
  }
  if (const absl::Status status = AskAll(a); !status.ok()) return Fail(status);
  const auto encoding = ParseCsvEncoding(a.encoding);
  if (!encoding) {
    return Fail(PolicyError("--encoding takes utf-8, cp932 or shift_jis"));
  }
  // Read once, so there is nothing to compare a digest with.
  auto table = CsvSource::Open(a.file, {.delimiter = a.delimiter[0],
                                        .encoding = *encoding,
                                        .null_text = a.null_text,
                                        .digest = false});
  if (!table.ok()) return Fail(table.status());
  OsRandom random;
  const auto report = Check(**table, a.request, random);
  if (!report.ok()) return Fail(report.status());
  fmt::print("{}",
             a.format == "json" ? JsonText(*report, a) : Text(*report, a));
  return report->satisfied ? kOk : kPolicyNotMet;
}

}  // namespace

void AddCheck(CLI::App& app, int& exit_code) {
  CLI::App* const check = app.add_subcommand(
      "check", "Say which privacy models a table satisfies as it is");
  auto a = std::make_shared<CheckArguments>();
  check->add_option("file", a->file, "CSV file with a header")->required();
  check->add_option("--delimiter", a->delimiter, "Field delimiter (default ,)");
  check->add_option("--encoding", a->encoding,
                    "utf-8 (default), cp932 or shift_jis");
  check->add_option("--null", a->null_text,
                    "Text of a missing value (default: only empty)");
  check->add_option("--qi", a->request.quasi_identifiers, "Quasi-identifiers")
      ->delimiter(',')
      ->required();
  check
      ->add_option("--sensitive", a->request.sensitive_attributes,
                   "Sensitive attributes; each is guarded alone")
      ->delimiter(',');
  check->add_option("--principal", a->request.principal,
                    "Column that says whose row it is (default: every row is "
                    "a principal)");
  const auto threshold = [&](const char* name, std::string& value,
                             const char* what) {
    check->add_option(name, value, what)->group("Thresholds");
  };
  threshold("--k", a->k, "k-anonymity");
  threshold("--distinct-l", a->distinct_l, "Distinct l-diversity");
  threshold("--entropy-l", a->entropy_l, "Entropy l-diversity");
  threshold("--recursive-cl", a->recursive_cl,
            "Recursive (c,l)-diversity: C,L");
  threshold("--alpha", a->alpha, "(alpha,k)-anonymity, with --k");
  threshold("--t", a->t, "t-closeness, all values equally far");
  threshold("--t-ordered", a->t_ordered, "t-closeness, values in order");
  threshold("--basic-beta", a->basic_beta, "Basic beta-likeness");
  threshold("--enhanced-beta", a->enhanced_beta, "Enhanced beta-likeness");
  threshold("--delta", a->delta, "delta-disclosure");
  threshold("--highest-risk", a->highest_risk,
            "Highest re-identification risk");
  threshold("--average-risk", a->average_risk,
            "Average re-identification risk");
  check
      ->add_option("--worst", a->request.worst,
                   "Name the N worst classes of each model that fails")
      ->check(CLI::Range(0, 10));
  check->add_flag("--show-values", a->show_values,
                  "Show the values of the worst classes");
  check->add_option("--format", a->format, "What to print on stdout")
      ->check(CLI::IsMember({"text", "json"}));
  check->callback([a, &exit_code] { exit_code = CheckCommand(*a); });
}

}  // namespace anon::cli
