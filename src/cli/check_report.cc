// SPDX-License-Identifier: Apache-2.0
#include "cli/check_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "base/escaped.h"
#include "cli/counted.h"

namespace anon::cli {
namespace {

using Json = nlohmann::json;

// A number, if JSON has it.
Json Number(double value) {
  if (!std::isfinite(value)) return nullptr;
  if (value == std::floor(value) && std::abs(value) < 1e15) {
    return static_cast<std::int64_t>(value);
  }
  return value;
}

// A parameter: a number where it is one.
Json Parameter(const std::string& text) {
  const auto ratio = Ratio::Parse(text);
  return ratio.ok() ? Number(ratio->ToDouble()) : Json(text);
}

// The parameter that the figure of a model is compared with.
std::string Threshold(const ModelSpec& spec) {
  static const auto& of_several =
      *new std::map<std::string, std::string>{{"alpha_k_anonymity", "alpha"},
                                              {"delta_presence", "max"},
                                              {"recursive_cl_diversity", "c"}};
  const auto at = of_several.find(spec.model);
  if (at != of_several.end()) return at->second;
  for (const auto& [name, value] : spec.parameters) {
    if (name != "order") return name;
  }
  return "";
}

Json WorstJson(const CheckedModel& model, bool show_values) {
  Json list = Json::array();
  for (const FailingClass& failing : model.worst) {
    Json one = {{"principals", failing.principals},
                {"records", failing.records}};
    if (show_values) one["values"] = failing.values;
    list.push_back(std::move(one));
  }
  return list;
}

Json ModelJson(const CheckedModel& model, const CheckRequest& request,
               bool show_values) {
  const Verdict& v = model.verdict;
  Json json = {{"model", v.model},
               {"attribute", v.attribute.empty() ? Json() : Json(v.attribute)},
               {"asked", nullptr},
               {"achieved", Number(v.achieved_value)},
               {"achieved_text", v.achieved},
               {"satisfied", model.asked ? Json(v.satisfied) : Json()}};
  const std::string threshold = Threshold(model.spec);
  for (const auto& [name, value] : model.spec.parameters) {
    json[name == threshold ? "asked" : name] = Parameter(value);
  }
  if (!model.known.empty()) json["known"] = model.known;
  if (!model.unavailable.empty()) json["unavailable"] = model.unavailable;
  if (request.worst > 0 && (model.asked || !model.worst.empty())) {
    json["worst_classes"] = WorstJson(model, show_values);
  }
  if (!model.asked) return json;
  json["asked_text"] = v.asked;
  json["failing_classes"] = v.failing_classes;
  json["failing_records"] = v.failing_records;
  return json;
}

Json SetJson(const CheckedSet& set, bool show_values) {
  const KmVerdict& v = set.verdict;
  Json json = {{"model", "km_anonymity"},
               {"attribute", set.column.attribute},
               {"asked", set.asked ? Json(set.column.k) : Json()},
               {"m", set.column.m},
               {"achieved", v.achieved},
               {"achieved_text", fmt::format("{}", v.achieved)},
               {"satisfied", set.asked ? Json(v.satisfied) : Json()}};
  if (show_values && !set.worst.empty()) json["worst_itemset"] = set.worst;
  if (!set.asked) return json;
  json["failing_itemsets"] = v.failing_itemsets;
  json["failing_principals"] = v.failing_principals;
  return json;
}

std::string_view Treatment(MissingValues missing) {
  switch (missing) {
    case MissingValues::kOwnCategory:
      return "own";
    case MissingValues::kWildcard:
      return "wildcard";
    case MissingValues::kRefuse:
      return "refuse";
  }
  return "";
}

std::string Name(const CheckedModel& model) {
  const Verdict& v = model.verdict;
  std::string name = v.model;
  if (!v.attribute.empty()) name += fmt::format(" ({})", v.attribute);
  if (model.known.empty()) return name;
  return name + fmt::format(" knowing {}", fmt::join(model.known, ", "));
}

std::string Shown(const std::vector<std::string>& values) {
  return internal::Escaped(fmt::format("{}", fmt::join(values, " | ")));
}

// A line of the table of models; details stand below it.
struct Line {
  std::string name, asked, achieved, verdict;
  std::string details = {};
};

Line ModelLine(const CheckedModel& model, bool show_values) {
  const Verdict& v = model.verdict;
  std::string said = model.unavailable;
  if (model.asked) {
    said = v.satisfied ? "satisfied"
                       : fmt::format("fails in {} with {}",
                                     Counted(v.failing_classes, "class", "es"),
                                     Counted(v.failing_records, "record"));
  }
  Line line{Name(model), model.asked ? v.asked : "-", v.achieved, said};
  for (const FailingClass& failing : model.worst) {
    line.details +=
        fmt::format("      {}, {}", Counted(failing.principals, "principal"),
                    Counted(failing.records, "record"));
    if (show_values) {
      line.details += ": " + Shown(failing.values);
    }
    line.details += '\n';
  }
  return line;
}

Line SetLine(const CheckedSet& set, bool show_values) {
  const KmVerdict& v = set.verdict;
  std::string said;
  if (set.asked) {
    said = v.satisfied
               ? "satisfied"
               : fmt::format("fails in {} of {}",
                             Counted(v.failing_itemsets, "itemset"),
                             Counted(v.failing_principals, "principal"));
  }
  Line line{fmt::format("km_anonymity ({}), m = {}", set.column.attribute,
                        set.column.m),
            set.asked ? fmt::format("{}", set.column.k) : "-",
            fmt::format("{}", v.achieved), said};
  if (show_values && !set.worst.empty()) {
    line.details = fmt::format(
        "      {}: {}\n", Counted(v.achieved, "principal"), Shown(set.worst));
  }
  return line;
}

std::string Aligned(const std::vector<Line>& lines) {
  std::size_t name = 0;
  std::size_t asked = 0;
  std::size_t achieved = 0;
  for (const Line& line : lines) {
    name = std::max(name, line.name.size());
    asked = std::max(asked, line.asked.size());
    achieved = std::max(achieved, line.achieved.size());
  }
  std::string text;
  for (const Line& line : lines) {
    std::string row =
        fmt::format("  {:<{}}  {:>{}}  {:<{}}  {}", line.name, name, line.asked,
                    asked, line.achieved, achieved, line.verdict);
    row.resize(row.find_last_not_of(' ') + 1);
    text += row + '\n' + line.details;
  }
  return text;
}

}  // namespace

std::string CheckJson(const CheckReport& report, const CheckRequest& request,
                      bool show_values) {
  Json json = {
      {"rows", report.rows},
      {"records", report.records},
      {"principals", report.principals},
      {"classes", report.classes},
      {"k", report.k},
      {"missing",
       {{"treatment", Treatment(request.missing)}, {"rows", Json::object()}}},
      {"models", Json::array()}};
  for (const auto& [column, rows] : report.missing) {
    json["missing"]["rows"][column] = rows;
  }
  if (report.groups) json["groups"] = *report.groups;
  if (report.group_k) json["group_k"] = *report.group_k;
  if (report.population) json["population"] = Number(*report.population);
  for (const CheckedModel& model : report.models) {
    json["models"].push_back(ModelJson(model, request, show_values));
  }
  for (const CheckedSet& set : report.sets) {
    json["models"].push_back(SetJson(set, show_values));
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string CheckText(const CheckReport& report, const CheckRequest& request,
                      bool show_values) {
  std::string text =
      fmt::format("{}, {}, {}, k = {}\n", Counted(report.rows, "row"),
                  Counted(report.principals, "principal"),
                  Counted(report.classes, "class", "es"), report.k);
  const bool aggregated = !request.aggregation.empty();
  if (aggregated || report.records != report.rows) {
    text += fmt::format("{}, {}\n", Counted(report.records, "record"),
                        aggregated ? "one of each principal" : "by frequency");
  }
  if (report.groups) {
    text += fmt::format("{}, at least {} in a class\n",
                        Counted(*report.groups, "group"),
                        report.group_k.value_or(0));
  }
  if (report.population) {
    text += fmt::format("a population of {:.10g}, by sampling weight\n",
                        *report.population);
  }
  for (const auto& [column, rows] : report.missing) {
    text += fmt::format("{} without {} ({})\n",
                        Counted(rows, aggregated ? "record" : "row"), column,
                        Treatment(request.missing));
  }
  std::vector<Line> lines = {{"model", "asked", "achieved", "verdict"}};
  for (const CheckedModel& model : report.models) {
    lines.push_back(ModelLine(model, show_values));
  }
  for (const CheckedSet& set : report.sets) {
    lines.push_back(SetLine(set, show_values));
  }
  return text + '\n' + Aligned(lines);
}

}  // namespace anon::cli
