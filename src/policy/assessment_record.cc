// SPDX-License-Identifier: Apache-2.0
#include "policy/assessment_record.h"

#include <fmt/format.h>

#include <algorithm>

namespace anon::internal {
namespace {

void AddOnce(std::vector<std::string>& names, std::string_view name) {
  if (name.empty() || std::ranges::find(names, name) != names.end()) return;
  names.emplace_back(name);
}

// "t_closeness_ordered (plan): order number, t 1/5"
std::string InWords(const ModelSpec& spec) {
  std::string words = spec.model;
  if (!spec.attribute.empty()) words += fmt::format(" ({})", spec.attribute);
  std::string parameters;
  for (const auto& [name, value] : spec.parameters) {
    parameters +=
        fmt::format("{}{} {}", parameters.empty() ? "" : ", ", name, value);
  }
  return parameters.empty() ? words : fmt::format("{}: {}", words, parameters);
}

}  // namespace

ImpactAssessment DescribeAssessment(const Policy& policy) {
  ImpactAssessment pia = policy.impact_assessment.value_or(ImpactAssessment());
  pia.purpose = policy.use.purpose;
  pia.scope = policy.use.scope;
  pia.storage_countries = policy.source_tags.storage_countries;
  pia.specified_user_information =
      policy.source_tags.specified_user_information;
  for (const ColumnPolicy& column : policy.columns) {
    if (column.attribute_class != AttributeClass::kOther) {
      AddOnce(pia.attribute_classes, ToString(column.attribute_class));
    }
    AddOnce(pia.origins, ToString(column.origin));
  }
  const Gates& gates = policy.gates;
  if (gates.consent) pia.gates.emplace_back("consent");
  if (gates.exclusion) pia.gates.emplace_back("exclusion");
  if (gates.communications_secrecy) {
    pia.gates.emplace_back("communications_secrecy");
  }
  if (gates.residue) pia.gates.emplace_back("residue");
  if (gates.uniqueness) pia.gates.emplace_back("uniqueness");
  for (const ModelSpec& spec : policy.model_specs) {
    pia.models.push_back(InWords(spec));
  }
  return pia;
}

}  // namespace anon::internal
