// SPDX-License-Identifier: Apache-2.0
//
// Cells per CPU-second of what happens to a column: generalization to codes of
// a level, and operators.
#include <benchmark/benchmark.h>

#include <string>
#include <utility>
#include <vector>

#include "anon/hierarchy/hierarchy_rule.h"
#include "anon/transform/generalization.h"
#include "anon/transform/masking.h"
#include "anon/transform/rounding.h"
#include "anon/transform/top_coding.h"
#include "anon/transform/treated_source.h"

namespace anon {
namespace {

constexpr std::size_t kRows = 65536;

// A column of `distinct` values as text with slack, as the CSV reader has it.
class Table final : public RecordSource {
 public:
  explicit Table(std::size_t distinct) {
    text_.reserve(kRows * 8 + 64);
    std::uint64_t state = 1;
    for (std::size_t r = 0; r < kRows; ++r) {
      state = state * 6364136223846793005U + 1442695040888963407U;
      const std::string value = std::to_string((state >> 33) % distinct);
      cells_.emplace_back(text_.size(), value.size());
      text_ += value;
    }
    text_.append(64, '\0');
  }
  const std::string& name() const override { return name_; }
  const std::vector<std::string>& attributes() const override {
    return attributes_;
  }
  absl::StatusOr<bool> Next(Batch& batch) override {
    batch.Reset(1);
    const std::string_view text = text_;
    for (const auto& [begin, size] : cells_) {
      batch.columns[0].push_back(text.substr(begin, size));
    }
    batch.lines.resize(kRows);
    batch.slack = 64;
    return true;
  }
  absl::Status Rewind() override { return absl::OkStatus(); }

 private:
  std::string name_ = "table";
  std::vector<std::string> attributes_ = {"value"};
  std::string text_;
  std::vector<std::pair<std::size_t, std::size_t>> cells_;
};

void GeneralizeByCode(benchmark::State& state) {
  const auto distinct = static_cast<std::size_t>(state.range(0));
  Table table(distinct);
  Batch batch;
  (void)table.Next(batch);
  std::vector<std::string> values;
  for (std::size_t i = 0; i < distinct; ++i)
    values.push_back(std::to_string(i));
  const auto rule = MakeHierarchyRule(
      {.rule = "interval", .parameters = {{"widths", "10,100"}}});
  auto hierarchy = BuildHierarchy(**rule, ValueDomain::FromValues(values));
  auto generalization = Generalization::Create(
      "value", std::make_shared<const Hierarchy>(*std::move(hierarchy)), 1);
  std::vector<std::uint32_t> codes(kRows);
  for (auto _ : state) {
    if (!generalization->Encode(batch, 0, "table", codes).ok()) {
      state.SkipWithError("not encoded");
    }
    benchmark::DoNotOptimize(codes.data());
  }
  state.counters["cells"] =
      benchmark::Counter(static_cast<double>(kRows),
                         benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(GeneralizeByCode)->Arg(100)->Arg(2000)->Arg(10000);

void Operate(benchmark::State& state,
             const std::shared_ptr<const CellOperator>& op) {
  Table table(10000);
  auto treated = TreatedSource::Create(table, {{"value", {op}}});
  Batch batch;
  for (auto _ : state) {
    if (!(*treated)->Next(batch).ok()) state.SkipWithError("not read");
    benchmark::DoNotOptimize(batch.columns[0].data());
  }
  state.counters["cells"] =
      benchmark::Counter(static_cast<double>(kRows),
                         benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK_CAPTURE(Operate, top_code, TopCode(Decimal(9000), "9000+"));
BENCHMARK_CAPTURE(Operate, round_to_base,
                  RoundToBase(Decimal(50), Decimal::Toward::kNearest));
BENCHMARK_CAPTURE(Operate, mask_characters, MaskCharacters({.keep_first = 1}));

}  // namespace
}  // namespace anon
