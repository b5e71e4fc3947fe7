// SPDX-License-Identifier: Apache-2.0
#include "anon/transform/row_coder.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "data/find_attribute.h"
#include "transform/row_numbers.h"

namespace anon {
absl::StatusOr<RowCoder> RowCoder::Create(ClassColumns columns,
                                          const RecordSource& table,
                                          RandomSource& random) {
  RowCoder coder;
  coder.table_ = table.name();
  coder.attributes_ = table.attributes();
  for (const Generalization& quasi : columns.quasi_identifiers) {
    ANON_ASSIGN_OR_RETURN(coder.source_.emplace_back(),
                          internal::FindAttribute(table, quasi.attribute()));
  }
  for (const std::string& name : columns.sensitive_attributes) {
    ANON_ASSIGN_OR_RETURN(coder.source_.emplace_back(),
                          internal::FindAttribute(table, name));
  }
  const auto find = [&](const std::string& name, auto& derived) {
    if (name.empty()) return absl::OkStatus();
    const auto column = internal::FindAttribute(table, name);
    if (column.ok()) derived.column = *column;
    return column.status();
  };
  ANON_RETURN_IF_ERROR(find(columns.principal, coder.principals_));
  ANON_RETURN_IF_ERROR(find(columns.group, coder.groups_));
  ANON_RETURN_IF_ERROR(find(columns.frequency, coder.frequencies_));
  ANON_RETURN_IF_ERROR(find(columns.weight, coder.weights_));
  coder.fingerprinter_.emplace(random);
  coder.codes_.resize(coder.source_.size());
  coder.sensitive_values_.resize(columns.sensitive_attributes.size());
  coder.columns_ = std::move(columns);
  return coder;
}

Place RowCoder::At(const Batch& batch, std::size_t column,
                   std::size_t row) const {
  return {.file = table_,
          .line = batch.lines[row],
          .column = static_cast<std::int64_t>(column) + 1,
          .attribute = attributes_[column]};
}

absl::Status RowCoder::RefuseMissing(const Batch& batch) const {
  std::pair first = {batch.rows(), std::size_t{0}};  // row, column
  for (const std::size_t column : source_) {
    const auto& values = batch.columns[column];
    const auto missing = std::ranges::find_if(
        values, [](std::string_view value) { return value.empty(); });
    const auto row = static_cast<std::size_t>(missing - values.begin());
    first = std::min(first, std::pair{row, column});
  }
  if (first.first == batch.rows()) return absl::OkStatus();
  return InputErrorAt(At(batch, first.second, first.first),
                      "a value is missing, and missing values are refused");
}

absl::Status RowCoder::MakeFingerprints(const Batch& batch,
                                        std::string_view whose,
                                        Derived<Fingerprint>& column) const {
  const auto& values = batch.columns[*column.column];
  column.made.clear();
  for (std::size_t r = 0; r < values.size(); ++r) {
    if (values[r].empty()) {
      return InputErrorAt(At(batch, *column.column, r),
                          fmt::format("empty, but it says {} this is", whose));
    }
    column.made.push_back(fingerprinter_->Of(values[r]));
  }
  return absl::OkStatus();
}

absl::Status RowCoder::ReadNumbers(const Batch& batch) {
  const auto read = [&](Derived<std::int64_t>& column, auto parse,
                        std::string_view complaint) {
    if (!column.column) return absl::OkStatus();
    const auto& values = batch.columns[*column.column];
    column.made.clear();
    for (std::size_t r = 0; r < values.size(); ++r) {
      const auto number = parse(values[r]);
      if (!number) {
        return InputErrorAt(At(batch, *column.column, r), complaint);
      }
      column.made.push_back(*number);
    }
    return absl::OkStatus();
  };
  ANON_RETURN_IF_ERROR(
      read(frequencies_, internal::ParseFrequency,
           "a frequency is a whole number of 1 or more, in digits"));
  return read(weights_, internal::ParseWeight,
              "a sampling weight is a decimal number from 0 to 2^43, such as "
              "45.5");
}

absl::StatusOr<CodedRows> RowCoder::Encode(const Batch& batch) {
  if (columns_.refuse_missing) ANON_RETURN_IF_ERROR(RefuseMissing(batch));
  CodedRows rows;
  rows.rows = batch.rows();
  rows.source = table_;
  rows.lines = batch.lines;
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
  if (principals_.column) {
    ANON_RETURN_IF_ERROR(MakeFingerprints(batch, "whose record", principals_));
    rows.principals = principals_.made;
  }
  if (groups_.column) {
    ANON_RETURN_IF_ERROR(
        MakeFingerprints(batch, "whose household or contract", groups_));
    rows.groups = groups_.made;
  }
  ANON_RETURN_IF_ERROR(ReadNumbers(batch));
  rows.frequencies = frequencies_.made;
  rows.weights = weights_.made;
  return rows;
}

absl::Status RowCoder::SetLevels(const std::vector<std::size_t>& levels) {
  for (std::size_t q = 0; q < levels.size(); ++q) {
    ANON_RETURN_IF_ERROR(columns_.quasi_identifiers[q].SetLevel(
        static_cast<std::int64_t>(levels[q])));
  }
  return absl::OkStatus();
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
                                     const CountOptions& options) {
  ClassCounterOptions counting = coder.counter_options(options.class_budget);
  counting.keep_membership = options.keep_membership;
  ClassCounter counter(std::move(counting));
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
