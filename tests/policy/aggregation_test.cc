// SPDX-License-Identifier: Apache-2.0
//
// Runs that make one record of each principal.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "anon/io/csv.h"
#include "anon/policy/apply.h"
#include "anon/policy/plan.h"
#include "policy/run_support.h"

namespace anon {
namespace {

using test::Job;

// One column of a policy with its rule.
std::string Column(std::string_view name, std::string_view role,
                   std::string_view rest) {
  return Job::Column(name, role, rest);
}

// Forty people of two records each: the later one has the age and the plan of
// today. u0 ... u4 were of five ages before.
struct Several : Job {
  Several() {
    principal = "{column: id, several_rows: aggregate}";
    columns =
        Column("id", "direct_identifier", "treatment: suppress") +
        Column("age", "quasi_identifier",
               "hierarchy: age.csv, level: 1, aggregate: greatest") +
        Column("sex", "quasi_identifier", "treatment: keep, aggregate: same") +
        Column("plan", "sensitive", "treatment: keep, aggregate: last") +
        Column("fee", "insensitive", "treatment: keep, aggregate: sum");
    limit = "";
    std::vector<std::string> rows;
    for (int i = 0; i < 40; ++i) {
      rows.push_back(fmt::format("u{},{},f,A,0.50", i, 20 + i % 20));
    }
    for (int i = 0; i < 40; ++i) {
      rows.push_back(fmt::format("u{},40,f,{},1.5", i, i % 2 == 0 ? "B" : "C"));
    }
    WriteRows(rows, "id,age,sex,plan,fee");
  }
};

TEST_CASE("Policy: what is looked at after aggregation has a rule") {
  Job job;
  job.principal = "{column: id, several_rows: aggregate}\ngroup_unit: home";
  job.models =
      "models: [{model: k_anonymity, k: 5}, {model: group_k_anonymity, k: "
      "2}]\n";
  const auto error = [&](std::string_view home, std::string_view age) {
    job.columns =
        Column("id", "direct_identifier", "treatment: suppress") +
        Column("home", "direct_identifier", "treatment: suppress") +
        Column("age", "quasi_identifier", "treatment: suppress") +
        Column("sex", "quasi_identifier", "treatment: keep, aggregate: same");
    const auto extend = [&](std::string_view name, std::string_view rest) {
      const auto end = job.columns.find('}', job.columns.find(name));
      job.columns.insert(end, rest);
    };
    extend("  home:", home);
    extend("  age:", age);
    const auto policy = ParsePolicy(job.Yaml(), "p.yaml");
    return std::string(Message(policy.status()));
  };
  CHECK(error(", aggregate: same", "") == "");
  CHECK(error("", "").find("columns home do not say how") != std::string::npos);
  CHECK(error(", aggregate: same", ", aggregate: last")
            .find("columns.age.aggregate has no meaning with treatment: "
                  "suppress; remove it") != std::string::npos);
  const std::string operators =
      ", operators: [{operator: suppress_record, missing: true}]";
  CHECK(error(", aggregate: same", operators).find("columns age do not say") !=
        std::string::npos);
  CHECK(error(", aggregate: same", operators + ", aggregate: last") == "");
}

TEST_CASE("Run: five records of one person in five classes become one") {
  Job job;
  job.principal = "{column: id, several_rows: aggregate}";
  job.columns =
      Column("id", "direct_identifier", "treatment: suppress") +
      Column("age", "quasi_identifier", "treatment: keep, aggregate: last") +
      Column("sex", "quasi_identifier", "treatment: keep, aggregate: same") +
      Column("plan", "sensitive", "treatment: keep, aggregate: last");
  std::vector<std::string> rows;
  for (int i = 0; i < 5; ++i) rows.push_back(fmt::format("one,{},f,A", 20 + i));
  for (int i = 0; i < 4; ++i) rows.push_back(fmt::format("u{},24,f,B", i));
  job.WriteRows(rows);
  const auto released = job.Run();
  REQUIRE_MESSAGE(released.ok(), Message(released.status()));
  CHECK_MESSAGE(released->released, released->reason);
  CHECK(released->smallest_class == 5);
  CHECK(released->classes_in == 1);
  CHECK(job.Released() == std::multiset<std::string>{"24,f,A", "24,f,B",
                                                     "24,f,B", "24,f,B",
                                                     "24,f,B"});
  // Five records of one person are one, also where they would make k.
  rows.resize(8);
  job.WriteRows(rows);
  job.options.replace = true;
  const auto refused = job.Run();
  REQUIRE(refused.ok());
  CHECK_FALSE(refused->released);
  CHECK(refused->records_in == 4);
}

TEST_CASE("Run: the report counts the records that were read and released") {
  Several job;
  const auto report = job.Run();
  REQUIRE_MESSAGE(report.ok(), Message(report.status()));
  CHECK_MESSAGE(report->released, report->reason);
  CHECK(report->records_in == 40);
  CHECK(report->records_out == 40);
  CHECK(report->principals_in == 40);
  REQUIRE(report->aggregation.has_value());
  CHECK(report->aggregation->records_in == 80);
  CHECK(report->aggregation->records_out == 40);
  const auto lines = job.Released();
  CHECK(lines.count("40s,f,B,2.00") == 20);
  CHECK(lines.count("40s,f,C,2.00") == 20);
  const auto json = nlohmann::json::parse(
      test::Read(job.options.places.internal / "report.json"));
  CHECK(json.at("aggregation") == nlohmann::json({{"records_in", 80},
                                                  {"records_out", 40},
                                                  {"columns",
                                                   {{"age", "greatest"},
                                                    {"sex", "same"},
                                                    {"plan", "last"},
                                                    {"fee", "sum"}}}}));
  CHECK(json.at("source").at("sha256") ==
        ToHex(Sha256(test::Read(job.source))));
}

TEST_CASE("Run: operators treat what became one, and gates go before") {
  Several job;
  job.columns =
      Column("id", "direct_identifier", "treatment: suppress") +
      Column("age", "quasi_identifier",
             "hierarchy: age.csv, level: 1, aggregate: last") +
      Column("sex", "quasi_identifier", "treatment: keep, aggregate: same") +
      // What stands here may pass; the others have no part in the release.
      Column("plan", "sensitive", "treatment: suppress") +
      Column("fee", "insensitive",
             "treatment: keep, aggregate: sum, operators: [{operator: "
             "round_to_base, base: 1}, {operator: suppress_record, above: 9}]");
  job.gates = "gates: {consent: {column: plan, given: [A, B]}}\n";
  auto rows = std::vector<std::string>();
  for (int i = 0; i < 10; ++i) {
    rows.push_back(fmt::format("u{},30,f,A,0.4", i));
    rows.push_back(fmt::format("u{},20,f,B,0.4", i));
    rows.push_back(fmt::format("u{},49,m,no,100", i));
  }
  rows.emplace_back("rich,20,f,A,9");
  rows.emplace_back("rich,20,f,B,1");
  job.WriteRows(rows, "id,age,sex,plan,fee");
  const auto report = job.Run();
  REQUIRE_MESSAGE(report.ok(), Message(report.status()));
  CHECK_MESSAGE(report->released, report->reason);
  CHECK(job.Released().count("20s,f,1") == 10);
  CHECK(job.Released().size() == 10);
  REQUIRE(report->gates.size() == 1);
  CHECK(report->gates[0].records == 10);
  REQUIRE(report->aggregation.has_value());
  CHECK(report->aggregation->records_in == 22);
  CHECK(report->aggregation->records_out == 11);
  CHECK(report->records_in == 10);
  REQUIRE(report->steps.size() >= 2);
}

TEST_CASE("Run: gates that hold everybody back are a No as without") {
  Several job;
  job.gates = "gates: {consent: {column: plan, given: [never]}}\n";
  const auto report = job.Run();
  REQUIRE_MESSAGE(report.ok(), Message(report.status()));
  CHECK(report->reason == "no record passed the gates: 80 were held back");
}

TEST_CASE("Run: spellings of one identifier are one person") {
  Several job;
  job.Pseudonymize();
  job.columns.replace(job.columns.find("treatment: pseudonymize"), 23,
                      "treatment: pseudonymize, normalize: phone-jp-1");
  std::vector<std::string> rows;
  for (int i = 0; i < 20; ++i) {
    rows.push_back(fmt::format("090-1234-56{:02},30,f,A,1", i));
    rows.push_back(fmt::format("＋81 90 1234 56{:02},31,f,B,1", i));
  }
  job.WriteRows(rows, "id,age,sex,plan,fee");
  const auto report = job.Run();
  REQUIRE_MESSAGE(report.ok(), Message(report.status()));
  CHECK_MESSAGE(report->released, report->reason);
  CHECK(report->records_out == 20);
  CHECK(job.sink.committed.size() == 20);
}

TEST_CASE("Run: a cell is made of one record, and its column has a rule") {
  Several job;
  job.columns =
      Column("id", "direct_identifier", "treatment: suppress") +
      Column("lat", "quasi_identifier", "treatment: suppress") +
      Column("lon", "quasi_identifier", "treatment: suppress") +
      Column("cell", "quasi_identifier", "treatment: keep, aggregate: last");
  job.gates =
      "derive: {cell: {operator: grid_spacetime, latitude: lat, longitude: "
      "lon, mesh: 10km}}\n";
  std::vector<std::string> rows;
  for (int i = 0; i < 10; ++i) {
    rows.push_back(fmt::format("u{},35.68,139.76", i));
    rows.push_back(fmt::format("u{},34.70,135.50", i));
  }
  job.WriteRows(rows, "id,lat,lon");
  const auto report = job.Run();
  REQUIRE_MESSAGE(report.ok(), Message(report.status()));
  CHECK_MESSAGE(report->released, report->reason);
  CHECK(job.Released().count("523503") + job.Released().count("523504") == 10);
}

TEST_CASE("Run: anonymized information may keep pseudonyms of one record") {
  Several job;
  job.columns.replace(
      0, job.columns.find('\n') + 1,
      Column("id", "direct_identifier", "treatment: pseudonymize"));
  const auto report = job.Run();
  REQUIRE_MESSAGE(report.ok(), Message(report.status()));
  CHECK_MESSAGE(report->released, report->reason);
  job.principal = "{column: id, several_rows: count_once}";
  const auto refused = ParsePolicy(job.Yaml(), "p.yaml");
  CHECK(Message(refused.status()).find("several_rows: aggregate") !=
        std::string_view::npos);
}

TEST_CASE("Run: records that must agree and do not stop it, without a value") {
  Several job;
  job.WriteRows({"u1,20,f,A,1", "u2,20,f,A,1", "u1,20,m,A,1"},
                "id,age,sex,plan,fee");
  const auto report = job.Run();
  CHECK(absl::IsDataLoss(report.status()));
  CHECK(Message(report.status())
            .find("people.csv, line 4, column 3 (sex): same: not what the "
                  "record of the same principal in line 2 has") !=
        std::string_view::npos);
  CHECK(job.LeftNothing());
}

TEST_CASE("Run: a stop between two batches of the reading is heard") {
  Several job;
  std::stop_source stop;
  job.options.stop = stop.get_token();
  int heard = 0;
  job.options.progress = [&](const RunProgress& progress) {
    if (progress.step == "count" && ++heard == 1) {
      CHECK(progress.records == 0);
      stop.request_stop();
    }
  };
  CHECK(absl::IsCancelled(job.Run().status()));
  CHECK(heard == 1);
  CHECK(job.LeftNothing());
}

TEST_CASE("Plan and Apply make one record of each, too") {
  Several job;
  const auto policy = job.Read();
  const auto plan = PlanLevels(policy, {.created = "2026-11-20"});
  REQUIRE_MESSAGE(plan.ok(), Message(plan.status()));
  CHECK(plan->search.satisfied);
  CHECK(plan->search.best.classes == 1);

  REQUIRE(job.Run()->released);
  const auto text = test::Read(job.options.places.internal / "solution.json");
  auto solution = SavedSolution::Parse(text, "solution.json");
  REQUIRE_MESSAGE(solution.ok(), Message(solution.status()));
  auto source = CsvSource::Open(job.source);
  auto sink =
      CsvSink::Create(job.root / "applied.csv", {"age", "sex", "plan", "fee"});
  REQUIRE(sink.ok());
  const auto report = Apply(policy, *solution, **source, **sink,
                            {.created = "2026-11-20", .check = true});
  REQUIRE_MESSAGE(report.ok(), Message(report.status()));
  CHECK(report->records_in == 40);
  CHECK(report->records_out == 40);
  CHECK(report->satisfied);
  REQUIRE(report->aggregation.has_value());
  CHECK(report->aggregation->records_in == 80);
}

}  // namespace
}  // namespace anon
