// SPDX-License-Identifier: Apache-2.0
#include "anon/policy/apply.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "anon/model/model_context.h"
#include "anon/transform/load_hierarchy.h"
#include "anon/transform/row_coder.h"
#include "anon/transform/shuffle.h"
#include "base/status_macros.h"
#include "policy/hierarchies.h"
#include "policy/prepared_source.h"
#include "policy/solution_check.h"

namespace anon {
namespace {

const ColumnPolicy& ColumnOf(const Policy& policy, std::string_view name) {
  return *std::ranges::find(policy.columns, name, &ColumnPolicy::name);
}

// Columns without records: what RowCoder wants to know of a table.
class Columns final : public RecordSource {
 public:
  explicit Columns(std::vector<std::string> names) : names_(std::move(names)) {}
  const std::string& name() const override { return name_; }
  const std::vector<std::string>& attributes() const override { return names_; }
  absl::StatusOr<bool> Next(Batch&) override { return false; }
  absl::Status Rewind() override { return absl::OkStatus(); }

 private:
  const std::string name_ = "what was written";
  std::vector<std::string> names_;
};

constexpr char kPrincipal[] = "\x01principal";  // no column is called so

// Counts what came in, as pass 1 of a run does: models that compare a class
// with the whole table compare it with that too.
class InputCounter {
 public:
  static absl::StatusOr<std::unique_ptr<InputCounter>> Create(
      const Policy& policy, const SavedSolution& solution,
      const std::vector<std::string>& source, RandomSource& random) {
    ClassColumns columns;
    std::vector<std::string> names = solution.attributes();
    for (const std::string& name : names) {
      columns.quasi_identifiers.push_back(Generalization::Identity(name));
    }
    std::vector<std::size_t> from;
    for (const std::string& name : names) from.push_back(Index(source, name));
    for (const std::string& name : AppliedColumns(policy, source)) {
      if (ColumnOf(policy, name).role != Role::kSensitive) continue;
      columns.sensitive_attributes.push_back(name);
      from.push_back(Index(source, name));
      names.push_back(name);
    }
    if (!policy.principal.empty()) {
      columns.principal = kPrincipal;
      from.push_back(Index(source, policy.principal));
      names.emplace_back(kPrincipal);
    }
    ANON_ASSIGN_OR_RETURN(RowCoder coder,
                          RowCoder::Create(std::move(columns),
                                           Columns(std::move(names)), random));
    ClassCounterOptions counts = coder.counter_options(policy.class_budget);
    return std::unique_ptr<InputCounter>(new InputCounter(
        std::move(from), std::move(coder), ClassCounter(std::move(counts))));
  }

  absl::Status Add(const Batch& in, const SavedSolution& solution) {
    const std::size_t quasi = coder_.quasi_identifiers().size();
    batch_.Reset(from_.size());
    batch_.lines = in.lines;
    for (std::size_t c = 0; c < from_.size(); ++c) {
      batch_.columns[c] = in.columns[from_[c]];
      if (c >= quasi) continue;
      for (std::string_view& value : batch_.columns[c]) {
        value = solution.Counted(c, value);
      }
    }
    ANON_ASSIGN_OR_RETURN(const CodedRows rows, coder_.Encode(batch_));
    return counter_.Add(rows);
  }

  // Sets the reference of every attribute in `context`; once, at the end.
  absl::Status Finish(ModelContext& context) {
    const Classes classes = std::move(counter_).Finish();
    for (auto& [attribute, known] : context.sensitive) {
      const auto s = classes.SensitiveIndex(attribute);
      if (!s) continue;
      ANON_ASSIGN_OR_RETURN(
          known.reference,
          CountValues(classes, attribute, [&](std::uint32_t code) {
            return coder_.sensitive_value(*s, code);
          }));
    }
    return absl::OkStatus();
  }

 private:
  InputCounter(std::vector<std::size_t> from, RowCoder coder,
               ClassCounter counter)
      : from_(std::move(from)),
        coder_(std::move(coder)),
        counter_(std::move(counter)) {}
  static std::size_t Index(const std::vector<std::string>& source,
                           const std::string& name) {
    return static_cast<std::size_t>(std::ranges::find(source, name) -
                                    source.begin());
  }

  const std::vector<std::size_t> from_;  // columns of the source
  RowCoder coder_;
  ClassCounter counter_;
  Batch batch_;
};

bool ComparesTables(const Policy& policy) {
  return std::ranges::any_of(policy.models, [](const auto& model) {
    return model->needs().distribution;
  });
}

// Counts what is written and judges it. The principals ride behind it.
class Judge {
 public:
  static absl::StatusOr<std::unique_ptr<Judge>> Create(
      const Policy& policy, std::vector<std::string> names,
      RandomSource& random) {
    ClassColumns columns;
    for (const std::string& name : names) {
      const ColumnPolicy& column = ColumnOf(policy, name);
      if (column.role == Role::kQuasiIdentifier) {
        columns.quasi_identifiers.push_back(Generalization::Identity(name));
      } else if (column.role == Role::kSensitive) {
        columns.sensitive_attributes.push_back(name);
      }
    }
    if (!policy.principal.empty()) {
      names.emplace_back(kPrincipal);
      columns.principal = kPrincipal;
    }
    ANON_ASSIGN_OR_RETURN(RowCoder coder,
                          RowCoder::Create(std::move(columns),
                                           Columns(std::move(names)), random));
    ClassCounterOptions counts = coder.counter_options(policy.class_budget);
    return std::unique_ptr<Judge>(
        new Judge(std::move(coder), ClassCounter(std::move(counts))));
  }

  absl::Status Add(const Batch& batch) {
    ANON_ASSIGN_OR_RETURN(const CodedRows rows, coder_.Encode(batch));
    return counter_.Add(rows);
  }

  // `input`: what to compare with beside what was written; null: nothing.
  absl::Status Judged(const Policy& policy, InputCounter* input,
                      ApplyReport& report) {
    const Classes classes = std::move(counter_).Finish();
    ModelContext context;
    for (const auto& model : policy.models) {
      const auto s = classes.SensitiveIndex(model->attribute());
      if (!s) continue;
      SensitiveContext& known =
          context.sensitive[std::string(model->attribute())];
      known.label = [this, s = *s](std::uint32_t code) {
        return coder_.sensitive_value(s, code);
      };
      const auto file = policy.value_hierarchies.find(model->attribute());
      if (file == policy.value_hierarchies.end()) continue;
      ANON_ASSIGN_OR_RETURN(
          known.hierarchy,
          LoadHierarchy(file->second.file, file->second.delimiter));
    }
    if (input != nullptr) ANON_RETURN_IF_ERROR(input->Finish(context));
    for (const auto& model : policy.models) {
      ANON_ASSIGN_OR_RETURN(Verdict verdict, model->Judge(classes, context));
      report.satisfied = report.satisfied && verdict.satisfied;
      report.verdicts.push_back(std::move(verdict));
    }
    report.satisfied = report.satisfied && report.records_out > 0;
    return absl::OkStatus();
  }

 private:
  Judge(RowCoder coder, ClassCounter counter)
      : coder_(std::move(coder)), counter_(std::move(counter)) {}

  RowCoder coder_;
  ClassCounter counter_;
};

absl::Status CheckOrigin(const Policy& policy, const SavedSolution& solution,
                         const ApplyOptions& options) {
  if (solution.policy_sha256() != policy.digest) {
    return PolicyError(fmt::format(
        "{}: not the policy that the solution was made by, or changed since: "
        "its SHA-256 is not the solution's; run again for a new solution",
        policy.file.string()));
  }
  for (const ColumnPolicy& column : policy.columns) {
    if (column.treatment != Treatment::kPseudonymize) continue;
    return PolicyError(fmt::format(
        "column {}: a filter makes no pseudonyms, since it has no key and "
        "keeps no deletion information: use anon run",
        column.name));
  }
  if (options.check && !policy.population.empty()) {
    return PolicyError(
        "a filter cannot judge models that look at a population: use anon "
        "run, or leave the check out");
  }
  if (options.check && !policy.group_unit.empty()) {
    return PolicyError(
        "a filter cannot judge models that count households or contracts: use "
        "anon run, or leave the check out");
  }
  return absl::OkStatus();
}

// One output column: from a column of the source, or a label of the solution.
struct Output {
  std::size_t source = 0;
  std::optional<std::size_t> quasi = {};
};

class Filter {
 public:
  Filter(const Policy& policy, SavedSolution& solution,
         const std::vector<std::string>& source)
      : solution_(solution) {
    const std::vector<std::string> names = solution.attributes();
    const auto index = [&](const std::string& name) {
      return static_cast<std::size_t>(std::ranges::find(source, name) -
                                      source.begin());
    };
    for (const std::string& name : names) quasi_.push_back(index(name));
    for (const std::string& name : AppliedColumns(policy, source)) {
      Output column{.source = index(name)};
      const auto at = std::ranges::find(names, name);
      if (at != names.end()) {
        column.quasi = static_cast<std::size_t>(at - names.begin());
      }
      output_.push_back(column);
    }
    if (!policy.principal.empty()) principal_ = index(policy.principal);
  }

  std::size_t width() const { return output_.size(); }

  // What becomes of `in`: the records that stay, and whose they are.
  void Run(const Batch& in, Batch& out, std::vector<std::string_view>& whose,
           ApplyReport& report) {
    out.Reset(output_.size());
    whose.clear();
    values_.resize(quasi_.size());
    for (std::size_t r = 0; r < in.rows(); ++r) {
      for (std::size_t q = 0; q < quasi_.size(); ++q) {
        values_[q] = in.columns[quasi_[q]][r];
      }
      const SavedSolution::Placed placed = solution_.Place(values_);
      ++report.records_in;
      if (placed.fate != SavedSolution::Fate::kReleased) {
        ++(placed.fate == SavedSolution::Fate::kUnknown ? report.unknown
                                                        : report.suppressed);
        continue;
      }
      ++report.records_out;
      out.lines.push_back(0);
      for (std::size_t c = 0; c < output_.size(); ++c) {
        out.columns[c].push_back(
            output_[c].quasi ? solution_.label(placed.tuple, *output_[c].quasi)
                             : in.columns[output_[c].source][r]);
      }
      if (principal_) whose.push_back(in.columns[*principal_][r]);
    }
  }

 private:
  SavedSolution& solution_;
  std::vector<std::size_t> quasi_;
  std::vector<Output> output_;
  std::optional<std::size_t> principal_;
  std::vector<std::string_view> values_;
};

}  // namespace

std::vector<std::string> AppliedColumns(
    const Policy& policy, const std::vector<std::string>& source_columns) {
  std::vector<std::string> names;
  for (const std::string& name : source_columns) {
    if (ColumnOf(policy, name).treatment != Treatment::kSuppress) {
      names.push_back(name);
    }
  }
  return names;
}

absl::StatusOr<ApplyReport> Apply(const Policy& policy, SavedSolution& solution,
                                  RecordSource& source, RecordSink& sink,
                                  const ApplyOptions& options) {
  ANON_RETURN_IF_ERROR(CheckOrigin(policy, solution, options));
  OsRandom os_random;
  RandomSource& random =
      options.random != nullptr ? *options.random : os_random;
  ANON_ASSIGN_OR_RETURN(
      internal::PreparedSource prepared,
      internal::PreparedSource::Open(policy, &source, options.created, random));
  RecordSource& records = prepared.records();
  ANON_ASSIGN_OR_RETURN(const internal::Hierarchies hierarchies,
                        internal::MakeHierarchies(policy, records));
  ANON_RETURN_IF_ERROR(internal::BindSolution(policy, records.attributes(),
                                              hierarchies, solution));
  Filter filter(policy, solution, records.attributes());
  ANON_ASSIGN_OR_RETURN(
      const auto shuffle,
      ShufflingSink::Create(
          sink, filter.width(), random,
          {.temporary_directory = options.temporary_directory}));
  std::unique_ptr<Judge> judge;
  std::unique_ptr<InputCounter> input;
  if (options.check && ComparesTables(policy)) {
    ANON_ASSIGN_OR_RETURN(
        input,
        InputCounter::Create(policy, solution, records.attributes(), random));
  }
  if (options.check) {
    ANON_ASSIGN_OR_RETURN(
        judge,
        Judge::Create(policy, AppliedColumns(policy, records.attributes()),
                      random));
  }
  ApplyReport report;
  Batch in;
  Batch out;
  std::vector<std::string_view> whose;
  for (;;) {
    ANON_ASSIGN_OR_RETURN(const bool more, records.Next(in));
    if (!more) break;
    if (options.stop.stop_requested()) {
      return absl::CancelledError("stopped on request; nothing was written");
    }
    if (input) ANON_RETURN_IF_ERROR(input->Add(in, solution));
    filter.Run(in, out, whose, report);
    ANON_RETURN_IF_ERROR(shuffle->Append(out));
    if (!judge) continue;
    if (!policy.principal.empty()) out.columns.push_back(whose);
    ANON_RETURN_IF_ERROR(judge->Add(out));
  }
  ANON_RETURN_IF_ERROR(shuffle->Finish());
  report.gates = prepared.gate_tallies();
  report.aggregation = prepared.aggregation();
  if (judge) {
    ANON_RETURN_IF_ERROR(judge->Judged(policy, input.get(), report));
  }
  return report;
}

}  // namespace anon
