// SPDX-License-Identifier: Apache-2.0
//
// anon check as its users run it.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "e2e/workplace.h"

namespace {

namespace fs = std::filesystem;
using namespace anon::test;
using Json = nlohmann::json;

constexpr std::string_view kTable =
    "who,area,sex,plan,fee,w\n"
    "a,north,f,S,10,45.5\na,north,f,M,20,45.5\nb,north,f,S,30,45.5\n"
    "c,south,m,S,10,2\nd,south,m,S,10,2\n";

struct Table {
  TempDir dir;
  fs::path file = Write(dir / "table.csv", kTable);

  Outcome Check(std::vector<std::string> more) const {
    std::vector<std::string> arguments = {"check", file.string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Tool(arguments);
  }
  Json CheckJson(std::vector<std::string> more, int exit_code) const {
    more.insert(more.end(), {"--format", "json"});
    const Outcome outcome = Check(more);
    REQUIRE_MESSAGE(outcome.exit_code == exit_code, outcome.err);
    CHECK(outcome.err == "");
    return Json::parse(outcome.out);
  }
};

const Json& Model(const Json& report, std::string_view name,
                  const Json& attribute = nullptr) {
  for (const Json& model : report.at("models")) {
    if (model.at("model") == name && model.at("attribute") == attribute) {
      return model;
    }
  }
  throw std::runtime_error("no such model in the report");
}

}  // namespace

TEST_CASE("check: the JSON has plain numbers where thresholds are numbers") {
  const Table table;
  const Json report =
      table.CheckJson({"--qi", "area,sex", "--sensitive", "plan", "--k", "2",
                       "--distinct-l", "2", "--entropy-l", "1.5", "--t", "0.2",
                       "--recursive-cl", "3,2", "--alpha", "1/2"},
                      1);
  CHECK(report.at("rows") == 5);
  CHECK(report.at("principals") == 5);
  CHECK(report.at("classes") == 2);
  CHECK(report.at("k") == 2);
  CHECK(report.at("models").size() == 6);
  for (const Json& model : report.at("models")) {
    for (const char* const field :
         {"model", "attribute", "asked", "achieved", "satisfied"}) {
      CHECK_MESSAGE(model.contains(field), field);
    }
    CHECK(model.at("asked").is_number());
    CHECK(model.at("satisfied").is_boolean());
  }
  const Json& k = Model(report, "k_anonymity");
  CHECK(k.at("asked") == 2);
  CHECK(k.at("achieved") == 2);
  CHECK(k.at("satisfied") == true);
  CHECK(k.at("attribute").is_null());
  const Json& distinct = Model(report, "distinct_l_diversity", "plan");
  CHECK(distinct.at("asked") == 2);
  CHECK(distinct.at("achieved") == 1);
  CHECK(distinct.at("satisfied") == false);
  CHECK(distinct.at("failing_records") == 2);
  CHECK(Model(report, "entropy_l_diversity", "plan").at("asked") == 1.5);
  const Json& t = Model(report, "t_closeness_equal", "plan");
  CHECK(t.at("asked") == 0.2);
  CHECK(t.at("achieved").get<double>() == doctest::Approx(0.2));
  CHECK(t.at("satisfied") == true);  // one fifth exactly
  const Json& recursive = Model(report, "recursive_cl_diversity", "plan");
  CHECK(recursive.at("asked") == 3);
  CHECK(recursive.at("l") == 2);
  CHECK(recursive.at("achieved").is_null());  // infinite
  CHECK(recursive.at("achieved_text") == "infinite");
  const Json& alpha = Model(report, "alpha_k_anonymity", "plan");
  CHECK(alpha.at("asked") == 0.5);
  CHECK(alpha.at("k") == 2);
}

TEST_CASE("check: without thresholds it reports all models and exits with 0") {
  const Table table;
  const Json report =
      table.CheckJson({"--qi", "area,sex", "--sensitive", "plan,fee"}, 0);
  for (const Json& model : report.at("models")) {
    CHECK(model.at("asked").is_null());
    CHECK(model.at("satisfied").is_null());
  }
  CHECK(Model(report, "average_reidentification_risk").at("achieved") == 0.4);
  CHECK(Model(report, "t_closeness_ordered", "plan").at("order") == "text");
  CHECK_FALSE(Model(report, "t_closeness_ordered", "fee").contains("order"));
  CHECK(Model(report, "recursive_cl_diversity", "plan").at("l") == 2);
  CHECK(report.at("models").size() == 3 + 2 * 10);
}

TEST_CASE("check: five lines of one subscriber are one person") {
  const Table table;
  const std::vector<std::string> rows = {"--qi", "area", "--k", "3"};
  CHECK(table.Check(rows).exit_code == 1);
  const Json report =
      table.CheckJson({"--qi", "sex", "--principal", "who", "--k", "2"}, 0);
  CHECK(report.at("rows") == 5);
  CHECK(report.at("principals") == 4);
  CHECK(report.at("k") == 2);
}

TEST_CASE("check: what is missing is called by the name of its option") {
  const Table table;
  const Outcome ordered = table.Check(
      {"--qi", "area", "--sensitive", "plan", "--t-ordered", "0.2"});
  CHECK(ordered.exit_code == 2);
  CHECK(ordered.err.find("--order text") != std::string::npos);
  for (const std::string option : {"--k-map", "--presence"}) {
    const Outcome asked = table.Check(
        {"--qi", "area", option, option == "--k-map" ? "2" : "0,0.5"});
    CHECK(asked.exit_code == 2);
    CHECK(asked.err.find(option + " needs --population") != std::string::npos);
    CHECK(asked.err.find("--weight") != std::string::npos);
  }
}

TEST_CASE("check: one class is one class") {
  const Table table;
  const Outcome one = table.Check(
      {"--qi", "area", "--principal", "who", "--k", "3", "--worst", "1"});
  CHECK(one.out.find("fails in 2 classes with 5 records") != std::string::npos);
  const Outcome row = table.Check(
      {"--qi", "who", "--principal", "who", "--k", "9", "--worst", "1"});
  CHECK(row.out.find("1 principal, ") != std::string::npos);
  CHECK(row.out.find("1 principals") == std::string::npos);
}

TEST_CASE("check: values are shown on request only") {
  const Table table;
  const std::vector<std::string> ask = {"--qi", "area,sex", "--k",
                                        "3",    "--worst",  "2"};
  auto with = ask;
  with.emplace_back("--show-values");
  const Outcome hidden = table.Check(ask);
  CHECK(hidden.exit_code == 1);
  CHECK(hidden.out.find("2 principals, 2 records") != std::string::npos);
  CHECK(hidden.out.find("south") == std::string::npos);
  CHECK(table.Check(with).out.find("south | m") != std::string::npos);
  Json report = table.CheckJson(ask, 1);
  CHECK(Model(report, "k_anonymity").at("worst_classes") ==
        Json::parse(R"([{"principals":2,"records":2}])"));
  report = table.CheckJson(with, 1);
  CHECK(Model(report, "k_anonymity").at("worst_classes")[0].at("values") ==
        Json({"south", "m"}));
}

TEST_CASE("check: every further column and file has its option") {
  const Table table;
  const fs::path hierarchy =
      Write(table.dir / "plan.csv", "S|small|*\nM|large|*\n");
  const fs::path population =
      Write(table.dir / "population.csv",
            "area;sex\nnorth;f\nnorth;f\nnorth;f\nnorth;f\nsouth;m\nsouth;m\n");
  Json report = table.CheckJson(
      {"--qi", "area,sex", "--sensitive", "plan,fee", "--combined", "plan+fee",
       "--jointly", "--group", "who", "--hierarchy",
       "plan=" + hierarchy.string(), "--hierarchy-delimiter", "|",
       "--population", population.string(), "--population-delimiter", ";"},
      0);
  CHECK(report.at("groups") == 4);
  CHECK(report.at("group_k") == 2);
  CHECK(Model(report, "k_map").at("achieved") == 2);
  CHECK(Model(report, "delta_presence").at("achieved") == 1);
  CHECK(Model(report, "distinct_l_diversity", "plan+fee").at("achieved") == 1);
  CHECK(Model(report, "t_closeness_hierarchical", "plan")
            .at("achieved")
            .is_number());
  bool jointly = false;
  for (const Json& model : report.at("models")) {
    jointly |= model.contains("known") && model.at("known") == Json({"fee"});
  }
  CHECK(jointly);

  report = table.CheckJson(
      {"--qi", "area,sex", "--group", "who", "--group-k", "3"}, 1);
  CHECK(Model(report, "group_k_anonymity").at("achieved") == 2);
  CHECK(table.Check({"--qi", "area", "--group-k", "3"}).exit_code == 2);

  report = table.CheckJson(
      {"--qi", "area", "--weight", "w", "--k-map", "4", "--presence", "0,0.5"},
      0);
  CHECK(report.at("population") == 140.5);
  CHECK(Model(report, "k_map").at("asked") == 4);
  CHECK(Model(report, "k_map").at("achieved") == 4);
  CHECK(Model(report, "delta_presence").at("asked") == 0.5);
  CHECK(Model(report, "delta_presence").at("min") == 0);

  report = table.CheckJson({"--qi", "area", "--frequency", "fee"}, 0);
  CHECK(report.at("rows") == 5);
  CHECK(report.at("records") == 80);
}

TEST_CASE("check: missing values are its own, a wildcard, or refused") {
  const TempDir dir;
  const fs::path file =
      Write(dir / "t.csv", "a,b,set\n1,x,p/q\n1,NA,p/q\n1,x,p\n");
  const std::vector<std::string> ask = {"check",    file.string(), "--null",
                                        "NA",       "--qi",        "a,b",
                                        "--format", "json"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), ask.begin(), ask.end());
    return Tool(more);
  };
  Json report = Json::parse(with({}).out);
  CHECK(report.at("k") == 1);
  CHECK(report.at("missing") ==
        Json::parse(R"({"treatment":"own","rows":{"b":1}})"));
  report = Json::parse(with({"--missing", "wildcard"}).out);
  CHECK(report.at("k") == 3);
  report = Json::parse(
      with({"--missing", "wildcard", "--wildcard-weight", "0.5"}).out);
  CHECK(Model(report, "k_anonymity").at("achieved") == 2.5);
  const Outcome refused = with({"--missing", "refuse"});
  CHECK(refused.exit_code == 3);
  CHECK(refused.err.find("line 3, column 2 (b)") != std::string::npos);
  CHECK(with({"--wildcard-weight", "1"}).exit_code == 2);

  const Outcome sets =
      with({"--set-valued", "set", "--item-separator", "/", "--km", "3,1"});
  CHECK(sets.exit_code == 1);  // two have q
  report = Json::parse(sets.out);
  const Json& km = Model(report, "km_anonymity", "set");
  CHECK(km.at("asked") == 3);
  CHECK(km.at("m") == 1);
  CHECK(km.at("achieved") == 2);
  CHECK(km.at("satisfied") == false);
}

TEST_CASE("check: reads other delimiters and encodings") {
  const TempDir dir;
  const fs::path file = Write(dir / "t.csv",
                              // "男" in CP932
                              "sex\tarea\n\x92\x6a\t1\n\x92\x6a\t1\n");
  const std::vector<std::string> ask = {
      "check", file.string(), "--delimiter", "\\t", "--qi",         "sex,area",
      "--k",   "3",           "--worst",     "1",   "--show-values"};
  CHECK(Tool(ask).exit_code == 3);  // no UTF-8
  auto cp932 = ask;
  cp932.insert(cp932.end(), {"--encoding", "cp932"});
  const Outcome outcome = Tool(cp932);
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.out.find("男 | 1") != std::string::npos);
}

TEST_CASE("check: what is asked wrongly exits with 2 and names the option") {
  const Table table;
  const std::vector<std::vector<std::string>> wrong = {
      {},
      {"--qi", "area", "--k", "1"},
      {"--qi", "area", "--k", "many"},
      {"--qi", "area", "--t", "0.2"},
      {"--qi", "area", "--sensitive", "plan", "--t", "1.5"},
      {"--qi", "area", "--sensitive", "plan", "--recursive-cl", "3"},
      {"--qi", "area", "--sensitive", "plan", "--t-hierarchical", "0.2"},
      {"--qi", "area", "--sensitive", "plan", "--t-ordered", "0.2"},
      {"--qi", "area", "--sensitive", "plan", "--jointly"},
      {"--qi", "area", "--combined", "plan"},
      {"--qi", "area", "--hierarchy", "plan"},
      {"--qi", "area", "--hierarchy", "plan=nowhere.csv"},
      {"--qi", "area", "--k-map", "5"},
      {"--qi", "area", "--km", "5,2"},
      {"--qi", "area", "--set-valued", "plan", "--km", "5"},
      {"--qi", "area", "--missing", "drop"},
      {"--qi", "area", "--worst", "11"},
      {"--qi", "area", "--delimiter", "||"},
      {"--qi", "area", "--delimiter", "\""},
      {"--qi", "area", "--delimiter", "\n"},
      {"--qi", "area", "--delimiter", "\x81"},
      {"--qi", "area", "--sensitive", "fee", "--order", "text"},
      {"--qi", "area", "--encoding", "latin-1"},
      {"--qi", "area", "--format", "xml"},
      {"--qi", "area", "--frequency", "fee", "--principal", "who"}};
  for (const auto& arguments : wrong) {
    const Outcome outcome = table.Check(arguments);
    CAPTURE(fmt::format("{}", fmt::join(arguments, " ")));
    CHECK(outcome.exit_code == 2);
    CHECK(outcome.out == "");
    CHECK(!outcome.err.empty());
  }
}

TEST_CASE("check: frequencies are refused beside principals, rules or not") {
  const Table table;
  std::vector<std::string> arguments = {"--qi", "area",        "--frequency",
                                        "fee",  "--principal", "who"};
  const Outcome plain = table.Check(arguments);
  arguments.insert(arguments.end(), {"--aggregate", "area=first"});
  const Outcome aggregated = table.Check(arguments);
  CHECK(plain.exit_code == 2);
  CHECK(aggregated.exit_code == 2);
  CHECK(plain.err.starts_with("anon: a frequency column goes neither with "));
  CHECK(aggregated.err == plain.err);
}

TEST_CASE("check: a pipe is read as a file is") {
  const Table table;
  const Outcome piped =
      RunProcess({"/bin/sh", "-c",
                  fmt::format("cat '{}' | '{}' check - --qi area --k 2",
                              table.file.string(), ANON_TOOL)});
  const Outcome file = table.Check({"--qi", "area", "--k", "2"});
  CHECK(piped.exit_code == 0);
  CHECK(piped.err == "");
  CHECK(piped.out == file.out);
}

TEST_CASE("check: without thresholds the smallest classes are the worst") {
  const Table table;
  const Json report = table.CheckJson(
      {"--qi", "area", "--sensitive", "plan", "--worst", "1"}, 0);
  const Json& k = Model(report, "k_anonymity");
  CHECK(k.at("worst_classes") ==
        Json::parse(R"([{"principals": 2, "records": 2}])"));
  CHECK_FALSE(
      Model(report, "distinct_l_diversity", "plan").contains("worst_classes"));
  const std::string text =
      table.Check({"--qi", "area", "--worst", "1", "--show-values"}).out;
  CHECK(text.find("2 principals, 2 records: south\n") != std::string::npos);
}

TEST_CASE("check: the rarest itemset and the households are there too") {
  const Table table;
  const Json report =
      table.CheckJson({"--qi", "area", "--group", "who", "--set-valued", "plan",
                       "--km", "3,2", "--worst", "1", "--show-values"},
                      1);
  CHECK(Model(report, "km_anonymity", "plan").at("worst_itemset") ==
        Json::parse(R"(["M"])"));
  const Json all = table.CheckJson({"--qi", "area", "--group", "who"}, 0);
  CHECK(Model(all, "group_k_anonymity").at("achieved") == 2);
}

TEST_CASE("check: values cannot speak to the terminal") {
  const TempDir dir;
  const fs::path file = Write(dir / "t.csv", "q\na\x1b[31m\n");
  const Outcome outcome = Tool(
      {"check", file.string(), "--qi", "q", "--worst", "1", "--show-values"});
  CHECK(outcome.out.find("a\\x1b[31m") != std::string::npos);
  CHECK(outcome.out.find('\x1b') == std::string::npos);
}

TEST_CASE("check: a table without rows satisfies, whatever is asked") {
  const TempDir dir;
  const fs::path file = Write(dir / "t.csv", "q,w\n");
  for (const auto& asked :
       {std::vector<std::string>{"--k-map", "2"}, {"--presence", "0,1/2"}}) {
    std::vector<std::string> arguments = {"check", file.string(), "--qi",
                                          "q",     "--weight",    "w"};
    arguments.insert(arguments.end(), asked.begin(), asked.end());
    const Outcome outcome = Tool(arguments);
    CHECK_MESSAGE(outcome.exit_code == 0, outcome.err);
  }
}

TEST_CASE("check: the first missing value is named") {
  const TempDir dir;
  const fs::path file = Write(dir / "t.csv", "q,s\na,\n,y\n");
  const Outcome outcome = Tool({"check", file.string(), "--qi", "q",
                                "--sensitive", "s", "--missing", "refuse"});
  CHECK(outcome.exit_code == 3);
  CHECK(outcome.err.find("line 2, column 2 (s)") != std::string::npos);
}

TEST_CASE("check: what the data lack exits with 3 and names the place") {
  const Table table;
  for (const char* const option : {"--sensitive", "--principal", "--group",
                                   "--frequency", "--weight", "--set-valued"}) {
    const Outcome outcome = table.Check({"--qi", "area", option, "nope"});
    CAPTURE(option);
    CHECK(outcome.exit_code == 3);
    CHECK(outcome.err.find("line 1: no column 'nope'") != std::string::npos);
  }
  CHECK(table.Check({"--qi", "nope"}).exit_code == 3);
  const Outcome wide = table.Check({"--qi", "area,fee", "--class-budget", "2"});
  CHECK(wide.exit_code == 3);
  CHECK(wide.err.find("fee (3 values)") != std::string::npos);
  CHECK(Tool({"check", (table.dir / "none.csv").string(), "--qi", "area"})
            .exit_code == 3);
}

TEST_CASE("check: rows of one person become one before they are counted") {
  const Table table;
  const std::vector<std::string> ask = {
      "--qi",        "area,fee", "--sensitive", "plan",
      "--principal", "who",      "--k",         "2"};
  const auto with = [&](std::string_view rules) {
    std::vector<std::string> more = ask;
    more.insert(more.end(), {"--aggregate", std::string(rules)});
    return more;
  };
  const Json apart = table.CheckJson(ask, 1);
  CHECK(apart.at("classes") == 4);
  // a paid 30 in two rows, as much as b.
  const Json together = table.CheckJson(with("area=same,fee=sum,plan=last"), 0);
  CHECK(together.at("rows") == 5);
  CHECK(together.at("records") == 4);
  CHECK(together.at("principals") == 4);
  CHECK(together.at("classes") == 2);
  CHECK(together.at("k") == 2);
  const Outcome text = table.Check(with("area=same,fee=sum,plan=last"));
  CHECK(text.out.find("5 rows, 4 principals, 2 classes, k = 2\n"
                      "4 records, one of each principal\n") == 0);

  const Outcome lacking = table.Check(with("area=same,fee=sum"));
  CHECK(lacking.exit_code == 2);
  CHECK(lacking.err.find("looks at plan") != std::string::npos);
  for (const char* const wrong : {"area", "area=most", "=same", "who=first"}) {
    CHECK_MESSAGE(table.Check(with(wrong)).exit_code == 2, wrong);
  }
  const Outcome differ = table.Check(with("area=same,fee=same,plan=last"));
  CHECK(differ.exit_code == 3);
  CHECK(differ.err.find("line 3, column 5 (fee): same:") != std::string::npos);
}
