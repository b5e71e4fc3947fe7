// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <functional>

#include "e2e/release_tree.h"
#include "e2e/workplace.h"

namespace {

namespace fs = std::filesystem;
using namespace anon::test;

// Stands in the bad tables; no message may repeat it.
constexpr char kSecretValue[] = "HIMITSU-090-1111-2222";

// The small table with its third record (line 4) replaced.
std::string WithLine4(std::string_view line) {
  std::string text = SmallTable(240);
  std::size_t begin = 0;
  for (int i = 1; i < 4; ++i) begin = text.find('\n', begin) + 1;
  return text.replace(begin, text.find('\n', begin) - begin, line);
}

std::string Header(std::string_view header) {
  const std::string text = SmallTable(240);
  return std::string(header) + text.substr(text.find('\n'));
}

struct BadTable {
  const char* name;
  std::string table;
  const char* place;  // after the file's name
  int exit_code = 3;
};

std::vector<BadTable> BadTables() {
  const std::string secret = kSecretValue;
  return {
      {"a quote that is never closed",
       WithLine4("S1,\"" + secret + ",女,第0市,使い放題"),
       "table.csv, line 4, column 2 (phone): "},
      {"text after a closing quote",
       WithLine4("S1,\"" + secret + "\"x,女,第0市,使い放題"),
       "table.csv, line 4, column 2 (phone): "},
      {"a quote inside a field",
       WithLine4("S1," + secret + "\"" + ",女,第0市,使い放題"),
       "table.csv, line 4, column 2 (phone): "},
      {"a field too few", WithLine4("S1," + secret + ",女,第0市"),
       "table.csv, line 4, column 5 (plan): "},
      {"a field too many", WithLine4("S1,1,女,第0市,使い放題," + secret),
       "table.csv, line 4, column 6: "},
      {"invalid UTF-8", WithLine4("S1," + secret + ",女,第0市,\x8E\x67"),
       "table.csv, line 4, column 5 (plan): "},
      {"a value that no hierarchy lists",
       WithLine4("S1,1,女," + secret + ",使い放題"),
       "table.csv, line 4, column 4 (area): "},
      {"a blank line", WithLine4(""), "table.csv, line 4, column 1"},
      {"nobody's record", WithLine4("," + secret + ",女,第0市,使い放題"),
       "table.csv, line 4, column 1 (subscriber_id): "},
      {"a missing column", Header("subscriber_id,phone,sex,area"),
       "table.csv, line 1, column 5 (plan): "},
      {"an unnamed column", Header("subscriber_id,phone,sex,area,plan,memo"),
       "table.csv, line 1, column 6 (memo): "},
      {"a column twice", Header("subscriber_id,phone,sex,area,plan,plan"),
       "table.csv, line 1, column 6: "},
      {"a column without a name", Header("subscriber_id,,sex,area,plan"),
       "table.csv, line 1, column 2: "},
      {"no header", "S1," + secret + ",女,第0市,使い放題\n",
       "table.csv, line 1, column "},
      {"an empty file", "", "table.csv, line 1, column 1: "},
      {"a header only", "subscriber_id,phone,sex,area,plan\n",
       "table.csv, line 2, column 1: "},
  };
}

void CheckOneLine(const Outcome& outcome) {
  CHECK(outcome.out == "");
  CHECK(outcome.err.starts_with("anon: "));
  CHECK(std::ranges::count(outcome.err, '\n') == 1);
  CHECK(outcome.err.find(kSecretValue) == std::string::npos);
}

void CheckNothingThere(const Workplace& place) {
  CHECK_FALSE(fs::exists(place.out));
  CHECK_FALSE(fs::exists(place.internal));
  CHECK(Names(ReadTree(place.root() / "releases")).empty());
  CHECK(Names(ReadTree(place.root() / "internal")).empty());
}

}  // namespace

TEST_CASE("a bad table gets one line with its place, and leaves nothing") {
  for (const BadTable& bad : BadTables()) {
    CAPTURE(bad.name);
    Workplace place;
    place.UseSmallTable(Kind::kAnonymized, 240);
    Write(place.root() / "table.csv", bad.table);
    for (const bool dry : {true, false}) {
      const Outcome outcome =
          place.Run(dry ? std::vector<std::string>{"--dry-run"}
                        : std::vector<std::string>{});
      CAPTURE(outcome.err);
      CHECK(outcome.exit_code == bad.exit_code);
      CheckOneLine(outcome);
      CHECK(outcome.err.find((place.root() / bad.place).string()) !=
            std::string::npos);
      CheckNothingThere(place);
    }
  }
}

TEST_CASE("a bad table changes neither an earlier release nor the vault") {
  Workplace place;
  place.UseSmallTable(Kind::kPseudonymized, 240);
  place.MakeSecrets();
  REQUIRE(place.Run().exit_code == 0);
  const auto list = [&] {
    return Tool({"vault", "list", "--vault", place.vault.string(),
                 "--custodian-key", place.custodian_key.string()})
        .out;
  };
  const Tree release = ReadTree(place.out);
  const Tree inside = ReadTree(place.internal);
  const std::string data_sets = list();
  CHECK(std::ranges::count(data_sets, '\n') == 1);
  for (const BadTable& bad : BadTables()) {
    CAPTURE(bad.name);
    Write(place.root() / "table.csv", bad.table);
    const Outcome outcome = place.Run({"--replace"});
    CHECK(outcome.exit_code == bad.exit_code);
    CheckOneLine(outcome);
    CHECK(ReadTree(place.out) == release);
    CHECK(ReadTree(place.internal) == inside);
    CHECK(place.Leftovers().empty());
    CHECK(list() == data_sets);
  }
}

TEST_CASE("a bad value late in a large table is found and nothing is left") {
  Workplace place;
  place.UseSmallTable(Kind::kPseudonymized, 240);
  place.MakeSecrets();
  Write(place.root() / "table.csv",
        SmallTable(30'000) + "S1,1,女," + kSecretValue + ",使い放題\n");
  const Outcome outcome = place.Run();
  CHECK(outcome.exit_code == 3);
  CheckOneLine(outcome);
  CHECK(outcome.err.find("table.csv, line 36002, column 4 (area)") !=
        std::string::npos);
  CheckNothingThere(place);
}

TEST_CASE("a bad hierarchy is named with line and column") {
  struct Bad {
    std::string hierarchy;
    const char* place;
  };
  for (const Bad& bad :
       {Bad{"", "area.csv, line 1, column 1: "},
        Bad{"第0市;第0県;*\n第1市;第0県\n", "area.csv, line 2, column 3"},
        Bad{"第0市;第0県;*\n第0市;第1県;*\n", "area.csv: line 2, column 1: "},
        Bad{"第0市;\"第0県;*\n", "area.csv, line 1, column 2"}}) {
    Workplace place;
    place.UseSmallTable(Kind::kAnonymized, 240);
    Write(place.root() / "area.csv", bad.hierarchy);
    const Outcome outcome = place.Run();
    CAPTURE(outcome.err);
    CHECK(outcome.exit_code == 3);
    CheckOneLine(outcome);
    CHECK(outcome.err.find((place.root() / bad.place).string()) !=
          std::string::npos);
    CHECK(outcome.err.find("県") == std::string::npos);
    CheckNothingThere(place);
  }
  Workplace place;
  place.UseSmallTable(Kind::kAnonymized, 240);
  place.UsePolicy(
      Replaced(SmallPolicy(Kind::kAnonymized), "level: 1", "level: 3"));
  const Outcome too_high = place.Run();
  CHECK(too_high.exit_code == 2);
  CHECK(too_high.err.find("policy.yaml, line ") != std::string::npos);
  CheckNothingThere(place);
}

TEST_CASE("files that are not there, or no files, are named") {
  for (const char* const name : {"table.csv", "area.csv", "policy.yaml"}) {
    for (const bool directory : {false, true}) {
      Workplace place;
      place.UseSmallTable(Kind::kAnonymized, 240);
      fs::remove(place.root() / name);
      if (directory) fs::create_directory(place.root() / name);
      const Outcome outcome = place.Run();
      CAPTURE(outcome.err);
      CHECK(outcome.exit_code == 3);
      CheckOneLine(outcome);
      CHECK(outcome.err.find((place.root() / name).string() + ": cannot ") !=
            std::string::npos);
      CheckNothingThere(place);
    }
  }
}

TEST_CASE("places that cannot be written are named before anything is done") {
  for (const bool is_out : {true, false}) {
    Workplace place;
    place.UseSmallTable(Kind::kAnonymized, 240);
    Write(place.root() / "file", "in the way");
    (is_out ? place.out : place.internal) = place.root() / "file" / "r";
    const Outcome outcome = place.Run();
    CAPTURE(outcome.err);
    CHECK(outcome.exit_code == 3);
    CheckOneLine(outcome);
    CHECK(outcome.err.find((place.root() / "file").string()) !=
          std::string::npos);
    CHECK(place.Leftovers().empty());
    CHECK(Read(place.root() / "file") == "in the way");
  }
  if (geteuid() == 0) {
    MESSAGE("SKIPPED: root writes wherever it likes");
    return;
  }
  Workplace place;
  place.UseSmallTable(Kind::kAnonymized, 240);
  fs::permissions(place.root() / "releases", fs::perms::owner_read);
  const Outcome outcome = place.Run();
  CHECK(outcome.exit_code == 3);
  CheckOneLine(outcome);
  fs::permissions(place.root() / "releases", fs::perms::owner_all);
  CheckNothingThere(place);
}

TEST_CASE("--replace exchanges releases, not any directory or file") {
  Workplace place;
  place.UseSmallTable(Kind::kAnonymized, 240);
  Write(place.out / "thesis.txt", "the only copy");
  CHECK(place.Run({"--replace"}).exit_code != 0);
  CHECK(Read(place.out / "thesis.txt") == "the only copy");
  fs::remove_all(place.out);
  Write(place.internal / "thesis.txt", "the only copy");
  CHECK(place.Run({"--replace"}).exit_code != 0);
  CHECK(Read(place.internal / "thesis.txt") == "the only copy");
  CHECK_FALSE(fs::exists(place.out));
  fs::remove_all(place.internal);
  Write(place.out, "a file");
  CHECK(place.Run({"--replace"}).exit_code != 0);
  CHECK(Read(place.out) == "a file");
  CHECK(place.Leftovers().empty());
}
