// SPDX-License-Identifier: Apache-2.0
//
// docs/report.md and docs/solution.md against the files of real runs: every
// field is documented, and nothing else is.
#include <doctest/doctest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "anon/policy/run.h"
#include "support/support.h"

namespace anon {
namespace {

using Json = nlohmann::json;
using Fields = std::set<std::string>;

// Deletion information goes nowhere.
class NoVault final : public DeletionSink {
 public:
  absl::Status Begin(const DeletionDataSet&) override { return {}; }
  absl::Status Put(std::span<const DeletionRecord>) override { return {}; }
  absl::Status Flush() override { return {}; }
  absl::Status Commit(std::string_view) override { return {}; }
  absl::Status RollBack(std::string_view) override { return {}; }
};

struct Files {
  Json report;
  Json solution;
  Json failing_classes;
};

Json ParsedFile(const std::filesystem::path& path) {
  return Json::parse(test::Read(path), nullptr, /*allow_exceptions=*/false);
}

// The internal files of one run over example data.
Files RunPolicy(absl::StatusOr<Policy> policy, bool refused) {
  const test::TempDir dir;
  OsRandom random;
  REQUIRE(policy.ok());
  const auto kek = *MakeKeyWrapper(*SecretBytes::Random(32, random));
  const auto keyring =
      Keyring::CreateFile(dir / "keyring", {.wrapper = kek.get()}, random);
  REQUIRE(keyring.ok());
  NoVault vault;
  RunOptions options;
  options.places.out = dir / "out";
  options.places.internal = dir / "internal";
  options.created = "2026-11-01";
  if (policy->kind == DatasetKind::kPseudonymizedPersonalInformation) {
    options.keyring = &*keyring;
    options.deletion_sink = &vault;
  }
  const auto report = Run(*policy, options);
  REQUIRE_MESSAGE(report.ok(), report.status().ToString());
  REQUIRE(report->released == !refused);
  return {
      .report = ParsedFile(report->internal / "report.json"),
      .solution = ParsedFile(report->internal / "solution.json"),
      .failing_classes = ParsedFile(report->internal / "failing_classes.json")};
}

Files RunExample(const std::string& policy_file, bool refused = false) {
  auto policy = LoadPolicy(test::SourceDir() / "examples" / policy_file);
  if (policy.ok() && refused) policy->suppression_limit = Ratio();
  return RunPolicy(std::move(policy), refused);
}

// Text with telephone numbers that somebody let pass, and a warning.
Files RunWithResidue() {
  auto policy =
      LoadPolicy(test::SourceDir() / "examples" / "visits_anonymized.yaml");
  REQUIRE(policy.ok());
  for (ColumnPolicy& column : policy->columns) {
    if (column.name != "memo") continue;
    column.operators.clear();
    column.operator_specs.clear();
  }
  policy->gates.residue->allow = {{"memo", "mobile_phone", "a test"},
                                  {"memo", "email", "a test"}};
  policy->gates.uniqueness.reset();
  policy->warnings = {"a test"};
  policy->use.scope = RecipientScope::kContractor;
  policy->use.contractor_scope = {"分析", "Analysis"};
  policy->use.contractor_expires = "2026-12-31";
  return RunPolicy(std::move(policy), false);
}

// Regions instead of levels, through equal records.
Files RunDivided() {
  auto policy =
      LoadPolicy(test::SourceDir() / "examples" / "contracts_planned.yaml");
  REQUIRE(policy.ok());
  policy->models = {*MakeModel({"k_anonymity", "", {{"k", "40"}}})};
  policy->solver.mondrian = true;
  policy->solver.relaxed = true;
  for (ColumnPolicy& column : policy->columns) {
    if (column.name != "birth_date") continue;
    std::ifstream in(column.hierarchy);
    std::set<std::string> days;
    for (std::string line; std::getline(in, line);) {
      days.insert(line.substr(0, 10));
    }
    column.order.assign(days.begin(), days.end());
  }
  return RunPolicy(std::move(policy), false);
}

// Levels in rounds.
Files RunInRounds() {
  auto policy =
      LoadPolicy(test::SourceDir() / "examples" / "contracts_planned.yaml");
  REQUIRE(policy.ok());
  policy->models = {*MakeModel({"k_anonymity", "", {{"k", "5"}}})};
  policy->solver.local_recoding = true;
  return RunPolicy(std::move(policy), false);
}

// One record of each person.
Files RunAggregated() {
  auto policy =
      LoadPolicy(test::SourceDir() / "examples" / "contracts_planned.yaml");
  REQUIRE(policy.ok());
  policy->several_rows = SeveralRows::kAggregate;
  for (ColumnPolicy& column : policy->columns) {
    if (column.name == policy->principal) continue;
    column.aggregation = AggregationRule::kSame;
  }
  return RunPolicy(std::move(policy), false);
}

// The fields of `json` as the pages write them: "models[].asked".
void Collect(const Json& json, const std::string& path, Fields& fields) {
  static const std::map<std::string, std::string> kAnyKey = {
      {"loss.attributes", "COLUMN"},
      {"gates", "GATE"},
      {"aggregation.columns", "COLUMN"},
      {"steps[].parameters", "PARAMETER"},
      {"sha256", "FILE"},
      {"timings_ms", "STEP"},
      {"rounds[].levels", "COLUMN"},
      {"search.levels", "COLUMN"},
      {"models[].worst_classes[].class", "COLUMN"}};
  if (json.is_array()) {
    for (const Json& element : json) Collect(element, path + "[]", fields);
  } else if (json.is_object() && path != "models_before_suppression[]") {
    const auto any = kAnyKey.find(path);
    for (const auto& [key, value] : json.items()) {
      Collect(value,
              (path.empty() ? "" : path + ".") +
                  (any == kAnyKey.end() ? key : any->second),
              fields);
    }
  } else {
    fields.insert(path);
  }
}

// The first cells of the table below the heading: "| `field` | ...".
Fields Documented(const std::string& page, const std::string& heading) {
  std::ifstream in(test::SourceDir() / "docs" / page);
  Fields fields;
  bool here = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("## ")) here = line == "## " + heading;
    if (!here || !line.starts_with("| `")) continue;
    fields.insert(line.substr(3, line.find('`', 3) - 3));
  }
  return fields;
}

void CheckSame(const Fields& documented, const Fields& real) {
  for (const std::string& field : real) {
    CHECK_MESSAGE(documented.contains(field), field, " is not documented");
  }
  for (const std::string& field : documented) {
    CHECK_MESSAGE(real.contains(field), field, " is documented and never is");
  }
}

TEST_CASE("Internal files: every field is documented, and no other") {
  const Files anonymized = RunExample("subscribers_anonymized.yaml");
  const Files pseudonymized = RunExample("subscribers_pseudonymized.yaml");
  const Files refused = RunExample("subscribers_anonymized.yaml", true);
  const Files gated = RunExample("visits_anonymized.yaml");
  const Files found = RunWithResidue();
  const Files rounds = RunInRounds();
  const Files divided = RunDivided();
  Fields report;
  Collect(divided.report, "", report);
  Collect(gated.report, "", report);
  Collect(found.report, "", report);
  Collect(rounds.report, "", report);
  Collect(RunAggregated().report, "", report);
  Collect(anonymized.report, "", report);
  Collect(pseudonymized.report, "", report);
  Collect(refused.report, "", report);
  CheckSame(Documented("report.md", "report.json"), report);

  Fields failing;
  Collect(refused.failing_classes, "", failing);
  CheckSame(Documented("report.md", "failing_classes.json"), failing);

  Fields solution;
  Collect(anonymized.solution, "", solution);
  Collect(divided.solution, "", solution);
  Collect(rounds.solution, "", solution);
  CheckSame(Documented("solution.md", "Fields"), solution);
}

TEST_CASE("Solution: tuples are distinct indices into labels all used") {
  const Json solution = RunExample("subscribers_anonymized.yaml").solution;
  const Json& attributes = solution["attributes"];
  std::vector<std::set<std::size_t>> used(attributes.size());
  std::set<Json> tuples;
  for (const Json& tuple : solution["kept"]) {
    CHECK(tuples.insert(tuple).second);
    REQUIRE(tuple.size() == attributes.size());
    for (std::size_t q = 0; q < tuple.size(); ++q) {
      used[q].insert(tuple[q].get<std::size_t>());
    }
  }
  CHECK(tuples.size() == 208);  // as the policy's comment says
  for (std::size_t q = 0; q < used.size(); ++q) {
    CHECK(used[q].size() == attributes[q]["labels"].size());
    CHECK(*used[q].rbegin() + 1 == used[q].size());
  }
}

}  // namespace
}  // namespace anon
