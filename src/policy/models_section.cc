// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <optional>
#include <set>

#include "policy/sections.h"

namespace anon::internal {
namespace {

// Parameters stay as they are written: their model knows what they must be.
ModelSpec ReadSpec(const MapReader& map) {
  ModelSpec spec;
  spec.model = map.Text("model", Need::kRequired).value_or("");
  spec.attribute = map.Text("attribute", Need::kOptional).value_or("");
  for (const MapReader::Entry& entry : map.entries()) {
    if (entry.key == "model" || entry.key == "attribute") continue;
    if (map.ComplainOfSecret(entry)) continue;
    const auto text =
        map.Scalar(entry.key, Need::kRequired, "a number or a word");
    spec.parameters[Shown(entry.key)] = text.value_or("");
  }
  return spec;
}

// A model can only guard what is in the release as a sensitive column.
void CheckAttribute(const MapReader& map, const std::string& attribute,
                    const Draft& draft) {
  const ColumnPolicy* const column = draft.FindColumn(attribute);
  if (column == nullptr) {
    map.Complain("attribute",
                 fmt::format("{} names no column: use a sensitive one of "
                             "columns",
                             map.PathOf("attribute")));
  } else if (!draft.IsClear(attribute)) {
    return;
  } else if (column->role != Role::kSensitive) {
    map.Complain("attribute",
                 fmt::format("{} names a column with another role: give that "
                             "column role: sensitive",
                             map.PathOf("attribute")));
  } else if (column->treatment == Treatment::kSuppress) {
    map.Complain("attribute",
                 fmt::format("{} names a suppressed column: remove this model "
                             "or keep the column",
                             map.PathOf("attribute")));
  }
}

// Takes the hierarchy of the guarded column out of `spec`.
std::optional<HierarchyFile> TakeHierarchy(const MapReader& map,
                                           const Draft& draft,
                                           ModelSpec& spec) {
  if (spec.model != "t_closeness_hierarchical") return std::nullopt;
  HierarchyFile file;
  spec.parameters.erase("hierarchy");
  spec.parameters.erase("hierarchy_delimiter");
  if (const auto path = map.Text("hierarchy", Need::kRequired)) {
    file.file = draft.Resolve(*path);
  }
  if (const auto delimiter = ReadDelimiter(map, "hierarchy_delimiter")) {
    file.delimiter = *delimiter;
  }
  return file;
}

// What the made model needs of the rest of the policy.
void CheckModelNeeds(const MapReader& map, const PrivacyModel& model,
                     const Draft& draft) {
  if (model.needs().groups && draft.policy.group_unit.empty()) {
    map.Complain("model",
                 fmt::format("{} counts households or contracts: name their "
                             "column in group_unit",
                             map.path()));
  }
  if (!model.needs().population || !draft.policy.population.empty()) return;
  map.Complain("model",
               fmt::format("{} needs the population that the source was drawn "
                           "from: add 'population: {{file: ...}}' to the "
                           "policy",
                           map.path()));
}

void ReadModel(const MapReader& map, Draft& draft) {
  const std::size_t before = map.complaints().size();
  ModelSpec spec = ReadSpec(map);
  if (map.Has("attribute") && !spec.attribute.empty()) {
    CheckAttribute(map, spec.attribute, draft);
  }
  const auto hierarchy = TakeHierarchy(map, draft, spec);
  if (map.complaints().size() != before) return;
  auto model = MakeModel(spec);
  if (!model.ok()) {
    map.Complain("model",
                 fmt::format("{}: {}", map.path(), Message(model.status())));
    return;
  }
  CheckModelNeeds(map, **model, draft);
  if (hierarchy) draft.policy.value_hierarchies[spec.attribute] = *hierarchy;
  draft.policy.models.push_back(*std::move(model));
  draft.policy.model_specs.push_back(std::move(spec));
}

}  // namespace

void ReadModels(const MapReader& root, Draft& draft) {
  // The law asks no model of pseudonymized information.
  const bool anonymized =
      draft.kind == DatasetKind::kAnonymizedPersonalInformation;
  const auto list =
      root.List("models", anonymized ? Need::kRequired : Need::kOptional);
  std::set<std::pair<std::string, std::string>> seen;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const MapReader map(root.complaints(), list[i],
                        fmt::format("models[{}]", i + 1),
                        {"model", "attribute"}, true);
    if (!map) continue;
    const std::size_t made = draft.policy.model_specs.size();
    ReadModel(map, draft);
    if (draft.policy.model_specs.size() == made) continue;
    const ModelSpec& spec = draft.policy.model_specs.back();
    if (!seen.emplace(spec.model, spec.attribute).second) {
      map.Complain("model", fmt::format("{} asks for {} a second time: keep "
                                        "the stricter of the two",
                                        map.path(), spec.model));
    }
  }
}

}  // namespace anon::internal
