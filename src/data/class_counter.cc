// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "anon/data/classes.h"
#include "base/status_macros.h"
#include "data/class_table.h"
#include "data/row_counter.h"
#include "data/row_place.h"

namespace anon {
namespace {

using internal::InputErrorOf;
using internal::RowCounter;
using internal::RowKind;

// Rows between two looks at the budget.
constexpr std::size_t kStretch = std::size_t{1} << 26;

RowKind KindOf(const CodedRows& rows) {
  return {.principals = !rows.principals.empty(),
          .groups = !rows.groups.empty(),
          .frequencies = !rows.frequencies.empty(),
          .weights = !rows.weights.empty()};
}

absl::Status CheckShape(const CodedRows& rows,
                        const ClassCounterOptions& options) {
  if (rows.quasi_identifiers.size() != options.quasi_identifiers.size() ||
      rows.sensitive_attributes.size() != options.sensitive_attributes.size()) {
    return PolicyError(
        "CodedRows need one column for each attribute of the ClassCounter");
  }
  const auto is_short = [&](std::size_t size, bool may_be_empty) {
    return size != rows.rows && !(may_be_empty && size == 0);
  };
  bool wrong = is_short(rows.principals.size(), true) ||
               is_short(rows.groups.size(), true) ||
               is_short(rows.frequencies.size(), true) ||
               is_short(rows.weights.size(), true) ||
               is_short(rows.lines.size(), true);
  for (const auto* columns :
       {&rows.quasi_identifiers, &rows.sensitive_attributes}) {
    for (const CodeColumn& column : *columns) {
      wrong |= is_short(column.size(), false);
    }
  }
  return wrong ? PolicyError(fmt::format(
                     "columns of CodedRows differ from its {} rows in length",
                     rows.rows))
               : absl::OkStatus();
}

absl::Status CheckKind(const RowKind& kind) {
  return kind.frequencies && (kind.principals || kind.groups)
             ? PolicyError(
                   "frequencies cannot go with principals or groups: leave "
                   "out one of them, or give each record a row of its own")
             : absl::OkStatus();
}

}  // namespace

struct ClassCounter::State {
  ClassCounterOptions options;
  std::optional<RowKind> kind;
  std::unique_ptr<RowCounter> counter;
  std::int64_t total_records = 0;
  std::int64_t total_population = 0;
  std::size_t most_classes = 0;  // no more than this so far

  void Start(const RowKind& given);
  absl::Status CountTotals(const CodedRows& rows);
  absl::Status CheckBudget(std::size_t more_rows);
};

void ClassCounter::State::Start(const RowKind& given) {
  kind = given;
  std::vector<std::uint64_t> radices(options.radices.begin(),
                                     options.radices.end());
  radices.resize(options.quasi_identifiers.size(), 0);
  const auto threads = std::clamp(options.threads, 1, 256);
  counter = std::make_unique<RowCounter>(
      given, std::move(radices), options.sensitive_attributes.size(),
      given.plain() ? static_cast<std::size_t>(threads) : 1);
}

// Totals of everything that is summed fit 63 bits, so that all sums do.
absl::Status ClassCounter::State::CountTotals(const CodedRows& rows) {
  std::int64_t records = total_records;
  std::int64_t population = total_population;
  for (std::size_t r = 0; r < rows.rows; ++r) {
    const std::int64_t times = kind->frequencies ? rows.frequencies[r] : 1;
    const std::int64_t weight = kind->weights ? rows.weights[r] : 0;
    if (times < 1) {
      return InputErrorOf(rows, r,
                          "a frequency is less than 1; leave such rows out");
    }
    if (weight < 0) {
      return InputErrorOf(rows, r,
                          "a sampling weight is negative; leave such rows out");
    }
    std::int64_t people = 0;
    if (__builtin_add_overflow(records, times, &records) ||
        __builtin_mul_overflow(weight, times, &people) ||
        __builtin_add_overflow(population, people, &population)) {
      return InputErrorOf(rows, r,
                          "from here on frequencies or sampling weights add up "
                          "to more than 63 bits; are they in the column that "
                          "is named for them?");
    }
  }
  total_records = records;
  total_population = population;
  return absl::OkStatus();
}

absl::Status ClassCounter::State::CheckBudget(std::size_t more_rows) {
  most_classes += more_rows;
  const auto budget =
      static_cast<std::size_t>(std::max<std::int64_t>(options.class_budget, 0));
  if (most_classes <= budget) return absl::OkStatus();
  most_classes = counter->CountClasses();
  if (most_classes <= budget) return absl::OkStatus();
  std::vector<std::pair<std::size_t, std::string>> widest;
  for (std::size_t q = 0; q < options.quasi_identifiers.size(); ++q) {
    widest.emplace_back(counter->CountValues(q), options.quasi_identifiers[q]);
  }
  std::ranges::sort(widest, std::greater<>());
  std::string text;
  for (std::size_t i = 0; i < std::min<std::size_t>(3, widest.size()); ++i) {
    text += fmt::format("{}{} ({} values)", i == 0 ? "" : ", ",
                        widest[i].second, widest[i].first);
  }
  return absl::ResourceExhaustedError(fmt::format(
      "more than {} equivalence classes; generalize further, first of all {}, "
      "or raise class_budget",
      options.class_budget, text));
}

ClassCounter::ClassCounter(ClassCounterOptions options)
    : state_(std::make_unique<State>()) {
  state_->options = std::move(options);
}
ClassCounter::~ClassCounter() = default;
ClassCounter::ClassCounter(ClassCounter&&) noexcept = default;

absl::Status ClassCounter::Add(const CodedRows& rows) {
  State& s = *state_;
  ANON_RETURN_IF_ERROR(CheckShape(rows, s.options));
  if (rows.rows == 0) return absl::OkStatus();
  const RowKind kind = KindOf(rows);
  if (!s.kind) {
    ANON_RETURN_IF_ERROR(CheckKind(kind));
    s.Start(kind);
  }
  if (kind != *s.kind) {
    return PolicyError(
        "batches differ in which of principals, groups, frequencies and "
        "weights they have");
  }
  if (kind.frequencies || kind.weights) {
    ANON_RETURN_IF_ERROR(s.CountTotals(rows));
  } else {
    s.total_records += static_cast<std::int64_t>(rows.rows);
  }
  for (std::size_t from = 0; from < rows.rows; from += kStretch) {
    const std::size_t end = std::min(rows.rows, from + kStretch);
    ANON_RETURN_IF_ERROR(s.counter->Count(rows, from, end));
    ANON_RETURN_IF_ERROR(s.CheckBudget(end - from));
  }
  return absl::OkStatus();
}

Classes ClassCounter::Finish() && {
  State& s = *state_;
  if (!s.kind) s.Start({});
  auto table = std::make_unique<internal::ClassTable>();
  std::move(*s.counter).Finish(*table, s.options.keep_membership);
  table->quasi_identifiers = std::move(s.options.quasi_identifiers);
  table->sensitive_attributes = std::move(s.options.sensitive_attributes);
  table->total_records = s.total_records;
  if (!s.kind->principals) table->total_principals = s.total_records;
  return Classes(std::move(table));
}

}  // namespace anon
