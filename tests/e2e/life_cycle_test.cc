// SPDX-License-Identifier: Apache-2.0
//
// From creation to erasure, by the tool.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "anon/release/sealed_release.h"
#include "e2e/workplace.h"
#include "support/support.h"

namespace anon::test {
namespace {

namespace fs = std::filesystem;

// A run whose ledger knows it.
struct Recorded {
  Workplace place;
  std::string ledger = (place.root() / "books" / "ledger").string();

  explicit Recorded(Kind kind) {
    fs::create_directories(place.root() / "books");
    place.UseSmallTable(kind, 240);
    if (kind == Kind::kPseudonymized) place.MakeSecrets();
    REQUIRE(Tool({"ledger", "init", ledger}).exit_code == 0);
    const Outcome run = place.Run({"--ledger", ledger});
    REQUIRE_MESSAGE(run.exit_code == 0, run.err);
  }
  Outcome Step(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--ledger", ledger});
    return Tool(arguments);
  }
  Outcome Publish() const {
    return Step({"publish", place.out.string(), "--url",
                 "https://www.example.co.jp/anonymized/", "--page",
                 (place.out / "publish/manifest.ja.html").string()});
  }
  Outcome Provide(std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments = {
        "provide",  place.out.string(), "--to",     "見本大学",
        "--method", "server",           "--notice", "email"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Step(arguments);
  }
  Outcome Erase(std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments = {"erase",
                                          "--release",
                                          place.out.string(),
                                          "--internal",
                                          place.internal.string(),
                                          "--reason",
                                          "the analysis is over"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Step(arguments);
  }
  std::vector<std::string> Custodian() const {
    return {"--vault", place.vault.string(), "--custodian-key",
            place.custodian_key.string()};
  }
  nlohmann::json Status() const {
    const Outcome status = Step({"status", "--format", "json"});
    return nlohmann::json::parse(status.out).at("releases").at(0);
  }
};

TEST_CASE("anonymized information is published, provided, ended and erased") {
  const Recorded r(Kind::kAnonymized);
  CHECK(r.Status().at("next") == "publish");
  const Outcome records = Tool({"ledger", "records", r.ledger});
  CHECK(nlohmann::json::parse(records.out).at("processing_method_sha256") ==
        *DigestOfDirectory(r.place.internal));
  const Outcome early = r.Provide();
  CHECK(early.exit_code == 1);
  CHECK(early.err.find("Article 43(4)") != std::string::npos);
  CHECK(r.Publish().exit_code == 0);
  const Outcome provided = r.Provide();
  REQUIRE_MESSAGE(provided.exit_code == 0, provided.err);
  CHECK(nlohmann::json::parse(provided.out).at("legal_label") ==
        "art43_4_evidence");
  CHECK(r.Erase().exit_code == 1);
  const std::string id = r.Status().at("release_id");
  CHECK(r.Step({"end", id, "--reason", "the contract ended"}).exit_code == 0);
  CHECK(r.Provide().exit_code == 1);
  const fs::path website = r.place.root() / "website";
  const Outcome manifest = Tool({"ledger", "manifest", r.ledger, "--terms",
                                 (r.place.internal / "terms.json").string(),
                                 "--out", website.string()});
  REQUIRE_MESSAGE(manifest.exit_code == 0, manifest.err);
  const auto dated = nlohmann::json::parse(Read(website / "manifest.json"));
  for (const char* const day :
       {"published_at", "first_provision_at", "ended_at"}) {
    CHECK(dated.at(day).get<std::string>().size() == 10);
  }
  CHECK(dated.at("items_created") ==
        nlohmann::json::parse(Read(r.place.out / "publish/manifest.json"))
            .at("items_created"));
  const Outcome erased = r.Erase();
  REQUIRE_MESSAGE(erased.exit_code == 0, erased.err);
  CHECK(nlohmann::json::parse(erased.out).at("files").size() >= 4);
  CHECK(fs::is_empty(r.place.out / "provide"));
  CHECK(fs::is_empty(r.place.internal));
  CHECK(fs::exists(r.place.out / "publish/manifest.ja.html"));
  CHECK(r.Status().at("state") == "erased");
  CHECK(Tool({"ledger", "verify", r.ledger}).exit_code == 0);
}

TEST_CASE("data and deletion information are erased together") {
  const Recorded r(Kind::kPseudonymized);
  const std::string data_set = r.Status().at("data_set_id");
  CHECK_FALSE(data_set.empty());
  const Outcome third = r.Provide();
  CHECK(third.exit_code == 1);
  CHECK(third.err.find("Articles 41(6) and 42(1)") != std::string::npos);
  CHECK(r.Provide({"--scope", "contractor", "--purpose", "analysis",
                   "--expires", "2999-12-31"})
            .exit_code == 0);
  const std::string id = r.Status().at("release_id");
  REQUIRE(r.Step({"end", id, "--reason", "over"}).exit_code == 0);
  const Outcome alone = r.Erase();
  CHECK(alone.exit_code == 1);
  CHECK(alone.err.find("erased together") != std::string::npos);
  CHECK(fs::exists(r.place.out / "provide/data.csv"));

  const Outcome erased = r.Erase(r.Custodian());
  REQUIRE_MESSAGE(erased.exit_code == 0, erased.err);
  const auto certificate = nlohmann::json::parse(erased.out);
  CHECK(certificate.at("deletion_information").is_object());
  std::vector<std::string> list = {"vault", "list"};
  for (const std::string& argument : r.Custodian()) list.push_back(argument);
  CHECK(Tool(list).out.find(data_set) == std::string::npos);
  CHECK_FALSE(fs::exists(r.place.out / "provide/data.csv"));
}

TEST_CASE("an erasure that was interrupted is finished by the next") {
  const Recorded r(Kind::kPseudonymized);
  std::vector<std::string> vault_only = {
      "erase", "--data-set", std::string(r.Status().at("data_set_id")),
      "--reason", "interrupted"};
  for (const std::string& a : r.Custodian()) vault_only.push_back(a);
  REQUIRE(Tool(vault_only).exit_code == 0);  // as far as it came
  fs::remove(r.place.out / "provide/data.csv");
  const Outcome finished = r.Erase(r.Custodian());
  REQUIRE_MESSAGE(finished.exit_code == 0, finished.err);
  CHECK(r.Status().at("state") == "erased");
}

TEST_CASE("another release's internal files are not erased") {
  const Recorded r(Kind::kAnonymized);
  Write(r.place.internal / "report.json", R"({"release_id": "another"})");
  const Outcome refused = r.Erase();
  CHECK(refused.exit_code == 2);
  CHECK(refused.err.find("not the report of release") != std::string::npos);
  CHECK(fs::exists(r.place.out / "provide/data.csv"));
  CHECK(r.Status().at("state") == "created");
}

TEST_CASE("a refused provision leaves no package behind") {
  const Recorded r(Kind::kAnonymized);
  const std::string certificate = (r.place.root() / "c.pem").string();
  const Outcome made =
      RunProcess({"/usr/bin/openssl", "req", "-x509", "-newkey", "rsa:2048",
                  "-nodes", "-subj", "/CN=recipient", "-keyout",
                  (r.place.root() / "k.pem").string(), "-out", certificate});
  REQUIRE_MESSAGE(made.exit_code == 0, made.err);
  const fs::path package = r.place.root() / "package";
  const std::vector<std::string> options = {"--package", package.string(),
                                            "--encrypt-for", certificate};
  CHECK(r.Provide(options).exit_code == 1);
  CHECK_FALSE(fs::exists(package));
  REQUIRE(r.Publish().exit_code == 0);
  CHECK(r.Provide(options).exit_code == 0);
  CHECK(fs::exists(package / "data.csv.p7m"));
}

TEST_CASE("a second run under a recorded id is refused before it begins") {
  const Recorded r(Kind::kAnonymized);
  const Outcome again = r.place.Run({"--ledger", r.ledger, "--replace"});
  CHECK(again.exit_code == 2);
  CHECK(again.err.find("id of its own") != std::string::npos);
}

TEST_CASE("anonymized information is not collated with other tables") {
  Workplace place;
  place.UseSmallTable(Kind::kAnonymized, 240);
  REQUIRE(place.Run().exit_code == 0);
  const std::string policy = Read(place.policy());
  Workplace other;
  other.UsePolicy(Replaced(
      Replaced(SmallPolicy(Kind::kAnonymized), "table.csv",
               (place.out / "provide/data.csv").string()),
      "columns:",
      "gates:\n  exclusion: {file: list.csv, cut_off: 2026-01-01}\ncolumns:"));
  const Outcome refused = other.Run();
  CHECK(refused.exit_code == 2);
  CHECK_MESSAGE(refused.err.find("not collated") != std::string::npos,
                refused.err);
}

}  // namespace
}  // namespace anon::test
