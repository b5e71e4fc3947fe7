// SPDX-License-Identifier: Apache-2.0
//
// Levels that a policy leaves open: what is found, what is said of it, and that
// a run takes it. Expected figures are worked out by hand in each test.
#include "anon/policy/plan.h"

#include <doctest/doctest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "policy/run_support.h"

namespace anon {
namespace {

using test::Job;

// The table of Job: 20 ages with two women and four men each, and one woman of
// 45. By decade all but her are in classes of 20 and more.
struct OpenAge : Job {
  explicit OpenAge(std::string_view age = "hierarchy: age.csv") {
    columns = Column("id", "direct_identifier", "treatment: suppress") +
              Column("age", "quasi_identifier", age) +
              Column("sex", "quasi_identifier", "treatment: keep") +
              Column("plan", "sensitive", "treatment: keep");
  }
};

// Three people for each of (a, c), (a, d), (b, c), (b, d): no class of five,
// unless one of the two columns is given up. They cost the same.
struct TwoColumns : Job {
  TwoColumns(std::string_view left, std::string_view right) {
    test::Write(root / "in" / "left.csv", "a;*\nb;*\n");
    test::Write(root / "in" / "right.csv", "c;*\nd;*\n");
    std::vector<std::string> rows;
    for (const char* const row : {"a,c", "a,d", "b,c", "b,d"}) {
      rows.insert(rows.end(), 3, row);
    }
    WriteRows(rows, "left,right");
    columns = Column("left", "quasi_identifier",
                     fmt::format("hierarchy: left.csv{}", left)) +
              Column("right", "quasi_identifier",
                     fmt::format("hierarchy: right.csv{}", right));
    limit = "0";
  }
};

LevelPlan PlanOf(const Job& job) {
  PlanOptions options;
  options.created = "2026-11-20";
  auto plan = PlanLevels(job.Read(), options);
  REQUIRE_MESSAGE(plan.ok(), Message(plan.status()));
  return *std::move(plan);
}

std::vector<std::size_t> LevelsOf(const Job& job) {
  const LevelPlan plan = PlanOf(job);
  CHECK(plan.search.satisfied);
  return plan.search.best.levels;
}

std::string ErrorOf(const Job& job) {
  return std::string(Message(PlanLevels(job.Read()).status()));
}

TEST_CASE("PlanLevels: the level of least loss, with the loss worked out") {
  const OpenAge job;
  const LevelPlan plan = PlanOf(job);
  CHECK(plan.attributes == std::vector<std::string>{"age", "sex"});
  CHECK(plan.search.satisfied);
  CHECK(plan.search.optimal);
  CHECK(plan.search.best.levels == std::vector<std::size_t>{1, 0});
  CHECK(plan.search.best.suppressed == 1);
  CHECK(plan.search.best.classes == 4);
  CHECK(plan.search.nodes == 3);
  // Of 30 ages a decade covers ten; a suppressed person covers them all.
  const double age = (120 * 10 + 1 * 30 - 121) / (121 * 30.0 - 121);
  const double sex = 1 / 121.0;
  CHECK(plan.search.best.cost ==
        doctest::Approx(std::sqrt((1 + age) * (1 + sex)) - 1).epsilon(1e-9));
  // Nothing was written.
  CHECK(job.LeftNothing());
}

TEST_CASE("PlanJson: the fields that are promised, and no other") {
  const LevelPlan plan = PlanOf(OpenAge{});
  const std::string text = PlanJson(plan);
  const auto json = nlohmann::ordered_json::parse(text);
  std::vector<std::string> keys;
  for (const auto& [key, value] : json.items()) keys.push_back(key);
  CHECK(keys == std::vector<std::string>{"optimal", "satisfied", "levels",
                                         "objective", "loss", "suppressed",
                                         "nodes", "nodes_evaluated", "cpu_ms"});
  CHECK(json["optimal"] == true);
  CHECK(json["satisfied"] == true);
  CHECK(json["levels"].dump() == R"({"age":1,"sex":0})");
  CHECK(json["objective"] == "loss");
  CHECK(json["loss"].get<double>() == plan.search.best.cost);
  CHECK(json["suppressed"] == 1);
  CHECK(json["nodes"] == 3);
  CHECK(json["nodes_evaluated"].get<int>() >= 1);
  CHECK(json["nodes_evaluated"].get<int>() <= 3);
  CHECK(json["cpu_ms"].get<double>() >= 0);
}

TEST_CASE("PlanJson: rounds of local recoding, and what they come to") {
  OpenAge job;
  job.limit = "0";
  job.models += "solver: {local_recoding: true}\n";
  // Three women in their thirties and two in their forties.
  std::vector<std::string> rows;
  for (int i = 0; i < 40; ++i) {
    rows.push_back(
        fmt::format("u{},{},{},A", i, 20 + i % 10, i % 20 < 10 ? "f" : "m"));
  }
  for (const int age : {31, 35, 38, 41, 42}) {
    rows.push_back(fmt::format("v{},{},f,B", age, age));
  }
  job.WriteRows(rows);
  const LevelPlan plan = PlanOf(job);
  const auto json = nlohmann::json::parse(PlanJson(plan));
  CHECK(json.size() == 10);
  CHECK(json["satisfied"] == true);
  CHECK(json["optimal"] == false);
  CHECK(json["suppressed"] == 0);
  std::int64_t released = 0;
  double loss = 1;
  REQUIRE(json["rounds"].size() > 0);
  for (const auto& round : json["rounds"]) {
    released += round["records"].get<std::int64_t>();
    CHECK(round["loss"].get<double>() <= loss);
    loss = round["loss"].get<double>();
    CHECK(round["levels"].contains("age"));
    CHECK(round["classes"].get<int>() > 0);
    CHECK(round["optimal"].is_boolean());
  }
  CHECK(released == 45);
  CHECK(json["loss"].get<double>() == loss);
  CHECK(json["levels"] == json["rounds"][0]["levels"]);
  // One choice of levels for all costs more.
  OpenAge single;
  single.limit = "0";
  single.WriteRows(rows);
  CHECK(plan.search.best.cost < PlanOf(single).search.best.cost);
}

TEST_CASE("PlanLevels: bounds and weights of columns are kept to") {
  CHECK(LevelsOf(OpenAge("hierarchy: age.csv, min_level: 2")) ==
        std::vector<std::size_t>{2, 0});
  CHECK(LevelsOf(OpenAge("hierarchy: age.csv, max_level: 1")) ==
        std::vector<std::size_t>{1, 0});
  // Equal costs: the lesser level in the first column.
  CHECK(LevelsOf(TwoColumns("", "")) == std::vector<std::size_t>{0, 1});
  CHECK(LevelsOf(TwoColumns("", ", weight: 2")) ==
        std::vector<std::size_t>{1, 0});
  CHECK(LevelsOf(TwoColumns("", ", max_level: 0")) ==
        std::vector<std::size_t>{1, 0});
  CHECK(LevelsOf(TwoColumns(", level: 1", ", min_level: 1")) ==
        std::vector<std::size_t>{1, 1});
}

TEST_CASE("PlanLevels: when nothing satisfies, it says what stands closest") {
  const OpenAge job("hierarchy: age.csv, max_level: 0");
  const LevelPlan plan = PlanOf(job);
  CHECK_FALSE(plan.search.satisfied);
  CHECK_FALSE(plan.search.optimal);
  CHECK(plan.search.best.levels == std::vector<std::size_t>{0, 0});
  CHECK(plan.search.best.suppressed == 121);
  CHECK(plan.search.reason.find("suppress 121 of 121 principals where 12 are "
                                "allowed, and most of them fail k_anonymity") !=
        std::string::npos);
  const auto json = nlohmann::json::parse(PlanJson(plan));
  CHECK(json["satisfied"] == false);
  CHECK(json["optimal"] == false);
  CHECK(json["loss"].is_null());
  CHECK(json["suppressed"] == 121);
}

TEST_CASE("PlanLevels: the objective of the policy decides") {
  // Generalizing age costs more height than nothing, less than suppression.
  for (const auto& [named, levels] :
       std::map<std::string, std::vector<std::size_t>>{
           {"{objective: height}", {0, 1}},
           {"{objective: average_class_size}", {0, 1}},
           // A best-effort search proves nothing.
           {"{search: best_effort, evaluations: 2}", {0, 1}}}) {
    const std::string& solver = named;
    INFO(solver);
    TwoColumns job("", "");
    job.models += "solver: " + solver + "\n";
    const LevelPlan plan = PlanOf(job);
    CHECK(plan.search.satisfied);
    const bool best_effort = solver.find("best_effort") != std::string::npos;
    CHECK(plan.search.optimal == !best_effort);
    if (best_effort) {
      CHECK(plan.search.nodes_evaluated <= 2);
    } else {
      CHECK(plan.search.best.levels == levels);
    }
    CHECK(plan.search.objective ==
          (best_effort ? "loss" : solver.substr(12, solver.size() - 13)));
  }
}

TEST_CASE("PlanLevels: suppression counts as the policy weighs it") {
  // Age as it is, with everybody suppressed, costs nothing if suppression does.
  OpenAge job;
  job.limit = "100%";
  job.models += "solver: {suppression_factor: 0}\n";
  CHECK(LevelsOf(job) == std::vector<std::size_t>{0, 0});
  OpenAge dear;
  dear.limit = "100%";
  dear.models += "solver: {suppression_factor: 1}\n";
  // Generalization is free, and nobody need be suppressed at the top.
  CHECK(PlanOf(dear).search.best.suppressed == 0);
}

TEST_CASE("PlanLevels: every node only where nodes are gone through") {
  PlanOptions options;
  options.every_node = true;
  for (const auto& [solver, said] : std::map<std::string, std::string>{
           {"{search: best_effort}", "solver.search best_effort"},
           {"{local_recoding: true}", "solver.local_recoding"}}) {
    OpenAge job;
    job.models += "solver: " + solver + "\n";
    const auto plan = PlanLevels(job.Read(), options);
    CHECK(absl::IsInvalidArgument(plan.status()));
    CHECK(Message(plan.status()).find("remove " + said + " from") !=
          std::string_view::npos);
  }
  const OpenAge job;
  const auto plan = PlanLevels(job.Read(), options);
  REQUIRE(plan.ok());
  CHECK(plan->search.nodes_evaluated == 3);
}

TEST_CASE("PlanLevels: needs no legal profile") {
  const OpenAge job;
  const auto policy = ParsePolicy(
      "anon_policy: 1\nprofile: plain\nsource: {file: people.csv}\n"
      "principal: row\ncolumns:\n"
      "  id: {role: direct_identifier, treatment: suppress}\n"
      "  age: {role: quasi_identifier, hierarchy: age.csv}\n"
      "  sex: {role: quasi_identifier, treatment: keep}\n"
      "  plan: {role: sensitive}\n"
      "models: [{model: k_anonymity, k: 5}]\nsuppression_limit: 10%\n"
      "release: {id: people}\n",
      job.root / "in" / "policy.yaml");
  REQUIRE_MESSAGE(policy.ok(), Message(policy.status()));
  const auto plan = PlanLevels(*policy);
  REQUIRE_MESSAGE(plan.ok(), Message(plan.status()));
  CHECK(plan->search.best.levels == std::vector<std::size_t>{1, 0});
}

// Fixed levels are counted and judged by the run alone.
TEST_CASE("PlanLevels: a population is generalized along with the table") {
  for (const char* const model :
       {"{model: k_map, k: 8}", "{model: k_map, k: 200}",
        "{model: delta_presence, min: 0, max: 9/20}"}) {
    CAPTURE(model);
    const auto job_with = [&](std::string_view age) {
      auto job = std::make_unique<OpenAge>(age);
      std::string population = "sex,age\n";
      for (int i = 0; i < 600; ++i) {
        population +=
            fmt::format("{},{}\n", i % 3 == 0 ? "f" : "m", 20 + i % 30);
      }
      test::Write(job->root / "in" / "all.csv", population);
      job->models = fmt::format(
          "population: {{file: all.csv}}\nmodels: [{{model: k_anonymity, k: "
          "2}}, {}]\n",
          model);
      return job;
    };
    std::optional<double> best;
    std::int64_t records = 0;
    for (int level = 0; level < 3; ++level) {
      const auto fixed =
          job_with(fmt::format("hierarchy: age.csv, level: {}", level));
      const auto run = fixed->Run();
      REQUIRE_MESSAGE(run.ok(), Message(run.status()));
      if (!run->released) continue;
      if (best && *best <= run->loss.geometric_mean) continue;
      best = run->loss.geometric_mean;
      records = run->records_out;
    }
    const auto open = job_with("hierarchy: age.csv");
    const auto run = open->Run();
    REQUIRE_MESSAGE(run.ok(), Message(run.status()));
    REQUIRE(run->released == best.has_value());
    if (!best) continue;
    CHECK(run->loss.geometric_mean == doctest::Approx(*best));
    CHECK(run->records_out == records);
    const auto recoding = job_with("hierarchy: age.csv");
    recoding->models += "solver: {local_recoding: true}\n";
    CHECK(ErrorOf(*recoding).find("local recoding cannot use a population") ==
          0);
  }
}

TEST_CASE("PlanLevels: people with several records cannot be rolled up") {
  OpenAge job;
  auto rows = Job::Rows(120);
  rows.push_back(rows.front());
  job.WriteRows(rows);
  job.principal = "{column: id, several_rows: count_once}";
  CHECK(ErrorOf(job).find("one record per principal") != std::string::npos);
  const auto run = job.Run();
  REQUIRE_FALSE(run.ok());
  CHECK(job.LeftNothing());
}

TEST_CASE("PlanLevels: stops when asked") {
  const OpenAge job;
  std::stop_source stop;
  stop.request_stop();
  PlanOptions options;
  options.stop = stop.get_token();
  CHECK(absl::IsCancelled(PlanLevels(job.Read(), options).status()));
}

TEST_CASE("Run: open levels release what the same levels release") {
  OpenAge open;
  const auto found = open.Run();
  REQUIRE_MESSAGE(found.ok(), Message(found.status()));
  CHECK(found->released);
  CHECK(found->principals_affected == 1);
  CHECK(found->classes_kept == 4);
  Job fixed;  // age at level 1
  REQUIRE(fixed.Run().ok());
  CHECK(open.Released() == fixed.Released());
  const auto solution_of = [](const Job& job) {
    return nlohmann::json::parse(
        test::Read(job.options.places.internal / "solution.json"));
  };
  auto expected = solution_of(fixed);
  CHECK(expected["solver"] == "fixed_levels");
  expected["solver"] = "optimal";
  expected.erase("policy");
  auto own = solution_of(open);
  own.erase("policy");
  CHECK(own == expected);
}

TEST_CASE("Run: a search that finds nothing releases nothing, and says why") {
  const OpenAge job("hierarchy: age.csv, max_level: 0");
  const auto report = job.Run();
  REQUIRE_MESSAGE(report.ok(), Message(report.status()));
  CHECK_FALSE(report->released);
  CHECK(report->reason.find("121 of 121 principals") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(job.options.places.out));
}

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
  // Of levels it is `optimal` that says so.
  CHECK_FALSE(
      nlohmann::json::parse(PlanJson(PlanOf(OpenAge()))).contains("complete"));
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

}  // namespace
}  // namespace anon
