// SPDX-License-Identifier: Apache-2.0
//
// Operators are pure functions of one value, and columns repeat their values:
// a dictionary numbers the values, and what became of a number is kept. Tallies
// add up from how often each number came.
#include "anon/transform/treated_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "anon/data/dictionary.h"
#include "base/status_macros.h"
#include "data/find_attribute.h"

namespace anon {
namespace {

constexpr std::size_t kMostRemembered = 1'000'000;
// Bytes that may be read past a value: whatever hashes it likes to.
constexpr std::size_t kSlack = 64;

// What became of one value, step by step.
struct Outcome {
  // The last value and kSlack bytes: too long to live inside the string, so
  // views stay when the outcomes move.
  std::string padded;
  std::size_t size = 0;
  std::uint32_t changed = 0;  // bit i: operator i changed it
  std::uint8_t steps = 0;     // how many operators saw it
  bool suppressed = false;    // by the last of them
};

class Column {
 public:
  Column(std::size_t index, ColumnOperators operators)
      : index_(index),
        operators_(std::move(operators)),
        tallies_(operators_.operators.size()) {}

  // Replaces the column of `batch`; false in `kept` for suppressed records.
  absl::Status Treat(const std::string& source, Batch& batch,
                     std::vector<char>& kept) {
    if (values_.size() > kMostRemembered) Forget();
    std::vector<std::string_view>& cells = batch.columns[index_];
    codes_.resize(cells.size());
    values_.Intern(cells, codes_.data(), batch.slack);
    for (std::size_t r = 0; r < cells.size(); ++r) {
      if (codes_[r] >= outcomes_.size()) {
        ANON_RETURN_IF_ERROR(Learn(cells[r], {.file = source,
                                              .line = batch.lines[r],
                                              .column = Ordinal(),
                                              .attribute = operators_.column}));
      }
      const Outcome& outcome = outcomes_[codes_[r]];
      if (kept[r] == 0) continue;  // an earlier column suppressed the record
      Count(outcome);
      if (outcome.suppressed) {
        kept[r] = 0;
      } else {
        cells[r] = std::string_view(outcome.padded).substr(0, outcome.size);
      }
    }
    return absl::OkStatus();
  }

  void Restart() {
    for (Tally& tally : tallies_) tally = {};
    if (outcomes_.size() != values_.size()) Forget();  // after a failure
  }

  void AddTallies(std::vector<OperatorTally>& all) const {
    for (std::size_t i = 0; i < tallies_.size(); ++i) {
      all.push_back({.column = operators_.column,
                     .name = operators_.operators[i]->descriptor().name,
                     .cells = tallies_[i].cells,
                     .changed = tallies_[i].changed,
                     .records = tallies_[i].records});
    }
  }

 private:
  struct Tally {
    std::int64_t cells = 0, changed = 0, records = 0;
  };

  std::int64_t Ordinal() const { return static_cast<std::int64_t>(index_) + 1; }

  void Forget() {
    values_ = Dictionary();
    outcomes_.clear();
  }

  // Works out the next value of the dictionary.
  absl::Status Learn(std::string_view value, const Place& place) {
    Outcome outcome;
    std::string now(value);
    for (const auto& each : operators_.operators) {
      auto next = each->Apply(now);
      if (!next.ok()) {
        return InputErrorAt(place,
                            fmt::format("{}: {}", each->descriptor().name,
                                        Message(next.status())));
      }
      if (!next->has_value()) {
        ++outcome.steps;
        outcome.suppressed = true;
        break;
      }
      if (**next != now) outcome.changed |= 1U << outcome.steps;
      ++outcome.steps;
      now = **std::move(next);
    }
    outcome.size = now.size();
    outcome.padded = std::move(now);
    outcome.padded.resize(outcome.size + kSlack);
    outcomes_.push_back(std::move(outcome));
    return absl::OkStatus();
  }

  void Count(const Outcome& outcome) {
    for (std::size_t i = 0; i < outcome.steps; ++i) {
      ++tallies_[i].cells;
      tallies_[i].changed += (outcome.changed >> i) & 1U;
    }
    if (outcome.suppressed) ++tallies_[outcome.steps - 1U].records;
  }

  std::size_t index_;
  ColumnOperators operators_;
  std::vector<Tally> tallies_;
  Dictionary values_;
  std::vector<Outcome> outcomes_;  // by number
  std::vector<std::uint32_t> codes_;
};

// Leaves the rows that are kept, in their order.
void Compact(Batch& batch, const std::vector<char>& kept) {
  const auto squeeze = [&kept](auto& list) {
    std::size_t to = 0;
    for (std::size_t from = 0; from < list.size(); ++from) {
      if (kept[from] != 0) list[to++] = list[from];
    }
    list.resize(to);
  };
  for (auto& column : batch.columns) squeeze(column);
  squeeze(batch.lines);
}

}  // namespace

struct TreatedSource::State {
  RecordSource& source;
  std::vector<Column> columns = {};
  std::vector<char> kept = {};
};

absl::StatusOr<std::unique_ptr<TreatedSource>> TreatedSource::Create(
    RecordSource& source, std::vector<ColumnOperators> columns) {
  auto state = std::make_unique<State>(State{.source = source});
  for (ColumnOperators& each : columns) {
    ANON_ASSIGN_OR_RETURN(const std::size_t at,
                          internal::FindAttribute(source, each.column));
    if (each.operators.size() > 32) {
      return PolicyError(
          fmt::format("column {} has more than 32 operators", each.column));
    }
    state->columns.emplace_back(at, std::move(each));
  }
  return std::unique_ptr<TreatedSource>(new TreatedSource(std::move(state)));
}

TreatedSource::TreatedSource(std::unique_ptr<State> state)
    : state_(std::move(state)) {}
TreatedSource::~TreatedSource() = default;

const std::string& TreatedSource::name() const { return state_->source.name(); }

const std::vector<std::string>& TreatedSource::attributes() const {
  return state_->source.attributes();
}

absl::StatusOr<bool> TreatedSource::Next(Batch& batch) {
  ANON_ASSIGN_OR_RETURN(const bool more, state_->source.Next(batch));
  if (!more) return false;
  state_->kept.assign(batch.rows(), 1);
  for (Column& column : state_->columns) {
    ANON_RETURN_IF_ERROR(
        column.Treat(state_->source.name(), batch, state_->kept));
  }
  batch.slack = std::min(batch.slack, kSlack);
  if (std::ranges::count(state_->kept, 0) > 0) Compact(batch, state_->kept);
  return true;
}

absl::Status TreatedSource::Rewind() {
  for (Column& column : state_->columns) column.Restart();
  return state_->source.Rewind();
}

std::optional<Digest> TreatedSource::digest() const {
  return state_->source.digest();
}

std::vector<OperatorTally> TreatedSource::tallies() const {
  std::vector<OperatorTally> all;
  for (const Column& column : state_->columns) column.AddTallies(all);
  return all;
}

}  // namespace anon
