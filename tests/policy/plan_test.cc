// SPDX-License-Identifier: Apache-2.0
//
// Levels that a policy leaves open: what is found, what is said of it, and that
// a run takes it. Expected figures are worked out by hand in each test.
#include "anon/policy/plan.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "policy/run_support.h"

namespace anon {
namespace {

using test::ErrorOf;
using test::Job;
using test::PlanOf;

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

std::vector<std::size_t> LevelsOf(const Job& job) {
  const LevelPlan plan = PlanOf(job);
  CHECK(plan.search.satisfied);
  return plan.search.best.levels;
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

// What `search` (a plan or a run) says of its steps; of "solve", rising
// numbers of what was evaluated, the last of which becomes `evaluated`.
template <typename Search>
std::vector<std::string> StepsOf(std::int64_t& evaluated,
                                 const Search& search) {
  std::vector<std::string> steps;
  std::int64_t last = -1;
  search([&](const RunProgress& progress) {
    if (steps.empty() || steps.back() != progress.step) {
      steps.emplace_back(progress.step);
    }
    const bool solving = progress.step == "solve";
    REQUIRE(progress.search.has_value() == solving);
    if (!solving) return;
    CHECK(progress.search->evaluated >= std::max<std::int64_t>(0, last));
    if (last < 0) CHECK(progress.search->evaluated == 0);
    last = progress.search->evaluated;
  });
  evaluated = last;
  return steps;
}

const char* const kSolvers[] = {
    "", "solver: {search: optimal, local_recoding: true}\n",
    "solver: {search: mondrian}\n"};

struct SearchJob : Job {
  explicit SearchJob(std::string_view solver)
      : divided(solver.find("mondrian") != std::string_view::npos) {
    columns = Column("id", "direct_identifier", "treatment: suppress") +
              Column("age", "quasi_identifier", "hierarchy: age.csv") +
              Column("sex", "quasi_identifier",
                     divided ? "order: [f, m]" : "treatment: keep") +
              Column("plan", "sensitive", "treatment: keep");
    models += solver;
  }
  bool divided;
};

TEST_CASE("PlanLevels, Run: say how far a search is, and stop in it") {
  for (const char* const solver : kSolvers) {
    CAPTURE(solver);
    SearchJob job(solver);
    std::int64_t evaluated = 0;
    std::int64_t planned = 0;
    const auto plan_steps = StepsOf(evaluated, [&](auto progress) {
      const auto plan = PlanLevels(
          job.Read(), {.created = "2026-11-20", .progress = progress});
      REQUIRE_MESSAGE(plan.ok(), Message(plan.status()));
      planned = plan->search.nodes_evaluated;
    });
    CHECK(plan_steps == std::vector<std::string>{"count", "solve"});
    CHECK(evaluated <= planned);
    if (!job.divided) CHECK(evaluated == planned);
    const auto run_steps = StepsOf(evaluated, [&](auto progress) {
      job.options.progress = progress;
      const auto report = job.Run();
      REQUIRE_MESSAGE(report.ok(), Message(report.status()));
      REQUIRE(report->timings.size() == 5);
      CHECK(report->timings[1].first == "solve");
    });
    CHECK(run_steps == std::vector<std::string>{"count", "solve", "write",
                                                "assess", "seal"});
    // A run asks further what the levels give away.
    if (!job.divided) CHECK(evaluated >= planned);
  }
}

TEST_CASE("PlanLevels, Run: a stop request in a search is heard") {
  for (const char* const solver : kSolvers) {
    CAPTURE(solver);
    SearchJob job(solver);
    std::stop_source stop;
    const auto progress = [&](const RunProgress& now) {
      CHECK((now.step == "count" || now.step == "solve"));
      if (now.step == "solve") stop.request_stop();
    };
    job.options.progress = progress;
    job.options.stop = stop.get_token();
    CHECK(absl::IsCancelled(job.Run().status()));
    CHECK(job.LeftNothing());
    stop = std::stop_source();
    CHECK(absl::IsCancelled(PlanLevels(job.Read(), {.created = "2026-11-20",
                                                    .progress = progress,
                                                    .stop = stop.get_token()})
                                .status()));
  }
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

// Fixed levels are counted and judged by the run alone, on what it wrote.
TEST_CASE("PlanLevels, Run: people of several records, and homes, count once") {
  for (const char* const more :
       {"", ", {model: group_k_anonymity, k: 8}",
        ", {model: t_closeness_equal, attribute: plan, t: 1/5}",
        ", {model: t_closeness_equal, attribute: plan, t: 1/50}"}) {
    for (const char* const k : {"5", "9", "40"}) {
      CAPTURE(more);
      CAPTURE(k);
      const auto job_with = [&](std::string_view age) {
        auto job = std::make_unique<OpenAge>(age);
        job->columns +=
            OpenAge::Column("home", "direct_identifier", "treatment: suppress");
        // Everybody has a record at one age and another ten years later.
        std::vector<std::string> rows;
        for (int i = 0; i < 90; ++i) {
          for (const int age_then : {20 + i % 15, 30 + i % 15}) {
            rows.push_back(fmt::format("u{},{},{},{},h{}", i, age_then,
                                       i % 3 == 0 ? "f" : "m",
                                       i % 7 < 3 ? "A" : "B", i / 4));
          }
        }
        job->WriteRows(rows, "id,age,sex,plan,home");
        job->principal = "{column: id, several_rows: count_once}";
        if (std::string_view(more).find("group_k") != std::string_view::npos) {
          job->principal += "\ngroup_unit: home";
        }
        job->models =
            fmt::format("models: [{{model: k_anonymity, k: {}}}{}]\n", k, more);
        return job;
      };
      std::optional<double> best;
      std::int64_t records = 0;
      for (int level = 0; level < 3; ++level) {
        const auto job =
            job_with(fmt::format("hierarchy: age.csv, level: {}", level));
        const auto run = job->Run();
        REQUIRE_MESSAGE(run.ok(), Message(run.status()));
        // One node to plan.
        const LevelPlan one = PlanOf(*job);
        CHECK(one.search.nodes == 1);
        CHECK(one.search.satisfied == run->released);
        CHECK(one.search.best.suppressed == run->principals_affected);
        if (!run->released) continue;
        if (best && *best <= run->loss.geometric_mean) continue;
        best = run->loss.geometric_mean;
        records = run->records_out;
      }
      const auto open = job_with("hierarchy: age.csv");
      const LevelPlan plan = PlanOf(*open);
      const auto run = open->Run();
      REQUIRE_MESSAGE(run.ok(), Message(run.status()));
      REQUIRE(run->released == best.has_value());
      CHECK(plan.search.satisfied == run->released);
      CHECK_FALSE(run->minimality.has_value());
      if (!best) continue;
      CHECK(run->loss.geometric_mean == doctest::Approx(*best).epsilon(1e-9));
      CHECK(plan.search.best.cost == doctest::Approx(*best).epsilon(1e-9));
      CHECK(plan.search.best.suppressed == run->principals_affected);
      CHECK(run->records_out == records);
    }
  }
}

TEST_CASE("PlanLevels: rounds and divisions of several records are refused") {
  for (const char* const solver :
       {"solver: {local_recoding: true}\n", "solver: mondrian\n"}) {
    SearchJob job(solver);
    auto rows = Job::Rows(120);
    rows.push_back(rows.front());
    job.WriteRows(rows);
    job.principal = "{column: id, several_rows: count_once}";
    CHECK(ErrorOf(job).find("one record per principal") != std::string::npos);
    const auto run = job.Run();
    REQUIRE_FALSE(run.ok());
    CHECK(job.LeftNothing());
  }
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

}  // namespace
}  // namespace anon
