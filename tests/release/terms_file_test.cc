// SPDX-License-Identifier: Apache-2.0
#include "anon/release/terms_file.h"

#include <doctest/doctest.h>

#include <functional>

#include "base/json.h"
#include "release/sample.h"

namespace anon {
namespace {

using internal::Json;

std::vector<StoredTerms> Samples() {
  std::vector<StoredTerms> samples;
  for (ReleaseTerms terms :
       {test::AnonymizedTerms(), test::PseudonymizedTerms(),
        test::ContinuingTerms(), test::JointUseTerms()}) {
    terms.approval_required = true;
    terms.wording["contact"] = {"お客さま窓口", "Customer Desk"};
    ManifestFacts facts = test::FactsOf(terms);
    facts.disclosed_models = {{"k_anonymity", "", "5"}};
    facts.sealed_words = {"k-9f2c41"};
    samples.push_back({std::move(terms), std::move(facts)});
  }
  return samples;
}

TEST_CASE("TermsJson and ReadTerms: what is read renders the same bytes") {
  for (const StoredTerms& stored : Samples()) {
    const std::string text = TermsJson(stored);
    const auto read = ReadTerms(text);
    REQUIRE_MESSAGE(read.ok(), Message(read.status()));
    CHECK(TermsJson(*read) == text);
    CHECK(read->terms.approval_required);
    const auto before = RenderManifest(stored.terms, stored.facts);
    const auto after = RenderManifest(read->terms, read->facts);
    REQUIRE(before.ok());
    REQUIRE(after.ok());
    CHECK(*before == *after);
    const auto notice = RenderNotice(stored.terms, stored.facts,
                                     test::SampleData(), test::kManifestSha256);
    const auto again = RenderNotice(read->terms, read->facts,
                                    test::SampleData(), test::kManifestSha256);
    REQUIRE(notice.ok());
    CHECK(*notice == *again);
  }
}

TEST_CASE("ReadTerms: refuses what no run wrote, naming the member") {
  const Json good = Json::parse(TermsJson(Samples()[2]));
  const auto refusal = [&](const std::function<void(Json&)>& change) {
    Json json = good;
    change(json);
    const auto read = ReadTerms(internal::PrettyJson(json));
    return read.ok() ? "" : std::string(Message(read.status()));
  };
  const auto holds = [](const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
  };
  CHECK(refusal([](Json&) {}).empty());
  CHECK(holds(refusal([](Json& j) { j["schema"] = "release_terms/2"; }),
              "this is not release_terms/1"));
  CHECK(holds(refusal([](Json& j) { j["terms"].erase("contact"); }),
              "terms.contact is not"));
  CHECK(holds(refusal([](Json& j) { j["terms"]["contact"]["email"] = 5; }),
              "terms.contact.email is not"));
  CHECK(holds(refusal([](Json& j) { j["terms"]["kind"] = 3; }),
              "terms.kind is not"));
  CHECK(holds(refusal([](Json& j) { j["terms"]["manifest"]["version"] = -1; }),
              "terms.manifest.version is not"));
  CHECK(holds(refusal([](Json& j) { j["terms"]["k"] = 5; }), "terms is not"));
  CHECK(holds(refusal([](Json& j) { j["terms"]["items"][0]["label"] = {}; }),
              "terms.items.label"));
  // What is well-formed is still checked as terms.
  CHECK(holds(
      refusal([](Json& j) { j["terms"]["publisher"]["name"]["en"] = ""; }),
      "release.publisher.name.en is empty"));
  for (const char* const text : {"", "[]", "{", "null", "{\"schema\": 1}"}) {
    CHECK_FALSE(ReadTerms(text).ok());
  }
}

}  // namespace
}  // namespace anon
