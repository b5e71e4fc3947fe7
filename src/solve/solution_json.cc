// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "anon/solve/solution.h"
#include "base/json.h"

namespace anon {

using internal::Json;

std::string SolutionJson(const Solution& solution, const Classes& classes,
                         const std::vector<SolutionAttribute>& attributes) {
  // Labels are written once and tuples refer to them, in order of appearance.
  std::vector<std::map<std::uint32_t, std::size_t>> numbers(attributes.size());
  std::vector<Json> labels(attributes.size(), Json::array());
  Json kept = Json::array();
  for (std::size_t i = 0; i < classes.size(); ++i) {
    if (!solution.kept[i]) continue;
    Json tuple = Json::array();
    for (std::size_t q = 0; q < attributes.size(); ++q) {
      const std::uint32_t code = classes.code(i, q);
      const auto [at, fresh] = numbers[q].emplace(code, labels[q].size());
      if (fresh) labels[q].push_back(attributes[q].label(code));
      tuple.push_back(at->second);
    }
    kept.push_back(std::move(tuple));
  }
  Json described = Json::array();
  for (std::size_t q = 0; q < attributes.size(); ++q) {
    const SolutionAttribute& a = attributes[q];
    described.push_back({{"name", a.name},
                         {"level", a.level},
                         {"height", a.height},
                         {"hierarchy_sha256", a.hierarchy_sha256},
                         {"labels", std::move(labels[q])}});
  }
  // One tuple a line, so that two solutions can be compared.
  std::string text = internal::PrettyJson({{"solution", 1},
                                           {"solver", solution.solver},
                                           {"attributes", described}});
  text.erase(text.rfind("\n}"));
  text += ",\n  \"kept\": [";
  for (std::size_t i = 0; i < kept.size(); ++i) {
    text += (i == 0 ? "\n    " : ",\n    ") + kept[i].dump();
  }
  return text + "\n  ]\n}\n";
}

}  // namespace anon
