// SPDX-License-Identifier: Apache-2.0
#include "anon/hierarchy/value_domain.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "anon/base/text.h"
#include "base/status_macros.h"

namespace anon {

namespace {

absl::StatusOr<std::size_t> FindColumn(const RecordSource& records,
                                       std::string_view attribute) {
  const std::vector<std::string>& names = records.attributes();
  const auto found = std::ranges::find(names, attribute);
  if (found != names.end()) {
    return static_cast<std::size_t>(found - names.begin());
  }
  const auto nearest = Nearest(attribute, names);
  return PolicyError(fmt::format(
      "{} has no column {}{}", records.name(), attribute,
      nearest ? fmt::format(", did you mean {}?", *nearest)
              : fmt::format("; it has {}", fmt::join(names, ", "))));
}

}  // namespace

absl::StatusOr<std::vector<ValueDomain>> ValueDomain::FromRecords(
    RecordSource& records, const std::vector<std::string>& attributes) {
  std::vector<std::size_t> columns;
  std::vector<ValueDomain> domains;
  for (const std::string& attribute : attributes) {
    ANON_ASSIGN_OR_RETURN(const std::size_t column,
                          FindColumn(records, attribute));
    columns.push_back(column);
    domains.push_back(
        ValueDomain({.file = records.name(),
                     .column = static_cast<std::int64_t>(column) + 1,
                     .attribute = attribute}));
  }
  Batch batch;
  for (;;) {
    ANON_ASSIGN_OR_RETURN(const bool more, records.Next(batch));
    if (!more) return domains;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const auto& values = batch.columns[columns[i]];
      for (std::size_t row = 0; row < values.size(); ++row) {
        domains[i].Add(values[row], batch.lines[row]);
      }
    }
  }
}

absl::StatusOr<ValueDomain> ValueDomain::FromRecords(
    RecordSource& records, std::string_view attribute) {
  ANON_ASSIGN_OR_RETURN(
      std::vector<ValueDomain> domains,
      FromRecords(records, std::vector{std::string(attribute)}));
  return std::move(domains.front());
}

ValueDomain ValueDomain::FromValues(const std::vector<std::string>& values) {
  ValueDomain domain({.file = "values"});
  std::int64_t line = 0;
  for (const std::string& value : values) domain.Add(value, ++line);
  return domain;
}

void ValueDomain::Add(std::string_view value, std::int64_t line) {
  const std::uint32_t code = values_.Intern(value);
  if (code == counts_.size()) {
    counts_.push_back(0);
    lines_.push_back(line);
  }
  ++counts_[code];
}

std::string_view ValueDomain::value(std::size_t index) const {
  return values_.value(static_cast<std::uint32_t>(index));
}

Place ValueDomain::place(std::size_t index) const {
  Place place = column_;
  place.line = lines_[index];
  return place;
}

std::string ValueDomain::name() const { return ToString(column_); }

}  // namespace anon
