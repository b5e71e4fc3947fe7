// SPDX-License-Identifier: Apache-2.0
//
// The example that goes through every gate, by the tool; and what the tool says
// of operators and of one person.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>

#include "anon/release/terms_file.h"
#include "e2e/workplace.h"
#include "support/support.h"

namespace anon::test {
namespace {

std::vector<std::string> Cells(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream in(line);
  for (std::string cell; std::getline(in, cell, ',');) cells.push_back(cell);
  return cells;
}

// Principals of `file`, the first column, whose line fits.
std::set<std::string> Principals(
    const std::filesystem::path& file,
    const std::function<bool(const std::vector<std::string>&)>& fits) {
  std::set<std::string> found;
  std::istringstream in(Read(file));
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    const auto cells = Cells(line);
    if (fits(cells)) found.insert(cells[0]);
  }
  return found;
}

TEST_CASE("the example passes every gate, and the counts are right") {
  Workplace place;
  const auto data = SourceDir() / "examples" / "data";
  const Outcome run =
      Tool({"run", (SourceDir() / "examples/visits_anonymized.yaml").string(),
            "--out", place.out.string(), "--internal", place.internal.string(),
            "--date", "2026-11-22"});
  REQUIRE_MESSAGE(run.exit_code == 0, run.err);
  CHECK(run.err == "");

  // Counted here once more, from the files.
  const auto excluded =
      Principals(data / "exclusions.csv", [](const auto&) { return true; });
  const auto consenting =
      Principals(data / "consents.csv", [](const std::vector<std::string>& c) {
        return c[1] == "area_statistics" && c[3] == "2" && c.size() == 5;
      });
  std::set<std::string> held_back[2];
  std::int64_t records[2] = {0, 0};
  std::istringstream visits(Read(data / "visits.csv"));
  std::string line;
  std::getline(visits, line);
  while (std::getline(visits, line)) {
    const std::string who = Cells(line)[0];
    const bool out = excluded.contains(who);
    if (!out && consenting.contains(who)) continue;
    held_back[out ? 0 : 1].insert(who);
    ++records[out ? 0 : 1];
  }
  const auto report =
      nlohmann::json::parse(Read(place.internal / "report.json"));
  CHECK(report["gates"]["exclusion"]["records_held_back"] == records[0]);
  CHECK(report["gates"]["exclusion"]["principals_held_back"] ==
        held_back[0].size());
  CHECK(report["gates"]["consent"]["records_held_back"] == records[1]);
  CHECK(report["gates"]["consent"]["principals_held_back"] ==
        held_back[1].size());
  std::set<std::string> operators;
  for (const auto& step : report["steps"]) operators.insert(step["operator"]);
  CHECK(operators.size() >= 8);

  const std::string out = Read(place.out / "provide" / "data.csv");
  for (const char* const gone :
       {"検証用回線", "無回答", "090-", "@example.jp", "ZZ0", "4111", "S9"}) {
    CAPTURE(gone);
    CHECK(out.find(gone) == std::string::npos);
  }
  const std::string manifest = Read(place.out / "publish" / "manifest.ja.html");
  CHECK(manifest.find("今後の利用の停止の受付") != std::string::npos);
  CHECK(manifest.find("2026年10月31日までにいただいたお申出") !=
        std::string::npos);
  // The impact assessment stays inside.
  const auto record = place.internal / "impact_assessment.ja.html";
  CHECK(Read(record).find("データガバナンス委員会") != std::string::npos);
  CHECK(std::filesystem::status(record).permissions() ==
        std::filesystem::perms(0600));
  CHECK_FALSE(std::filesystem::exists(place.out / "publish" /
                                      "impact_assessment.ja.html"));
  // What was published renders again from what was kept, now with the day.
  const auto stored = ReadTerms(Read(place.internal / "terms.json"));
  REQUIRE_MESSAGE(stored.ok(), Message(stored.status()));
  const auto files = RenderManifest(stored->terms, stored->facts);
  REQUIRE(files.ok());
  CHECK(files->at("manifest.ja.html") == manifest);
  const auto later =
      RenderManifest(stored->terms, stored->facts,
                     {.published_on = stored->terms.created,
                      .url = "https://www.example.co.jp/visits/"});
  REQUIRE(later.ok());
  CHECK(later->at("manifest.ja.html").find("公表日") != std::string::npos);
  for (const char* const technique :
       {"トップコーディング", "ボトムコーディング", "数値の丸め",
        "自由記述の削除", "セルの削除", "メッシュ化"}) {
    CAPTURE(technique);
    CHECK(manifest.find(technique) != std::string::npos);
  }
}

TEST_CASE("one person's status is told, and nothing of anybody else") {
  const std::string policy =
      (SourceDir() / "examples/visits_anonymized.yaml").string();
  const auto status = [&](const std::string& who) {
    return Tool({"consent", "status", "--policy", policy, "--principal", who,
                 "--date", "2026-11-22"});
  };
  const auto data = SourceDir() / "examples" / "data";
  const std::string excluded =
      *Principals(data / "exclusions.csv", [](const auto&) {
         return true;
       }).begin();
  const Outcome no = status(excluded);
  CHECK(no.exit_code == 1);
  CHECK(no.out.find("on the exclusion list: yes") != std::string::npos);
  CHECK(no.out.find("would be used: no") != std::string::npos);
  CHECK(no.out.find(excluded) == std::string::npos);

  const std::string withdrawn =
      *Principals(data / "consents.csv", [](const std::vector<std::string>& c) {
         return c.size() == 6;
       }).begin();
  const Outcome gone = status(withdrawn);
  CHECK(gone.exit_code == 1);
  CHECK(gone.out.find("consent: withdrawn") != std::string::npos);
  CHECK(gone.out.find("version 2, given on 2026-04-01, withdrawn on "
                      "2026-09-30") != std::string::npos);

  const Outcome nobody = status("S0000000");
  CHECK(nobody.exit_code == 1);
  CHECK(nobody.out.find("records in the source: no") != std::string::npos);
}

TEST_CASE("operators are listed in both languages") {
  const Outcome list = Tool({"operators"});
  CHECK(list.exit_code == 0);
  for (const char* const text :
       {"top_code", "トップコーディング", "Merge all numbers from an upper",
        "grid_spacetime", "redact_text", "assign_pseudonym"}) {
    CHECK(list.out.find(text) != std::string::npos);
  }
  CHECK(list.out.find("example") == std::string::npos);
  CHECK(Tool({"operators", "--long"}).out.find("{operator: top_code, at: 90") !=
        std::string::npos);
}

}  // namespace
}  // namespace anon::test
