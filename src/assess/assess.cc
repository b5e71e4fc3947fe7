// SPDX-License-Identifier: Apache-2.0
#include "anon/assess/assess.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "anon/data/dictionary.h"
#include "base/status_macros.h"

namespace anon {
namespace {

// One column that matters, and the codes of the batch at hand.
struct CodedColumn {
  std::size_t column = 0;
  Dictionary values;
  std::vector<std::uint32_t> codes;

  void Encode(const Batch& batch) {
    codes.clear();
    for (const std::string_view value : batch.columns[column]) {
      codes.push_back(values.Intern(value));
    }
  }
};

absl::StatusOr<std::vector<CodedColumn>> FindColumns(
    const RecordSource& table, const std::vector<std::string>& names) {
  std::vector<CodedColumn> found;
  for (const std::string& name : names) {
    const auto& attributes = table.attributes();
    const auto at = std::ranges::find(attributes, name);
    if (at == attributes.end()) {
      return InputErrorAt({.file = table.name(), .line = 1},
                          fmt::format("no column '{}'", name));
    }
    found.emplace_back().column =
        static_cast<std::size_t>(at - attributes.begin());
  }
  return found;
}

// A table counted, with the values behind its codes.
struct Counted {
  std::vector<CodedColumn> quasi_identifiers;
  std::vector<CodedColumn> sensitive_attributes;
  std::optional<Classes> classes;
};

absl::StatusOr<Counted> CountTable(RecordSource& table,
                                   const AssessedColumns& columns,
                                   const Owners& owners,
                                   std::int64_t class_budget) {
  Counted counted;
  ANON_ASSIGN_OR_RETURN(counted.quasi_identifiers,
                        FindColumns(table, columns.quasi_identifiers));
  ANON_ASSIGN_OR_RETURN(counted.sensitive_attributes,
                        FindColumns(table, columns.sensitive_attributes));
  ClassCounter counter({.quasi_identifiers = columns.quasi_identifiers,
                        .sensitive_attributes = columns.sensitive_attributes,
                        .class_budget = class_budget});
  ANON_RETURN_IF_ERROR(table.Rewind());
  Batch batch;
  std::vector<Fingerprint> principals;
  std::vector<Fingerprint> groups;
  for (;;) {
    ANON_ASSIGN_OR_RETURN(const bool more, table.Next(batch));
    if (!more) break;
    CodedRows rows;
    rows.rows = batch.rows();
    for (CodedColumn& column : counted.quasi_identifiers) {
      column.Encode(batch);
      rows.quasi_identifiers.emplace_back(column.codes);
    }
    for (CodedColumn& column : counted.sensitive_attributes) {
      column.Encode(batch);
      rows.sensitive_attributes.emplace_back(column.codes);
    }
    if (owners.principals) {
      principals.resize(batch.rows());
      ANON_RETURN_IF_ERROR(owners.principals(principals));
      rows.principals = principals;
    }
    if (owners.groups) {
      groups.resize(batch.rows());
      ANON_RETURN_IF_ERROR(owners.groups(groups));
      rows.groups = groups;
    }
    ANON_RETURN_IF_ERROR(counter.Add(rows));
  }
  counted.classes = std::move(counter).Finish();
  return counted;
}

// `context` with the labels of the counted table.
ModelContext Labelled(const ModelContext& context,
                      const AssessedColumns& columns, const Counted& counted) {
  ModelContext labelled = context;
  labelled.quasi_label = [&counted](std::size_t q, std::uint32_t code) {
    return counted.quasi_identifiers[q].values.value(code);
  };
  for (std::size_t s = 0; s < columns.sensitive_attributes.size(); ++s) {
    labelled.sensitive[columns.sensitive_attributes[s]].label =
        [&counted, s](std::uint32_t code) {
          return counted.sensitive_attributes[s].values.value(code);
        };
  }
  return labelled;
}

}  // namespace

absl::StatusOr<Assessment> Assess(RecordSource& table,
                                  const AssessedColumns& columns,
                                  const PrivacyModels& models,
                                  const Owners& owners,
                                  std::int64_t class_budget,
                                  const ModelContext& context) {
  ANON_ASSIGN_OR_RETURN(const Counted counted,
                        CountTable(table, columns, owners, class_budget));
  const Classes& classes = *counted.classes;
  Assessment assessment;
  if (!table.digest()) {
    return absl::FailedPreconditionError(fmt::format(
        "{}: a table without a digest cannot be assessed", table.name()));
  }
  assessment.digest = *table.digest();
  assessment.attributes = table.attributes();
  assessment.records = classes.total_records();
  assessment.principals = classes.total_principals();
  assessment.classes = static_cast<std::int64_t>(classes.size());
  assessment.satisfied = true;
  assessment.smallest_class = classes.smallest();
  const ModelContext labelled = Labelled(context, columns, counted);
  std::vector<std::unique_ptr<const BoundModel>> bound;
  for (const auto& model : models) {
    ANON_ASSIGN_OR_RETURN(bound.emplace_back(), model->On(classes, labelled));
  }
  assessment.verdicts = BoundModel::JudgeAll(bound);
  for (const Verdict& verdict : assessment.verdicts) {
    assessment.satisfied &= verdict.satisfied;
  }
  return assessment;
}

}  // namespace anon
