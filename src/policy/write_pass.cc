// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstring>
#include <functional>

#include "anon/transform/shuffle.h"
#include "base/status_macros.h"
#include "policy/passes.h"
#include "policy/principal_tally.h"

namespace anon::internal {
namespace {

// Takes the owners off the end of each record: they ride along through the
// shuffle and go to a file of their own.
class OwnerSplitter final : public RecordSink {
 public:
  // `after_batch` hears of each batch that comes out of the shuffle.
  OwnerSplitter(RecordSink& data, OwnerFile* owners,
                std::function<absl::Status()> after_batch)
      : data_(data), owners_(owners), after_batch_(std::move(after_batch)) {}

  absl::Status Append(const Batch& batch) override {
    if (owners_ == nullptr) {
      ANON_RETURN_IF_ERROR(data_.Append(batch));
      return after_batch_();
    }
    ANON_RETURN_IF_ERROR(owners_->Append(batch.columns.back()));
    Batch released = batch;
    released.columns.pop_back();
    ANON_RETURN_IF_ERROR(data_.Append(released));
    return after_batch_();
  }
  absl::Status Finish() override { return data_.Finish(); }

 private:
  RecordSink& data_;
  OwnerFile* owners_;
  std::function<absl::Status()> after_batch_;
};

class Writer {
 public:
  Writer(RecordSource& source, TablePlan& plan, const CountedSource& counted,
         const Solution& solution, const WriteTargets& targets)
      : source_(source),
        plan_(plan),
        counted_(counted),
        solution_(solution),
        targets_(targets),
        recounted_(counted.classes.size(), 0) {
    if (!solution.recoding) return;
    for (const Recoding::Share& share : solution.recoding->shares) {
      shares_[share.of_class].push_back(share);
    }
  }

  absl::StatusOr<WriteCounts> Run(const AfterBatch& after_batch);

 private:
  absl::Status Restart();
  absl::Status MakeShuffle(const AfterBatch& after_batch);
  absl::Status Decide(const CodedRows& rows);
  std::uint32_t RegionOf(std::size_t at);
  std::string_view LabelOf(std::size_t kept, std::size_t row,
                           const CodedRows& rows, std::size_t q) const;
  void AddOwners(const CodedRows& rows);
  absl::Status WriteKept(const Batch& batch, const CodedRows& rows);
  absl::Status Pseudonymize(const OutputColumn& column, const Batch& batch,
                            std::vector<std::string_view>& out);
  absl::Status CheckUnchanged() const;
  absl::Status Changed() const {
    return InputError(fmt::format(
        "{}: the records changed between the first and the second reading; "
        "run again on a source that stands still",
        source_.name()));
  }

  RecordSource& source_;
  TablePlan& plan_;
  const CountedSource& counted_;
  const Solution& solution_;
  const WriteTargets& targets_;

  std::unique_ptr<OwnerSplitter> splitter_;
  std::unique_ptr<ShufflingSink> shuffle_;
  std::vector<std::int64_t> recounted_;  // [class] records
  PrincipalTally tally_;
  WriteCounts counts_;

  std::vector<std::size_t> kept_rows_;
  std::vector<std::uint32_t> regions_;  // of kept rows, if recoded
  // Of shared classes: what is left of their quotas.
  std::map<std::size_t, std::vector<Recoding::Share>> shares_;
  Batch out_;
  std::vector<Fingerprint> owners_;                // of kept rows
  std::map<std::string, std::string> pseudonyms_;  // buffers by column
};

// The plan is bound to columns, and a source may have others by now.
absl::Status Writer::Restart() {
  const std::vector<std::string> attributes = source_.attributes();
  ANON_RETURN_IF_ERROR(source_.Rewind());
  return source_.attributes() == attributes ? absl::OkStatus() : Changed();
}

absl::Status Writer::MakeShuffle(const AfterBatch& after_batch) {
  if (targets_.data == nullptr) return absl::OkStatus();
  splitter_ = std::make_unique<OwnerSplitter>(
      *targets_.data, targets_.owners,
      [this, &after_batch] { return after_batch(counts_.records_in); });
  const std::size_t columns =
      plan_.output().size() + (targets_.owners != nullptr ? 1 : 0);
  ANON_ASSIGN_OR_RETURN(
      shuffle_, ShufflingSink::Create(
                    *splitter_, columns, *targets_.random,
                    {.temporary_directory = targets_.temporary_directory}));
  return absl::OkStatus();
}

// Where a record of class `at` goes. A source that has more of them than before
// is found out by CheckUnchanged.
std::uint32_t Writer::RegionOf(std::size_t at) {
  const std::uint32_t region = solution_.recoding->region_of[at];
  if (region != Recoding::kShared) return region;
  std::vector<Recoding::Share>& shares = shares_[at];
  if (shares.size() > 1 && shares.back().records == 0) shares.pop_back();
  --shares.back().records;
  return shares.back().region;
}

// Which rows stand. Recounts the classes on the way.
absl::Status Writer::Decide(const CodedRows& rows) {
  kept_rows_.clear();
  regions_.clear();
  std::vector<std::uint32_t> tuple(rows.quasi_identifiers.size());
  for (std::size_t r = 0; r < rows.rows; ++r) {
    for (std::size_t q = 0; q < tuple.size(); ++q) {
      tuple[q] = rows.quasi_identifiers[q][r];
    }
    const auto at = counted_.classes.Find(tuple);
    if (!at) return Changed();
    ++recounted_[*at];
    const bool kept = solution_.kept[*at];
    if (kept) kept_rows_.push_back(r);
    if (kept && solution_.recoding) regions_.push_back(RegionOf(*at));
    if (!rows.principals.empty()) tally_.Add(rows.principals[r], kept);
  }
  counts_.records_in += static_cast<std::int64_t>(rows.rows);
  counts_.records_out += std::ssize(kept_rows_);
  return absl::OkStatus();
}

// Pseudonyms of the kept rows; what they replace goes to the deletion sink. A
// missing identifier stays missing.
absl::Status Writer::Pseudonymize(const OutputColumn& column,
                                  const Batch& batch,
                                  std::vector<std::string_view>& out) {
  std::vector<std::string_view> originals;
  for (const std::size_t r : kept_rows_) {
    const std::string_view value = batch.columns[column.source][r];
    if (!value.empty()) originals.push_back(value);
  }
  const std::size_t width =
      PseudonymWidth(column.pseudonym.encoding, column.pseudonym.bytes);
  std::string& buffer = pseudonyms_[column.name];
  buffer.resize(width * originals.size());
  ANON_RETURN_IF_ERROR(column.fresh
                           ? targets_.fresh.at(column.name).Make(buffer)
                           : targets_.pseudonymizers.at(column.name)
                                 .Pseudonymize(originals, buffer));
  const std::string_view printed = buffer;
  std::vector<DeletionRecord> removed;
  std::size_t next = 0;
  for (const std::size_t r : kept_rows_) {
    if (batch.columns[column.source][r].empty()) {
      out.emplace_back();
      continue;
    }
    out.push_back(printed.substr(next * width, width));
    removed.push_back({.attribute = column.name,
                       .pseudonym = out.back(),
                       .original = originals[next++]});
  }
  return targets_.deletion_sink == nullptr
             ? absl::OkStatus()
             : targets_.deletion_sink->Put(removed);
}

// The label of quasi-identifier `q` of a row, which is the `kept`th that
// stands.
std::string_view Writer::LabelOf(std::size_t kept, std::size_t row,
                                 const CodedRows& rows, std::size_t q) const {
  return solution_.recoding ? solution_.recoding->label(regions_[kept], q)
                            : plan_.quasi_identifiers()[q].label(
                                  rows.quasi_identifiers[q][row]);
}

// Of each kept row its principal and its group, as far as there are such.
void Writer::AddOwners(const CodedRows& rows) {
  const std::size_t width = OwnersOf(plan_);
  owners_.clear();
  for (const std::size_t r : kept_rows_) {
    if (!rows.principals.empty()) owners_.push_back(rows.principals[r]);
    if (!rows.groups.empty()) owners_.push_back(rows.groups[r]);
  }
  const char* const bytes = reinterpret_cast<const char*>(owners_.data());
  for (std::size_t i = 0; i < kept_rows_.size(); ++i) {
    out_.columns.back().emplace_back(bytes + i * width * sizeof(Fingerprint),
                                     width * sizeof(Fingerprint));
  }
}

absl::Status Writer::WriteKept(const Batch& batch, const CodedRows& rows) {
  out_.Reset(plan_.output().size() + (targets_.owners != nullptr ? 1 : 0));
  out_.lines.assign(kept_rows_.size(), 0);
  for (std::size_t c = 0; c < plan_.output().size(); ++c) {
    const OutputColumn& column = plan_.output()[c];
    std::vector<std::string_view>& values = out_.columns[c];
    if (column.treatment == Treatment::kPseudonymize) {
      ANON_RETURN_IF_ERROR(Pseudonymize(column, batch, values));
      continue;
    }
    for (std::size_t i = 0; i < kept_rows_.size(); ++i) {
      const std::size_t r = kept_rows_[i];
      values.push_back(column.treatment == Treatment::kGeneralize
                           ? LabelOf(i, r, rows, column.quasi)
                           : batch.columns[column.source][r]);
    }
  }
  if (targets_.owners != nullptr) {
    AddOwners(rows);
  }
  return shuffle_->Append(out_);
}

// Pass 1 decided on other records if the two readings differ.
absl::Status Writer::CheckUnchanged() const {
  for (std::size_t i = 0; i < recounted_.size(); ++i) {
    if (recounted_[i] != counted_.classes.records(i)) return Changed();
  }
  return source_.digest() == counted_.digest ? absl::OkStatus() : Changed();
}

absl::StatusOr<WriteCounts> Writer::Run(const AfterBatch& after_batch) {
  ANON_RETURN_IF_ERROR(Restart());
  ANON_RETURN_IF_ERROR(MakeShuffle(after_batch));
  Batch batch;
  for (;;) {
    ANON_ASSIGN_OR_RETURN(const bool more, source_.Next(batch));
    if (!more) break;
    ANON_ASSIGN_OR_RETURN(const CodedRows rows, plan_.Encode(batch));
    ANON_RETURN_IF_ERROR(Decide(rows));
    if (shuffle_ != nullptr) ANON_RETURN_IF_ERROR(WriteKept(batch, rows));
    ANON_RETURN_IF_ERROR(after_batch(counts_.records_in));
  }
  ANON_RETURN_IF_ERROR(CheckUnchanged());
  if (shuffle_ != nullptr) ANON_RETURN_IF_ERROR(shuffle_->Finish());
  if (plan_.has_principals()) {
    const PrincipalTally::Counts people = tally_.Count();
    counts_.principals_in = people.all;
    counts_.principals_out = people.kept;
    counts_.principals_affected = people.affected;
  } else {
    counts_.principals_in = counts_.records_in;
    counts_.principals_out = counts_.records_out;
    counts_.principals_affected = counts_.records_in - counts_.records_out;
  }
  return counts_;
}

}  // namespace

absl::StatusOr<WriteCounts> WritePass(RecordSource& source, TablePlan& plan,
                                      const CountedSource& counted,
                                      const Solution& solution,
                                      const WriteTargets& targets,
                                      const AfterBatch& after_batch) {
  return Writer(source, plan, counted, solution, targets).Run(after_batch);
}

}  // namespace anon::internal
