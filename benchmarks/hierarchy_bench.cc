// SPDX-License-Identifier: Apache-2.0
//
// Rates are per CPU-second of one thread.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "anon/hierarchy/calendar.h"
#include "anon/hierarchy/hierarchy_rule.h"
#include "anon/hierarchy/mesh.h"

namespace anon {
namespace {

// Points all over Japan and, one in a hundred, off the grid.
struct Points {
  std::vector<std::int32_t> latitudes;
  std::vector<std::int32_t> longitudes;

  explicit Points(std::size_t count) {
    std::mt19937 engine(1);
    std::uniform_int_distribution<std::int32_t> latitude(20'400'000,
                                                         45'600'000);
    std::uniform_int_distribution<std::int32_t> longitude(122'900'000,
                                                          154'000'000);
    for (std::size_t i = 0; i < count; ++i) {
      latitudes.push_back(i % 100 == 0 ? -1 : latitude(engine));
      longitudes.push_back(longitude(engine));
    }
  }
};

void BM_MeshCodes(benchmark::State& state) {
  const Points points(1 << 16);
  const auto level = static_cast<MeshLevel>(state.range(0));
  std::vector<std::uint64_t> codes(points.latitudes.size());
  for (auto _ : state) {
    MeshCodes(points.latitudes, points.longitudes, level, codes.data());
    benchmark::ClobberMemory();
  }
  state.SetLabel(std::string(ToString(level)));
  state.SetItemsProcessed(state.iterations() *
                          static_cast<std::int64_t>(codes.size()));
}
BENCHMARK(BM_MeshCodes)
    ->DenseRange(static_cast<int>(MeshLevel::k80km),
                 static_cast<int>(MeshLevel::k125m));

void BM_MeshFromText(benchmark::State& state) {
  const std::string latitude = "35.658581";
  const std::string longitude = "139.745433";
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        MeshCode::FromPoint(latitude, longitude, MeshLevel::k125m));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_MeshFromText);

void BM_ParseDate(benchmark::State& state) {
  const std::string date = state.range(0) == 0 ? "2024-04-01" : "令和6年4月1日";
  for (auto _ : state) benchmark::DoNotOptimize(ParseDate(date));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_ParseDate)->Arg(0)->Arg(1);

// A hierarchy of every birthday of a century.
void BM_BuildDateHierarchy(benchmark::State& state) {
  std::vector<std::string> values;
  for (int year = 1926; year < 2026; ++year) {
    for (int month = 101; month <= 112; ++month) {
      for (int day = 101; day <= 128; ++day) {
        values.push_back(std::to_string(year) + "-" +
                         std::to_string(month).substr(1) + "-" +
                         std::to_string(day).substr(1));
      }
    }
  }
  const ValueDomain domain = ValueDomain::FromValues(values);
  const HierarchyRulePtr rule = *DateRule({});
  for (auto _ : state) benchmark::DoNotOptimize(BuildHierarchy(*rule, domain));
  state.SetItemsProcessed(state.iterations() *
                          static_cast<std::int64_t>(values.size()));
}
BENCHMARK(BM_BuildDateHierarchy);

}  // namespace
}  // namespace anon
