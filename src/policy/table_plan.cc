// SPDX-License-Identifier: Apache-2.0
#include "policy/table_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "anon/io/csv.h"
#include "base/status_macros.h"

namespace anon::internal {
namespace {

const ColumnPolicy* FindColumn(const Policy& policy, std::string_view name) {
  const auto at = std::ranges::find(policy.columns, name, &ColumnPolicy::name);
  return at == policy.columns.end() ? nullptr : &*at;
}

// The class coverage gate: no column slips through unnamed.
absl::Status CheckCoverage(const Policy& policy, const RecordSource& source) {
  const std::vector<std::string>& names = source.attributes();
  // Missing columns first: if none is, line 1 is a header and not a record
  // whose values the next complaint would repeat.
  for (const ColumnPolicy& column : policy.columns) {
    if (std::ranges::find(names, column.name) != names.end()) continue;
    return InputErrorAt(
        {.file = source.name(),
         .line = 1,
         .column = static_cast<std::int64_t>(names.size()) + 1,
         .attribute = column.name},
        fmt::format("the column is missing; {} expects it",
                    ToString(column.place)));
  }
  std::string unnamed;
  std::size_t first = 0;
  for (std::size_t c = 0; c < names.size(); ++c) {
    if (FindColumn(policy, names[c]) != nullptr) continue;
    if (unnamed.empty()) first = c;
    unnamed += (unnamed.empty() ? "" : ", ") + names[c];
  }
  if (!unnamed.empty()) {
    return InputErrorAt({.file = source.name(),
                         .line = 1,
                         .column = static_cast<std::int64_t>(first) + 1,
                         .attribute = names[first]},
                        fmt::format("the policy does not say what becomes of "
                                    "{}; name every column under 'columns'",
                                    unnamed));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const Hierarchy>> LoadHierarchy(
    const ColumnPolicy& column) {
  ANON_ASSIGN_OR_RETURN(
      const auto source,
      CsvSource::Open(column.hierarchy, {.delimiter = column.hierarchy_delimiter,
                                         .header = false}));
  ANON_ASSIGN_OR_RETURN(Hierarchy hierarchy, Hierarchy::FromRecords(*source));
  return std::make_shared<const Hierarchy>(std::move(hierarchy));
}

}  // namespace

absl::Status TablePlan::AddColumn(const Policy& policy,
                                  const ColumnPolicy& column,
                                  std::size_t source) {
  if (column.name == policy.principal) principal_ = source;
  if (column.treatment == Treatment::kSuppress) return absl::OkStatus();
  output_.push_back({.name = column.name,
                     .treatment = column.treatment,
                     .source = source,
                     .quasi = quasi_.size(),
                     .encoding = column.encoding});
  if (column.role == Role::kSensitive) {
    sensitive_.push_back({.name = column.name, .source = source, .values = {}});
  }
  if (column.role != Role::kQuasiIdentifier) return absl::OkStatus();
  quasi_source_.push_back(source);
  if (column.treatment != Treatment::kGeneralize) {
    quasi_.push_back(Generalization::Identity(column.name));
    return absl::OkStatus();
  }
  ANON_ASSIGN_OR_RETURN(auto hierarchy, LoadHierarchy(column));
  auto generalization = Generalization::Create(
      column.name, std::move(hierarchy), column.level);
  if (!generalization.ok()) {
    return PolicyErrorAt(column.place, Message(generalization.status()));
  }
  quasi_.push_back(*std::move(generalization));
  return absl::OkStatus();
}

absl::StatusOr<TablePlan> TablePlan::Bind(const Policy& policy,
                                          const RecordSource& source,
                                          RandomSource& random) {
  ANON_RETURN_IF_ERROR(CheckCoverage(policy, source));
  TablePlan plan;
  plan.source_name_ = source.name();
  const std::vector<std::string>& names = source.attributes();
  for (std::size_t c = 0; c < names.size(); ++c) {
    ANON_RETURN_IF_ERROR(
        plan.AddColumn(policy, *FindColumn(policy, names[c]), c));
  }
  if (plan.principal_) {
    plan.principal_name_ = policy.principal;
    plan.fingerprinter_.emplace(random);
  }
  plan.codes_.resize(plan.quasi_.size() + plan.sensitive_.size());
  return plan;
}

absl::Status TablePlan::FingerprintPrincipals(const Batch& batch) {
  const auto& values = batch.columns[*principal_];
  principals_.clear();
  for (std::size_t r = 0; r < values.size(); ++r) {
    if (values[r].empty()) {
      return InputErrorAt(
          {.file = source_name_,
           .line = batch.lines[r],
           .column = static_cast<std::int64_t>(*principal_) + 1,
           .attribute = principal_name_},
          "empty, but it says whose record this is");
    }
    principals_.push_back(fingerprinter_->Of(values[r]));
  }
  return absl::OkStatus();
}

absl::StatusOr<CodedRows> TablePlan::Encode(const Batch& batch) {
  CodedRows rows;
  rows.rows = batch.rows();
  for (auto& codes : codes_) codes.resize(batch.rows());
  for (std::size_t q = 0; q < quasi_.size(); ++q) {
    ANON_RETURN_IF_ERROR(
        quasi_[q].Encode(batch, quasi_source_[q], source_name_, codes_[q]));
    rows.quasi_identifiers.emplace_back(codes_[q]);
  }
  for (std::size_t s = 0; s < sensitive_.size(); ++s) {
    auto& codes = codes_[quasi_.size() + s];
    for (std::size_t r = 0; r < batch.rows(); ++r) {
      codes[r] = sensitive_[s].values.Intern(
          batch.columns[sensitive_[s].source][r]);
    }
    rows.sensitive_attributes.emplace_back(codes);
  }
  if (principal_) {
    ANON_RETURN_IF_ERROR(FingerprintPrincipals(batch));
    rows.principals = principals_;
  }
  return rows;
}

ClassCounterOptions TablePlan::counter_options(
    std::int64_t class_budget) const {
  ClassCounterOptions options;
  options.class_budget = class_budget;
  for (const auto& quasi : quasi_) {
    options.quasi_identifiers.push_back(quasi.attribute());
  }
  for (const auto& sensitive : sensitive_) {
    options.sensitive_attributes.push_back(sensitive.name);
  }
  return options;
}

std::vector<std::string> TablePlan::output_names() const {
  std::vector<std::string> names;
  for (const OutputColumn& column : output_) names.push_back(column.name);
  return names;
}

}  // namespace anon::internal
