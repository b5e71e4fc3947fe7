// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "e2e/release_tree.h"
#include "e2e/workplace.h"

namespace {

namespace fs = std::filesystem;
using namespace anon::test;
using Json = nlohmann::json;

// Large enough that a run takes a while, of few classes.
std::string LargeTable() {
  std::string text = SmallTable(2);
  text.resize(text.find('\n') + 1);
  for (int i = 0; i < 200'000; ++i) {
    text += fmt::format("S{:07},080,{},第{}市,{}\n", i, i % 2 ? "女" : "男",
                        i % 12, i % 5 ? "使い放題" : "データ専用");
  }
  return text;
}

}  // namespace

TEST_CASE("a good policy is said to be good") {
  for (const char* const name :
       {"subscribers_anonymized.yaml", "subscribers_pseudonymized.yaml",
        "adult_5_anonymous.yaml", "visits_anonymized.yaml",
        "contracts_planned.yaml"}) {
    const Outcome outcome =
        Tool({"policy", "check", (SourceDir() / "examples" / name).string()});
    CHECK(outcome.exit_code == 0);
    CHECK(outcome.err == "");
    CHECK(outcome.out.find(std::string(name) + ": ok") != std::string::npos);
  }
}

TEST_CASE("a bad policy is refused with line and fix, by check and by run") {
  Workplace place;
  place.UseSmallTable(Kind::kAnonymized, 240);
  place.UsePolicy(
      Replaced(SmallPolicy(Kind::kAnonymized), "level: 1", "levle: 1"));
  for (const Outcome& outcome :
       {Tool({"policy", "check", place.policy().string()}), place.Run()}) {
    CHECK(outcome.exit_code == 2);
    CHECK(outcome.out == "");
    CHECK(outcome.err.find("policy.yaml, line 16, column 5: ") !=
          std::string::npos);
    CHECK(outcome.err.find("did you mean 'level'?") != std::string::npos);
  }
  CHECK_FALSE(fs::exists(place.out));
  CHECK(place.Leftovers().empty());
}

TEST_CASE("an answer that cannot be written out is no answer") {
  const std::string data =
      (SourceDir() / "examples/data/subscribers.csv").string();
  const std::string policy =
      (SourceDir() / "examples/subscribers_anonymized.yaml").string();
  for (const std::string& arguments : std::vector<std::string>{
           "check " + data + " --qi sex --k 2 --format json",
           "check " + data + " --qi postal_code --k 999",  // a No
           "profile " + data, "operators --long", "policy schema",
           "policy check " + policy,
           "hierarchy make " + data + " --column postal_code --rule flat",
           "--help"}) {
    CAPTURE(arguments);
    const Outcome full = RunProcess(
        {"sh", "-c", "exec \"$0\" " + arguments + " > /dev/full", ANON_TOOL});
    CHECK(full.exit_code == 3);
    CHECK(full.err ==
          "anon: standard output: cannot write: No space left on device\n");
  }
  // Nobody to tell, but not a success either.
  CHECK(RunProcess(
            {"sh", "-c", "exec \"$0\" operators > /dev/full 2>&1", ANON_TOOL})
            .exit_code == 3);
}

TEST_CASE("the schema the tool prints is the published one") {
  const Outcome outcome = Tool({"policy", "schema"});
  CHECK(outcome.exit_code == 0);
  CHECK(Json::parse(outcome.out).is_object());
  CHECK(outcome.out == Read(SourceDir() / "docs/schema/policy-1.schema.json"));
}

TEST_CASE("version and usage") {
  const Outcome version = Tool({"--version"});
  CHECK(version.exit_code == 0);
  CHECK(version.out.starts_with("anon "));
  CHECK(version.err == "");
  const Outcome help = Tool({"--help"});
  CHECK(help.exit_code == 0);
  CHECK(help.out.find("Exit codes") != std::string::npos);
  for (const std::vector<std::string>& wrong :
       {std::vector<std::string>{},
        {"frobnicate"},
        {"run"},
        {"run", "p.yaml", "--fast"},
        {"run", "p.yaml", "--format", "xml"},
        {"policy"},
        {"key", "create"},
        {"vault", "init", "--vault", "v"}}) {
    const Outcome outcome = Tool(wrong);
    CHECK(outcome.exit_code == 2);
    CHECK(outcome.out == "");
    CHECK(!outcome.err.empty());
  }
}

TEST_CASE("a run wants both its places") {
  Workplace place;
  place.UseSmallTable(Kind::kAnonymized, 240);
  const Outcome outcome = Tool({"run", place.policy().string()});
  CHECK(outcome.exit_code == 2);
  CHECK(outcome.err.find("--out") != std::string::npos);
  CHECK(outcome.err.find("--internal") != std::string::npos);
}

TEST_CASE("a run refuses keys and a ledger where it writes") {
  Workplace place;
  place.UseSmallTable(Kind::kAnonymized, 240);
  REQUIRE(place.Run().exit_code == 0);
  const std::string key = (place.internal / "key").string();
  const std::string ledger = (place.internal / "ledger").string();
  REQUIRE(Tool({"signing-key", "create", key}).exit_code == 0);
  REQUIRE(Tool({"ledger", "init", ledger}).exit_code == 0);
  for (const std::vector<std::string>& more :
       {std::vector<std::string>{"--replace", "--signing-key", key},
        {"--replace", "--ledger", ledger}}) {
    const Outcome outcome = place.Run(more);
    CHECK(outcome.exit_code == 2);
    CHECK(outcome.err.find(more.back() + ": ") != std::string::npos);
    CHECK(outcome.err.find("may not lie in") != std::string::npos);
    CHECK(fs::exists(more.back()));
  }
}

TEST_CASE("--date takes a date") {
  for (const char* const date : {"20261101", "2026-13-01", "soon", "\n"}) {
    Workplace place;
    place.UseSmallTable(Kind::kAnonymized, 240);
    const Outcome outcome = place.Run({"--date", date});
    CAPTURE(date);
    CHECK(outcome.exit_code == 2);
    CHECK_FALSE(fs::exists(place.out));
    CHECK_FALSE(fs::exists(place.internal));
    CHECK(place.Leftovers().empty());
  }
}

TEST_CASE("--format json prints the report that is kept") {
  Workplace place;
  place.UseSmallTable(Kind::kAnonymized, 240);
  const Outcome outcome = place.Run({"--format", "json"});
  REQUIRE(outcome.exit_code == 0);
  CHECK(outcome.err == "");
  const Json printed = Json::parse(outcome.out);
  for (const char* const field : {"report",
                                  "tool",
                                  "released",
                                  "dry_run",
                                  "reason",
                                  "kind",
                                  "release_id",
                                  "created",
                                  "policy",
                                  "source",
                                  "records",
                                  "principals",
                                  "suppression_limit",
                                  "classes",
                                  "models",
                                  "models_before_suppression",
                                  "loss",
                                  "columns",
                                  "sha256",
                                  "timings_ms",
                                  "key_destruction_certificate"}) {
    CHECK_MESSAGE(printed.contains(field), field);
  }
  CHECK(printed.at("released") == true);
  CHECK(printed.at("columns") == Json({"sex", "area", "plan"}));
  CHECK(printed == Json::parse(Read(place.internal / "report.json")));
}

TEST_CASE("an unmet policy prints its report as JSON too") {
  Workplace place;
  place.UseSmallTable(Kind::kAnonymized, 240);
  place.UsePolicy(Replaced(SmallPolicy(Kind::kAnonymized),
                           "suppression_limit: 5%", "suppression_limit: 0"));
  const Outcome outcome = place.Run({"--format", "json", "--quiet"});
  CHECK(outcome.exit_code == 1);
  const Json printed = Json::parse(outcome.out);
  CHECK(printed.at("released") == false);
  CHECK(printed.at("reason") != "");
  CHECK(printed.at("sha256").empty());
}

TEST_CASE("--quiet says nothing when all is well") {
  Workplace place;
  place.UseSmallTable(Kind::kAnonymized, 240);
  const Outcome outcome = place.Run({"--quiet"});
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.out == "");
  CHECK(outcome.err == "");
}

TEST_CASE("an interrupted run stops soon and leaves nothing") {
  Workplace place;
  place.UseSmallTable(Kind::kPseudonymized, 1);
  place.MakeSecrets();
  Write(place.root() / "table.csv", LargeTable());
  const Outcome whole = place.Run({"--progress", "plain"});
  REQUIRE_MESSAGE(whole.exit_code == 0, whole.err);
  CHECK(whole.err.find("seal ") != std::string::npos);
  const Tree inside = ReadTree(place.internal);
  const std::string data = Read(place.out / "provide/data.csv");
  for (const char* const step : {"count ", "write ", "assess "}) {
    CAPTURE(step);
    const Outcome outcome =
        place.Run({"--progress", "plain", "--replace"}, {.interrupt_on = step});
    CHECK(outcome.exit_code == 130);
    CHECK(outcome.err.find("anon: stopped on request") != std::string::npos);
    CHECK(ReadTree(place.internal) == inside);
    const bool unchanged = Read(place.out / "provide/data.csv") == data;
    CHECK(unchanged);
    CHECK(place.Leftovers().empty());
  }
  const Outcome list = Tool({"vault", "list", "--vault", place.vault.string(),
                             "--custodian-key", place.custodian_key.string()});
  CHECK(std::ranges::count(list.out, '\n') == 1);
  CHECK(list.out.find("pending") == std::string::npos);
}
