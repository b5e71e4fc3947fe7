// SPDX-License-Identifier: Apache-2.0
//
// A dictionary numbers the principals 0, 1, 2, ... as they appear, so that a
// principal's number is the place of his record. Every column keeps what it has
// of each so far, as a number of a dictionary of its own or as a sum.
//
// Tested against maps of strings in tests/transform/aggregated_source_test.cc.
#include "anon/transform/aggregated_source.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "anon/base/decimal.h"
#include "anon/data/dictionary.h"
#include "base/iso_date.h"
#include "base/status_macros.h"
#include "data/find_attribute.h"

namespace anon {
namespace {

constexpr std::size_t kMostRows = 1 << 14;  // of a batch that comes out
// Values that a column may hold beyond two for each principal.
constexpr std::size_t kSpare = 1 << 14;

// Records that came in, and whose they are.
struct Taken {
  const RecordSource& source;
  const Batch& batch;
  const std::vector<std::uint32_t>& principals;  // [row]
  const std::vector<std::int64_t>& first_lines;  // [principal] all so far
};

// What the rule of one column has come to, principal by principal.
class Column {
 public:
  Column(std::size_t index, AggregationRule rule)
      : index_(index), rule_(rule) {}
  virtual ~Column() = default;
  virtual absl::Status Take(const Taken& taken) = 0;
  // Appends the values of principals `begin` ... `end` - 1: views into this
  // object, until the next call.
  virtual void Give(std::size_t begin, std::size_t end,
                    std::vector<std::string_view>& values) = 0;

 protected:
  AggregationRule rule() const { return rule_; }
  const std::vector<std::string_view>& Cells(const Taken& taken) const {
    return taken.batch.columns[index_];
  }
  absl::Status Wrong(const Taken& taken, std::size_t row,
                     std::string_view what) const {
    return InputErrorAt({.file = taken.source.name(),
                         .line = taken.batch.lines[row],
                         .column = static_cast<std::int64_t>(index_) + 1,
                         .attribute = taken.source.attributes()[index_]},
                        fmt::format("{}: {}", ToString(rule_), what));
  }

 private:
  std::size_t index_;
  AggregationRule rule_;
};

class Omitted final : public Column {
 public:
  using Column::Column;
  absl::Status Take(const Taken&) override { return absl::OkStatus(); }
  void Give(std::size_t begin, std::size_t end,
            std::vector<std::string_view>& values) override {
    values.insert(values.end(), end - begin, std::string_view());
  }
};

// One of the values that are there.
class Chosen final : public Column {
 public:
  using Column::Column;

  absl::Status Take(const Taken& taken) override {
    chosen_.resize(taken.first_lines.size(), Dictionary::kNone);
    const auto& cells = Cells(taken);
    for (std::size_t r = 0; r < cells.size(); ++r) {
      if (cells[r].empty() && rule() != AggregationRule::kSame) continue;
      ANON_ASSIGN_OR_RETURN(const bool replaces, Replaces(taken, r));
      if (replaces) chosen_[taken.principals[r]] = values_.Intern(cells[r]);
    }
    if (values_.size() > 2 * chosen_.size() + kSpare) Forget();
    return absl::OkStatus();
  }

  void Give(std::size_t begin, std::size_t end,
            std::vector<std::string_view>& values) override {
    for (std::size_t p = begin; p < end; ++p) values.push_back(Value(p));
  }

 private:
  enum class Kind { kNumber, kDate };

  std::string_view Value(std::size_t principal) const {
    const std::uint32_t code = chosen_[principal];
    return code == Dictionary::kNone ? "" : values_.value(code);
  }

  // Whether the value of `row` takes the place of what its principal has.
  absl::StatusOr<bool> Replaces(const Taken& taken, std::size_t row) {
    const std::string_view cell = Cells(taken)[row];
    const std::uint32_t principal = taken.principals[row];
    if (rule() == AggregationRule::kLeast ||
        rule() == AggregationRule::kGreatest) {
      ANON_RETURN_IF_ERROR(CheckKind(taken, row));
    }
    if (chosen_[principal] == Dictionary::kNone) return true;
    const std::string_view before = Value(principal);
    switch (rule()) {
      case AggregationRule::kLast:
        return cell != before;
      case AggregationRule::kLeast:
        return Precedes(cell, before);
      case AggregationRule::kGreatest:
        return Precedes(before, cell);
      case AggregationRule::kSame:
        if (cell == before) return false;
        return Wrong(taken, row,
                     fmt::format("not what the record of the same principal in "
                                 "line {} has; use another rule if they may "
                                 "differ",
                                 taken.first_lines[principal]));
      default:
        return false;
    }
  }

  // A number is no date. What the first value of the column is, all are.
  absl::Status CheckKind(const Taken& taken, std::size_t row) {
    const std::string_view cell = Cells(taken)[row];
    const bool number = Decimal::Parse(cell).has_value();
    if (!number && !internal::IsIsoDate(cell)) {
      return Wrong(taken, row,
                   "neither a decimal number of at most 18 digits nor an ISO "
                   "8601 date such as 2026-10-31");
    }
    const Kind kind = number ? Kind::kNumber : Kind::kDate;
    if (kind_.value_or(kind) != kind) {
      return Wrong(taken, row,
                   number ? "a number, but there were dates before"
                          : "a date, but there were numbers before");
    }
    kind_ = kind;
    return absl::OkStatus();
  }

  // ISO dates sort as text.
  bool Precedes(std::string_view a, std::string_view b) const {
    return kind_ == Kind::kDate ? a < b
                                : *Decimal::Parse(a) < *Decimal::Parse(b);
  }

  // Drops values that were replaced: a column may have another in every record.
  void Forget() {
    Dictionary left;
    for (std::uint32_t& code : chosen_) {
      if (code != Dictionary::kNone) code = left.Intern(values_.value(code));
    }
    values_ = std::move(left);
  }

  Dictionary values_;
  std::vector<std::uint32_t> chosen_;  // [principal]
  std::optional<Kind> kind_;           // of kLeast, kGreatest
};

class Summed final : public Column {
 public:
  using Column::Column;

  absl::Status Take(const Taken& taken) override {
    units_.resize(taken.first_lines.size(), 0);
    scales_.resize(taken.first_lines.size(), kNothing);
    const auto& cells = Cells(taken);
    for (std::size_t r = 0; r < cells.size(); ++r) {
      if (cells[r].empty()) continue;
      const auto number = Decimal::Parse(cells[r]);
      if (!number) {
        return Wrong(taken, r, "not a decimal number of at most 18 digits");
      }
      const std::uint32_t principal = taken.principals[r];
      const auto sum = Sum(principal).Plus(*number);
      if (!sum) return Wrong(taken, r, "the sum has more than 18 digits");
      units_[principal] = sum->units();
      scales_[principal] = static_cast<std::int8_t>(sum->scale());
    }
    return absl::OkStatus();
  }

  void Give(std::size_t begin, std::size_t end,
            std::vector<std::string_view>& values) override {
    texts_.clear();
    texts_.reserve(end - begin);  // a short text lives where it stands
    for (std::size_t p = begin; p < end; ++p) {
      const bool any = scales_[p] != kNothing;
      values.push_back(texts_.emplace_back(any ? Sum(p).ToString() : ""));
    }
  }

 private:
  static constexpr std::int8_t kNothing = -1;

  Decimal Sum(std::size_t principal) const {
    return Decimal(units_[principal], std::max<int>(scales_[principal], 0));
  }

  // [principal]
  std::vector<std::int64_t> units_;
  std::vector<std::int8_t> scales_;
  std::vector<std::string> texts_;  // of the values that were given last
};

std::unique_ptr<Column> MakeColumn(std::size_t index, AggregationRule rule) {
  switch (rule) {
    case AggregationRule::kOmit:
      return std::make_unique<Omitted>(index, rule);
    case AggregationRule::kSum:
      return std::make_unique<Summed>(index, rule);
    default:
      return std::make_unique<Chosen>(index, rule);
  }
}

}  // namespace

std::string_view ToString(AggregationRule rule) {
  switch (rule) {
    case AggregationRule::kFirst:
      return "first";
    case AggregationRule::kLast:
      return "last";
    case AggregationRule::kLeast:
      return "least";
    case AggregationRule::kGreatest:
      return "greatest";
    case AggregationRule::kSum:
      return "sum";
    case AggregationRule::kSame:
      return "same";
    case AggregationRule::kOmit:
      return "omit";
  }
  return "";
}

std::span<const AggregationRule> AllAggregationRules() {
  using enum AggregationRule;
  static constexpr AggregationRule kAll[] = {kFirst,    kLast, kLeast,
                                             kGreatest, kSum,  kSame};
  return kAll;
}

struct AggregatedSource::State {
  explicit State(RecordSource& from) : source(from) {}

  RecordSource& source;
  std::size_t principal = 0;                          // its column
  std::vector<std::optional<AggregationRule>> rules;  // [column]

  Dictionary principals;
  std::vector<std::int64_t> first_lines;         // [principal]
  std::vector<std::unique_ptr<Column>> columns;  // null: the principal's
  std::int64_t records = 0;
  bool complete = false;
  std::size_t given = 0;  // principals, since Rewind

  Batch in;
  std::vector<std::uint32_t> numbers;  // of the principals of `in`

  void Restart();
  absl::Status Take();
  void Give(Batch& batch);
};

// Forgets everything.
void AggregatedSource::State::Restart() {
  principals = Dictionary();
  first_lines.clear();
  columns.clear();
  for (std::size_t c = 0; c < rules.size(); ++c) {
    columns.push_back(rules[c] ? MakeColumn(c, *rules[c]) : nullptr);
  }
  records = 0;
  given = 0;
}

absl::Status AggregatedSource::State::Take() {
  const auto& whose = in.columns[principal];
  const auto nobody = std::ranges::find(whose, std::string_view());
  if (nobody != whose.end()) {
    const auto row = static_cast<std::size_t>(nobody - whose.begin());
    return InputErrorAt({.file = source.name(),
                         .line = in.lines[row],
                         .column = static_cast<std::int64_t>(principal) + 1,
                         .attribute = source.attributes()[principal]},
                        "empty, but it says whose record this is");
  }
  numbers.resize(whose.size());
  principals.Intern(whose, numbers.data(), in.slack);
  for (std::size_t r = 0; r < whose.size(); ++r) {
    if (numbers[r] == first_lines.size()) first_lines.push_back(in.lines[r]);
  }
  records += std::ssize(whose);
  const Taken taken{source, in, numbers, first_lines};
  for (const auto& column : columns) {
    if (column != nullptr) ANON_RETURN_IF_ERROR(column->Take(taken));
  }
  return absl::OkStatus();
}

void AggregatedSource::State::Give(Batch& batch) {
  const std::size_t end = std::min(given + kMostRows, first_lines.size());
  for (std::size_t p = given; p < end; ++p) {
    batch.lines.push_back(first_lines[p]);
    batch.columns[principal].push_back(
        principals.value(static_cast<std::uint32_t>(p)));
  }
  for (std::size_t c = 0; c < columns.size(); ++c) {
    if (columns[c] != nullptr) columns[c]->Give(given, end, batch.columns[c]);
  }
  given = end;
}

absl::StatusOr<std::unique_ptr<AggregatedSource>> AggregatedSource::Create(
    RecordSource& source, std::string_view principal,
    const std::vector<AggregatedColumn>& columns) {
  auto state = std::make_unique<State>(source);
  const std::vector<std::string>& names = source.attributes();
  ANON_ASSIGN_OR_RETURN(state->principal,
                        internal::FindAttribute(source, principal));
  state->rules.resize(names.size());
  for (const AggregatedColumn& each : columns) {
    ANON_ASSIGN_OR_RETURN(const std::size_t at,
                          internal::FindAttribute(source, each.column));
    if (at == state->principal) {
      return PolicyError(fmt::format(
          "column {} says whose a record is and takes no rule of aggregation",
          each.column));
    }
    if (state->rules[at]) {
      return PolicyError(fmt::format(
          "column {} has two rules of aggregation: remove one", each.column));
    }
    state->rules[at] = each.rule;
  }
  std::vector<std::string> lacking;
  for (std::size_t c = 0; c < names.size(); ++c) {
    if (c != state->principal && !state->rules[c]) lacking.push_back(names[c]);
  }
  if (!lacking.empty()) {
    return PolicyError(
        fmt::format("no rule says how several records of one principal become "
                    "one in {}: name one for each",
                    fmt::join(lacking, ", ")));
  }
  state->Restart();
  return std::unique_ptr<AggregatedSource>(
      new AggregatedSource(std::move(state)));
}

AggregatedSource::AggregatedSource(std::unique_ptr<State> state)
    : state_(std::move(state)) {}
AggregatedSource::~AggregatedSource() = default;

const std::string& AggregatedSource::name() const {
  return state_->source.name();
}

const std::vector<std::string>& AggregatedSource::attributes() const {
  return state_->source.attributes();
}

absl::StatusOr<bool> AggregatedSource::Next(Batch& batch) {
  State& state = *state_;
  if (!state.complete) {
    ANON_ASSIGN_OR_RETURN(const bool more, state.source.Next(state.in));
    batch.Reset(state.rules.size());
    if (more) {
      ANON_RETURN_IF_ERROR(state.Take());
      return true;
    }
    state.complete = true;
    state.in = Batch();
  }
  batch.Reset(state.rules.size());
  if (state.given == state.first_lines.size()) return false;
  state.Give(batch);
  return true;
}

absl::Status AggregatedSource::Rewind() {
  if (state_->complete) {
    state_->given = 0;
    return absl::OkStatus();
  }
  state_->Restart();
  return state_->source.Rewind();
}

std::optional<Digest> AggregatedSource::digest() const {
  return state_->source.digest();
}

std::int64_t AggregatedSource::records_read() const { return state_->records; }
std::int64_t AggregatedSource::principals() const {
  return std::ssize(state_->first_lines);
}

}  // namespace anon
