// SPDX-License-Identifier: Apache-2.0
#include "anon/policy/legal_profile.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "anon/policy/policy.h"
#include "anon/release/law_edition.h"
#include "support/support.h"

namespace anon {
namespace {

constexpr auto kAnonymized = DatasetKind::kAnonymizedPersonalInformation;
constexpr auto kPseudonymized = DatasetKind::kPseudonymizedPersonalInformation;

// What a policy with one more column says of it: the complaint, or "ok" and
// the warnings.
std::string Answer(DatasetKind kind, std::string_view column,
                   std::string_view more = "") {
  std::string yaml =
      test::Read(test::SourceDir() / "examples" /
                 (kind == kAnonymized ? "subscribers_anonymized.yaml"
                                      : "subscribers_pseudonymized.yaml"));
  const std::string line = "  plan:\n";
  yaml.insert(yaml.find(line), fmt::format("  extra: {}\n", column));
  yaml += kind == kAnonymized
              ? "  exclusion: {phone: \"0120\", cut_off: 2026-10-31}\n"
              : "";
  yaml += more;
  const auto policy =
      ParsePolicy(yaml, test::SourceDir() / "examples" / "p.yaml");
  if (!policy.ok()) return std::string(Message(policy.status()));
  std::string answer = "ok";
  for (const std::string& warning : policy->warnings) answer += "\n" + warning;
  return answer;
}

std::string Column(std::string_view attribute_class, std::string_view rest) {
  return fmt::format(
      "{{role: insensitive, class: {}, {}, item: {{ja: 追加, en: Extra}}}}",
      attribute_class, rest);
}

TEST_CASE("Profiles: untreated identification codes and property are refused") {
  const std::string keep = "treatment: keep";
  for (const auto kind : {kAnonymized, kPseudonymized}) {
    const std::string answer =
        Answer(kind, Column("individual_identification_code", keep));
    CHECK_MESSAGE(answer.find("class individual_identification_code and must "
                              "be removed") != std::string::npos,
                  answer);
    CHECK(answer.find("(法第4") != std::string::npos);
  }
  CHECK(Answer(kPseudonymized, Column("property_damage_risk", keep))
            .find("Rule 31(iii)") != std::string::npos);
  CHECK(Answer(kAnonymized, Column("property_damage_risk", keep))
            .find("must be removed") != std::string::npos);
  // Nobody has verified that Rule 34(v) asks this.
  const std::string warned = Answer(kAnonymized, Column("location", keep));
  CHECK_MESSAGE(warned.starts_with("ok\n"), warned);
  CHECK(warned.find("nobody has verified this rule") != std::string::npos);
}

TEST_CASE("Profiles: part of an identifier is no removal") {
  for (const auto kind : {kAnonymized, kPseudonymized}) {
    const std::string answer =
        Answer(kind, Column("individual_identification_code",
                            "operators: [{operator: mask_characters, "
                            "keep_last: 4}]"));
    CHECK_MESSAGE(answer.find("can be restored by a rule") != std::string::npos,
                  answer);
  }
}

TEST_CASE("Profiles: replacement by a regular rule is refused by name") {
  for (const char* const treatment :
       {"hash", "sha256", "fpe", "ff1", "substring", "base64"}) {
    const std::string answer = Answer(
        kPseudonymized,
        fmt::format("{{role: direct_identifier, class: other, treatment: {}, "
                    "item: {{ja: 追加, en: Extra}}}}",
                    treatment));
    CHECK_MESSAGE(answer.find("no legal kind allows that") != std::string::npos,
                  answer);
  }
}

TEST_CASE("Profiles: contact data stay in pseudonymized output for a reason") {
  CHECK(Answer(kPseudonymized, Column("contact", "treatment: keep"))
            .find("Article 41(8)") != std::string::npos);
  CHECK(Answer(kPseudonymized,
               Column("contact", "treatment: keep, reason: 重複の確認"))
            .starts_with("ok"));
  CHECK(Answer(kAnonymized,
               Column("contact", "treatment: keep, reason: 重複の確認"))
            .find("must be removed") != std::string::npos);
}

TEST_CASE("Profiles: idiosyncratic values are treated, free text redacted") {
  const std::string top_code = "operators: [{operator: top_code, at: 90}]";
  CHECK(Answer(kAnonymized, Column("idiosyncratic", "treatment: keep"))
            .find("may not stay untreated") != std::string::npos);
  CHECK(
      Answer(kAnonymized, Column("idiosyncratic", top_code)).starts_with("ok"));
  CHECK(Answer(kAnonymized,
               "{role: quasi_identifier, class: idiosyncratic, hierarchy: "
               "{rule: flat}, level: 0, item: {ja: 追加, en: Extra}}")
            .find("may not stay untreated") != std::string::npos);
  CHECK(Answer(kAnonymized, Column("free_text", "treatment: keep"))
            .find("may not stay as it is") != std::string::npos);
  CHECK(Answer(kAnonymized, Column("free_text", top_code))
            .find("may not stay as it is") != std::string::npos);
  CHECK(Answer(kAnonymized,
               Column("free_text", "operators: [{operator: redact_text}]"))
            .starts_with("ok"));
  CHECK(Answer(kAnonymized, Column("linking_code", "treatment: keep"))
            .find("Rule 34(iii)") != std::string::npos);
}

TEST_CASE("Profiles: data of a call need a ground before anything else") {
  const std::string column =
      Column("location", "origin: call_session, treatment: keep");
  CHECK(Answer(kAnonymized, column).find("secrecy of communications") !=
        std::string::npos);
  CHECK(Answer(kAnonymized, column,
               "gates:\n  communications_secrecy: {basis: "
               "sufficient_anonymization, impact_assessment: PIA-2026-3, "
               "published: https://example.co.jp/pia, consent_can_change: "
               "true}\n")
            .starts_with("ok"));
  CHECK(Answer(kAnonymized, column,
               "gates:\n  communications_secrecy: {basis: "
               "individual_consent}\n")
            .find("needs gates.consent") != std::string::npos);
  CHECK(Answer(kAnonymized,
               "{role: insensitive, class: location, origin: call_session, "
               "treatment: suppress}")
            .starts_with("ok"));
}

TEST_CASE("Profiles: a column derived of a call's data needs the ground, too") {
  std::string yaml =
      test::Read(test::SourceDir() / "examples/visits_anonymized.yaml");
  for (auto at = yaml.find("gps_app"); at != std::string::npos;
       at = yaml.find("gps_app", at)) {
    yaml.replace(at, 7, "call_session");
  }
  const std::string own = "    origin: call_session\n";
  yaml.erase(yaml.find(own), own.size());  // of the derived column
  const auto policy =
      ParsePolicy(yaml, test::SourceDir() / "examples" / "p.yaml");
  REQUIRE_FALSE(policy.ok());
  CHECK(Message(policy.status())
            .find("columns.place_and_time was made with a "
                  "call or session") != std::string_view::npos);
}

TEST_CASE("Profiles: rows that a pseudonym links are not judged one by one") {
  std::string yaml =
      test::Read(test::SourceDir() / "examples/subscribers_anonymized.yaml");
  const std::string id = "class: linking_code, treatment: suppress}";
  yaml.replace(yaml.find(id), id.size(),
               "class: linking_code, treatment: pseudonymize, item: {ja: "
               "仮ID, en: Pseudonym}}\n");
  yaml += "pseudonym_domain: univ-a/2026\n";
  const auto path = test::SourceDir() / "examples" / "p.yaml";
  const auto linked = ParsePolicy(yaml, path);
  REQUIRE_FALSE(linked.ok());
  CHECK(Message(linked.status()).find("link them") != std::string_view::npos);
  const std::string several = "several_rows: count_once";
  yaml.replace(yaml.find(several), several.size(), "several_rows: refuse");
  const auto alone = ParsePolicy(yaml, path);
  CHECK_MESSAGE(alone.ok(), Message(alone.status()));
}

TEST_CASE("Profiles: pseudonymized information goes to no third party") {
  std::string yaml =
      test::Read(test::SourceDir() / "examples/subscribers_pseudonymized.yaml");
  const std::string own = "recipient_scope: own_use";
  yaml.replace(yaml.find(own), own.size(), "recipient_scope: third_party");
  const auto policy = ParsePolicy(yaml, "p.yaml");
  REQUIRE_FALSE(policy.ok());
  CHECK(Message(policy.status()).find("a third_party may not have") !=
        std::string_view::npos);
}

TEST_CASE("Profiles: a purpose that was not stated is refused") {
  std::string yaml =
      test::Read(test::SourceDir() / "examples/subscribers_pseudonymized.yaml");
  const std::string use = "use: {purpose: network_planning";
  yaml.replace(yaml.find(use), use.size(), "use: {purpose: advertising");
  const auto policy = ParsePolicy(yaml, "p.yaml");
  REQUIRE_FALSE(policy.ok());
  CHECK(Message(policy.status()).find("none of source.purposes") !=
        std::string_view::npos);
}

TEST_CASE("Profiles: every rule cites its article in both languages") {
  for (const std::string& id : KnownLegalProfiles()) {
    const auto profile = FindLegalProfile(id);
    REQUIRE(profile.ok());
    CHECK((*profile)->legal() == !(*profile)->rules.empty());
    if (!(*profile)->legal()) continue;
    CHECK(FindLawEdition((*profile)->law_edition).ok());
    for (const LegalRule& rule : (*profile)->rules) {
      CHECK_FALSE(rule.article.ja.empty());
      CHECK_FALSE(rule.article.en.empty());
      CHECK(rule.verified_by.empty() == rule.verified_on.empty());
    }
  }
  CHECK_FALSE(FindLegalProfile("jp-appi-2025").ok());
}

}  // namespace
}  // namespace anon
