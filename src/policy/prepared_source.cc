// SPDX-License-Identifier: Apache-2.0
#include "policy/prepared_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "anon/io/csv.h"
#include "base/status_macros.h"
#include "policy/preconditions.h"
#include "policy/table_plan.h"

namespace anon::internal {

std::vector<AggregatedColumn> AggregationOf(const Policy& policy,
                                            const RecordSource& source) {
  std::vector<AggregatedColumn> columns;
  for (const std::string& name : source.attributes()) {
    if (name == policy.principal) continue;
    const auto at =
        std::ranges::find(policy.columns, name, &ColumnPolicy::name);
    columns.push_back({name, at->aggregation.value_or(AggregationRule::kOmit)});
  }
  return columns;
}

std::vector<ColumnOperators> OperatorsOf(const Policy& policy,
                                         const RecordSource& source) {
  std::vector<ColumnOperators> columns;
  for (const ColumnPolicy& column : policy.columns) {
    const bool there = std::ranges::find(source.attributes(), column.name) !=
                       source.attributes().end();
    if (there && !column.operators.empty()) {
      columns.push_back({column.name, column.operators});
    }
  }
  return columns;
}

absl::StatusOr<PreparedSource> PreparedSource::Open(const Policy& policy,
                                                    RecordSource* given,
                                                    std::string_view today,
                                                    RandomSource& random) {
  ANON_RETURN_IF_ERROR(CheckCollation(policy));
  PreparedSource prepared;
  prepared.records_ = given;
  if (given == nullptr) {
    ANON_ASSIGN_OR_RETURN(
        prepared.opened_,
        CsvSource::Open(policy.source, {.delimiter = policy.delimiter,
                                        .encoding = policy.encoding,
                                        .null_text = policy.null_text}));
    prepared.records_ = prepared.opened_.get();
  }
  ANON_RETURN_IF_ERROR(CheckCoverage(policy, *prepared.records_));
  if (policy.gates.consent || policy.gates.exclusion) {
    ANON_ASSIGN_OR_RETURN(
        prepared.gates_,
        GateSource::Create(policy, *prepared.records_, today, random));
    prepared.records_ = prepared.gates_.get();
  }
  if (!policy.derived.empty()) {
    ANON_ASSIGN_OR_RETURN(
        prepared.gridded_,
        GriddedSource::Create(*prepared.records_, policy.derived));
    prepared.records_ = prepared.gridded_.get();
  }
  auto normalizers = NormalizersOf(policy);
  if (!normalizers.empty()) {
    ANON_ASSIGN_OR_RETURN(
        prepared.normalized_,
        TreatedSource::Create(*prepared.records_, std::move(normalizers)));
    prepared.records_ = prepared.normalized_.get();
  }
  // After the gates: a record that is held back has no part in what is
  // released. After derived columns: a place and a time that are taken from two
  // records would be where nobody was. After identifiers are made alike: two
  // spellings of one person are one person. Before operators: they treat the
  // value that comes of it, and a sum of rounded values is not the rounded sum.
  if (policy.several_rows == SeveralRows::kAggregate) {
    prepared.aggregation_ = AggregationOf(policy, *prepared.records_);
    ANON_ASSIGN_OR_RETURN(
        prepared.aggregated_,
        AggregatedSource::Create(*prepared.records_, policy.principal,
                                 prepared.aggregation_));
    prepared.records_ = prepared.aggregated_.get();
  }
  auto operators = OperatorsOf(policy, *prepared.records_);
  if (!operators.empty()) {
    ANON_ASSIGN_OR_RETURN(
        prepared.treated_,
        TreatedSource::Create(*prepared.records_, std::move(operators)));
    prepared.records_ = prepared.treated_.get();
  }
  ANON_RETURN_IF_ERROR(prepared.records_->Rewind());
  return prepared;
}

std::string PreparedSource::NobodyPassed() const {
  if (gates_ == nullptr || !gates_->ended() || gates_->passed() > 0) return "";
  std::int64_t held_back = 0;
  for (const GateTally& gate : gates_->tallies()) held_back += gate.records;
  if (held_back == 0) return "";
  return fmt::format("no record passed the gates: {} were held back",
                     held_back);
}

std::vector<GateTally> PreparedSource::gate_tallies() const {
  return gates_ == nullptr ? std::vector<GateTally>{} : gates_->tallies();
}

std::optional<AggregationTally> PreparedSource::aggregation() const {
  if (aggregated_ == nullptr) return std::nullopt;
  AggregationTally tally{.records_in = aggregated_->records_read(),
                         .records_out = aggregated_->principals(),
                         .columns = aggregation_};
  std::erase_if(tally.columns, [](const AggregatedColumn& column) {
    return column.rule == AggregationRule::kOmit;
  });
  return tally;
}

std::vector<OperatorTally> PreparedSource::operator_tallies() const {
  return treated_ == nullptr ? std::vector<OperatorTally>{}
                             : treated_->tallies();
}

}  // namespace anon::internal
