// SPDX-License-Identifier: Apache-2.0
//
// A plain check. Classes are counted once; every model answers from them. Where
// nothing is asked, models are made with thresholds that do not matter, for
// what they say is achieved.
#include "anon/assess/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "anon/model/alpha_k_anonymity.h"
#include "anon/model/beta_likeness.h"
#include "anon/model/delta_disclosure.h"
#include "anon/model/distinct_l_diversity.h"
#include "anon/model/entropy_l_diversity.h"
#include "anon/model/k_anonymity.h"
#include "anon/model/recursive_cl_diversity.h"
#include "anon/model/reidentification_risk.h"
#include "anon/model/t_closeness_equal.h"
#include "anon/model/t_closeness_ordered.h"
#include "anon/transform/row_coder.h"
#include "base/status_macros.h"

namespace anon {
namespace {

absl::StatusOr<PrivacyModels> Asked(const CheckRequest& request) {
  PrivacyModels models;
  for (const ModelSpec& spec : request.models) {
    ANON_ASSIGN_OR_RETURN(auto model, MakeModel(spec));
    models.push_back(std::move(model));
  }
  return models;
}

// Every model that needs nothing beyond the table.
PrivacyModels All(const CheckRequest& request) {
  const Ratio half = *Ratio::Create(1, 2);
  const Ratio one = *Ratio::Create(1, 1);
  PrivacyModels models = {KAnonymity(2), HighestReidentificationRisk(half),
                          AverageReidentificationRisk(half)};
  for (const std::string& attribute : request.sensitive_attributes) {
    models.insert(
        models.end(),
        {AlphaKAnonymity(attribute, half, 2), DistinctLDiversity(attribute, 2),
         EntropyLDiversity(attribute, 2),
         RecursiveClDiversity(attribute, one, 2),
         TClosenessEqual(attribute, half), TClosenessOrdered(attribute, half),
         BasicBetaLikeness(attribute, one),
         EnhancedBetaLikeness(attribute, one),
         DeltaDisclosure(attribute, one)});
  }
  return models;
}

// What the models need to know of the labels behind codes.
ModelContext Labels(const CheckRequest& request, const RowCoder& coder) {
  ModelContext context;
  for (std::size_t s = 0; s < request.sensitive_attributes.size(); ++s) {
    context.sensitive[request.sensitive_attributes[s]].label =
        [&coder, s](std::uint32_t code) {
          return coder.sensitive_value(s, code);
        };
  }
  return context;
}

std::vector<FailingClass> Worst(const Verdict& verdict, const Classes& classes,
                                const RowCoder& coder, std::size_t most) {
  std::vector<FailingClass> worst;
  for (const std::size_t i : verdict.worst) {
    if (worst.size() == most) break;
    FailingClass& failing = worst.emplace_back();
    failing.principals = classes.principals(i);
    failing.records = classes.records(i);
    for (std::size_t q = 0; q < coder.quasi_identifiers().size(); ++q) {
      failing.values.emplace_back(
          coder.quasi_identifiers()[q].label(classes.code(i, q)));
    }
  }
  return worst;
}

}  // namespace

absl::StatusOr<CheckReport> Check(RecordSource& table,
                                  const CheckRequest& request,
                                  RandomSource& random) {
  if (request.quasi_identifiers.empty()) {
    return PolicyError("a check needs at least one quasi-identifier");
  }
  const bool asked = !request.models.empty();
  ANON_ASSIGN_OR_RETURN(const PrivacyModels models,
                        asked ? Asked(request) : All(request));
  ClassColumns columns;
  columns.sensitive_attributes = request.sensitive_attributes;
  columns.principal = request.principal;
  for (const std::string& name : request.quasi_identifiers) {
    columns.quasi_identifiers.push_back(Generalization::Identity(name));
  }
  ANON_ASSIGN_OR_RETURN(RowCoder coder,
                        RowCoder::Create(std::move(columns), table, random));
  ANON_ASSIGN_OR_RETURN(const Classes classes,
                        CountClasses(table, coder, request.class_budget));
  CheckReport report;
  report.rows = classes.total_records();
  report.principals = classes.total_principals();
  report.classes = static_cast<std::int64_t>(classes.size());
  for (std::size_t i = 0; i < classes.size(); ++i) {
    report.k = i == 0 ? classes.principals(0)
                      : std::min(report.k, classes.principals(i));
  }
  const ModelContext context = Labels(request, coder);
  std::vector<std::unique_ptr<const BoundModel>> bound;
  for (const auto& model : models) {
    auto on = model->On(classes, context);
    // Values without an order are no reason not to report the rest.
    if (!on.ok() && !asked && model->needs().order) continue;
    ANON_RETURN_IF_ERROR(on.status());
    bound.push_back(*std::move(on));
  }
  for (Verdict& verdict : BoundModel::JudgeAll(bound)) {
    report.satisfied &= !asked || verdict.satisfied;
    auto worst = Worst(verdict, classes, coder, request.worst);
    report.models.push_back({.verdict = std::move(verdict),
                             .asked = asked,
                             .worst = std::move(worst)});
  }
  return report;
}

}  // namespace anon
