// SPDX-License-Identifier: Apache-2.0
#include "anon/transform/row_coder.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/status_macros.h"

namespace anon {
namespace {

absl::StatusOr<std::size_t> FindColumn(const RecordSource& table,
                                       const std::string& name) {
  const std::vector<std::string>& names = table.attributes();
  const auto at = std::ranges::find(names, name);
  if (at != names.end()) return static_cast<std::size_t>(at - names.begin());
  return InputErrorAt({.file = table.name(), .line = 1},
                      fmt::format("no column '{}'", name));
}

}  // namespace

absl::StatusOr<RowCoder> RowCoder::Create(ClassColumns columns,
                                          const RecordSource& table,
                                          RandomSource& random) {
  RowCoder coder;
  coder.table_ = table.name();
  for (const Generalization& quasi : columns.quasi_identifiers) {
    ANON_ASSIGN_OR_RETURN(coder.source_.emplace_back(),
                          FindColumn(table, quasi.attribute()));
  }
  for (const std::string& name : columns.sensitive_attributes) {
    ANON_ASSIGN_OR_RETURN(coder.source_.emplace_back(),
                          FindColumn(table, name));
  }
  if (!columns.principal.empty()) {
    ANON_ASSIGN_OR_RETURN(coder.principal_,
                          FindColumn(table, columns.principal));
    coder.fingerprinter_.emplace(random);
  }
  coder.codes_.resize(coder.source_.size());
  coder.sensitive_values_.resize(columns.sensitive_attributes.size());
  coder.columns_ = std::move(columns);
  return coder;
}

absl::Status RowCoder::FingerprintPrincipals(const Batch& batch) {
  const auto& values = batch.columns[*principal_];
  principals_.clear();
  for (std::size_t r = 0; r < values.size(); ++r) {
    if (values[r].empty()) {
      return InputErrorAt({.file = table_,
                           .line = batch.lines[r],
                           .column = static_cast<std::int64_t>(*principal_) + 1,
                           .attribute = columns_.principal},
                          "empty, but it says whose record this is");
    }
    principals_.push_back(fingerprinter_->Of(values[r]));
  }
  return absl::OkStatus();
}

absl::StatusOr<CodedRows> RowCoder::Encode(const Batch& batch) {
  CodedRows rows;
  rows.rows = batch.rows();
  for (auto& codes : codes_) codes.resize(batch.rows());
  const std::size_t quasi = columns_.quasi_identifiers.size();
  for (std::size_t q = 0; q < quasi; ++q) {
    ANON_RETURN_IF_ERROR(columns_.quasi_identifiers[q].Encode(
        batch, source_[q], table_, codes_[q]));
    rows.quasi_identifiers.emplace_back(codes_[q]);
  }
  for (std::size_t s = 0; s < sensitive_values_.size(); ++s) {
    auto& codes = codes_[quasi + s];
    const auto& values = batch.columns[source_[quasi + s]];
    sensitive_values_[s].Intern(values, codes.data(), batch.slack);
    rows.sensitive_attributes.emplace_back(codes);
  }
  if (principal_) {
    ANON_RETURN_IF_ERROR(FingerprintPrincipals(batch));
    rows.principals = principals_;
  }
  return rows;
}

ClassCounterOptions RowCoder::counter_options(std::int64_t class_budget) const {
  ClassCounterOptions options;
  options.class_budget = class_budget;
  for (const Generalization& quasi : columns_.quasi_identifiers) {
    options.quasi_identifiers.push_back(quasi.attribute());
  }
  options.sensitive_attributes = columns_.sensitive_attributes;
  return options;
}

absl::StatusOr<Classes> CountClasses(RecordSource& table, RowCoder& coder,
                                     std::int64_t class_budget) {
  ClassCounter counter(coder.counter_options(class_budget));
  ANON_RETURN_IF_ERROR(table.Rewind());
  Batch batch;
  for (;;) {
    ANON_ASSIGN_OR_RETURN(const bool more, table.Next(batch));
    if (!more) break;
    ANON_ASSIGN_OR_RETURN(const CodedRows rows, coder.Encode(batch));
    ANON_RETURN_IF_ERROR(counter.Add(rows));
  }
  return std::move(counter).Finish();
}

}  // namespace anon
