// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_POLICY_POLICY_H_
#define ANON_POLICY_POLICY_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "anon/base/ratio.h"
#include "anon/base/status.h"
#include "anon/data/attribute_class.h"
#include "anon/data/role.h"
#include "anon/hierarchy/hierarchy_rule.h"
#include "anon/io/csv.h"
#include "anon/model/privacy_model.h"
#include "anon/policy/gates.h"
#include "anon/policy/legal_profile.h"
#include "anon/pseudonym/pseudonymizer.h"
#include "anon/release/pages.h"
#include "anon/release/terms.h"
#include "anon/transform/aggregated_source.h"
#include "anon/transform/cell_operator.h"
#include "anon/transform/gridding.h"
#include "anon/utility/objective.h"

namespace anon {

// What happens to a column, after its operators. A direct identifier is
// pseudonymized or suppressed, a quasi-identifier generalized, suppressed or
// kept (it still counts for classes); the others are kept or suppressed.
enum class Treatment { kKeep, kSuppress, kPseudonymize, kGeneralize };
std::string_view ToString(Treatment treatment);

struct ColumnPolicy {
  std::string name;
  Role role = Role::kInsensitive;
  AttributeClass attribute_class = AttributeClass::kOther;
  DataOrigin origin = DataOrigin::kUnstated;
  Treatment treatment = Treatment::kKeep;
  // SeveralRows::kAggregate: what becomes of the values of one principal,
  // before operators. None of what is not looked at after that.
  std::optional<AggregationRule> aggregation;
  std::string reason;       // why a column stays that the profile wants removed
  CellOperators operators;  // run first, in this order
  std::vector<OperatorSpec> operator_specs;  // the same, as written
  // kGeneralize: the hierarchy, a file (ARX layout) or a rule, and the level to
  // reach.
  std::filesystem::path hierarchy;
  HierarchyRulePtr hierarchy_rule;
  HierarchyRuleSpec hierarchy_spec;  // the same, as written
  char hierarchy_delimiter = ';';
  std::int64_t level = 0;
  // Whether a search finds the level, which is then the least it may be; up to
  // `most_level`, or the highest of the hierarchy.
  bool search_level = false;
  std::optional<std::int64_t> most_level;
  double weight = 1;  // of the column's share of what is lost
  // kGeneralize without a hierarchy, for Mondrian only: the values are numbers,
  // or stand in this order.
  bool numbers = false;
  std::vector<std::string> order;
  // kPseudonymize; domain and attribute are filled in by the run. Fresh: a new
  // random one for every record.
  PseudonymOptions pseudonym;
  bool fresh_pseudonyms = false;
  // How the public item list calls it; required unless suppressed.
  std::optional<Item> item;
  Place place;  // where the policy file says so
};

// A hierarchy of the values of a sensitive column, in ARX layout.
struct HierarchyFile {
  std::filesystem::path file;
  char delimiter = ';';
};

// How levels that the policy leaves open are found.
struct SolverPolicy {
  bool best_effort = false;  // else the optimum, if the space is not too large
  bool mondrian = false;     // no levels: the table is divided
  bool relaxed = false;      // through equal records, if need be
  // Whom levels suppress gets levels of his own, in further rounds.
  bool local_recoding = false;
  ObjectiveSpec objective;
  // Nodes to look at, or parts to divide, at most.
  std::optional<std::int64_t> evaluations;
  std::optional<std::int64_t> seconds;  // to search or divide, at most
};

// What several rows of one data principal mean.
enum class SeveralRows {
  kRefuse,     // the run stops at the second row of a principal
  kCountOnce,  // each principal counts once per equivalence class
  kAggregate,  // they become one, by a rule for each column
};

// What SeveralRows::kAggregate came to.
struct AggregationTally {
  std::int64_t records_in = 0;            // after gates
  std::int64_t records_out = 0;           // one of each principal
  std::vector<AggregatedColumn> columns;  // by these rules
};

// A policy file, read and checked. A plain value: everything a run needs to
// know apart from places, keys and the vault. See docs/policy.md.
struct Policy {
  std::filesystem::path file;  // where it was read; paths are relative to it
  std::string digest;          // SHA-256 of the file, hexadecimal
  const LegalProfile* profile =
      nullptr;  // never null in a policy that was read
  DatasetKind kind = DatasetKind::kAnonymizedPersonalInformation;
  IntendedUse use;
  Gates gates;
  // What the profile would refuse if somebody had verified its rule, and other
  // things to know before a run.
  std::vector<std::string> warnings;

  std::filesystem::path source;
  SourceTags source_tags;
  char delimiter = ',';
  CsvEncoding encoding = CsvEncoding::kUtf8;
  std::string null_text;  // of a missing value, unless that is empty
  // Whether a missing quasi-identifier or sensitive value stops the run;
  // otherwise it is a value like others.
  bool refuse_missing = false;

  std::string principal;   // a column; empty means every row is a principal
  std::string group_unit;  // a column of households or contracts; empty: none
  SeveralRows several_rows = SeveralRows::kRefuse;
  std::string pseudonym_domain;  // required if a column is pseudonymized

  // Columns made of others, beside those of the source.
  std::vector<GridColumn> derived;
  std::vector<ColumnPolicy> columns;
  bool select_attributes = false;  // whether columns were chosen by a list
  std::vector<ModelSpec> model_specs;
  PrivacyModels models;  // model_specs, made
  // By sensitive column, for the models that need one.
  std::map<std::string, HierarchyFile, std::less<>> value_hierarchies;
  // A table of the population that the source was drawn from, one record a
  // person, with its quasi-identifiers; empty if there is none.
  std::filesystem::path population;
  char population_delimiter = ',';
  SolverPolicy solver;
  Ratio suppression_limit;  // share of principals that may lose a record
  std::int64_t class_budget = 64'000'000;
  bool disclose_models = false;

  // What people judged before the run; the record of it becomes an internal
  // file.
  std::optional<ImpactAssessment> impact_assessment;
  std::filesystem::path wording;  // sentences of the publisher's own, or empty
  ReleaseTerms terms;  // kind and items filled from the above; no date yet
};

// Reads a policy file (YAML 1.2, hence JSON too) and checks all that can be
// checked without the data. Errors are sentences with file, line, column and
// the fix; several are joined by newlines, in the order of the file.
absl::StatusOr<Policy> LoadPolicy(const std::filesystem::path& file);

// The same for text already in memory; `file` names it in messages and anchors
// relative paths.
absl::StatusOr<Policy> ParsePolicy(std::string_view yaml,
                                   const std::filesystem::path& file);

// The JSON Schema (draft 2020-12) of policy files, as published in
// docs/schema/policy-1.schema.json.
std::string_view PolicySchema();

}  // namespace anon

#endif  // ANON_POLICY_POLICY_H_
