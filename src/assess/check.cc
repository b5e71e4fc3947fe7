// SPDX-License-Identifier: Apache-2.0
//
// A plain check. The table is read once; every model answers from its classes.
#include "anon/assess/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "assess/check_aggregation.h"
#include "assess/check_context.h"
#include "assess/check_models.h"
#include "assess/check_scan.h"
#include "base/status_macros.h"

namespace anon {
namespace {

using internal::CheckScan;
using internal::PlannedModel;

absl::Status RefuseTwice(const std::vector<std::string>& names,
                         std::string_view what) {
  std::set<std::string_view> seen;
  for (const std::string& name : names) {
    if (seen.insert(name).second) continue;
    return PolicyError(fmt::format("'{}' is named twice as a {}", name, what));
  }
  return absl::OkStatus();
}

// What does not depend on the table.
absl::Status LookAt(const CheckRequest& request) {
  if (request.quasi_identifiers.empty()) {
    return PolicyError("a check needs at least one quasi-identifier");
  }
  ANON_RETURN_IF_ERROR(
      RefuseTwice(request.quasi_identifiers, "quasi-identifier"));
  std::vector<std::string> guarded = request.sensitive_attributes;
  for (const auto& combined : request.combined_attributes) {
    if (combined.size() < 2) {
      return PolicyError("a combined attribute needs two attributes or more");
    }
    ANON_RETURN_IF_ERROR(RefuseTwice(combined, "part of a combined attribute"));
    guarded.push_back(internal::CombinedName(combined));
  }
  ANON_RETURN_IF_ERROR(RefuseTwice(guarded, "sensitive attribute"));
  if (request.jointly && request.sensitive_attributes.size() < 2) {
    return PolicyError(
        "guarding attributes jointly needs two sensitive attributes or more");
  }
  if (request.population != nullptr &&
      request.missing == MissingValues::kWildcard) {
    return PolicyError(
        "wildcards do not go with a table of the population: give missing "
        "values a category of their own, or use sampling weights");
  }
  const bool of_somebody = !request.principal.empty() ||
                           !request.group.empty() ||
                           !request.aggregation.empty();
  if (!request.frequency.empty() && of_somebody) {
    return PolicyError(
        "a frequency column goes neither with a column of principals or groups "
        "nor with aggregation, for whose would the records be: leave it out, "
        "or give each record a row of its own");
  }
  if (!request.sets.empty() && !request.frequency.empty()) {
    return PolicyError(
        "set-valued attributes do not go with a frequency column: give each "
        "record a row of its own");
  }
  for (const SetValuedColumn& set : request.sets) {
    if (set.separator.empty()) {
      return PolicyError(fmt::format(
          "the set-valued attribute '{}' needs a separator", set.attribute));
    }
  }
  return absl::OkStatus();
}

void FillFigures(const CheckScan& scan, const WildcardSizes* wildcards,
                 CheckReport& report) {
  const Classes& classes = scan.classes;
  report.rows = scan.rows;
  report.missing = scan.missing;
  report.records = classes.total_records();
  report.principals = classes.total_principals();
  report.classes = static_cast<std::int64_t>(classes.size());
  if (classes.has_groups()) report.groups = classes.total_groups();
  std::int64_t population = 0;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const std::int64_t size = wildcards == nullptr
                                  ? classes.principals(i)
                                  : wildcards->principals[i] / wildcards->unit;
    report.k = i == 0 ? size : std::min(report.k, size);
    population += classes.population(i);
    if (!classes.has_groups()) continue;
    const std::int64_t groups = classes.groups(i);
    report.group_k = std::min(report.group_k.value_or(groups), groups);
  }
  if (classes.has_population()) {
    report.population = static_cast<double>(population) / kWeightUnit;
  }
}

// The failing classes of `checked`, whose quasi-identifiers are those of the
// request, then sensitive attributes that are known. Where nothing is asked, a
// failure means nothing but of k-anonymity: see PlanModels.
std::vector<FailingClass> Worst(const CheckedModel& checked,
                                const Classes& classes,
                                const CheckRequest& request,
                                const RowCoder& coder) {
  std::vector<FailingClass> worst;
  const std::size_t quasi = request.quasi_identifiers.size();
  if (!checked.asked && checked.spec.model != "k_anonymity") return worst;
  for (const std::size_t i : checked.verdict.worst) {
    if (worst.size() == request.worst) break;
    FailingClass& failing = worst.emplace_back();
    failing.principals = classes.principals(i);
    failing.records = classes.records(i);
    for (std::size_t q = 0; q < quasi; ++q) {
      failing.values.emplace_back(
          coder.quasi_identifiers()[q].label(classes.code(i, q)));
    }
    for (std::size_t known = 0; known < checked.known.size(); ++known) {
      const auto at =
          std::ranges::find(request.sensitive_attributes, checked.known[known]);
      failing.values.emplace_back(coder.sensitive_value(
          static_cast<std::size_t>(at - request.sensitive_attributes.begin()),
          classes.code(i, quasi + known)));
    }
  }
  return worst;
}

absl::Status JudgeAll(const std::vector<PlannedModel>& models,
                      const CheckRequest& request, const CheckScan& scan,
                      const ModelContext& context, CheckReport& report) {
  const auto judge = [&](const std::vector<PlannedModel>& planned,
                         const Classes& classes,
                         const std::vector<std::string>& known) {
    auto all = internal::JudgeModels(planned, classes, context);
    ANON_RETURN_IF_ERROR(all.status());
    for (CheckedModel& checked : *all) {
      checked.known = known;
      checked.worst = Worst(checked, classes, request, scan.coder);
      report.satisfied &= !checked.asked || checked.verdict.satisfied;
      report.models.push_back(std::move(checked));
    }
    return absl::OkStatus();
  };
  ANON_RETURN_IF_ERROR(judge(models, scan.classes, {}));
  for (std::size_t s = 0; s < scan.joint.size(); ++s) {
    std::vector<PlannedModel> of_attribute;
    for (const PlannedModel& planned : models) {
      if (planned.spec.attribute == request.sensitive_attributes[s]) {
        of_attribute.push_back(planned);
      }
    }
    ANON_RETURN_IF_ERROR(
        judge(of_attribute, scan.joint[s].classes, scan.joint[s].known));
  }
  return absl::OkStatus();
}

absl::Status JudgeSets(const CheckRequest& request, const CheckScan& scan,
                       CheckReport& report) {
  for (std::size_t s = 0; s < request.sets.size(); ++s) {
    const SetValuedColumn& column = request.sets[s];
    const bool asked = column.k != 0;
    ANON_ASSIGN_OR_RETURN(
        KmVerdict verdict,
        JudgeKmAnonymity(scan.sets[s].records(),
                         {.k = asked ? column.k : 2, .m = column.m}));
    report.satisfied &= !asked || verdict.satisfied;
    CheckedSet& checked = report.sets.emplace_back();
    checked.column = column;
    checked.asked = asked;
    if (request.worst > 0) checked.worst = scan.sets[s].Names(verdict.worst);
    checked.verdict = std::move(verdict);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<CheckReport> Check(RecordSource& table,
                                  const CheckRequest& request,
                                  RandomSource& random) {
  ANON_RETURN_IF_ERROR(LookAt(request));
  ANON_ASSIGN_OR_RETURN(const auto models, internal::PlanModels(request));
  ANON_ASSIGN_OR_RETURN(const auto aggregated,
                        internal::AggregateForCheck(table, request));
  RecordSource& records = aggregated != nullptr ? *aggregated : table;
  ANON_ASSIGN_OR_RETURN(const CheckScan scan,
                        internal::ScanTable(records, request, random));
  ANON_ASSIGN_OR_RETURN(const internal::CheckContext known,
                        internal::GatherContext(request, scan, random));
  CheckReport report;
  FillFigures(scan, known.models.wildcards, report);
  if (aggregated != nullptr) report.rows = aggregated->records_read();
  ANON_RETURN_IF_ERROR(JudgeAll(models, request, scan, known.models, report));
  ANON_RETURN_IF_ERROR(JudgeSets(request, scan, report));
  return report;
}

}  // namespace anon
