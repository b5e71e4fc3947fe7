// SPDX-License-Identifier: Apache-2.0
#include "anon/release/manifest.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include "anon/base/text.h"
#include "base/json.h"
#include "release/sample.h"
#include "support/golden.h"
#include "support/support.h"

namespace anon {
namespace {

using internal::Json;
using test::AnonymizedTerms;
using test::ContinuingTerms;
using test::FactsOf;
using test::JointUseTerms;
using test::PseudonymizedTerms;

constexpr Language kLanguages[] = {Language::kJa, Language::kEn};

std::string Html(const ReleaseTerms& terms, Language language) {
  const auto page = ManifestHtml(terms, FactsOf(terms), language);
  REQUIRE_MESSAGE(page.ok(), Message(page.status()));
  return *page;
}

Json Manifest(const ReleaseTerms& terms) {
  const auto text = ManifestJson(terms, FactsOf(terms));
  REQUIRE_MESSAGE(text.ok(), Message(text.status()));
  return Json::parse(*text);
}

bool Holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::size_t Count(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos;
       at = text.find(part, at + part.size())) {
    ++count;
  }
  return count;
}

// All artefacts of `terms`, one after the other.
std::string Everything(const ReleaseTerms& terms) {
  std::string all;
  const auto add = [&all](const auto& files) {
    REQUIRE_MESSAGE(files.ok(), Message(files.status()));
    for (const auto& [name, text] : *files) all += text;
  };
  add(RenderManifest(terms, FactsOf(terms)));
  add(RenderNotice(terms, FactsOf(terms), test::SampleData(),
                   test::kManifestSha256));
  return all;
}

TEST_CASE("RenderManifest: golden files of every form") {
  for (const auto& [name, terms, publication] :
       {std::tuple{"anonymized", AnonymizedTerms(), PublicationFacts()},
        std::tuple{"pseudonymized", PseudonymizedTerms(), PublicationFacts()},
        std::tuple{"continuing", ContinuingTerms(), test::PublishedSample()},
        std::tuple{"joint_use", JointUseTerms(), PublicationFacts()}}) {
    const auto files = RenderManifest(terms, FactsOf(terms), publication);
    REQUIRE_MESSAGE(files.ok(), Message(files.status()));
    CHECK(files->size() == 8);
    for (const auto& [file, text] : *files) {
      test::CheckGolden(fmt::format("release/{}.{}", name, file), text);
    }
    CHECK(files->at("manifest.json") ==
          *ManifestJson(terms, FactsOf(terms), publication));
    CHECK(files->at("manifest.ja.html") ==
          *ManifestHtml(terms, FactsOf(terms), Language::kJa, publication));
  }
}

TEST_CASE(
    "ManifestJson: canonical, so that reading and writing changes "
    "nothing") {
  for (const ReleaseTerms& terms : {AnonymizedTerms(), PseudonymizedTerms()}) {
    const std::string text = *ManifestJson(terms, FactsOf(terms));
    CHECK(internal::PrettyJson(Json::parse(text)) == text);
    const std::function<void(const Json&)> no_floats = [&](const Json& value) {
      CHECK_FALSE(value.is_number_float());
      if (!value.is_structured()) return;
      for (const Json& member : value) no_floats(member);
    };
    no_floats(Json::parse(text));
  }
}

TEST_CASE(
    "ManifestJson: anonymized information says what is created, what is "
    "provided and how") {
  const Json manifest = Manifest(AnonymizedTerms());
  CHECK(manifest["schema"] == "manifest/1");
  CHECK(manifest["kind"] == "anonymized_personal_information");
  CHECK(manifest["language_authority"] == "ja");
  CHECK(manifest["items_created"]["basis"] == "statutory");
  CHECK(manifest["items_created"]["items"].size() == 5);
  CHECK(manifest["items_created"]["items"] ==
        manifest["items_provided"]["items"]);
  CHECK(manifest["method_of_provision"]["methods"].size() == 1);
  CHECK(manifest["continuity"]["mode"] == "one_off");
  CHECK(manifest["no_identification"]["basis"] == "statutory");
  CHECK_FALSE(manifest.contains("erasure"));
  CHECK_FALSE(manifest.contains("models"));
}

TEST_CASE(
    "ManifestJson: pseudonymized information has no provision, a purpose "
    "and an erasure statement, and items of the publisher's own will") {
  const Json manifest = Manifest(PseudonymizedTerms());
  CHECK(manifest["kind"] == "pseudonymized_personal_information");
  CHECK_FALSE(manifest.contains("items_provided"));
  CHECK_FALSE(manifest.contains("method_of_provision"));
  CHECK(manifest["items_created"]["basis"] == "voluntary");
  CHECK_FALSE(manifest["items_created"].contains("law"));
  CHECK(manifest["purpose_of_use"].contains("purpose"));
  CHECK(manifest["continuity"]["mode"] == "continuing");
  CHECK_FALSE(manifest["continuity"].contains("to"));
}

TEST_CASE("ManifestJson: erasure is an effort by law, a promise by policy") {
  ReleaseTerms terms = PseudonymizedTerms();
  Json erasure = Manifest(terms)["erasure"];
  CHECK(erasure["mode"] == "statutory_effort");
  CHECK(erasure["basis"] == "statutory");
  CHECK(Holds(erasure["statements"][0]["ja"].get<std::string>(), "努めます"));
  terms.erasure = ErasureMode::kPolicyStrict;
  erasure = Manifest(terms)["erasure"];
  CHECK(erasure["mode"] == "policy_strict");
  CHECK(erasure["basis"] == "voluntary");
  CHECK_FALSE(Holds(erasure["statements"][0]["ja"].get<std::string>(), "努め"));
}

TEST_CASE("ManifestJson: the destroyed key is stated only if it is destroyed") {
  const ReleaseTerms terms = AnonymizedTerms();
  ManifestFacts facts = FactsOf(terms);
  CHECK(Json::parse(*ManifestJson(terms, facts)).contains("key_destruction"));
  facts.run_key_destroyed = false;
  CHECK_FALSE(
      Json::parse(*ManifestJson(terms, facts)).contains("key_destruction"));
}

TEST_CASE("ManifestJson: techniques are verbs of a closed list, each once") {
  const ReleaseTerms terms = AnonymizedTerms();
  const Json techniques = Manifest(terms)["processing_summary"]["techniques"];
  std::vector<std::string> verbs;
  for (const Json& entry : techniques) verbs.push_back(entry["technique"]);
  CHECK(verbs == std::vector<std::string>{"suppress_attribute",
                                          "suppress_record", "generalize",
                                          "shuffle_records"});
  ManifestFacts facts = FactsOf(terms);
  facts.technique_verbs = {"generalise"};
  const auto refused = ManifestJson(terms, facts);
  CHECK_FALSE(refused.ok());
  CHECK(Holds(Message(refused.status()), "did you mean 'generalize'?"));
}

TEST_CASE(
    "Manifest: models appear only when they are handed in to be "
    "disclosed, named as the item list names the column") {
  const ReleaseTerms terms = AnonymizedTerms();
  ManifestFacts facts = FactsOf(terms);
  facts.disclosed_models = {{"k_anonymity", "", "5"},
                            {"distinct_l_diversity", "plan", "2"}};
  const Json models =
      Json::parse(*ManifestJson(terms, facts))["models"]["models"];
  CHECK(models[0]["asked"] == "5");
  CHECK(models[1]["item"]["en"] == "Plan");
  const std::string page = *ManifestHtml(terms, facts, Language::kJa);
  CHECK(Holds(page, "distinct l diversity（契約プラン）：2"));
}

TEST_CASE(
    "ManifestHtml: every item stands in both languages under an anchor "
    "that is the same in both and does not move") {
  for (ReleaseTerms terms : {AnonymizedTerms(), PseudonymizedTerms()}) {
    const Json items = Manifest(terms)["items_created"]["items"];
    REQUIRE(items.size() == terms.items.size());
    std::set<std::string> anchors;
    for (const Json& item : items) {
      const std::string id = item["id"];
      anchors.insert(id);
      for (const Language language : kLanguages) {
        const std::string label =
            item["label"][std::string(ToString(language))];
        CHECK(Holds(Html(terms, language),
                    "<li id=\"item-" + id + "\">" + label + "</li>"));
      }
    }
    CHECK(anchors.size() == items.size());
    std::ranges::reverse(terms.items);
    const Json turned = Manifest(terms)["items_created"]["items"];
    for (const Json& item : turned) {
      CHECK(anchors.contains(item["id"]));
    }
  }
}

TEST_CASE(
    "Manifest: labels that differ only in signs still get anchors of "
    "their own") {
  ReleaseTerms terms = AnonymizedTerms();
  terms.items[0].label.en = "Plan?";
  terms.items[1].label.en = "性別";
  const Json items = Manifest(terms)["items_created"]["items"];
  std::set<std::string> ids;
  for (const Json& item : items) {
    const std::string id = item["id"];
    CHECK_FALSE(id.empty());
    ids.insert(id);
  }
  CHECK(ids.size() == items.size());
}

TEST_CASE(
    "ManifestHtml: says which language has authority, and in which it "
    "is") {
  for (const ReleaseTerms& terms : {AnonymizedTerms(), PseudonymizedTerms()}) {
    const std::string ja = Html(terms, Language::kJa);
    const std::string en = Html(terms, Language::kEn);
    CHECK(Holds(ja, "<html lang=\"ja\">"));
    CHECK(Holds(en, "<html lang=\"en\">"));
    CHECK(Holds(en, "Reference translation; the Japanese text has authority"));
    CHECK_FALSE(Holds(ja, "Reference translation"));
  }
}

TEST_CASE("ManifestHtml: one file with no script and no request to elsewhere") {
  for (const ReleaseTerms& terms : {AnonymizedTerms(), PseudonymizedTerms()}) {
    for (const Language language : kLanguages) {
      const std::string page = Html(terms, language);
      for (const char* const part :
           {"<script", "<link", "<img", "<iframe", "<object", "src=", "@import",
            "url(", "javascript:"}) {
        INFO(part);
        CHECK_FALSE(Holds(page, part));
      }
      CHECK(Holds(page, "default-src 'none'"));
      CHECK(Holds(page, "@media print"));
      CHECK(Count(page, "<h1>") == 1);
      CHECK(Count(page, "<section") == Count(page, "</section>"));
    }
  }
}

// Relative luminance and contrast ratio as WCAG 2.2 defines them.
double Luminance(const std::string& hex) {
  double sum = 0;
  const double weights[] = {0.2126, 0.7152, 0.0722};
  for (std::size_t i = 0; i < 3; ++i) {
    const double part =
        std::stoi(hex.substr(1 + 2 * i, 2), nullptr, 16) / 255.0;
    sum +=
        weights[i] * (part <= 0.04045 ? part / 12.92
                                      : std::pow((part + 0.055) / 1.055, 2.4));
  }
  return sum;
}

TEST_CASE("ManifestHtml: text stands out from its ground as WCAG AA asks") {
  const std::string page = Html(AnonymizedTerms(), Language::kJa);
  const auto variable = [&](const std::string& name) {
    const std::size_t at = page.find("--" + name + ": #");
    REQUIRE(at != std::string::npos);
    return page.substr(page.find('#', at), 7);
  };
  const std::string link = "#0b4f91";
  REQUIRE(Holds(page, "a { color: " + link));
  for (const std::string& text : {variable("ink"), variable("quiet"), link}) {
    for (const std::string& ground :
         {variable("paper"), variable("tint"), std::string("#fff3c4")}) {
      INFO(text << " on " << ground);
      CHECK((Luminance(ground) + 0.05) / (Luminance(text) + 0.05) >= 4.5);
    }
  }
}

TEST_CASE("ManifestHtml: hostile text stays text") {
  const std::string attack = "\"><script>alert('x')</script>&amp;";
  ReleaseTerms terms = AnonymizedTerms();
  const BilingualText both = {attack, attack};
  terms.publisher = {both, both, both};
  terms.population = both;
  terms.purpose = both;
  terms.contact.window = both;
  terms.methods_of_provision = {both};
  terms.safety_measures = {both};
  terms.items[0].label = {attack, attack};
  terms.items[0].group = both;
  for (const Language language : kLanguages) {
    const std::string page = Html(terms, language);
    CHECK_FALSE(Holds(page, "<script"));
    CHECK_FALSE(Holds(page, "alert('x')"));
    CHECK(Holds(page, EscapeHtml(attack)));
  }
  // Braces are no placeholders once they come from the terms.
  terms = AnonymizedTerms();
  terms.publisher.name = {"{population}", "{act}"};
  CHECK(Holds(Html(terms, Language::kJa), "{population}（以下「当社」"));
}

TEST_CASE("Public artefacts: nothing of parameters, keys, columns or counts") {
  for (const ReleaseTerms& terms : {AnonymizedTerms(), PseudonymizedTerms()}) {
    const std::string all = Everything(terms);
    for (const char* const word :
         {"k_anonymity", "k-anonym", "k-匿名", "diversity", "多様性",
          "hierarchy", "階層", "generalization level", "salt", "ソルト", "hmac",
          "HMAC", "key_id", "keyring", "vault", "birth_date",
          "municipality_code", "subscriber_id", "suppression_limit"}) {
      INFO(word);
      CHECK_FALSE(Holds(all, word));
    }
    const ManifestDigests digests = DigestsOf(terms, FactsOf(terms));
    CHECK_FALSE(Holds(all, digests.schema));
    CHECK_FALSE(Holds(all, digests.technique_class));
  }
  // The recipient is named in the notice only.
  const ReleaseTerms terms = AnonymizedTerms();
  CHECK_FALSE(Holds(*ManifestJson(terms, FactsOf(terms)), "見本大学"));
  CHECK_FALSE(Holds(Html(terms, Language::kJa), "見本大学"));
}

TEST_CASE("DigestsOf: stay while items and techniques stay") {
  ReleaseTerms terms = AnonymizedTerms();
  ManifestFacts facts = FactsOf(terms);
  const ManifestDigests first = DigestsOf(terms, facts);
  CHECK(first.schema.size() == 64);

  std::ranges::reverse(terms.items);
  facts.technique_verbs = {"generalize", "suppress_record", "shuffle_records",
                           "suppress_attribute"};
  terms.created = "2026-12-20";
  CHECK(DigestsOf(terms, facts).schema == first.schema);
  CHECK(DigestsOf(terms, facts).technique_class == first.technique_class);

  facts.technique_verbs.push_back("add_noise");
  CHECK(DigestsOf(terms, facts).technique_class != first.technique_class);
  terms.items[0].label.ja += "等";
  CHECK(DigestsOf(terms, facts).schema != first.schema);
}

TEST_CASE("RenderManifest: the dates of a publication are in order") {
  const ReleaseTerms terms = ContinuingTerms();
  const auto refusal = [&](PublicationFacts publication) {
    const auto files = RenderManifest(terms, FactsOf(terms), publication);
    return files.ok() ? "" : std::string(Message(files.status()));
  };
  PublicationFacts p = test::PublishedSample();
  CHECK(refusal(p).empty());
  p.ended_on = "2027-03-31";
  CHECK(refusal(p).empty());
  p.ended_on = "2026-11-30";
  CHECK(Holds(refusal(p), "publication.ended_on is before"));
  p = test::PublishedSample();
  p.first_provided_on = "2026-11-23";
  CHECK(Holds(refusal(p), "publish first, then provide"));
  p.published_on.clear();
  CHECK(Holds(refusal(p), "publish first, then provide"));
  p = test::PublishedSample();
  p.published_on = "2026-11-19";
  CHECK(Holds(refusal(p), "before release.created"));
  p = test::PublishedSample();
  p.url = "ftp://example.co.jp";
  CHECK(Holds(refusal(p), "publication.url is not a web address"));
}

TEST_CASE("RenderManifest: pseudonymized information is never provided") {
  const ReleaseTerms terms = JointUseTerms();
  PublicationFacts p = {.published_on = "2026-12-01"};
  CHECK(RenderManifest(terms, FactsOf(terms), p).ok());
  p.first_provided_on = "2026-12-02";
  const auto files = RenderManifest(terms, FactsOf(terms), p);
  REQUIRE_FALSE(files.ok());
  CHECK(Holds(Message(files.status()), "not provided to third parties"));
}

TEST_CASE("RenderManifest: an ended release says so in every form") {
  const ReleaseTerms terms = ContinuingTerms();
  PublicationFacts p = test::PublishedSample();
  p.ended_on = "2027-03-31";
  const auto files = RenderManifest(terms, FactsOf(terms), p);
  REQUIRE(files.ok());
  for (const char* const end : {"html", "md", "txt"}) {
    CHECK(Holds(files->at(std::string("manifest.ja.") + end), "2027年3月31日"));
    CHECK(Holds(files->at(std::string("manifest.en.") + end),
                "ended on March 31, 2027"));
  }
  CHECK(Json::parse(files->at("manifest.json"))["ended_at"] == "2027-03-31");
}

TEST_CASE("RenderManifest: every form holds every item, method and measure") {
  for (const ReleaseTerms& terms : {AnonymizedTerms(), PseudonymizedTerms(),
                                    ContinuingTerms(), JointUseTerms()}) {
    const auto files = RenderManifest(terms, FactsOf(terms));
    REQUIRE(files.ok());
    for (const char* const end : {".html", ".md"}) {
      for (const Language language : kLanguages) {
        const std::string& text =
            files->at("manifest." + std::string(ToString(language)) + end);
        for (const Item& item : terms.items) {
          CHECK(Holds(text, item.label.In(language)));
        }
        for (const auto& method : terms.methods_of_provision) {
          CHECK(Holds(text, method.In(language)));
        }
        for (const auto& measure : terms.safety_measures) {
          CHECK(Holds(text, measure.In(language)));
        }
      }
    }
  }
}

TEST_CASE("Manifest: refuses to name a key") {
  ReleaseTerms terms = AnonymizedTerms();
  terms.safety_measures.push_back(
      {"鍵k-9f2c41の分離", "Separation of key k-9f2c41"});
  ManifestFacts facts = FactsOf(terms);
  CHECK(RenderManifest(terms, facts).ok());
  facts.sealed_words = {"", "k-9f2c41"};
  const auto files = RenderManifest(terms, facts);
  REQUIRE_FALSE(files.ok());
  CHECK(Holds(Message(files.status()), "would name a key"));
}

TEST_CASE("Markdown: hostile text becomes no markup") {
  ReleaseTerms terms = AnonymizedTerms();
  const std::string attack = "[x](javascript:alert) <script> `c` # *b* | t";
  terms.safety_measures = {{attack, "1. " + attack}};
  const auto files = RenderManifest(terms, FactsOf(terms));
  REQUIRE(files.ok());
  CHECK(Holds(files->at("manifest.ja.md"),
              "- \\[x\\](javascript:alert) \\<script\\> \\`c\\` \\# \\*b\\* "
              "\\| t"));
  CHECK(Holds(files->at("manifest.en.md"), "- 1\\. \\[x\\]"));
}

TEST_CASE("Manifest: the publisher's own sentences stand on every form") {
  ReleaseTerms terms = AnonymizedTerms();
  terms.wording["contact"] = {"お客さま窓口", "Customer Desk"};
  const auto files = RenderManifest(terms, FactsOf(terms));
  REQUIRE(files.ok());
  CHECK(Json::parse(files->at("manifest.json"))["contact"]["heading"]["ja"] ==
        "お客さま窓口");
  for (const char* const end : {"html", "md", "txt"}) {
    CHECK(Holds(files->at(std::string("manifest.en.") + end), "Customer Desk"));
    CHECK_FALSE(Holds(files->at(std::string("manifest.en.") + end),
                      "Contact for complaints"));
  }
  terms.wording["contact"].en.clear();
  CHECK_FALSE(RenderManifest(terms, FactsOf(terms)).ok());
}

TEST_CASE("Manifest: nothing is made of terms that cannot be published") {
  ReleaseTerms terms = AnonymizedTerms();
  terms.contact.window.en.clear();
  const ManifestFacts facts = FactsOf(terms);
  CHECK_FALSE(ManifestJson(terms, facts).ok());
  CHECK_FALSE(ManifestHtml(terms, facts, Language::kJa).ok());
  CHECK_FALSE(Notice(terms, facts, test::SampleData(), test::kManifestSha256,
                     Language::kJa)
                  .ok());
}

}  // namespace
}  // namespace anon
