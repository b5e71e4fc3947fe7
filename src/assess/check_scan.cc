// SPDX-License-Identifier: Apache-2.0
//
// Every batch is encoded once and counted as often as it takes: for all
// attributes guarded alone, and for each that is guarded jointly with others.
#include "assess/check_scan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <utility>

#include "assess/derived_columns.h"
#include "base/status_macros.h"

namespace anon::internal {
namespace {

using Names = std::vector<std::string>;

std::size_t IndexOf(const Names& names, const std::string& name) {
  return static_cast<std::size_t>(std::ranges::find(names, name) -
                                  names.begin());
}

class Scanner {
 public:
  static absl::StatusOr<Scanner> Create(const RecordSource& table,
                                        const CheckRequest& request,
                                        RandomSource& random) {
    Names sensitive = request.sensitive_attributes;  // whatever is encoded
    for (const Names& combined : request.combined_attributes) {
      for (const std::string& name : combined) {
        if (IndexOf(sensitive, name) == sensitive.size()) {
          sensitive.push_back(name);
        }
      }
    }
    ClassColumns columns{
        .quasi_identifiers = {},
        .sensitive_attributes = sensitive,
        .principal = request.principal,
        .group = request.group,
        .frequency = request.frequency,
        .weight = request.weight,
        .refuse_missing = request.missing == MissingValues::kRefuse};
    for (const std::string& name : request.quasi_identifiers) {
      columns.quasi_identifiers.push_back(Generalization::Identity(name));
    }
    ANON_ASSIGN_OR_RETURN(RowCoder coder,
                          RowCoder::Create(std::move(columns), table, random));
    Scanner scanner(request, std::move(coder), sensitive);
    ANON_RETURN_IF_ERROR(scanner.FindColumns(table, sensitive));
    return scanner;
  }

  absl::Status Add(const Batch& batch) {
    CountMissing(batch);
    ANON_ASSIGN_OR_RETURN(const CodedRows rows, coder_.Encode(batch));
    rows_ += static_cast<std::int64_t>(batch.rows());
    CodedRows alone = rows;
    alone.sensitive_attributes.resize(request_.sensitive_attributes.size());
    for (TupleColumn& tuples : combined_) {
      alone.sensitive_attributes.emplace_back(
          tuples.Encode(rows.sensitive_attributes, rows.rows));
    }
    ANON_RETURN_IF_ERROR(counter_.Add(alone));
    for (std::size_t s = 0; s < joint_.size(); ++s) {
      CodedRows jointly = rows;
      jointly.sensitive_attributes = {rows.sensitive_attributes[s]};
      for (std::size_t other = 0; other < joint_.size(); ++other) {
        if (other == s) continue;
        jointly.quasi_identifiers.push_back(rows.sensitive_attributes[other]);
      }
      ANON_RETURN_IF_ERROR(joint_[s].Add(jointly));
    }
    for (SetColumn& set : sets_) set.Add(batch, rows.principals);
    return absl::OkStatus();
  }

  CheckScan Finish() && {
    CheckScan scan{.rows = rows_,
                   .missing = {},
                   .coder = std::move(coder_),
                   .classes = std::move(counter_).Finish(),
                   .joint = {},
                   .sets = {}};
    for (const Watched& column : watched_) {
      if (column.missing > 0) scan.missing[column.name] = column.missing;
    }
    for (std::size_t s = 0; s < joint_.size(); ++s) {
      Names known = request_.sensitive_attributes;
      known.erase(known.begin() + static_cast<std::ptrdiff_t>(s));
      scan.joint.push_back({std::move(known), std::move(joint_[s]).Finish()});
    }
    scan.sets = std::move(sets_);
    return scan;
  }

 private:
  // A column whose missing values are counted.
  struct Watched {
    std::string name;
    std::size_t column = 0;
    std::int64_t missing = 0;
  };

  Scanner(const CheckRequest& request, RowCoder coder, const Names& sensitive)
      : request_(request),
        coder_(std::move(coder)),
        counter_(Options(request.quasi_identifiers, Guarded(request))) {
    for (const Names& combined : request.combined_attributes) {
      std::vector<std::size_t> columns;
      for (const std::string& name : combined) {
        columns.push_back(IndexOf(sensitive, name));
      }
      combined_.emplace_back(std::move(columns));
    }
    if (!request.jointly) return;
    for (const std::string& guarded : request.sensitive_attributes) {
      Names quasi = request.quasi_identifiers;
      for (const std::string& other : request.sensitive_attributes) {
        if (other != guarded) quasi.push_back(other);
      }
      joint_.emplace_back(Options(std::move(quasi), {guarded}));
    }
  }

  static Names Guarded(const CheckRequest& request) {
    Names guarded = request.sensitive_attributes;
    for (const Names& combined : request.combined_attributes) {
      guarded.push_back(CombinedName(combined));
    }
    return guarded;
  }

  ClassCounterOptions Options(Names quasi, Names sensitive) const {
    ClassCounterOptions options;
    options.quasi_identifiers = std::move(quasi);
    options.sensitive_attributes = std::move(sensitive);
    options.class_budget = request_.class_budget;
    return options;
  }

  // Those of quasi-identifiers and sensitive attributes are there.
  absl::Status FindColumns(const RecordSource& table, const Names& sensitive) {
    const Names& all = table.attributes();
    std::set<std::string> watched(request_.quasi_identifiers.begin(),
                                  request_.quasi_identifiers.end());
    watched.insert(sensitive.begin(), sensitive.end());
    for (const SetValuedColumn& set : request_.sets) {
      const std::size_t column = IndexOf(all, set.attribute);
      if (column == all.size()) {
        return InputErrorAt({.file = table.name(), .line = 1},
                            fmt::format("no column '{}'", set.attribute));
      }
      sets_.emplace_back(column, set.separator);
      watched.insert(set.attribute);
    }
    for (const std::string& name : watched) {
      watched_.push_back({name, IndexOf(all, name)});
    }
    return absl::OkStatus();
  }

  void CountMissing(const Batch& batch) {
    for (Watched& column : watched_) {
      column.missing += std::ranges::count_if(
          batch.columns[column.column],
          [](std::string_view value) { return value.empty(); });
    }
  }

  const CheckRequest& request_;
  std::int64_t rows_ = 0;
  RowCoder coder_;
  ClassCounter counter_;
  std::vector<TupleColumn> combined_;
  std::vector<ClassCounter> joint_;
  std::vector<SetColumn> sets_;
  std::vector<Watched> watched_;
};

}  // namespace

std::string CombinedName(const std::vector<std::string>& attributes) {
  return fmt::format("{}", fmt::join(attributes, "+"));
}

absl::StatusOr<CheckScan> ScanTable(RecordSource& table,
                                    const CheckRequest& request,
                                    RandomSource& random) {
  ANON_ASSIGN_OR_RETURN(Scanner scanner,
                        Scanner::Create(table, request, random));
  ANON_RETURN_IF_ERROR(table.Rewind());
  Batch batch;
  for (;;) {
    ANON_ASSIGN_OR_RETURN(const bool more, table.Next(batch));
    if (!more) break;
    ANON_RETURN_IF_ERROR(scanner.Add(batch));
  }
  return std::move(scanner).Finish();
}

}  // namespace anon::internal
