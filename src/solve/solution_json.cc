// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "anon/solve/solution.h"
#include "base/json.h"

namespace anon {
namespace {

using internal::Json;

Json Described(const SolutionAttribute& a, std::string_view kind) {
  return {{"name", a.name},
          {"kind", kind},
          {"level", a.level},
          {"height", a.height},
          {"hierarchy_sha256", a.hierarchy_sha256}};
}

// The tuples that stand as they are.
void AddTuples(const Solution& solution, const Classes& classes,
               const std::vector<SolutionAttribute>& attributes,
               Json& described, std::vector<Json>& kept) {
  // Labels are written once and tuples refer to them, in order of appearance.
  std::vector<std::map<std::uint32_t, std::size_t>> numbers(attributes.size());
  std::vector<Json> labels(attributes.size(), Json::array());
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
  for (std::size_t q = 0; q < attributes.size(); ++q) {
    described.push_back(Described(attributes[q], "level"));
    described.back()["labels"] = std::move(labels[q]);
  }
}

// The regions that tuples go to.
void AddRegions(const Recoding& recoding,
                const std::vector<SolutionAttribute>& attributes,
                Json& described, std::vector<Json>& kept) {
  for (std::size_t q = 0; q < attributes.size(); ++q) {
    const Recoding::Attribute& a = recoding.attributes[q];
    described.push_back(Described(attributes[q], a.kind));
    described.back()["labels"] = a.labels;
    if (recoding.rounds.empty()) described.back()["covers"] = a.covers;
  }
  const std::size_t width = attributes.size();
  for (std::size_t r = 0; r < recoding.size(); ++r) {
    Json tuple = Json::array();
    for (std::size_t q = 0; q < width; ++q) {
      tuple.push_back(recoding.regions[r * width + q]);
    }
    kept.push_back(std::move(tuple));
  }
}

// Where the regions overlap: which of them every tuple goes to.
std::vector<Json> Placed(const Solution& solution, const Classes& classes,
                         const std::vector<SolutionAttribute>& attributes) {
  std::vector<Json> placed;
  const Recoding& recoding = *solution.recoding;
  if (!recoding.overlapping) return placed;
  auto share = recoding.shares.begin();
  for (std::size_t i = 0; i < classes.size(); ++i) {
    if (!solution.kept[i]) continue;
    Json tuple = Json::array();
    for (std::size_t q = 0; q < attributes.size(); ++q) {
      tuple.push_back(attributes[q].label(classes.code(i, q)));
    }
    Json regions = Json::array();
    if (recoding.region_of[i] != Recoding::kShared) {
      regions.push_back({recoding.region_of[i], classes.records(i)});
    }
    for (; share != recoding.shares.end() && share->of_class == i; ++share) {
      regions.push_back({share->region, share->records});
    }
    placed.push_back(
        {{"tuple", std::move(tuple)}, {"regions", std::move(regions)}});
  }
  return placed;
}

// One element a line, so that two solutions can be compared.
std::string Lines(const std::vector<Json>& list) {
  std::string text = "[";
  for (std::size_t i = 0; i < list.size(); ++i) {
    text += (i == 0 ? "\n    " : ",\n    ") + list[i].dump();
  }
  return text + "\n  ]";
}

}  // namespace

std::string SolutionJson(const Solution& solution, const Classes& classes,
                         const std::vector<SolutionAttribute>& attributes) {
  Json described = Json::array();
  std::vector<Json> kept;
  std::vector<Json> placed;
  if (solution.recoding) {
    AddRegions(*solution.recoding, attributes, described, kept);
    placed = Placed(solution, classes, attributes);
  } else {
    AddTuples(solution, classes, attributes, described, kept);
  }
  Json json = {
      {"solution", 1},
      {"solver", solution.solver},
      {"policy",
       {{"file", solution.policy_file}, {"sha256", solution.policy_sha256}}},
      {"attributes", described}};
  if (solution.solver == "mondrian") json["complete"] = solution.complete;
  std::string text = internal::PrettyJson(json);
  text.erase(text.rfind("\n}"));
  text += ",\n  \"kept\": " + Lines(kept);
  if (solution.recoding && !solution.recoding->rounds.empty()) {
    std::vector<Json> rounds;
    for (const Recoding::Round& round : solution.recoding->rounds) {
      rounds.push_back({{"levels", round.levels}, {"kept", round.regions}});
    }
    text += ",\n  \"rounds\": " + Lines(rounds);
  }
  if (!placed.empty()) text += ",\n  \"placed\": " + Lines(placed);
  return text + "\n}\n";
}

}  // namespace anon
