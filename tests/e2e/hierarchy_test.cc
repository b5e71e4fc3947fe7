// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>

#include "e2e/workplace.h"

namespace {

using namespace anon::test;

std::string Data(std::string_view name) {
  return (SourceDir() / "examples/data" / name).string();
}

}  // namespace

TEST_CASE("a hierarchy that was made is good, complete and can be shown") {
  const TempDir dir;
  const Outcome made =
      Tool({"hierarchy", "make", Data("subscribers.csv"), "--column",
            "municipality_code", "--rule", "municipality", "--levels",
            "prefecture,region", "--language", "en"});
  REQUIRE_MESSAGE(made.exit_code == 0, made.err);
  CHECK(made.err == "");
  CHECK(made.out.starts_with("011002;Hokkaido;Hokkaido;*\n"));
  const std::string file = Write(dir / "h.csv", made.out).string();

  const Outcome check =
      Tool({"hierarchy", "check", file, "--data", Data("subscribers.csv"),
            "--column", "municipality_code"});
  CHECK(check.exit_code == 0);
  CHECK(check.out.starts_with(file + ": ok, and has every value of "));

  const Outcome show = Tool({"hierarchy", "show", file});
  CHECK(show.exit_code == 0);
  CHECK(show.out.find(", highest level 3\n") != std::string::npos);
  CHECK(show.out.find("Hokkaido") == std::string::npos);
  const Outcome named = Tool({"hierarchy", "show", file, "--show-values"});
  CHECK(named.out.find("Hokkaido | ") != std::string::npos);
}

TEST_CASE("the hierarchies of the examples are good and complete") {
  for (const auto& [file, column] :
       {std::pair("hierarchy_birth_date.csv", "birth_date"),
        {"hierarchy_municipality.csv", "municipality_code"},
        {"hierarchy_postal_code.csv", "postal_code"},
        {"hierarchy_sex.csv", "sex"}}) {
    const Outcome check = Tool({"hierarchy", "check", Data(file), "--data",
                                Data("subscribers.csv"), "--column", column});
    CHECK_MESSAGE(check.exit_code == 0, check.out);
  }
}

TEST_CASE("everything wrong with a hierarchy is listed at once") {
  const TempDir dir;
  const std::string file =
      Write(dir / "h.csv", "1,a,*\n2,b,*\n2,b,*\n3,a,all\n").string();
  const std::string data =
      Write(dir / "d.csv", "id;x\n1;1\n2;secret\n3;NA\n").string();
  const Outcome check =
      Tool({"hierarchy", "check", file, "--delimiter", ",", "--data", data,
            "--column", "x", "--data-delimiter", ";", "--null", "NA"});
  CHECK(check.exit_code == 1);
  CHECK(check.err == "");
  CHECK(check.out ==
        file + ", line 3, column 1: the value of line 2 again\n" + file +
            ", line 4, column 3: the label left of it has another label above "
            "it in line 1\n" +
            data + ", line 3, column 2 (x): the hierarchy lacks the value\n" +
            data +
            ", line 4, column 2 (x): the hierarchy has no line for the missing "
            "value\n" +
            file + ": 4 faults\n");
}

TEST_CASE("uneven lines are listed with everything else that is wrong") {
  const TempDir dir;
  const std::string one = Write(dir / "one.csv", "1;a;*\n2;b\n").string();
  const Outcome short_line = Tool({"hierarchy", "check", one});
  CHECK(short_line.exit_code == 1);
  CHECK(short_line.out == one +
                              ", line 2, column 3: expected 3 fields, found "
                              "2\n" +
                              one + ": 1 fault\n");

  const std::string file =
      Write(dir / "h.csv", "1;a;*\n2;b\n1;a;*\n\n3;a;all\n4;a;*;*\n5;c;*\n\n")
          .string();
  const std::string data = Write(dir / "d.csv", "x\n1\n2\n6\n4\n5\n").string();
  const Outcome check =
      Tool({"hierarchy", "check", file, "--data", data, "--column", "x"});
  CHECK(check.exit_code == 1);
  CHECK(check.err == "");
  // 2 and 4 have lines, if bad ones: they are not missing.
  CHECK(check.out ==
        file + ", line 2, column 3: expected 3 fields, found 2\n" + file +
            ", line 3, column 1: the value of line 1 again\n" + file +
            ", line 4, column 1: a blank line where a record was expected\n" +
            file +
            ", line 5, column 3: the label left of it has another label above "
            "it in line 1\n" +
            file + ", line 6, column 4: expected 3 fields, found 4\n" + data +
            ", line 4, column 1 (x): the hierarchy lacks the value\n" + file +
            ": 6 faults\n");
  // A run still refuses the file at once.
  CHECK(Tool({"hierarchy", "show", file}).exit_code == 3);
}

TEST_CASE("values that do not fit are counted and not shown") {
  const Outcome made = Tool({"hierarchy", "make", Data("subscribers.csv"),
                             "--column", "plan", "--rule", "date"});
  CHECK(made.exit_code == 3);
  CHECK(made.out == "");
  CHECK(made.err.find("9 of 9 values do not fit the rule: lines 2, ") !=
        std::string::npos);
  CHECK(made.err.find("プラン") == std::string::npos);
}

TEST_CASE("wrong use of hierarchy commands") {
  const std::string data = Data("subscribers.csv");
  for (const auto& [arguments, part] :
       {std::pair<std::vector<std::string>, std::string>(
            {"make", data, "--column", "sex", "--rule", "dates"},
            "did you mean date?"),
        {{"make", data, "--column", "sex", "--rule", "mask", "--levels", "2"},
         "mask needs the parameter keep"},
        {{"make", data, "--column", "sexx", "--rule", "flat"},
         "did you mean sex?"},
        {{"make", data, "--rule", "flat"}, "--column"},
        {{"check", data, "--data", data}, "--data and --column go together"},
        {{"show", data, "--delimiter", "; "}, "one ASCII character"}}) {
    std::vector<std::string> command = {"hierarchy"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    const Outcome outcome = Tool(command);
    CAPTURE(part);
    CHECK(outcome.exit_code == 2);
    CHECK(outcome.out == "");
    CHECK(outcome.err.find(part) != std::string::npos);
  }
  CHECK(Tool({"hierarchy", "check", "no-such-file.csv"}).exit_code == 3);
}

TEST_CASE("the rules are listed with their parameters") {
  const Outcome rules = Tool({"hierarchy", "rules"});
  CHECK(rules.exit_code == 0);
  for (const char* const part : {"age ", "reference_date, [widths, top, ",
                                 "mesh ", "JIS X 0410", "telephone "}) {
    CHECK(rules.out.find(part) != std::string::npos);
  }
}
