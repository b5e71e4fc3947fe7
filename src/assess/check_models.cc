// SPDX-License-Identifier: Apache-2.0
#include "assess/check_models.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "assess/check_scan.h"
#include "base/status_macros.h"

namespace anon::internal {
namespace {

constexpr std::string_view kOrdered = "t_closeness_ordered";

using Parameters = std::map<std::string, std::string>;

absl::StatusOr<PlannedModel> Plan(ModelSpec spec, bool asked) {
  ANON_ASSIGN_OR_RETURN(auto model, MakeModel(spec));
  return PlannedModel{std::move(spec), asked, std::move(model)};
}

// Models of one sensitive attribute, with thresholds that do not matter.
// Combined attributes have neither order nor hierarchy.
std::vector<ModelSpec> OfAttribute(const std::string& name, bool combined,
                                   bool hierarchy) {
  std::vector<ModelSpec> specs = {
      {"alpha_k_anonymity", name, {{"alpha", "1/2"}, {"k", "2"}}},
      {"distinct_l_diversity", name, {{"l", "2"}}},
      {"entropy_l_diversity", name, {{"l", "2"}}},
      {"recursive_cl_diversity", name, {{"c", "1"}, {"l", "2"}}},
      {"t_closeness_equal", name, {{"t", "1/2"}}}};
  if (!combined) {
    specs.push_back({std::string(kOrdered), name, {{"t", "1/2"}}});
  }
  if (hierarchy) {
    specs.push_back({"t_closeness_hierarchical", name, {{"t", "1/2"}}});
  }
  for (const char* const model :
       {"basic_beta_likeness", "enhanced_beta_likeness"}) {
    specs.push_back({model, name, {{"beta", "1"}}});
  }
  for (const char* const model :
       {"delta_disclosure", "delta_disclosure_present"}) {
    specs.push_back({model, name, {{"delta", "1"}}});
  }
  return specs;
}

std::vector<ModelSpec> All(const CheckRequest& request) {
  // No class has so many people, so the smallest are its worst.
  const std::string beyond_all =
      std::to_string(std::numeric_limits<std::int64_t>::max());
  std::vector<ModelSpec> specs = {
      {"k_anonymity", "", {{"k", beyond_all}}},
      {"highest_reidentification_risk", "", {{"risk", "1/2"}}},
      {"average_reidentification_risk", "", {{"risk", "1/2"}}}};
  if (request.population != nullptr || !request.weight.empty()) {
    specs.push_back({"k_map", "", {{"k", "2"}}});
    if (request.missing != MissingValues::kWildcard) {
      specs.push_back({"delta_presence", "", {{"min", "0"}, {"max", "1/2"}}});
    }
  }
  if (!request.group.empty()) {
    specs.push_back({"group_k_anonymity", "", {{"k", "2"}}});
  }
  const auto add = [&](const std::string& name, bool combined) {
    auto more = OfAttribute(name, combined, request.hierarchies.contains(name));
    std::ranges::move(more, std::back_inserter(specs));
  };
  for (const std::string& name : request.sensitive_attributes) {
    add(name, false);
  }
  for (const auto& combined : request.combined_attributes) {
    add(CombinedName(combined), true);
  }
  return specs;
}

// Of the parameters that did not matter, those that the figure depends on.
void KeepWhatMatters(ModelSpec& spec) {
  std::erase_if(spec.parameters, [&](const auto& parameter) {
    const bool rank =
        spec.model == "recursive_cl_diversity" && parameter.first == "l";
    return !rank && parameter.first != "order";
  });
}

// Whether all values that `classes` have are there, so that text has an order
// worth reporting: a missing number has no place among numbers.
bool HasMissing(const PlannedModel& planned, const Classes& classes,
                const ModelContext& context) {
  const auto known = context.sensitive.find(planned.spec.attribute);
  const auto s = classes.SensitiveIndex(planned.spec.attribute);
  if (!s || known == context.sensitive.end()) return false;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    for (const ValueCount& value : classes.histogram(i, *s)) {
      if (known->second.label(value.code).empty()) return true;
    }
  }
  return false;
}

absl::StatusOr<std::unique_ptr<const BoundModel>> Bind(
    const PlannedModel& planned, const Classes& classes,
    const ModelContext& context, ModelSpec& spec) {
  auto bound = planned.model->On(classes, context);
  // Values that are no numbers are at least text.
  if (bound.ok() || planned.asked || planned.spec.model != kOrdered ||
      HasMissing(planned, classes, context)) {
    return bound;
  }
  spec.parameters["order"] = "text";
  ANON_ASSIGN_OR_RETURN(const auto model, MakeModel(spec));
  return model->On(classes, context);
}

void SayUnavailable(const PlannedModel& planned, const absl::Status& why,
                    CheckedModel& checked) {
  checked.unavailable = Message(why);
  checked.verdict.model = planned.spec.model;
  checked.verdict.attribute = planned.spec.attribute;
  checked.verdict.achieved = "unavailable";
  checked.verdict.achieved_value = std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

absl::StatusOr<std::vector<PlannedModel>> PlanModels(
    const CheckRequest& request) {
  const bool asked = !request.models.empty();
  std::vector<PlannedModel> planned;
  for (const ModelSpec& spec : asked ? request.models : All(request)) {
    ANON_ASSIGN_OR_RETURN(planned.emplace_back(), Plan(spec, asked));
  }
  return planned;
}

absl::StatusOr<std::vector<CheckedModel>> JudgeModels(
    const std::vector<PlannedModel>& planned, const Classes& classes,
    const ModelContext& context) {
  std::vector<CheckedModel> all;
  std::vector<std::unique_ptr<const BoundModel>> bound;
  std::vector<std::size_t> of_bound;  // which of `all`
  for (const PlannedModel& one : planned) {
    CheckedModel& checked = all.emplace_back();
    checked.spec = one.spec;
    checked.asked = one.asked;
    auto on = Bind(one, classes, context, checked.spec);
    if (one.asked) {
      ANON_RETURN_IF_ERROR(on.status());
    } else {
      KeepWhatMatters(checked.spec);
    }
    if (!on.ok()) {
      SayUnavailable(one, on.status(), checked);
      continue;
    }
    bound.push_back(*std::move(on));
    of_bound.push_back(all.size() - 1);
  }
  std::vector<Verdict> verdicts = BoundModel::JudgeAll(bound);
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    all[of_bound[i]].verdict = std::move(verdicts[i]);
  }
  return all;
}

}  // namespace anon::internal
