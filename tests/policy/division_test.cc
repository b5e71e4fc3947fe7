// SPDX-License-Identifier: Apache-2.0
//
// Tables that a policy has divided (solver: mondrian).
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "anon/policy/plan.h"
#include "policy/run_support.h"

namespace anon {
namespace {

using test::ErrorOf;
using test::Job;
using test::PlanOf;

// The table of Job, its ages numbers and its sexes an order.
struct Divided : Job {
  explicit Divided(std::string_view solver = "search: mondrian") {
    columns = Column("id", "direct_identifier", "treatment: suppress") +
              Column("age", "quasi_identifier", "order: numbers") +
              Column("sex", "quasi_identifier", "order: [f, m]") +
              Column("plan", "sensitive", "treatment: keep");
    models += fmt::format("solver: {{{}}}\n", solver);
    limit = "0";
  }
};

// Whether `label`, a number or "[20, 29]", covers `age`.
bool CoversAge(const std::string& label, int age) {
  if (label[0] != '[') return std::stoi(label) == age;
  const std::size_t comma = label.find(',');
  return std::stoi(label.substr(1)) <= age &&
         age <= std::stoi(label.substr(comma + 1));
}

TEST_CASE("Run: Mondrian releases everybody in regions of five and more") {
  for (const bool relaxed : {false, true}) {
    CAPTURE(relaxed);
    Divided job(relaxed ? "search: mondrian, relaxed: true"
                        : "search: mondrian");
    const auto report = job.Run();
    REQUIRE_MESSAGE(report.ok(), Message(report.status()));
    CHECK(report->released);
    CHECK(report->records_out == 121);
    CHECK(report->loss_metric == "ncp");
    CHECK(report->verdicts.at(0).satisfied);
    // Counted anew: classes of the release, and that they are finer than
    // decades.
    std::map<std::string, int> classes;
    std::multiset<std::string> plans;
    for (const std::string& line : job.Released()) {
      const std::size_t comma = line.rfind(',');
      ++classes[line.substr(0, comma)];
      plans.insert(line.substr(comma + 1));
    }
    CHECK(plans.count("A") == 61);
    CHECK(classes.size() > 10);
    CHECK(report->classes_kept == std::ssize(classes));
    CHECK(report->classes_in == report->classes_kept);
    for (const auto& [labels, people] : classes) {
      const std::string& tuple = labels;
      CAPTURE(tuple);
      CHECK(people >= 5);
    }
    // The lone woman of 45 is in a region that says so.
    bool covered = false;
    for (const auto& [tuple, people] : classes) {
      const std::string age = tuple[0] == '"'
                                  ? tuple.substr(1, tuple.find('"', 1) - 1)
                                  : tuple.substr(0, tuple.find(','));
      covered = covered || CoversAge(age, 45);
    }
    CHECK(covered);
    const auto solution = nlohmann::json::parse(
        test::Read(job.options.places.internal / "solution.json"));
    CHECK(solution["solver"] == "mondrian");
    CHECK(solution.contains("placed") == relaxed);
    CHECK(solution["policy"]["sha256"] == report->policy_sha256);
    // Every record is where the solution says.
    if (relaxed) {
      std::int64_t placed = 0;
      for (const auto& one : solution["placed"]) {
        for (const auto& region : one["regions"]) {
          placed += region[1].get<std::int64_t>();
          const auto& kept = solution["kept"][region[0].get<std::size_t>()];
          const auto& ages = solution["attributes"][0];
          CHECK(CoversAge(
              ages["labels"][kept[0].get<std::size_t>()].get<std::string>(),
              std::stoi(one["tuple"][0].get<std::string>())));
        }
      }
      CHECK(placed == 121);
    }
  }
}

TEST_CASE("Run: a limit ends Mondrian early, and the run says so") {
  Divided job("search: mondrian, evaluations: 3, seconds: 600");
  const auto report = job.Run();
  REQUIRE_MESSAGE(report.ok(), Message(report.status()));
  CHECK(report->released);
  CHECK(report->verdicts.at(0).satisfied);
  CHECK(report->records_out == 121);
  CHECK(report->classes_kept == 4);
  const auto told = nlohmann::json::parse(ReportJson(*report));
  CHECK(told["division"]["complete"] == false);
  CHECK(told["division"]["parts_evaluated"] == 3);
  const auto solution_of = [](const Job& run) {
    return nlohmann::json::parse(
        test::Read(run.options.places.internal / "solution.json"));
  };
  CHECK(solution_of(job)["complete"] == false);
  const auto plan = nlohmann::json::parse(PlanJson(PlanOf(job)));
  CHECK(plan["satisfied"] == true);
  CHECK(plan["complete"] == false);
  CHECK(plan["nodes_evaluated"] == 3);
  CHECK(plan["loss"] == report->loss.arithmetic_mean);

  Divided enough("search: mondrian, evaluations: 1000");
  REQUIRE(enough.Run().ok());
  Divided unlimited;
  REQUIRE(unlimited.Run().ok());
  CHECK(enough.Released() == unlimited.Released());
  CHECK(solution_of(enough)["complete"] == true);
  CHECK(solution_of(enough)["kept"] == solution_of(unlimited)["kept"]);
  CHECK(nlohmann::json::parse(PlanJson(PlanOf(enough)))["complete"] == true);
}

TEST_CASE("Run: Mondrian holds several models, and says No where none can") {
  Divided job;
  job.models =
      "models: [{model: k_anonymity, k: 5}, {model: "
      "distinct_l_diversity, l: 2, attribute: plan}]\n"
      "solver: {search: mondrian}\n";
  const auto report = job.Run();
  REQUIRE_MESSAGE(report.ok(), Message(report.status()));
  CHECK(report->released);
  CHECK(report->verdicts.at(1).satisfied);

  Divided impossible;
  impossible.models =
      "models: [{model: k_anonymity, k: 500}]\n"
      "solver: {search: mondrian}\n";
  const auto no = impossible.Run();
  REQUIRE_MESSAGE(no.ok(), Message(no.status()));
  CHECK_FALSE(no->released);
  CHECK_FALSE(std::filesystem::exists(impossible.options.places.out));
  const LevelPlan plan = PlanOf(impossible);
  CHECK_FALSE(plan.search.satisfied);
  CHECK(plan.search.reason.find("500 is asked, and it has 121") !=
        std::string::npos);
}

TEST_CASE("Run: what a plan says of the average risk is what Mondrian makes") {
  Divided job;
  job.models =
      "models: [{model: k_anonymity, k: 2}, {model: "
      "average_reidentification_risk, risk: 0.1}]\nsolver: mondrian\n";
  CHECK(PlanOf(job).search.satisfied);
  PlanOptions every;
  every.every_node = true;
  CHECK(Message(PlanLevels(job.Read(), every).status())
            .find("remove solver.search mondrian") != std::string_view::npos);
  const auto report = job.Run();
  REQUIRE_MESSAGE(report.ok(), Message(report.status()));
  CHECK(report->released);
  CHECK(report->verdicts.at(1).satisfied);
}

TEST_CASE("PlanLevels: Mondrian refuses models of a population") {
  for (const char* const model :
       {"k_map, k: 3", "delta_presence, min: 0.01, max: 0.9"}) {
    Divided job;
    std::string population = "age,sex\n";
    for (int i = 0; i < 600; ++i) {
      population += fmt::format("{},{}\n", 20 + i % 30, "fm"[i % 2]);
    }
    test::Write(job.root / "in" / "all.csv", population);
    job.models = fmt::format(
        "population: {{file: all.csv}}\nmodels: [{{model: k_anonymity, k: 2}}, "
        "{{model: {}}}]\nsolver: mondrian\n",
        model);
    const std::string error = ErrorOf(job);
    CHECK_MESSAGE(error.find("looks at more than the figures of a class") !=
                      std::string::npos,
                  error);
  }
}

TEST_CASE("Run: Mondrian releases long numbers as they are") {
  Divided job;
  std::vector<std::string> rows;
  for (int i = 0; i < 10; ++i) {
    rows.push_back(fmt::format("u{},10000000000000000{},f,A", i, 1 + i % 2));
  }
  job.WriteRows(rows);
  REQUIRE(job.Run().ok());
  CHECK(job.Released().count("100000000000000001,f,A") == 5);
  CHECK(job.Released().count("100000000000000002,f,A") == 5);
}

TEST_CASE("Run: Mondrian refuses values without a place") {
  for (const char* const row : {"x,old,f,A", "x,,f,A", "x,30,x,A"}) {
    CAPTURE(row);
    Divided job;
    auto rows = Job::Rows(120);
    rows.push_back(row);
    job.WriteRows(rows);
    const auto report = job.Run();
    REQUIRE_FALSE(report.ok());
    CHECK(Message(report.status()).find("column ") == 0);
    CHECK(Message(report.status()).find("old") == std::string_view::npos);
    CHECK(job.LeftNothing());
  }
  Divided job;
  auto rows = Job::Rows(120);
  for (const char* const sex : {"x", "y", "x"}) {
    rows.push_back(fmt::format("u,30,{},A", sex));
  }
  job.WriteRows(rows);
  CHECK(Message(job.Run().status()) ==
        "column sex: a value is not in the column's order: add it; records "
        "with such values: 3 of 124; distinct values: 2");
}

TEST_CASE("PlanJson: a division has no levels, and its NCP is the loss") {
  const LevelPlan plan = PlanOf(Divided{});
  const auto json = nlohmann::json::parse(PlanJson(plan));
  CHECK(json["satisfied"] == true);
  CHECK(json["optimal"] == false);
  CHECK(json["objective"] == "ncp");
  CHECK(json["levels"].empty());
  CHECK(json["suppressed"] == 0);
  CHECK(json["loss"].get<double>() > 0);
  CHECK(json["loss"].get<double>() < 0.2);
}

TEST_CASE("PlanLevels: labels too wide for a search are named, and divided") {
  // Columns of 300 numbers, beside the ages that levels are wanted for.
  const auto wide = [](int columns, std::string_view age,
                       std::string_view other, std::string_view solver) {
    auto job = std::make_unique<Job>();
    std::string header = "id,age,plan";
    job->columns =
        Job::Column("id", "direct_identifier", "treatment: suppress") +
        Job::Column("age", "quasi_identifier", age) +
        Job::Column("plan", "sensitive", "treatment: keep");
    for (int q = 0; q < columns; ++q) {
      header += fmt::format(",n{}", q);
      job->columns +=
          Job::Column(fmt::format("n{}", q), "quasi_identifier", other);
    }
    std::vector<std::string> rows;
    for (int i = 0; i < 300; ++i) {
      rows.push_back(fmt::format("u{},{},A", i, 20 + i % 20));
      for (int q = 0; q < columns; ++q) rows.back() += fmt::format(",{}", i);
    }
    job->WriteRows(rows, header);
    job->models += solver;
    return job;
  };
  CHECK(ErrorOf(*wide(13, "hierarchy: age.csv", "treatment: keep", "")) == "");
  const std::string error =
      ErrorOf(*wide(14, "hierarchy: age.csv", "treatment: keep", ""));
  CHECK_MESSAGE(error.find("quasi-identifiers need 13") != std::string::npos,
                error);
  CHECK(error.find("the widest of them n0 (9), n1 (9),") != std::string::npos);
  CHECK(error.find("or divide the table instead (solver: mondrian)") !=
        std::string::npos);
  CHECK(PlanOf(
            *wide(14, "order: numbers", "order: numbers", "solver: mondrian\n"))
            .search.satisfied);
}

}  // namespace
}  // namespace anon
