// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "policy/sections.h"

namespace anon::internal {
namespace {

GridColumn ReadGrid(const MapReader& map, std::string_view name) {
  GridColumn grid;
  grid.name = name;
  const auto operator_name = map.Text("operator", Need::kRequired);
  if (operator_name && *operator_name != "grid_spacetime") {
    map.Complain("operator", fmt::format("{} must be grid_spacetime, which "
                                         "makes a column of others",
                                         map.PathOf("operator")));
  }
  grid.latitude = map.Text("latitude", Need::kRequired).value_or("");
  grid.longitude = map.Text("longitude", Need::kRequired).value_or("");
  const auto mesh = map.Text("mesh", Need::kRequired);
  if (mesh) {
    const auto level = ParseMeshLevel(*mesh);
    if (level) {
      grid.mesh = *level;
    } else {
      map.Complain("mesh", fmt::format("{} must be one of 80km, 10km, 5km, "
                                       "2km, 1km, 500m, 250m, 125m",
                                       map.PathOf("mesh")));
    }
  }
  if (!map.Has("time") && !map.Has("slot")) return grid;
  grid.time = map.Text("time", Need::kRequired).value_or("");
  const auto slot = map.Text("slot", Need::kRequired);
  if (!slot) return grid;
  grid.slot = TimeSlot::Parse(*slot);
  if (!grid.slot) {
    map.Complain("slot", fmt::format("{} must be minutes or hours that divide "
                                     "a day (15min, 1h), or 1d, 1week, 1month, "
                                     "1quarter or 1year",
                                     map.PathOf("slot")));
  }
  return grid;
}

}  // namespace

// A scalar or a list of scalars, as they are written.
std::vector<std::string> ReadValues(const MapReader& map,
                                    const MapReader::Entry& entry) {
  std::vector<std::string> values;
  const auto take = [&](const YAML::Node& node) {
    if (node.IsScalar()) {
      values.push_back(node.Scalar());
    } else {
      map.Complain(entry.key, fmt::format("{} takes a number, a text or a list "
                                          "of them",
                                          map.PathOf(entry.key)));
    }
  };
  if (!entry.value.IsSequence()) {
    take(entry.value);
    return values;
  }
  for (const YAML::Node& node : entry.value) take(node);
  return values;
}

void ReadDerived(const MapReader& root, Draft& draft) {
  if (!root.Has("derive")) return;
  const auto node = root.Find("derive", Need::kOptional);
  if (!node) return;
  const MapReader map(root.complaints(), *node, "derive", {}, true);
  for (const MapReader::Entry& entry : map.entries()) {
    const MapReader one(
        root.complaints(), entry.value,
        fmt::format("derive.{}", Shown(entry.key)),
        {"operator", "latitude", "longitude", "mesh", "time", "slot"});
    if (one) draft.policy.derived.push_back(ReadGrid(one, entry.key));
  }
}

void ReadOperators(const MapReader& map, ColumnPolicy& column) {
  if (!map.Has("operators")) return;
  const auto list = map.List("operators", Need::kOptional);
  for (std::size_t i = 0; i < list.size(); ++i) {
    const MapReader one(map.complaints(), list[i],
                        fmt::format("{}[{}]", map.PathOf("operators"), i + 1),
                        {"operator"}, true);
    if (!one) continue;
    const std::size_t before = map.complaints().size();
    OperatorSpec spec;
    spec.name = one.Text("operator", Need::kRequired).value_or("");
    for (const MapReader::Entry& entry : one.entries()) {
      if (entry.key == "operator" || one.ComplainOfSecret(entry)) continue;
      spec.parameters[Shown(entry.key)] = ReadValues(one, entry);
    }
    if (map.complaints().size() != before) continue;
    auto made = MakeOperator(spec);
    if (!made.ok()) {
      one.Complain("operator",
                   fmt::format("{}: {}", one.path(), Message(made.status())));
      continue;
    }
    column.operators.push_back(*std::move(made));
    column.operator_specs.push_back(std::move(spec));
  }
}

}  // namespace anon::internal
