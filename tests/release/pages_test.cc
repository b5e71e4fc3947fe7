// SPDX-License-Identifier: Apache-2.0
#include "anon/release/pages.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "release/sample.h"
#include "support/golden.h"

namespace anon {
namespace {

using test::AnonymizedTerms;
using test::FactsOf;
using test::JointUseTerms;

bool Holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

void CheckGoldens(const absl::StatusOr<PageFiles>& files) {
  REQUIRE_MESSAGE(files.ok(), Message(files.status()));
  CHECK(files->size() == 6);
  for (const auto& [file, text] : *files) {
    test::CheckGolden("release/" + file, text);
  }
}

std::string RefusalOf(const absl::StatusOr<PageFiles>& files) {
  return files.ok() ? "" : std::string(Message(files.status()));
}

std::vector<PublicationEntry> Entries() {
  constexpr auto kAnonymized = DatasetKind::kAnonymizedPersonalInformation;
  constexpr auto kPseudonymized =
      DatasetKind::kPseudonymizedPersonalInformation;
  const std::string site = "https://www.example.co.jp/privacy/";
  const BilingualText subscribers = {"携帯電話サービスの契約者",
                                     "Subscribers to the mobile service"};
  const BilingualText users = {"位置情報アプリの利用者",
                               "Users of the positioning app"};
  return {
      {"visits", 1, kAnonymized, users, "2026-04-01", site + "visits/1.html",
       "2026-11-24"},
      {"visits", 2, kAnonymized, users, "2026-11-24", site + "visits/2.html"},
      {"subscribers-2026-11", 1, kAnonymized, subscribers, "2026-11-24",
       site + "subscribers.html"},
      {"subscribers-analysis-2026", 1, kPseudonymized, subscribers,
       "2026-11-20", site + "analysis.html"}};
}

PublicationPage About() {
  const ReleaseTerms terms = AnonymizedTerms();
  return {.publisher = terms.publisher.name, .contact = terms.contact};
}

ImpactAssessment Assessed() {
  ImpactAssessment pia;
  pia.purpose = "area_statistics";
  pia.scope = RecipientScope::kThirdParty;
  pia.storage_countries = {"JP"};
  pia.specified_user_information = true;
  pia.attribute_classes = {"linking_code", "contact", "location"};
  pia.origins = {"gps_app"};
  pia.gates = {"consent", "exclusion", "residue", "uniqueness"};
  pia.models = {"k_anonymity: 5", "distinct_l_diversity (plan): 2"};
  pia.assessor = {"プライバシー推進室", "Privacy Office"};
  pia.approver = {"データガバナンス委員会", "Data Governance Board"};
  pia.assessed_on = "2026-11-10";
  pia.next_review = "2027-11-10";
  pia.decision = ImpactAssessment::Decision::kProceedWithConditions;
  pia.risks = {
      {{"自宅及び勤務先が推定されること", "Home and workplace inferred"},
       {"地域及び日の単位への一般化", "Generalization to area and day"}},
      {{"少数の滞在者が特定されること", "Rare visitors singled out"}, {}}};
  return pia;
}

TEST_CASE("Pages: golden files of every form") {
  const ReleaseTerms joint = JointUseTerms();
  CheckGoldens(RenderJointUsePage(joint, FactsOf(joint)));
  CheckGoldens(RenderPurposeChangeNotice(joint, FactsOf(joint)));
  const ReleaseTerms terms = test::ContinuingTerms();
  CheckGoldens(RenderImpactAssessment(terms, FactsOf(terms), Assessed()));
  CheckGoldens(RenderPublicationPage(Entries(), About()));
}

TEST_CASE(
    "RenderJointUsePage: says the fact, the items, the range, the purpose and "
    "who is responsible, with name, address and representative") {
  ReleaseTerms terms = JointUseTerms();
  terms.joint_use->responsible =
      Publisher{.name = {"見本統括株式会社", "Mihon Holdings"},
                .address = {"大阪市見本区1", "1 Mihon, Osaka"},
                .representative = {"代表 例示", "R. Reiji"}};
  const auto files = RenderJointUsePage(terms, FactsOf(terms));
  REQUIRE(files.ok());
  for (const char* const form : {"html", "md", "txt"}) {
    const std::string& page = files->at(fmt::format("joint_use.en.{}", form));
    CHECK(Holds(page, "jointly"));
    for (const Item& item : terms.items) CHECK(Holds(page, item.label.en));
    CHECK(Holds(page, "Companies of the Sample Group"));
    CHECK(Holds(page, "improve service quality"));
    for (const char* const part :
         {"Mihon Holdings", "1 Mihon, Osaka", "R. Reiji"}) {
      CHECK(Holds(page, part));
    }
  }
  terms.joint_use.reset();
  CHECK(Holds(RefusalOf(RenderJointUsePage(terms, FactsOf(terms))),
              "release.joint_use is missing"));
}

TEST_CASE(
    "RenderPurposeChangeNotice: says both purposes and that the change "
    "concerns pseudonymized information") {
  ReleaseTerms terms = JointUseTerms();
  const auto files = RenderPurposeChangeNotice(terms, FactsOf(terms));
  REQUIRE(files.ok());
  const std::string& page = files->at("purpose_change.ja.html");
  CHECK(Holds(page, terms.purpose.ja));
  CHECK(Holds(page, terms.purpose_change->former.ja));
  CHECK(Holds(page, "この変更は、仮名加工情報に係るものです。"));
  CHECK(Holds(page, "法第41条第4項"));
  terms.purpose_change.reset();
  CHECK(Holds(RefusalOf(RenderPurposeChangeNotice(terms, FactsOf(terms))),
              "release.purpose_change is missing"));
}

TEST_CASE(
    "RenderPublicationPage: lists every version under its kind, whatever the "
    "order it was given") {
  std::vector<PublicationEntry> entries = Entries();
  const auto first = RenderPublicationPage(entries, About());
  REQUIRE(first.ok());
  std::ranges::reverse(entries);
  CHECK(*RenderPublicationPage(entries, About()) == *first);
  const std::string& page = first->at("releases.ja.html");
  for (const PublicationEntry& entry : entries) {
    CHECK(Holds(page, fmt::format("<tr id=\"{}-{}\">", entry.manifest_id,
                                  entry.version)));
    CHECK(Holds(page, entry.url));
  }
  CHECK(page.find("id=\"anonymized\"") < page.find("id=\"anonymized-ended\""));
}

TEST_CASE("RenderPublicationPage: a publisher of nothing says so") {
  const auto files = RenderPublicationPage({});
  REQUIRE(files.ok());
  CHECK(Holds(files->at("releases.ja.txt"), "ありません"));
  CHECK_FALSE(Holds(files->at("releases.en.html"), "<table>"));
}

TEST_CASE("RenderPublicationPage: refuses what cannot have been published") {
  const auto refusal = [](const auto& change) {
    std::vector<PublicationEntry> entries = Entries();
    change(entries);
    return RefusalOf(RenderPublicationPage(entries, About()));
  };
  using E = std::vector<PublicationEntry>&;
  CHECK(refusal([](E) {}).empty());
  CHECK(Holds(refusal([](E e) { e[1].kind = DatasetKind::kNone; }),
              "entries[1] has no legal kind"));
  CHECK(Holds(refusal([](E e) { e[2].url = "javascript:alert(1)"; }),
              "entries[2].url is not a web address"));
  CHECK(Holds(refusal([](E e) { e[1].version = 1; }), "another entry lists"));
  CHECK(Holds(refusal([](E e) { e[0].ended_on = "2026-03-31"; }),
              "is before the publication"));
  CHECK(Holds(refusal([](E e) { e[0].published_on = "soon"; }),
              "entries[0].published_on is not a date"));
  CHECK(Holds(refusal([](E e) { e[0].population.en.clear(); }),
              "entries[0].population.en is empty"));
  CHECK(Holds(refusal([](E e) { e[0].manifest_id = "a\"><script>"; }),
              "entries[0].manifest_id must be"));
}

TEST_CASE("RenderPublicationPage: hostile text stays text") {
  std::vector<PublicationEntry> entries = Entries();
  entries[0].population = {"<script>x</script>", "<script>x</script>"};
  const auto files = RenderPublicationPage(entries);
  REQUIRE(files.ok());
  CHECK_FALSE(Holds(files->at("releases.en.html"), "<script"));
  CHECK(Holds(files->at("releases.en.md"), "\\<script\\>"));
}

TEST_CASE(
    "RenderImpactAssessment: what nobody has said is a blank to fill in") {
  const ReleaseTerms terms = AnonymizedTerms();
  const auto files = RenderImpactAssessment(terms, FactsOf(terms), {});
  REQUIRE_MESSAGE(files.ok(), Message(files.status()));
  const std::string& page = files->at("impact_assessment.en.txt");
  CHECK(Holds(page, "Assessed by: (to be filled in)"));
  CHECK(Holds(page, "Decision: (open)"));
  CHECK(Holds(files->at("impact_assessment.en.html"),
              "neither published nor provided"));
}

TEST_CASE("RenderImpactAssessment: nobody decides without a name and a day") {
  const ReleaseTerms terms = AnonymizedTerms();
  const auto refusal = [&](const auto& change) {
    ImpactAssessment pia = Assessed();
    change(pia);
    return RefusalOf(RenderImpactAssessment(terms, FactsOf(terms), pia));
  };
  using P = ImpactAssessment&;
  CHECK(refusal([](P) {}).empty());
  CHECK(Holds(refusal([](P p) { p.approver = {}; }), "has a decision"));
  CHECK(Holds(refusal([](P p) { p.assessed_on.clear(); }), "has a decision"));
  CHECK(Holds(refusal([](P p) { p.assessed_on = "2026-02-30"; }),
              "assessed_on is not a date"));
  CHECK(Holds(refusal([](P p) { p.risks[0].risk.en.clear(); }),
              "risks[0].risk.en is empty"));
  CHECK(Holds(refusal([](P p) { p.gates = {"prayer"}; }),
              "knows no words for gate_prayer"));
}

}  // namespace
}  // namespace anon
