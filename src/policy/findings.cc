// SPDX-License-Identifier: Apache-2.0
#include "policy/findings.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"

namespace anon::internal {
namespace {

// "k_anonymity 5", "distinct_l_diversity 2 of plan".
std::string Named(const Verdict& verdict) {
  return fmt::format(
      "{} {}{}", verdict.model, verdict.asked,
      verdict.attribute.empty() ? "" : " of " + verdict.attribute);
}

}  // namespace

std::string ToolVersion() { return ANON_VERSION; }

std::string Failing(const RunReport& report) {
  std::string failing;
  for (const Verdict& verdict : report.before) {
    if (verdict.satisfied) continue;
    failing += fmt::format("{}{} fails in {} classes with {} records",
                           failing.empty() ? "" : ", ", Named(verdict),
                           verdict.failing_classes, verdict.failing_records);
  }
  return failing;
}

std::string OverLimit(const RunReport& report) {
  return fmt::format(
      "{}; suppressing them touches {} of {} principals, more than the "
      "suppression_limit of {}; generalize further or raise the limit",
      Failing(report), report.principals_affected, report.principals_in,
      report.suppression_limit.ToString());
}

std::string Unmet(const Verdict& verdict) {
  return fmt::format(
      "{} fails in {} classes with {} records of the written "
      "file; the worst has {}",
      Named(verdict), verdict.failing_classes, verdict.failing_records,
      verdict.achieved);
}

std::string FailingClassesJson(const std::vector<Verdict>& verdicts,
                               const Classes& classes,
                               const std::vector<Generalization>& quasi) {
  Json models = Json::array();
  for (const Verdict& verdict : verdicts) {
    if (verdict.satisfied) continue;
    Json worst = Json::array();
    for (const std::size_t i : verdict.worst) {
      Json tuple = Json::object();
      for (std::size_t q = 0; q < quasi.size(); ++q) {
        tuple[quasi[q].attribute()] = quasi[q].label(classes.code(i, q));
      }
      worst.push_back({{"class", tuple},
                       {"principals", classes.principals(i)},
                       {"records", classes.records(i)}});
    }
    models.push_back({{"model", verdict.model},
                      {"attribute", verdict.attribute},
                      {"asked", verdict.asked},
                      {"achieved", verdict.achieved},
                      {"failing_classes", verdict.failing_classes},
                      {"failing_records", verdict.failing_records},
                      {"worst_classes", worst}});
  }
  return PrettyJson({{"failing_classes", 1}, {"models", models}});
}

std::string DescribeSolution(const Solution& solution, const Classes& classes,
                             const std::vector<Generalization>& quasi) {
  std::vector<SolutionAttribute> attributes;
  for (const Generalization& g : quasi) {
    const Hierarchy* const hierarchy = g.hierarchy();
    attributes.push_back(
        {.name = g.attribute(),
         .hierarchy_sha256 =
             hierarchy == nullptr ? "" : ToHex(hierarchy->digest()),
         .level = static_cast<std::int64_t>(g.level()),
         .height = hierarchy == nullptr
                       ? 0
                       : static_cast<std::int64_t>(hierarchy->height()),
         .label = [&g](std::uint32_t code) { return g.label(code); }});
  }
  return SolutionJson(solution, classes, attributes);
}

std::vector<Item> ItemsInOrder(const Policy& policy,
                               const std::vector<std::string>& columns) {
  std::vector<Item> items;
  for (const std::string& name : columns) {
    const auto at =
        std::ranges::find(policy.columns, name, &ColumnPolicy::name);
    if (at != policy.columns.end() && at->item) items.push_back(*at->item);
  }
  return items;
}

}  // namespace anon::internal
