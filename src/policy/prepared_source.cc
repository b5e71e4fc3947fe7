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

std::vector<OperatorTally> PreparedSource::operator_tallies() const {
  return treated_ == nullptr ? std::vector<OperatorTally>{}
                             : treated_->tallies();
}

}  // namespace anon::internal
