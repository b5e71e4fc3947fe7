// SPDX-License-Identifier: Apache-2.0
//
// anon plan and anon run with open levels, by the tool: the generated telecom
// table, and the optimum that ARX finds for Adult.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "e2e/release_tree.h"
#include "e2e/workplace.h"

namespace {

using namespace anon::test;
using Json = nlohmann::json;

std::string Example() {
  return (SourceDir() / "examples/contracts_planned.yaml").string();
}

// The least class of a released table by its first four columns, and the least
// number of distinct values of the fifth in one.
std::pair<std::size_t, std::size_t> Least(const Table& table) {
  std::map<std::vector<std::string>, std::vector<std::string>> classes;
  for (const auto& record : table.records) {
    classes[{record.begin(), record.begin() + 4}].push_back(record[4]);
  }
  std::size_t k = table.records.size();
  std::size_t l = k;
  for (auto& [tuple, values] : classes) {
    k = std::min(k, values.size());
    std::ranges::sort(values);
    const auto rest = std::unique(values.begin(), values.end());
    l = std::min(l, static_cast<std::size_t>(rest - values.begin()));
  }
  return {k, l};
}

}  // namespace

TEST_CASE("anon plan finds levels for the example and writes nothing") {
  const Tree before = ReadTree(SourceDir() / "examples");
  const Outcome plan = Tool({"plan", Example(), "--format", "json"});
  REQUIRE_MESSAGE(plan.exit_code == 0, plan.err);
  CHECK(plan.err == "");
  const Json json = Json::parse(plan.out);
  CHECK(json.size() == 12);
  CHECK(json.at("optimal") == true);
  CHECK(json.at("satisfied") == true);
  CHECK(json.at("objective") == "loss");
  CHECK(json.at("nodes") == 54);
  CHECK(json.at("suppressed").get<int>() <= 300);
  CHECK(json.at("levels") == Json{{"birth_date", 3},
                                  {"sex", 0},
                                  {"postal_code", 3},
                                  {"municipality_code", 1}});
  CHECK(ReadTree(SourceDir() / "examples") == before);

  const Outcome text = Tool({"plan", Example()});
  CHECK(text.exit_code == 0);
  CHECK(text.out.find("of 54 nodes evaluated, the optimum is proven") !=
        std::string::npos);
  CHECK(text.out.find("birth_date 3, sex 0, postal_code 3, "
                      "municipality_code 1") != std::string::npos);
  CHECK(text.out.find("\nnext best, of the evaluated nodes\n") !=
        std::string::npos);
}

TEST_CASE("anon plan and run say on stderr how far a search is, if asked") {
  const Outcome plan = Tool({"plan", Example(), "--progress", "plain"});
  CHECK(plan.exit_code == 0);
  CHECK(plan.err.starts_with("count "));
  CHECK(plan.err.find(" records\nsolve 0 evaluated\n") != std::string::npos);
  CHECK(plan.out == Tool({"plan", Example()}).out);
  // A line that rewrites itself leaves nothing behind.
  const Outcome line = Tool({"plan", Example(), "--progress", "tty"});
  CHECK(line.err.find("\r\x1b[Ksolve 0 evaluated") != std::string::npos);
  CHECK(line.err.ends_with("\r\x1b[K"));

  Workplace place;
  place.UsePolicy(ExamplePolicy("contracts_planned.yaml"));
  const Outcome run = place.Run({"--progress", "plain"});
  REQUIRE_MESSAGE(run.exit_code == 0, run.err);
  CHECK(run.err.find("\nsolve 0 evaluated\n") != std::string::npos);
  CHECK(run.err.find("\nwrite ") != std::string::npos);
  CHECK(place.Run({"--replace"}).err.find("solve") == std::string::npos);
  CHECK(place.Run({"--replace", "--quiet", "--progress", "plain"}).err == "");
}

TEST_CASE("anon plan evaluates every node if asked, and finds no better one") {
  const Json some =
      Json::parse(Tool({"plan", Example(), "--format", "json"}).out);
  const Json all = Json::parse(
      Tool({"plan", Example(), "--every-node", "--format", "json"}).out);
  CHECK(all.at("nodes_evaluated") == 54);
  CHECK(all.at("optimal") == true);
  CHECK(all.at("levels") == some.at("levels"));
  CHECK(all.at("loss") == some.at("loss"));
  CHECK(Tool({"plan", Example(), "--every-node"}).out.find("of all nodes") !=
        std::string::npos);
}

TEST_CASE("anon run takes the planned levels, and the release holds") {
  Workplace place;
  const Json plan =
      Json::parse(Tool({"plan", Example(), "--format", "json"}).out);
  place.UsePolicy(ExamplePolicy("contracts_planned.yaml"));
  const Outcome run = place.Run();
  REQUIRE_MESSAGE(run.exit_code == 0, run.err);
  const Table released = ParseTable(Read(place.out / "provide/data.csv"));
  CHECK(Least(released) == std::pair<std::size_t, std::size_t>{5, 2});
  CHECK(released.records.size() == 6000 - plan.at("suppressed").get<int>());
  const Json solution = Json::parse(Read(place.internal / "solution.json"));
  CHECK(solution.at("solver") == "optimal");
  for (const Json& attribute : solution.at("attributes")) {
    CHECK(attribute.at("level") ==
          plan.at("levels").at(attribute.at("name").get<std::string>()));
  }
}

TEST_CASE("a plan that nothing satisfies exits with 1 and a reason") {
  Workplace place;
  place.UsePolicy(Replaced(Replaced(ExamplePolicy("contracts_planned.yaml"),
                                    "max_level: 3", "max_level: 1"),
                           "suppression_limit: 5%",
                           "suppression_limit: 1/10000"));
  const Outcome plan =
      Tool({"plan", place.policy().string(), "--format", "json"});
  CHECK(plan.exit_code == 1);
  CHECK(plan.err.find("anon: policy not met: no levels satisfy models and "
                      "suppression limit; the nearest suppress ") !=
        std::string::npos);
  CHECK(plan.err.find("of 6000 principals where 0 are allowed") !=
        std::string::npos);
  const Json json = Json::parse(plan.out);
  CHECK(json.at("satisfied") == false);
  CHECK(json.at("loss").is_null());
  const Outcome text = Tool({"plan", place.policy().string()});
  CHECK(text.out.find("\n-            ") != std::string::npos);
  const Outcome run = place.Run();
  CHECK(run.exit_code == 1);
  CHECK_FALSE(std::filesystem::exists(place.out));
  CHECK(place.Leftovers().empty());
}

// The example without levels.
std::string Divided(std::string_view solver) {
  std::string text =
      Replaced(ExamplePolicy("contracts_planned.yaml"),
               "{search: optimal, objective: loss}", std::string(solver));
  for (const std::string_view line :
       {"    max_level: 3\n", "    min_level: 1\n"}) {
    for (auto at = text.find(line); at != std::string::npos;
         at = text.find(line)) {
      text.erase(at, line.size());
    }
  }
  return text;
}

TEST_CASE("anon run divides the example, and apply repeats it as a filter") {
  Workplace place;
  place.UsePolicy(Divided("{search: mondrian}"));
  const Outcome run = place.Run();
  REQUIRE_MESSAGE(run.exit_code == 0, run.err);
  const std::string data = Read(place.out / "provide/data.csv");
  const Table released = ParseTable(data);
  CHECK(released.records.size() == 6000);
  const auto least = Least(released);
  CHECK(least.first >= 5);
  CHECK(least.second >= 2);
  const std::string solution = (place.internal / "solution.json").string();
  const std::string contracts =
      (SourceDir() / "examples/data/contracts.csv").string();
  const Outcome applied = Tool({"apply", solution, contracts, "--check"});
  CHECK(applied.exit_code == 0);
  CHECK(applied.err.find("6000 of 6000 records written") != std::string::npos);
  const auto sorted = [](std::string_view text) {
    auto records = ParseTable(text).records;
    std::ranges::sort(records);
    return records;
  };
  CHECK(sorted(applied.out) == sorted(data));
  const Outcome piped =
      RunProcess({"/bin/sh", "-c",
                  "cat " + contracts + " | " ANON_TOOL " apply " + solution});
  CHECK(piped.exit_code == 0);
  CHECK(sorted(piped.out) == sorted(data));
  // A table too small for its models is written and said to be so.
  const std::string few = (place.root() / "few.csv").string();
  const std::string text = Read(contracts).substr(0, 1000);
  Write(few, text.substr(0, text.rfind('\n') + 1));
  const Outcome small = Tool({"apply", solution, few, "--check"});
  CHECK(small.exit_code == 1);
  CHECK(small.err.find("k_anonymity: asked 5") != std::string::npos);
  CHECK(small.err.find("not met") != std::string::npos);
  // One without records is no release that models hold for.
  Write(few, text.substr(0, text.find('\n') + 1));
  const Outcome empty = Tool({"apply", solution, few, "--check"});
  CHECK(empty.exit_code == 1);
  CHECK(empty.err.find("anon: nothing was written") != std::string::npos);
  CHECK(empty.err.find("satisfied") == std::string::npos);
  CHECK(Tool({"apply", solution, few}).exit_code == 0);
}

TEST_CASE("a limit ends a division early, and everything says so") {
  Workplace place;
  place.UsePolicy(Divided("{search: mondrian, evaluations: 10}"));
  const Outcome plan = Tool({"plan", place.policy().string()});
  CHECK(plan.exit_code == 0);
  CHECK(plan.out.find("; not divided to the end: the limit of the policy ended "
                      "it after 10 parts\n") != std::string::npos);
  const Outcome run = place.Run();
  REQUIRE_MESSAGE(run.exit_code == 0, run.err);
  CHECK(run.out.find("not divided to the end: the limit of the policy ended it "
                     "after 10 parts; with a higher solver.evaluations or "
                     "solver.seconds") != std::string::npos);
  CHECK(Least(ParseTable(Read(place.out / "provide/data.csv"))).first >= 5);
  // What was left undivided is applied like the rest.
  const Outcome applied =
      Tool({"apply", (place.internal / "solution.json").string(),
            (SourceDir() / "examples/data/contracts.csv").string(), "--check"});
  CHECK_MESSAGE(applied.exit_code == 0, applied.err);
  CHECK(applied.err.find("6000 of 6000 records written") != std::string::npos);
}

TEST_CASE("anon run recodes the suppressed in rounds, and apply repeats it") {
  Workplace place;
  place.UsePolicy(Replaced(ExamplePolicy("contracts_planned.yaml"),
                           "objective: loss}",
                           "objective: loss, local_recoding: true}"));
  const Outcome plan =
      Tool({"plan", place.policy().string(), "--format", "json"});
  REQUIRE_MESSAGE(plan.exit_code == 0, plan.err);
  const Json json = Json::parse(plan.out);
  CHECK(json.at("optimal") == false);
  REQUIRE(json.at("rounds").size() == 2);
  CHECK(json["rounds"][0].at("levels") == Json{{"birth_date", 3},
                                               {"sex", 0},
                                               {"postal_code", 2},
                                               {"municipality_code", 1}});
  CHECK(json["rounds"][0].at("records") == 5383);
  CHECK(json["rounds"][1].at("levels") == Json{{"birth_date", 3},
                                               {"sex", 0},
                                               {"postal_code", 3},
                                               {"municipality_code", 3}});
  CHECK(json["rounds"][1].at("records") == 615);
  CHECK(json.at("suppressed") == 2);
  const Json single =
      Json::parse(Tool({"plan", Example(), "--format", "json"}).out);
  CHECK(json.at("loss") < single.at("loss"));
  CHECK(json.at("suppressed") < single.at("suppressed"));
  const Outcome text = Tool({"plan", place.policy().string()});
  CHECK(text.out.find(std::to_string(json.at("rounds").size()) + " rounds, ") ==
        0);

  const Outcome run = place.Run();
  REQUIRE_MESSAGE(run.exit_code == 0, run.err);
  const std::string data = Read(place.out / "provide/data.csv");
  const Table released = ParseTable(data);
  CHECK(released.records.size() ==
        6000 - json.at("suppressed").get<std::size_t>());
  const auto least = Least(released);
  CHECK(least.first >= 5);
  CHECK(least.second >= 2);
  const Json report = Json::parse(Read(place.internal / "report.json"));
  REQUIRE(report.at("rounds").size() == json.at("rounds").size());
  for (std::size_t r = 0; r < json.at("rounds").size(); ++r) {
    CHECK(report["rounds"][r].at("levels") == json["rounds"][r].at("levels"));
    CHECK(report["rounds"][r].at("records") == json["rounds"][r].at("records"));
  }
  CHECK(report.at("minimality").at("downcoded") <=
        report.at("minimality").at("principals"));
  const Outcome applied =
      Tool({"apply", (place.internal / "solution.json").string(),
            (SourceDir() / "examples/data/contracts.csv").string(), "--check"});
  CHECK(applied.exit_code == 0);
  const auto sorted = [](std::string_view file) {
    auto records = ParseTable(file).records;
    std::ranges::sort(records);
    return records;
  };
  CHECK(sorted(applied.out) == sorted(data));
}

TEST_CASE("anon apply writes nothing where it may not") {
  Workplace place;
  place.UsePolicy(ExamplePolicy("contracts_planned.yaml"));
  REQUIRE(place.Run().exit_code == 0);
  const std::string solution = (place.internal / "solution.json").string();
  const std::string contracts =
      (SourceDir() / "examples/data/contracts.csv").string();
  place.UsePolicy(Read(place.policy()) + "# changed\n");
  const Outcome changed = Tool({"apply", solution, contracts});
  CHECK(changed.exit_code == 2);
  CHECK(changed.out == "");
  CHECK(changed.err.find("not the policy") != std::string::npos);
  const Outcome none = Tool({"apply", contracts, contracts});
  CHECK(none.exit_code == 3);
  CHECK(none.out == "");
  const Outcome other = Tool({"apply", solution, Example()});
  CHECK(other.exit_code != 0);
  CHECK(other.out == "");
}

TEST_CASE("anon plan refuses what it cannot search") {
  CHECK(Tool({"plan"}).exit_code == 2);
  CHECK(Tool({"plan", Example(), "--format", "xml"}).exit_code == 2);
  Workplace rounds;
  rounds.UsePolicy(Replaced(ExamplePolicy("contracts_planned.yaml"),
                            "objective: loss}",
                            "objective: loss, local_recoding: true}"));
  const Outcome every =
      Tool({"plan", rounds.policy().string(), "--every-node"});
  CHECK(every.exit_code == 2);
  CHECK(every.out == "");
  CHECK(every.err.find("leave --every-node out") != std::string::npos);
  const Outcome missing = Tool({"plan", "/nowhere/policy.yaml"});
  CHECK(missing.exit_code != 0);
  CHECK(missing.out == "");
}

TEST_CASE("anon plan counts several lines of one subscriber once") {
  Workplace place;
  place.UseSmallTable(Kind::kAnonymized, 240);
  place.UsePolicy(
      Replaced(SmallPolicy(Kind::kAnonymized), "    level: 1\n", ""));
  const Outcome several =
      Tool({"plan", place.policy().string(), "--format", "json"});
  REQUIRE(several.exit_code == 0);
  CHECK(nlohmann::json::parse(several.out)["satisfied"] == true);
}

TEST_CASE("anon plan finds what ARX finds for Adult") {
  ANON_REQUIRE_TEST_DATA(adult, "data/adult/adult.csv");
  const auto shared = adult.parent_path().parent_path().parent_path();
  std::string policy = ExamplePolicy("adult_5_anonymous.yaml", shared);
  for (const char level : {'0', '1', '2', '3'}) {
    const std::string line = std::string("    level: ") + level + "\n";
    for (auto at = policy.find(line); at != std::string::npos;
         at = policy.find(line)) {
      policy.erase(at, line.size());
    }
  }
  Workplace place;
  place.UsePolicy(policy);
  const Outcome plan =
      Tool({"plan", place.policy().string(), "--format", "json"});
  REQUIRE_MESSAGE(plan.exit_code == 0, plan.err);
  const Json json = Json::parse(plan.out);
  CHECK(json.at("optimal") == true);
  CHECK(json.at("nodes") == 4320);
  CHECK(json.at("suppressed") == 1346);
  // The levels that the example writes out.
  CHECK(json.at("levels") == Json{{"sex", 0},
                                  {"age", 3},
                                  {"race", 0},
                                  {"marital-status", 0},
                                  {"education", 2},
                                  {"native-country", 1},
                                  {"workclass", 1},
                                  {"salary-class", 0}});
}
