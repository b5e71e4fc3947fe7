// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_ASSESS_CHECK_H_
#define ANON_ASSESS_CHECK_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "anon/base/random.h"
#include "anon/base/ratio.h"
#include "anon/base/status.h"
#include "anon/data/record_stream.h"
#include "anon/hierarchy/hierarchy.h"
#include "anon/model/km_anonymity.h"
#include "anon/model/privacy_model.h"
#include "anon/transform/aggregated_source.h"

namespace anon {

// What a missing (empty) value of a quasi-identifier or sensitive attribute is.
enum class MissingValues {
  kOwnCategory,  // a value like others
  // As a quasi-identifier it matches every value: see MatchWildcards. Models of
  // sizes alone take the sizes that come of it. Models of a sensitive attribute
  // keep to own categories, which for monotone ones is never less strict: who
  // matches is a union of such classes.
  kWildcard,
  kRefuse,  // an input error with its place
};

// A column whose values are sets, for k^m-anonymity.
struct SetValuedColumn {
  std::string attribute;
  std::string separator = "|";  // between the items of a value
  std::int64_t k = 0;  // 0: nothing is asked, what is achieved is reported
  int m = 2;
};

// A question to a table as it is, without anonymizing anything. Columns are
// named; an empty name means there is no such column.
struct CheckRequest {
  std::vector<std::string> quasi_identifiers;
  std::vector<std::string> sensitive_attributes = {};  // each guarded alone
  // Sensitive attributes guarded as one, whose values are tuples of theirs. The
  // attribute is called "a+b" in models and verdicts.
  std::vector<std::vector<std::string>> combined_attributes = {};
  // Also guard each of several sensitive attributes against whoever knows the
  // others: they count as quasi-identifiers.
  bool jointly = false;
  std::string principal = {};  // whose row each is; else every row is one
  std::string group = {};      // household or contract, counted like principals
  std::string frequency = {};  // for how many records a row stands
  // How many people of the population a record stands for: an estimate for
  // models of the population, nothing else.
  std::string weight = {};
  // Makes one record of each principal first: a rule for every column named
  // here but the principal's. Empty: rows stay as they are.
  std::vector<AggregatedColumn> aggregation = {};

  MissingValues missing = MissingValues::kOwnCategory;
  // With wildcards: the share of other incomplete records that match.
  Ratio wildcard_weight = *Ratio::Create(1, 1);

  // What is asked. Empty: what every model achieves is reported, nothing is
  // asked. (Sets are asked by a k of their own.)
  std::vector<ModelSpec> models = {};
  std::vector<SetValuedColumn> sets = {};
  // Of sensitive attributes, for models that need one.
  std::map<std::string, std::shared_ptr<const Hierarchy>> hierarchies = {};
  // A table of the population with the same quasi-identifiers, one record a
  // person; null if there is none. Read once, during the check.
  RecordSource* population = nullptr;

  // How many of the worst classes to name for each model that fails, at most
  // ten; if nothing is asked, how many of the smallest classes. Their labels
  // are values of the table.
  std::size_t worst = 0;
  std::int64_t class_budget = 64'000'000;
};

// A class that fails, as a person reads it.
struct FailingClass {
  // In the order of quasi_identifiers, then of CheckedModel::known.
  std::vector<std::string> values;
  std::int64_t principals = 0;
  std::int64_t records = 0;
};

struct CheckedModel {
  // As asked for. Where nothing was, a threshold only where the figure depends
  // on it: the l of recursive (c,l)-diversity.
  ModelSpec spec;
  Verdict verdict;     // against the table itself
  bool asked = false;  // otherwise verdict.asked and satisfied mean nothing
  // Why there is no figure, where nothing was asked; else empty.
  std::string unavailable = {};
  // Sensitive attributes that count as quasi-identifiers here.
  std::vector<std::string> known = {};
  std::vector<FailingClass> worst = {};
};

struct CheckedSet {
  SetValuedColumn column;
  bool asked = false;
  KmVerdict verdict;
  // The items of verdict.worst, if CheckRequest::worst is not 0.
  std::vector<std::string> worst = {};
};

struct CheckReport {
  std::int64_t rows = 0;  // read
  // As rows, but each as often as it says; of aggregated ones, the principals.
  std::int64_t records = 0;
  std::int64_t principals = 0;
  std::int64_t classes = 0;
  // The size of the smallest class; 0 without rows. With wildcards rounded
  // down.
  std::int64_t k = 0;
  std::optional<std::int64_t> groups;   // distinct
  std::optional<std::int64_t> group_k;  // in the class that has fewest
  std::optional<double> population;     // estimated from weights
  // Rows (aggregated ones: records) without a value, of each column looked at
  // that has such rows.
  std::map<std::string, std::int64_t> missing;
  std::vector<CheckedModel> models;
  std::vector<CheckedSet> sets;
  bool satisfied = true;  // all that was asked
};

// Reads `table` once, from its beginning, and answers. Fails on a column that
// the table lacks and on a model that cannot be made. Memory grows with
// classes; with set-valued columns, with rows. `random` keys the fingerprints
// of principals.
absl::StatusOr<CheckReport> Check(RecordSource& table,
                                  const CheckRequest& request,
                                  RandomSource& random);

}  // namespace anon

#endif  // ANON_ASSESS_CHECK_H_
