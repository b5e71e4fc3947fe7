// SPDX-License-Identifier: Apache-2.0
//
// Operators in a run: before classes are counted, in the written data, in the
// log and in the item list.
#include <nlohmann/json.hpp>

#include "policy/run_support.h"

namespace anon {
namespace {

using test::Job;

TEST_CASE("Operators: classes, data, log and item list agree") {
  Job job;
  job.limit = "60%";
  job.columns =
      Job::Column("id", "direct_identifier", "treatment: suppress") +
      Job::Column("age", "quasi_identifier",
                  "operators: [{operator: top_code, at: 30, label: 30+}, "
                  "{operator: suppress_record, values: [\"29\"]}]") +
      Job::Column("sex", "quasi_identifier", "treatment: keep") +
      Job::Column("plan", "sensitive",
                  "operators: [{operator: mask_characters}]");
  const auto report = job.Run();
  REQUIRE_MESSAGE(report.ok(), Message(report.status()));
  REQUIRE_MESSAGE(report->released, report->reason);
  const std::string data =
      test::Read(job.options.places.out / "provide" / "data.csv");
  CHECK(data.find("30+,") != std::string::npos);
  for (const char* const gone : {"\n29,", "\n31,", "\n45,", ",A", ",B"}) {
    CAPTURE(gone);
    CHECK(data.find(gone) == std::string::npos);
  }
  // Ages 20 ... 39 in turn, six of each; 29 goes, and 45 is the lone one.
  CHECK(report->records_in == 115);
  const auto json = nlohmann::json::parse(ReportJson(*report));
  const auto& steps = json["steps"];
  REQUIRE(steps.size() == 4);
  CHECK(steps[0]["operator"] == "suppress_attribute");
  CHECK(steps[1]["operator"] == "top_code");
  CHECK(steps[1]["parameters"]["at"][0] == "30");
  CHECK(steps[1]["cells"] == 121);
  CHECK(steps[1]["cells_changed"] == 61);
  CHECK(steps[2]["records_suppressed"] == 6);
  CHECK(steps[3]["operator"] == "mask_characters");
  const std::string manifest =
      test::Read(job.options.places.out / "publish" / "manifest.json");
  for (const char* const technique :
       {"top_code", "suppress_record", "mask_characters"}) {
    CHECK(manifest.find(technique) != std::string::npos);
  }
  CHECK(manifest.find("30+") == std::string::npos);
}

TEST_CASE("Operators: a value of another type stops the run with its place") {
  Job job;
  job.columns = Job::Column("id", "direct_identifier", "treatment: suppress") +
                Job::Column("age", "quasi_identifier", "treatment: keep") +
                Job::Column("sex", "quasi_identifier",
                            "operators: [{operator: round_to_base, base: 5}]") +
                Job::Column("plan", "sensitive", "treatment: keep");
  const auto report = job.Run();
  REQUIRE_FALSE(report.ok());
  CHECK(Message(report.status())
            .find("people.csv, line 2, column 3 (sex): "
                  "round_to_base: not a decimal number") !=
        std::string_view::npos);
  CHECK_FALSE(std::filesystem::exists(job.options.places.out));
}

TEST_CASE("Selected attributes stay, all others go") {
  Job job;
  job.columns =
      "  id: {role: direct_identifier, class: other}\n" +
      Job::Column("age", "quasi_identifier", "hierarchy: age.csv, level: 1") +
      Job::Column("sex", "quasi_identifier", "treatment: keep") +
      "  plan: {role: sensitive, class: other}\n" +
      "select_attributes: [age, sex]\n";
  const auto report = job.Run();
  REQUIRE_MESSAGE(report.ok(), Message(report.status()));
  CHECK(report->columns == std::vector<std::string>{"age", "sex"});
  CHECK(test::Read(job.options.places.out / "publish" / "manifest.json")
            .find("select_attributes") != std::string::npos);
}

TEST_CASE("Without a legal profile there is data and nothing to publish") {
  Job job;
  const std::string yaml =
      "anon_policy: 1\nprofile: plain\nsource: {file: people.csv}\n"
      "principal: row\ncolumns:\n"
      "  id: {role: direct_identifier, operators: [{operator: "
      "mask_characters, keep_first: 1}]}\n"
      "  age: {role: quasi_identifier, hierarchy: age.csv, level: 1}\n"
      "  sex: {role: quasi_identifier, treatment: keep}\n"
      "  plan: {role: sensitive}\n"
      "models: [{model: k_anonymity, k: 5}]\nsuppression_limit: 10%\n"
      "release: {id: people-1}\n";
  const auto policy = ParsePolicy(yaml, job.root / "in" / "policy.yaml");
  REQUIRE_MESSAGE(policy.ok(), Message(policy.status()));
  const auto report = Run(*policy, job.options);
  REQUIRE_MESSAGE(report.ok(), Message(report.status()));
  CHECK(report->released);
  CHECK(report->kind == DatasetKind::kNone);
  CHECK(report->smallest_class >= 5);
  CHECK(
      test::Read(job.options.places.out / "provide" / "data.csv").find("u**") !=
      std::string::npos);
  CHECK(std::filesystem::exists(job.options.places.out / "publish" /
                                "SHA256SUMS"));
  CHECK_FALSE(std::filesystem::exists(job.options.places.out / "publish" /
                                      "manifest.json"));
  CHECK_FALSE(std::filesystem::exists(job.options.places.out / "provide" /
                                      "notice.ja.txt"));
}

}  // namespace
}  // namespace anon
