// SPDX-License-Identifier: Apache-2.0
#include "anon/hierarchy/value_domain.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "anon/base/text.h"
#include "base/status_macros.h"

namespace anon {

absl::StatusOr<ValueDomain> ValueDomain::FromRecords(
    RecordSource& records, std::string_view attribute) {
  const std::vector<std::string>& names = records.attributes();
  const auto found = std::ranges::find(names, attribute);
  if (found == names.end()) {
    const auto nearest = Nearest(attribute, names);
    return PolicyError(fmt::format(
        "{} has no column {}{}", records.name(), attribute,
        nearest ? fmt::format(", did you mean {}?", *nearest)
                : fmt::format("; it has {}", fmt::join(names, ", "))));
  }
  const auto column = static_cast<std::size_t>(found - names.begin());
  ValueDomain domain({.file = records.name(),
                      .column = static_cast<std::int64_t>(column) + 1,
                      .attribute = *found});
  Batch batch;
  for (;;) {
    ANON_ASSIGN_OR_RETURN(const bool more, records.Next(batch));
    if (!more) return domain;
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      domain.Add(batch.columns[column][row], batch.lines[row]);
    }
  }
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
