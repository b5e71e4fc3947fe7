// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "policy/sections.h"

namespace anon::internal {
namespace {

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

}  // namespace

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
