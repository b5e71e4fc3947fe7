// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_MODEL_MODEL_CONTEXT_H_
#define ANON_MODEL_MODEL_CONTEXT_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "anon/base/status.h"
#include "anon/data/classes.h"
#include "anon/data/wildcard.h"
#include "anon/hierarchy/hierarchy.h"

namespace anon {

// How many people have each value of a sensitive attribute, by the value.
using ValueCounts = std::map<std::string, std::int64_t, std::less<>>;

// How many people of a population have each combination of quasi-identifier
// values, in the order of Classes::quasi_identifiers().
using PopulationCounts = std::map<std::vector<std::string>, std::int64_t>;

// What is known of one sensitive attribute beyond its histograms.
struct SensitiveContext {
  // The value behind a code of the histograms. Only needed where one of the
  // next three is.
  std::function<std::string_view(std::uint32_t code)> label = nullptr;
  // The table before anonymization. A model that compares a class with "the
  // whole table" holds only if it holds against this table and against the
  // judged one; without it, against the judged one. It must have every value
  // that the judged table has. Empty: not known.
  ValueCounts reference = {};
  // All values, least first. Empty: numbers in the order of numbers.
  std::vector<std::string> order = {};
  // Of its values; null if there is none.
  std::shared_ptr<const Hierarchy> hierarchy = nullptr;
};

// What models may need beyond the classes they judge. A plain value; it must
// outlive the models bound to it.
struct ModelContext {
  std::map<std::string, SensitiveContext, std::less<>> sensitive = {};

  // The label of a code of quasi-identifier `q`; needed with a population.
  std::function<std::string_view(std::size_t q, std::uint32_t code)>
      quasi_label = nullptr;
  // The population that the table was drawn from; null if unknown. Without it,
  // models take what the sampling weights of the rows estimate.
  std::shared_ptr<const PopulationCounts> population = nullptr;

  // Sizes of the judged classes where missing quasi-identifiers match every
  // value: models of sizes alone take these. Null: a missing value is a value.
  const WildcardSizes* wildcards = nullptr;

  // [class]: whether it stands. The others are suppressed: they are neither
  // judged nor counted. Null: all stand.
  const std::vector<bool>* standing = nullptr;
};

// How many people of the table have each value of `attribute`: a reference for
// tables made from it. Fails if the classes lack the attribute.
absl::StatusOr<ValueCounts> CountValues(
    const Classes& classes, std::string_view attribute,
    const std::function<std::string_view(std::uint32_t)>& label);

}  // namespace anon

#endif  // ANON_MODEL_MODEL_CONTEXT_H_
