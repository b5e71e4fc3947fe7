// SPDX-License-Identifier: Apache-2.0
#include "anon/model/privacy_model.h"

#include <fmt/format.h>

#include <utility>

#include "base/status_macros.h"

namespace anon {
absl::StatusOr<std::unique_ptr<const BoundModel>> PrivacyModel::On(
    const Classes& classes, const ModelContext& context) const {
  if (!attribute().empty() && !classes.SensitiveIndex(attribute())) {
    return PolicyError(fmt::format(
        "{} guards '{}', which is not a sensitive attribute of these classes: "
        "count them with it",
        name(), attribute()));
  }
  const bool known = context.population != nullptr
                         ? context.quasi_label != nullptr
                         : classes.has_population();
  // A table without rows has neither population nor groups, and nothing to say.
  const bool empty = classes.size() == 0;
  if (needs().population && !known && !empty) {
    return PolicyError(fmt::format(
        "{} needs the population the table was drawn from, and the labels of "
        "the quasi-identifiers, or sampling weights of the rows",
        name()));
  }
  if (needs().groups && !classes.has_groups() && !empty) {
    return PolicyError(fmt::format(
        "{} counts households or contracts: name the column that says which "
        "one a record is of",
        name()));
  }
  ANON_ASSIGN_OR_RETURN(std::unique_ptr<BoundModel> bound,
                        Bind(classes, context));
  bound->standing_ = context.standing;
  bound->name_ = name();
  bound->attribute_ = attribute();
  bound->asked_ = asked();
  return bound;
}

absl::StatusOr<Verdict> PrivacyModel::Judge(const Classes& classes,
                                            const ModelContext& context) const {
  ANON_ASSIGN_OR_RETURN(const auto bound, On(classes, context));
  return bound->Judge();
}

absl::StatusOr<ValueCounts> CountValues(
    const Classes& classes, std::string_view attribute,
    const std::function<std::string_view(std::uint32_t)>& label) {
  const auto sensitive = classes.SensitiveIndex(attribute);
  if (!sensitive) {
    return PolicyError(fmt::format(
        "'{}' is not a sensitive attribute of these classes", attribute));
  }
  ValueCounts counts;
  for (const ValueCount& value : classes.table_histogram(*sensitive)) {
    counts[std::string(label(value.code))] += value.principals;
  }
  return counts;
}

}  // namespace anon
