// SPDX-License-Identifier: Apache-2.0
#include "anon/release/notice.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <set>

#include "base/json.h"
#include "release/sample.h"
#include "release/wrap.h"
#include "support/golden.h"

namespace anon {
namespace {

using internal::Json;
using test::AnonymizedTerms;
using test::FactsOf;
using test::PseudonymizedTerms;

std::string Letter(const ReleaseTerms& terms, Language language) {
  const auto notice = Notice(terms, FactsOf(terms), test::SampleData(),
                             test::kManifestSha256, language);
  REQUIRE_MESSAGE(notice.ok(), Message(notice.status()));
  return *notice;
}

bool Holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// Wrapping puts line breaks and indents into sentences.
std::string Unwrapped(std::string_view text) {
  std::string joined;
  for (const char c : text) {
    if (c != ' ' && c != '\n') joined += c;
  }
  return joined;
}

TEST_CASE("RenderNotice: golden files of every form") {
  for (const auto& [name, terms] :
       {std::pair{"anonymized", AnonymizedTerms()},
        std::pair{"pseudonymized", PseudonymizedTerms()},
        std::pair{"continuing", test::ContinuingTerms()},
        std::pair{"joint_use", test::JointUseTerms()}}) {
    const auto files = RenderNotice(
        terms, FactsOf(terms), test::SampleData(), test::kManifestSha256,
        {.issued_on = "2026-12-01", .route = NoticeRoute::kEmail});
    REQUIRE_MESSAGE(files.ok(), Message(files.status()));
    CHECK(files->size() == 5);
    for (const auto& [file, text] : *files) {
      test::CheckGolden(fmt::format("release/{}.{}", name, file), text);
    }
  }
}

TEST_CASE(
    "RenderNotice: the sidecar says of a lone file what it is and what the Act "
    "asks of whoever has it") {
  const ReleaseTerms terms = AnonymizedTerms();
  const auto files = RenderNotice(terms, FactsOf(terms), test::SampleData(),
                                  test::kManifestSha256);
  REQUIRE(files.ok());
  const Json sidecar = Json::parse(files->at("data.csv.notice.json"));
  CHECK(sidecar["kind"] == "anonymized_personal_information");
  CHECK(sidecar["data_set"]["sha256"] == test::SampleData().sha256);
  CHECK(sidecar["manifest"]["sha256"] == test::kManifestSha256);
  CHECK(sidecar["issued_on"] == terms.created);
  CHECK(sidecar["route"] == "with_data");
  std::set<std::string> articles;
  for (const Json& duty : sidecar["duties"]) {
    if (duty.contains("law")) articles.insert(duty["law"]["en"]);
  }
  CHECK(articles ==
        std::set<std::string>{"Article 44", "Article 45", "Article 46"});
}

TEST_CASE("RenderNotice: refuses a day before the data and a false address") {
  const ReleaseTerms terms = AnonymizedTerms();
  const auto refusal = [&](const NoticeIssue& issue) {
    const auto files = RenderNotice(terms, FactsOf(terms), test::SampleData(),
                                    test::kManifestSha256, issue);
    CHECK_FALSE(files.ok());
    return std::string(Message(files.status()));
  };
  CHECK(Holds(refusal({.issued_on = "2026-11-19"}), "before release.created"));
  CHECK(Holds(refusal({.issued_on = "tomorrow"}), "is not a date"));
  CHECK(Holds(refusal({.manifest_url = "javascript:alert(1)"}),
              "is not a web address"));
}

TEST_CASE(
    "Notice: tells the recipient that this is anonymized information, "
    "which file, and what the Act asks") {
  const std::string notice = Letter(AnonymizedTerms(), Language::kJa);
  CHECK(Holds(notice, "見本大学 情報学部 御中"));
  CHECK(Holds(Unwrapped(notice), "に規定する匿名加工情報です"));
  CHECK(Holds(notice, test::SampleData().sha256));
  CHECK(Holds(notice, test::kManifestSha256));
  for (const char* const article : {"第44条", "第45条", "第46条"}) {
    CHECK(Holds(notice, article));
  }
  for (const Item& item : AnonymizedTerms().items) {
    CHECK(Holds(notice, item.label.ja));
  }
}

TEST_CASE("Notice: an honorific that is already there is not said twice") {
  ReleaseTerms terms = AnonymizedTerms();
  terms.recipient.ja = "見本 花子 様";
  const std::string notice = Letter(terms, Language::kJa);
  CHECK(Holds(notice, "見本 花子 様\n"));
  CHECK_FALSE(Holds(notice, "御中"));
}

TEST_CASE(
    "Notice: whoever handles pseudonymized information is told what is "
    "forbidden") {
  ReleaseTerms terms = PseudonymizedTerms();
  const std::string notice = Unwrapped(Letter(terms, Language::kJa));
  for (const char* const duty :
       {"他の情報と照合しないこと", "住居を訪問するために",
        "第三者に提供しないこと", "消去するよう努めること",
        "削除情報等を取得しないこと", "第三者への提供ではありません"}) {
    INFO(duty);
    CHECK(Holds(notice, duty));
  }
  CHECK_FALSE(Holds(notice, "提供の方法"));
  CHECK(Holds(notice, "本データを取り扱う方へ"));

  terms.erasure = ErasureMode::kPolicyStrict;
  terms.recipient = {"見本データ株式会社", "Mihon Data Ltd."};
  const std::string strict = Unwrapped(Letter(terms, Language::kJa));
  CHECK(Holds(strict, "遅滞なく消去すること"));
  CHECK(Holds(strict, "見本データ株式会社御中"));
}

TEST_CASE("Notice: no line is wider than a mail wants it") {
  for (const ReleaseTerms& terms : {AnonymizedTerms(), PseudonymizedTerms()}) {
    for (const Language language : {Language::kJa, Language::kEn}) {
      const std::string notice = Letter(terms, language);
      std::string_view rest = notice;
      while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        REQUIRE(end != std::string_view::npos);
        INFO(rest.substr(0, end));
        CHECK(internal::DisplayWidth(rest.substr(0, end)) <= 72);
        CHECK_FALSE(rest.substr(0, end).ends_with(' '));
        rest.remove_prefix(end + 1);
      }
    }
  }
}

TEST_CASE("Notice: refuses a file it cannot name and a digest that is none") {
  const ReleaseTerms terms = AnonymizedTerms();
  const auto refused = [&](DataFile data, std::string_view manifest) {
    return !Notice(terms, FactsOf(terms), data, manifest, Language::kJa).ok();
  };
  DataFile data = test::SampleData();
  CHECK_FALSE(refused(data, test::kManifestSha256));
  CHECK(refused(data, "abc"));
  data.name = "../data.csv";
  CHECK(refused(data, test::kManifestSha256));
  data.name = "data.csv\nTo: someone else";
  CHECK(refused(data, test::kManifestSha256));
  data = test::SampleData();
  data.sha256[0] = 'G';
  CHECK(refused(data, test::kManifestSha256));
}

TEST_CASE("Wrap: breaks where Japanese and English may break") {
  using internal::Wrap;
  CHECK(Wrap("one two three", "", 8) == "one two\nthree\n");
  CHECK(Wrap("one two three", "- ", 9) == "- one two\n  three\n");
  CHECK(Wrap("日本語の文。", "", 10) == "日本語の\n文。\n");
  CHECK(Wrap("日本（語）", "", 6) == "日本\n（語）\n");
  CHECK(Wrap("unbreakable", "", 4) == "unbreakable\n");
  CHECK(Wrap("", "", 4) == "\n");
}

}  // namespace
}  // namespace anon
