// SPDX-License-Identifier: Apache-2.0
//
// Models in whole runs: what they need reaches them in every pass.
#include <doctest/doctest.h>

#include "policy/run_support.h"

namespace anon {
namespace {

using test::Job;

const Verdict& Of(const std::vector<Verdict>& verdicts, std::string_view name) {
  for (const Verdict& verdict : verdicts) {
    if (verdict.model == name) return verdict;
  }
  FAIL("no verdict of " << name);
  return verdicts.front();
}

RunReport Released(Job& job) {
  const auto report = job.Run();
  REQUIRE_MESSAGE(report.ok(), Message(report.status()));
  return *report;
}

TEST_CASE("Run: every model of a policy is judged on the written file") {
  Job job;
  test::Write(job.root / "in" / "plan.csv", "A,*\nB,*\n");
  std::string population = "age,sex,extra\n";
  for (int i = 0; i < 240; ++i) {
    population += fmt::format("{},{},x\n", 20 + i % 20, i % 3 == 0 ? "f" : "m");
  }
  test::Write(job.root / "in" / "all.csv", population + "45,f,x\n");
  job.models =
      "population: {file: all.csv}\n"
      "models:\n"
      "  - {model: k_map, k: 20}\n"
      "  - {model: delta_presence, min: 0, max: 1/2}\n"
      "  - {model: alpha_k_anonymity, alpha: 0.6, k: 5, attribute: plan}\n"
      "  - {model: entropy_l_diversity, l: 1.9, attribute: plan}\n"
      "  - {model: recursive_cl_diversity, c: 2, l: 2, attribute: plan}\n"
      "  - {model: t_closeness_equal, t: 0.1, attribute: plan}\n"
      "  - {model: t_closeness_ordered, t: 0.1, attribute: plan, order: text}\n"
      "  - {model: t_closeness_hierarchical, t: 0.1, attribute: plan, "
      "hierarchy: plan.csv, hierarchy_delimiter: \",\"}\n"
      "  - {model: enhanced_beta_likeness, beta: 1/5, attribute: plan}\n"
      "  - {model: delta_disclosure, delta: 1/5, attribute: plan}\n"
      "  - {model: average_reidentification_risk, risk: 5%}\n";
  const RunReport report = Released(job);
  CHECK_MESSAGE(report.released, report.reason);
  CHECK(report.verdicts.size() == 11);
  for (const Verdict& verdict : report.verdicts) {
    CHECK_MESSAGE(verdict.satisfied, verdict.model);
  }
  // The lone person is gone, who alone makes k-map fail before.
  CHECK(Of(report.before, "k_map").achieved == "1");
  CHECK(report.records_out == 120);

  Job nobody;
  nobody.models = job.models;
  test::Write(nobody.root / "in" / "plan.csv", "A,*\nB,*\n");
  test::Write(nobody.root / "in" / "all.csv", "age,sex,extra\n");
  const auto empty = nobody.Run();
  REQUIRE_FALSE(empty.ok());
  CHECK_MESSAGE(
      Message(empty.status())
              .find("all.csv, line 2, column 1: a "
                    "population without records") != std::string::npos,
      Message(empty.status()));
}

TEST_CASE("Run: the release is compared with the input, not with itself") {
  // Half of the people have a class of their own each; only they have plan B.
  Job job;
  std::vector<std::string> rows;
  for (int i = 0; i < 30; ++i) rows.push_back(fmt::format("u{},22,f,A", i));
  for (int i = 30; i < 34; ++i) rows.push_back(fmt::format("u{},32,f,B", i));
  job.WriteRows(rows);
  job.limit = "50%";
  job.models =
      "models:\n"
      "  - {model: k_anonymity, k: 5}\n"
      "  - {model: t_closeness_equal, t: 0.1, attribute: plan}\n";
  // What is left is all A: at distance 0 from itself, 4/34 from the input.
  const RunReport report = Released(job);
  CHECK_FALSE(report.released);
}

TEST_CASE("Run: a hierarchy that lacks a value of the source is refused") {
  Job job;
  test::Write(job.root / "in" / "plan.csv", "A;*\n");
  job.models =
      "models: [{model: t_closeness_hierarchical, t: 0.1, attribute: plan, "
      "hierarchy: plan.csv}]\n";
  const auto report = job.Run();
  CHECK(Message(report.status()) ==
        "t_closeness_hierarchical: the hierarchy of 'plan' lacks a value of "
        "the table; add a line for it");
}

// Twenty people in each of four classes, in `homes` homes a class.
void WriteHomes(const Job& job, int homes) {
  std::vector<std::string> rows;
  for (int i = 0; i < 80; ++i) {
    const int at = i % 4;  // the class
    rows.push_back(fmt::format("N{},{},{},{},H{}-{}", i, 20 + at / 2 * 10,
                               at % 2 == 0 ? "f" : "m",
                               i / 4 % 2 == 0 ? "A" : "B", at, i / 4 % homes));
  }
  job.WriteRows(rows, "id,age,sex,plan,home");
}

TEST_CASE("Run: classes of few households do not stand, however many people") {
  for (const char* const principal :
       {"row", "{column: id, several_rows: refuse}"}) {
    for (const int homes : {2, 3, 4}) {
      CAPTURE(principal);
      CAPTURE(homes);
      Job job;
      job.principal = principal;
      job.columns +=
          Job::Column("home", "direct_identifier", "treatment: suppress");
      job.models =
          "group_unit: home\n"
          "models:\n"
          "  - {model: k_anonymity, k: 5}\n"
          "  - {model: group_k_anonymity, k: 3}\n";
      WriteHomes(job, homes);
      const auto report = job.Run();
      REQUIRE_MESSAGE(report.ok(), Message(report.status()));
      CHECK(Of(report->before, "group_k_anonymity").achieved ==
            std::to_string(homes));
      CHECK(Of(report->before, "k_anonymity").achieved == "20");
      CHECK(report->released == (homes >= 3));
      if (homes < 3) continue;
      // Judged anew on the written and shuffled file, which has no homes.
      CHECK(report->records_out == 80);
      CHECK(Of(report->verdicts, "group_k_anonymity").achieved ==
            std::to_string(homes));
    }
  }
}

TEST_CASE("Run: rounds refuse groups") {
  Job job;
  job.columns = Job::Column("id", "direct_identifier", "treatment: suppress") +
                Job::Column("age", "quasi_identifier", "hierarchy: age.csv") +
                Job::Column("sex", "quasi_identifier", "treatment: keep") +
                Job::Column("plan", "sensitive", "treatment: keep") +
                Job::Column("home", "direct_identifier", "treatment: suppress");
  job.models =
      "group_unit: home\n"
      "models: [{model: group_k_anonymity, k: 3}]\n"
      "solver: {local_recoding: true}\n";
  WriteHomes(job, 3);
  CHECK(Message(job.Run().status()).find("no groups") != std::string::npos);
}

}  // namespace
}  // namespace anon
