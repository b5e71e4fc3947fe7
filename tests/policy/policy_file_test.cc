// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "anon/base/digest.h"
#include "anon/policy/policy.h"
#include "support/support.h"

namespace anon {
namespace {
namespace fs = std::filesystem;

fs::path Here() { return test::SourceDir() / "tests/policy"; }

std::string GoodText() { return test::Read(Here() / "good/full.yaml"); }

std::string Replaced(std::string text, std::string_view from,
                     std::string_view to) {
  const auto at = text.find(from);
  REQUIRE_MESSAGE(at != std::string::npos, from);
  return text.replace(at, from.size(), to);
}

std::string ErrorOf(std::string_view yaml) {
  return std::string(Message(ParsePolicy(yaml, "p.yaml").status()));
}

std::vector<fs::path> YamlFilesOf(const fs::path& directory) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

TEST_CASE("Policy: every key is read") {
  const auto read = LoadPolicy(Here() / "good/full.yaml");
  REQUIRE_MESSAGE(read.ok(), Message(read.status()));
  const Policy& policy = *read;
  CHECK(policy.kind == DatasetKind::kPseudonymizedPersonalInformation);
  CHECK(policy.source == Here() / "good/data/s.tsv");
  CHECK(policy.delimiter == '\t');
  CHECK(policy.encoding == CsvEncoding::kCp932);
  CHECK(policy.null_text == "NA");
  CHECK(policy.refuse_missing);
  CHECK(policy.principal == "id");
  CHECK(policy.several_rows == SeveralRows::kRefuse);
  CHECK(policy.pseudonym_domain == "univ-a/2026");
  CHECK(policy.suppression_limit == *Ratio::Create(1, 20));
  CHECK(policy.class_budget == 1000);
  CHECK(policy.disclose_models);
  REQUIRE(policy.model_specs.size() == 2);
  CHECK(policy.model_specs[0].parameters.at("k") == "3");
  CHECK(policy.model_specs[1].attribute == "plan");
  REQUIRE(policy.models.size() == 2);
  CHECK(policy.models[1]->name() == "distinct_l_diversity");
}

TEST_CASE("Policy: columns stand in the order of the file") {
  const auto policy = LoadPolicy(Here() / "good/full.yaml");
  REQUIRE(policy.ok());
  std::string names;
  for (const ColumnPolicy& column : policy->columns) names += column.name + " ";
  CHECK(names == "id phone age area plan note ");
  const ColumnPolicy& id = policy->columns[0];
  CHECK(id.treatment == Treatment::kPseudonymize);
  CHECK(id.pseudonym.encoding == PseudonymEncoding::kHex);
  CHECK(id.place.line == 11);
  CHECK(id.place.column == 3);
  CHECK(id.place.attribute == "id");
  const ColumnPolicy& age = policy->columns[2];
  CHECK(age.treatment == Treatment::kGeneralize);
  CHECK(age.hierarchy == Here() / "shared/age.csv");
  CHECK(age.hierarchy_delimiter == ',');
  CHECK(age.level == 2);
  CHECK(policy->columns[3].treatment == Treatment::kKeep);
  CHECK(policy->columns[4].role == Role::kSensitive);
  CHECK_FALSE(policy->columns[1].item.has_value());
}

TEST_CASE("Policy: the terms of the release are filled") {
  const auto policy = LoadPolicy(Here() / "good/full.yaml");
  REQUIRE(policy.ok());
  const ReleaseTerms& terms = policy->terms;
  CHECK(terms.kind == policy->kind);
  CHECK(terms.id == "calls-2026.1");
  CHECK(terms.created.empty());
  CHECK(terms.law_edition == "jp-appi-2026");
  CHECK(terms.population == BilingualText{"契約者", "Subscribers"});
  CHECK(terms.publisher.representative.en == "A. Person");
  CHECK(terms.contact.url == "https://example.co.jp/privacy");
  CHECK(terms.purpose.en == "Planning of the network");
  CHECK(terms.continuity.continuing);
  CHECK(terms.continuity.from == "2026-10-01");
  CHECK(terms.continuity.to.empty());
  CHECK(terms.safety_measures.size() == 1);
  CHECK(terms.erasure == ErasureMode::kPolicyStrict);
  REQUIRE(terms.items.size() == 5);
  CHECK(terms.items[0].attribute == "id");
  CHECK(terms.items[1].label == BilingualText{"年代", "Age band"});
  CHECK(terms.items[1].group.ja == "契約者に関する情報");
  CHECK(terms.items[2].group.empty());
}

TEST_CASE("Policy: what only some releases tell is read") {
  const auto anonymized =
      LoadPolicy(Here() / "good/publication_anonymized.yaml");
  REQUIRE_MESSAGE(anonymized.ok(), Message(anonymized.status()));
  const ReleaseTerms& a = anonymized->terms;
  CHECK(a.series() == ManifestVersion{"calls", 2});
  CHECK(a.supersedes == ManifestVersion{"calls", 1});
  CHECK(a.manifest_url == "https://example.co.jp/privacy/calls");
  REQUIRE(a.exclusion);
  CHECK(a.exclusion->cut_off == "2026-09-30");
  CHECK_FALSE(a.telecom_location);
  REQUIRE(a.creators.size() == 2);
  CHECK(a.creators[0].answers);
  CHECK_FALSE(a.creators[1].answers);
  CHECK(a.wording.at("contact").en == "Customer Desk");
  REQUIRE(anonymized->impact_assessment);
  CHECK(anonymized->impact_assessment->risks.size() == 1);

  const auto pseudonymized =
      LoadPolicy(Here() / "good/publication_pseudonymized.yaml");
  REQUIRE_MESSAGE(pseudonymized.ok(), Message(pseudonymized.status()));
  const ReleaseTerms& p = pseudonymized->terms;
  CHECK(p.series() == ManifestVersion{"calls-2026.1", 1});
  REQUIRE(p.joint_use);
  CHECK(p.joint_use->range.en == "Companies of the Sample Group");
  CHECK(p.joint_use->users == std::vector<BilingualText>{{"A社", "Company A"}});
  CHECK(p.joint_use->purpose.empty());
  REQUIRE(p.joint_use->responsible);
  CHECK(p.joint_use->responsible->address.en == "Osaka");
  REQUIRE(p.purpose_change);
  CHECK(p.purpose_change->former.en == "Billing");
}

TEST_CASE("Policy: a wording file is complained of with its own places") {
  const std::string good =
      test::Read(Here() / "good/publication_anonymized.yaml");
  const auto refusal = [&](const std::string& file) {
    const auto policy =
        ParsePolicy(Replaced(good, "../shared/wording.yaml", file),
                    Here() / "good" / "p.yaml");
    return std::string(Message(policy.status()));
  };
  const std::string wrong = refusal("../shared/wording_wrong.yaml");
  for (const char* const part :
       {"wording_wrong.yaml, line 1, column 1: there is no sentence of this "
        "key: did you mean 'contact'?",
        "wording_wrong.yaml, line 2, column 10: contact lacks 'en'",
        "wording_wrong.yaml, line 3, column 1: law_as_of.ja lacks {date}"}) {
    CHECK_MESSAGE(wrong.find(part) != std::string::npos, wrong);
  }
  CHECK(refusal("../shared/nowhere.yaml").find("nowhere.yaml") !=
        std::string::npos);
}

TEST_CASE("Policy: location of a telecom's users is known as such") {
  const auto visits =
      LoadPolicy(test::SourceDir() / "examples" / "visits_anonymized.yaml");
  REQUIRE_MESSAGE(visits.ok(), Message(visits.status()));
  CHECK(visits->terms.telecom_location);
  // The day that was heeded is that of the gate.
  CHECK(visits->terms.exclusion->cut_off == visits->gates.exclusion->cut_off);
}

TEST_CASE("Policy: the digest names the bytes of the file") {
  const std::string text = GoodText();
  const auto policy = ParsePolicy(text, "p.yaml");
  REQUIRE(policy.ok());
  CHECK(policy->digest == ToHex(Sha256(text)));
  const auto marked = ParsePolicy("\xEF\xBB\xBF" + text, "p.yaml");
  REQUIRE(marked.ok());
  CHECK(marked->digest == ToHex(Sha256("\xEF\xBB\xBF" + text)));
}

TEST_CASE("Policy: defaults are those of the documentation") {
  const auto policy = LoadPolicy(Here() / "good/small.json");
  REQUIRE_MESSAGE(policy.ok(), Message(policy.status()));
  CHECK(policy->delimiter == ',');
  CHECK(policy->principal.empty());
  CHECK(policy->suppression_limit == Ratio());
  CHECK(policy->class_budget == 64'000'000);
  CHECK_FALSE(policy->disclose_models);
  CHECK(policy->columns[0].hierarchy_delimiter == ';');
  CHECK(policy->columns[1].treatment == Treatment::kKeep);
  CHECK(policy->terms.erasure == ErasureMode::kStatutoryEffort);
}

TEST_CASE("Policy: paths are relative to the policy and may be absolute") {
  const auto read = [](std::string_view path, const fs::path& file) {
    const auto policy =
        ParsePolicy(Replaced(GoodText(), "data/s.tsv", path), file);
    REQUIRE(policy.ok());
    return policy->source;
  };
  CHECK(read("d/s.csv", "p.yaml") == "d/s.csv");
  CHECK(read("../s.csv", "a/b/p.yaml") == "a/s.csv");
  CHECK(read("/d/s.csv", "a/p.yaml") == "/d/s.csv");
}

TEST_CASE("Policy: every shipped example is one the program accepts") {
  for (const fs::path& file : YamlFilesOf(test::SourceDir() / "examples")) {
    const auto policy = LoadPolicy(file);
    CHECK_MESSAGE(policy.ok(), Message(policy.status()));
  }
}

// ANON_UPDATE_GOLDEN=1 rewrites the expected messages.
TEST_CASE("Policy: bad files are refused with the expected messages") {
  const bool update = std::getenv("ANON_UPDATE_GOLDEN") != nullptr;
  for (const fs::path& file : YamlFilesOf(Here() / "bad")) {
    const auto policy = ParsePolicy(test::Read(file), file.filename());
    CHECK_MESSAGE(policy.status().code() == absl::StatusCode::kInvalidArgument,
                  file);
    const std::string error = std::string(Message(policy.status())) + "\n";
    const fs::path golden = fs::path(file).replace_extension(".txt");
    if (update) test::Write(golden, error);
    CHECK_MESSAGE(error == test::Read(golden), file);
  }
}

TEST_CASE("Policy: the word of a solver is short for its search") {
  const auto with = [](std::string_view word) {
    return ParsePolicy(fmt::format("{}solver: {}\n", GoodText(), word),
                       "p.yaml");
  };
  const auto optimal = with("optimal");
  REQUIRE_MESSAGE(optimal.ok(), Message(optimal.status()));
  CHECK_FALSE(optimal->solver.best_effort);
  CHECK(optimal->solver.objective.name == "loss");
  const auto best_effort = with("best_effort");
  REQUIRE(best_effort.ok());
  CHECK(best_effort->solver.best_effort);
  // Its age has a level.
  CHECK(Message(with("mondrian").status())
            .find("solver divides every quasi-identifier, and columns.age") !=
        std::string_view::npos);
  CHECK(Message(with("mondriaan").status())
            .find("solver must be one of optimal, best_effort, mondrian; did "
                  "you mean 'mondrian'?") != std::string_view::npos);
  CHECK(Message(with("[optimal]").status()).find("solver must be a mapping") !=
        std::string_view::npos);
}

TEST_CASE("Policy: no secret word is told back and none is accepted") {
  for (const char* key : {"salt", "seed", "key", "password", "hmac_key",
                          "private-key", "Seed", "run_seed", "salt_value"}) {
    const std::string error = ErrorOf(GoodText() + key + ": hunter2\n");
    CHECK_MESSAGE(error.find("use --keyring") != std::string::npos, key);
    CHECK_MESSAGE(error.find("hunter2") == std::string::npos, key);
  }
}

TEST_CASE("Policy: a column may be called like a secret") {
  const auto policy =
      ParsePolicy(Replaced(GoodText(), "  phone:", "  api_key:"), "p.yaml");
  CHECK_MESSAGE(policy.ok(), Message(policy.status()));
}

TEST_CASE("Policy: each required key is missed by name") {
  struct Lack {
    std::string_view line;
    std::string_view said;
  };
  for (const Lack& lack : {
           Lack{"anon_policy: 1\n", "the policy lacks 'anon_policy'"},
           Lack{"kind: pseudonymized_personal_information\n",
                "the policy lacks 'kind'"},
           Lack{"pseudonym_domain: univ-a/2026\n",
                "the policy lacks 'pseudonym_domain'"},
           Lack{", several_rows: refuse", "principal lacks 'several_rows'"},
           Lack{"file: data/s.tsv, ", "source lacks 'file'"},
           Lack{"  id: calls-2026.1\n", "release lacks 'id'"},
           Lack{"profile: jp-appi-2026\n", "the policy lacks 'profile'"},
           Lack{", purposes: [network_planning]", "source lacks 'purposes'"},
           Lack{"use: {purpose: network_planning, recipient_scope: own_use}\n",
                "the policy lacks 'use'"},
           Lack{", en: Subscribers", "release.population lacks 'en'"},
           Lack{"continuing: true, ", "release.continuity lacks 'continuing'"},
       }) {
    const std::string error = ErrorOf(Replaced(GoodText(), lack.line, ""));
    CHECK_MESSAGE(error.find(lack.said) != std::string::npos, error);
  }
}

TEST_CASE("Policy: columns of a message count characters, not bytes") {
  const std::string error = ErrorOf(
      Replaced(GoodText(),
               "population: {ja: 契約者, en:", "population: {ja: 契約者, ne:"));
  CHECK_MESSAGE(error.find("p.yaml, line 31, column 25: release.population "
                           "has no key 'ne'") != std::string::npos,
                error);
}

TEST_CASE("Policy: a hopeless file gets fifty complaints and a count") {
  std::string text = "anon_policy: 1\n";
  for (int i = 0; i < 1000; ++i) text += "x" + std::to_string(i) + ": 1\n";
  const std::string error = ErrorOf(text);
  CHECK(std::ranges::count(error, '\n') == 50);
  CHECK(error.ends_with("more errors"));
}

TEST_CASE("Policy: hostile text is refused and never thrown at the caller") {
  CHECK_FALSE(ParsePolicy("", "p").ok());
  CHECK_FALSE(ParsePolicy("# nothing\n", "p").ok());
  CHECK_FALSE(ParsePolicy("[", "p").ok());
  CHECK_FALSE(ParsePolicy("\xFF\xFE", "p").ok());
  CHECK_FALSE(ParsePolicy(std::string(3, '\0'), "p").ok());
  CHECK_FALSE(ParsePolicy("*a", "p").ok());
  CHECK_FALSE(ParsePolicy("&a {columns: *a, models: [*a]}", "p").ok());
  CHECK_FALSE(ParsePolicy(std::string(100'000, '['), "p").ok());
  CHECK_FALSE(ParsePolicy(std::string(2 << 20, ' '), "p").ok());
  CHECK_FALSE(ParsePolicy("{a: b}}", "p").ok());
  CHECK_FALSE(ParsePolicy("{a: b}, c", "p").ok());
  CHECK_FALSE(ParsePolicy("? [a]\n: b\n", "p").ok());
  CHECK_FALSE(ParsePolicy("!!binary abc", "p").ok());
  const std::string error = ErrorOf("\"\\e[31m\": 1\n");
  CHECK(error.find('\x1b') == std::string::npos);
  const std::string parameter =
      ErrorOf(Replaced(GoodText(), "k: 3", "k: 3, \"\\e[31m\": [1]"));
  CHECK(parameter.find("?[31m") != std::string::npos);
  CHECK(parameter.find('\x1b') == std::string::npos);
}

TEST_CASE("Policy: a file that is not there is an I/O error") {
  CHECK(LoadPolicy("/nonexistent/p.yaml").status().code() ==
        absl::StatusCode::kUnavailable);
}

TEST_CASE("PolicySchema: is the published file and knows every model") {
  const std::string schema(PolicySchema());
  CHECK(schema ==
        test::Read(test::SourceDir() / "docs/schema/policy-1.schema.json"));
  for (const std::string& model : KnownModels()) {
    CHECK_MESSAGE(schema.find('"' + model + '"') != std::string::npos, model);
  }
}

}  // namespace
}  // namespace anon
