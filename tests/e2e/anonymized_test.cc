// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <regex>

#include "e2e/oracle.h"
#include "e2e/release_tree.h"
#include "e2e/workplace.h"

namespace {

namespace fs = std::filesystem;
using namespace anon::test;
using Json = nlohmann::json;

constexpr char kCase[] = "subscribers_anonymized";

// One run that the checks of this file look at.
const Workplace& Released() {
  static const Workplace* const place = [] {
    static Workplace owner;
    owner.UsePolicy(ExamplePolicy("subscribers_anonymized.yaml"));
    const Outcome outcome = owner.Run({"--date", "2026-11-20"});
    REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
    REQUIRE(outcome.err == "");
    REQUIRE(outcome.out.find("7744") != std::string::npos);
    return &owner;
  }();
  return *place;
}

const Table& Source() {
  static const Table table =
      ParseTable(Read(SourceDir() / "examples/data/subscribers.csv"));
  return table;
}

unsigned Mode(const fs::path& path) {
  struct stat info {};
  REQUIRE(stat(path.c_str(), &info) == 0);
  return info.st_mode & 0777U;
}

std::string AllBytes(const Tree& tree) {
  std::string all;
  for (const auto& [name, bytes] : tree) all += name + "\n" + bytes + "\n";
  return all;
}

// The records of the source as the policy would write them, in its order, by
// the columns that nothing changes.
std::vector<std::string> Unchanged(const Table& table) {
  std::vector<std::string> rows;
  for (const auto& record : table.records) {
    rows.push_back(record[table.Column("sex")] + "," +
                   record[table.Column("plan")] + "," +
                   record[table.Column("device")]);
  }
  return rows;
}

}  // namespace

TEST_CASE("a release and its internal files are exactly what is promised") {
  const Workplace& place = Released();
  CHECK(Names(ReadTree(place.out)) == ReleaseNames());
  CHECK(Names(ReadTree(place.internal)) == InternalNames());
  CHECK(place.Leftovers().empty());
  CHECK(Names(ReadTree(place.root() / "vault")).empty());
  CHECK(Names(ReadTree(place.root() / "keys")).empty());
}

TEST_CASE("internal files are for their owner only") {
  const Workplace& place = Released();
  CHECK(Mode(place.internal) == 0700);
  CHECK(Mode(place.internal / "report.json") == 0600);
  CHECK(Mode(place.internal / "solution.json") == 0600);
  CHECK(Mode(place.out) == 0755);
  CHECK(Mode(place.out / "provide") == 0755);
  CHECK(Mode(place.out / "publish/SHA256SUMS") == 0644);
}

TEST_CASE("SHA256SUMS is right by our count and by sha256sum's") {
  const Workplace& place = Released();
  const Tree release = ReadTree(place.out);
  CHECK(WrongSums(release) == "");
  const Outcome check =
      RunProcess({"sh", "-c", "cd \"$1\" && sha256sum --strict -c SHA256SUMS",
                  "sh", (place.out / "publish").string()});
  CHECK_MESSAGE(check.exit_code == 0, check.out, check.err);

  Tree broken = release;
  broken["provide/data.csv"] += "x";
  CHECK(WrongSums(broken) == "wrong digest of provide/data.csv");
}

TEST_CASE("the report's digests are those of the release and its source") {
  const Workplace& place = Released();
  const Json report = Json::parse(Read(place.internal / "report.json"));
  const Json& sums = report.at("sha256");
  CHECK(sums.size() == 14);
  const std::string listed = Read(place.out / "publish/SHA256SUMS");
  for (const auto& sha256 : sums) {
    CHECK_MESSAGE(listed.find(sha256.get<std::string>()) != std::string::npos,
                  sha256);
  }
  const Outcome source = RunProcess(
      {"sha256sum", (SourceDir() / "examples/data/subscribers.csv").string()});
  CHECK(report.at("source").at("sha256") == source.out.substr(0, 64));
}

TEST_CASE("an independent counter finds the same figures and classes") {
  const Workplace& place = Released();
  const Count source = CountSource(kCase);
  CheckFigures(Json::parse(Read(place.internal / "report.json")),
               source.counts);
  const Count release = CountRelease(kCase, place.out / "provide/data.csv");
  CHECK(release.counts.at("classes") == source.counts.at("classes_kept"));
  CHECK(release.counts.at("records") ==
        source.counts.at("records_in").get<int>() -
            source.counts.at("records_suppressed").get<int>());
  CHECK(release.counts.at("l") == source.counts.at("l"));
  CHECK(release.dump == source.dump);
  CHECK(!release.dump.empty());
}

TEST_CASE("no direct identifier is anywhere in the release or internally") {
  const Workplace& place = Released();
  std::set<std::string> identifiers;
  for (const char* const column :
       {"subscriber_id", "line_id", "name_kanji", "name_kana", "phone", "email",
        "imei", "address"}) {
    identifiers.merge(Source().Values(column));
  }
  CHECK(identifiers.size() > 40'000);
  // The search finds what is there.
  CHECK(FindIn(Read(SourceDir() / "examples/data/subscribers.csv"),
               identifiers) == identifiers);
  CHECK(FindIn(AllBytes(ReadTree(place.out)), identifiers).empty());
  CHECK(FindIn(AllBytes(ReadTree(place.internal)), identifiers).empty());
}

TEST_CASE("the order of records says nothing") {
  const Workplace& place = Released();
  Workplace again;
  again.UsePolicy(ExamplePolicy("subscribers_anonymized.yaml"));
  REQUIRE(again.Run({"--quiet"}).exit_code == 0);
  const Table first = ParseTable(Read(place.out / "provide/data.csv"));
  const Table second = ParseTable(Read(again.out / "provide/data.csv"));
  CHECK(first.header == second.header);
  CHECK(first.records != second.records);
  auto a = first.records;
  auto b = second.records;
  std::ranges::sort(a);
  std::ranges::sort(b);
  CHECK(a == b);
  // Neighbours in the source are no neighbours in the release: of records that
  // are rare in these columns, few keep their place to within 1 %.
  const auto before = Unchanged(Source());
  const auto after = Unchanged(first);
  int rare = 0;
  int near = 0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (std::ranges::count(before, before[i]) > 5) continue;
    const auto at = std::ranges::find(after, before[i]);
    if (at == after.end()) continue;
    ++rare;
    const auto there = static_cast<double>(at - after.begin()) /
                       static_cast<double>(after.size());
    const auto here =
        static_cast<double>(i) / static_cast<double>(before.size());
    near += std::abs(there - here) < 0.01 ? 1 : 0;
  }
  REQUIRE(rare >= 20);
  CHECK(near * 4 < rare);
}

TEST_CASE("every output column is an item in Japanese and English") {
  const Workplace& place = Released();
  const std::map<std::string, std::pair<std::string, std::string>> items = {
      {"birth_date", {"生年代", "Decade of birth"}},
      {"sex", {"性別", "Sex"}},
      {"municipality_code", {"居住都道府県", "Prefecture of residence"}},
      {"plan", {"契約プラン", "Plan"}},
      {"device", {"利用端末の種類", "Kind of device"}}};
  const Table data = ParseTable(Read(place.out / "provide/data.csv"));
  REQUIRE(data.header.size() == items.size());
  const Json manifest = Json::parse(Read(place.out / "publish/manifest.json"));
  CHECK(manifest.at("created_at") == "2026-11-20");
  for (const char* const section : {"items_created", "items_provided"}) {
    const Json& listed = manifest.at(section).at("items");
    REQUIRE(listed.size() == data.header.size());
    for (std::size_t i = 0; i < listed.size(); ++i) {
      const auto& [ja, en] = items.at(data.header[i]);
      CHECK(listed[i].at("label").at("ja") == ja);
      CHECK(listed[i].at("label").at("en") == en);
    }
  }
  for (const auto& [column, names] : items) {
    for (const char* const page :
         {"publish/manifest.ja.html", "provide/notice.ja.txt"}) {
      CHECK(Read(place.out / page).find(names.first) != std::string::npos);
    }
    for (const char* const page :
         {"publish/manifest.en.html", "provide/notice.en.txt"}) {
      CHECK(Read(place.out / page).find(names.second) != std::string::npos);
    }
  }
}

TEST_CASE("models, parameters and counts of people stay inside") {
  const Workplace& place = Released();
  for (const auto& file : ReadTree(place.out)) {
    const std::string& name = file.first;
    const std::string& bytes = file.second;
    if (name == "provide/data.csv") continue;
    // Digests hold any digits; no figure is looked for in them.
    const std::string text =
        std::regex_replace(bytes, std::regex("[0-9a-f]{64}"), "");
    CAPTURE(name);
    for (const char* const word :
         {"k_anonymity", "anonymity", "匿名性", "diversity", "多様性",
          "suppression_limit", "hierarchy", "\"level\"", "レベル",
          "subscribers.csv"}) {
      CHECK_MESSAGE(text.find(word) == std::string::npos, word);
    }
    // Records in, out and suppressed; principals in, out, affected; classes.
    CHECK_FALSE(std::regex_search(
        text, std::regex("(^|[^0-9])(7,?981|7,?744|237|6,?000|5,?822|178|208|"
                         "87|295|2\\.97|97\\.03)([^0-9]|$)")));
  }
}

TEST_CASE("the destruction of the run's key is certified") {
  const Workplace& place = Released();
  const Json report = Json::parse(Read(place.internal / "report.json"));
  const Json& certificate = report.at("key_destruction_certificate");
  CHECK(!certificate.at("key_id").get<std::string>().empty());
  CHECK(
      std::regex_match(certificate.at("destroyed_at").get<std::string>(),
                       std::regex("20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z")));
  CHECK(!certificate.at("method").get<std::string>().empty());
  CHECK(!certificate.at("scope").get<std::string>().empty());
  CHECK(!report.contains("deletion_information"));
  const Json manifest = Json::parse(Read(place.out / "publish/manifest.json"));
  CHECK(manifest.contains("key_destruction"));
}

TEST_CASE("a release is not written over unless --replace says so") {
  Workplace place;
  place.UseSmallTable(Kind::kAnonymized, 240);
  REQUIRE(place.Run({"--date", "2026-11-01"}).exit_code == 0);
  const Tree before = ReadTree(place.out);
  const Tree inside = ReadTree(place.internal);
  const Outcome refused = place.Run({"--date", "2026-11-02"});
  CHECK(refused.exit_code == 3);
  CHECK(refused.err.find("--replace") != std::string::npos);
  CHECK(ReadTree(place.out) == before);
  CHECK(ReadTree(place.internal) == inside);
  CHECK(place.Leftovers().empty());
  CHECK(place.Run({"--date", "2026-11-02", "--replace"}).exit_code == 0);
  CHECK(Read(place.out / "publish/manifest.json").find("2026-11-02") !=
        std::string::npos);
  CHECK(place.Leftovers().empty());
}

TEST_CASE("a dry run says what would be done and writes nothing") {
  Workplace place;
  place.UsePolicy(ExamplePolicy("subscribers_anonymized.yaml"));
  const Tree before = ReadTree(place.root());
  for (const bool with_places : {false, true}) {
    const Outcome outcome = with_places
                                ? place.Run({"--dry-run", "--format", "json"})
                                : Tool({"run", place.policy().string(),
                                        "--dry-run", "--format", "json"});
    CHECK(outcome.exit_code == 0);
    const Json report = Json::parse(outcome.out);
    CHECK(report.at("dry_run") == true);
    CHECK(report.at("released") == true);
    CHECK(report.at("records").at("suppressed") == 237);
    CHECK(report.at("sha256").empty());
    CHECK(ReadTree(place.root()) == before);
  }
}
