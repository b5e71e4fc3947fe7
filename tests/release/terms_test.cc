// SPDX-License-Identifier: Apache-2.0
#include "anon/release/terms.h"

#include <doctest/doctest.h>

#include <functional>
#include <string>

#include "release/label_check.h"
#include "release/sample.h"

namespace anon {
namespace {

using test::AnonymizedTerms;
using test::PseudonymizedTerms;

// The refusal after `change`, or "" if there is none.
std::string Refusal(ReleaseTerms terms,
                    const std::function<void(ReleaseTerms&)>& change) {
  const std::vector<std::string> columns = test::FactsOf(terms).output_columns;
  change(terms);
  const absl::Status status = CheckTerms(terms, columns);
  CHECK((status.ok() || status.code() == absl::StatusCode::kInvalidArgument));
  return std::string(Message(status));
}

void CheckRefused(const ReleaseTerms& terms, const std::string& term,
                  const std::function<void(ReleaseTerms&)>& change) {
  const std::string refusal = Refusal(terms, change);
  INFO(refusal);
  CHECK(refusal.find(term) != std::string::npos);
}

TEST_CASE("CheckTerms: accepts complete terms of both kinds") {
  CHECK(Refusal(AnonymizedTerms(), [](ReleaseTerms&) {}) == "");
  CHECK(Refusal(PseudonymizedTerms(), [](ReleaseTerms&) {}) == "");
}

TEST_CASE("CheckTerms: names the required term that is empty") {
  const auto a = AnonymizedTerms();
  using T = ReleaseTerms&;
  CheckRefused(a, "release.id ", [](T t) { t.id = ""; });
  CheckRefused(a, "release.created ", [](T t) { t.created = ""; });
  CheckRefused(a, "release.law_edition ", [](T t) { t.law_edition = ""; });
  CheckRefused(a, "release.publisher.name.en ",
               [](T t) { t.publisher.name.en = " "; });
  CheckRefused(a, "release.publisher.address.ja ",
               [](T t) { t.publisher.address.ja = "　"; });
  CheckRefused(a, "release.publisher.representative ",
               [](T t) { t.publisher.representative = {}; });
  CheckRefused(a, "release.contact.window.ja ",
               [](T t) { t.contact.window.ja = ""; });
  CheckRefused(a, "release.contact ", [](T t) {
    t.contact.email = t.contact.phone = t.contact.url = "";
  });
  CheckRefused(a, "release.population ", [](T t) { t.population = {}; });
  CheckRefused(a, "release.methods_of_provision ",
               [](T t) { t.methods_of_provision.clear(); });
  CheckRefused(a, "release.methods_of_provision[0].en ",
               [](T t) { t.methods_of_provision[0].en = ""; });
  CheckRefused(a, "release.safety_measures ",
               [](T t) { t.safety_measures.clear(); });
  CheckRefused(a, "release.safety_measures[1].ja ",
               [](T t) { t.safety_measures[1].ja = ""; });
  CheckRefused(a, "release.recipient ", [](T t) { t.recipient = {}; });
  CheckRefused(a, "release.purpose.en ", [](T t) { t.purpose.ja = "研究"; });
  CheckRefused(a, "release.continuity.from ",
               [](T t) { t.continuity.from = ""; });
  CheckRefused(a, "release.continuity.to ", [](T t) { t.continuity.to = ""; });
  CheckRefused(PseudonymizedTerms(), "release.purpose ",
               [](T t) { t.purpose = {}; });
}

TEST_CASE("CheckTerms: pseudonymized information has no method of provision") {
  CheckRefused(PseudonymizedTerms(), "release.methods_of_provision ",
               [](ReleaseTerms& t) {
                 t.methods_of_provision =
                     AnonymizedTerms().methods_of_provision;
               });
}

TEST_CASE(
    "CheckTerms: columns and items stand one to one, each under a label "
    "of its own") {
  const auto a = AnonymizedTerms();
  using T = ReleaseTerms&;
  CheckRefused(a, "columns.device.item is missing",
               [](T t) { t.items.pop_back(); });
  CheckRefused(a, "columns.phone.item names no column", [](T t) {
    t.items.push_back({"phone", {"電話", "Phone"}, {}});
  });
  CheckRefused(a, "columns.sex.item is there twice",
               [](T t) { t.items.push_back(t.items[1]); });
  CheckRefused(a, "columns.device.item.ja is the label of another",
               [](T t) { t.items[4].label.ja = t.items[1].label.ja; });
  CheckRefused(a, "columns.device.item.en is the label of another",
               [](T t) { t.items[4].label.en = "sEX"; });
  CheckRefused(a, "columns.sex.item.en is empty",
               [](T t) { t.items[1].label.en = ""; });
  CheckRefused(a, "columns.sex.item.group.en is empty",
               [](T t) { t.items[1].group.en = ""; });
  CheckRefused(a, "columns.sex.item.ja looks like a value",
               [](T t) { t.items[1].label.ja = "20歳〜29歳"; });
  CheckRefused(a, "columns.sex.item.group.en looks like a value",
               [](T t) { t.items[1].group.en = "Aged 20-29"; });
  CheckRefused(a, "columns.sex.item.en seems to give a parameter",
               [](T t) { t.items[1].label.en = "Sex (k=5)"; });
  ReleaseTerms none = AnonymizedTerms();
  none.items.clear();
  CHECK_FALSE(CheckTerms(none, {}).ok());
}

TEST_CASE("CheckTerms: dates are dates") {
  const auto a = AnonymizedTerms();
  for (const char* const wrong :
       {"2026-02-30", "2026-13-01", "20261120", "2026/11/20", "0000-01-01",
        "2026-1-2", "２０２６-11-20"}) {
    INFO(wrong);
    CheckRefused(a, "release.created is not a date",
                 [&](ReleaseTerms& t) { t.created = wrong; });
  }
  CheckRefused(a, "release.continuity.to is before",
               [](ReleaseTerms& t) { t.continuity.to = "2026-09-30"; });
  CheckRefused(a, "release.continuity.to must be left out",
               [](ReleaseTerms& t) { t.continuity.continuing = true; });
}

TEST_CASE("CheckTerms: an unknown law edition is refused with the known") {
  CheckRefused(AnonymizedTerms(), "did you mean 'jp-appi-2026'",
               [](ReleaseTerms& t) { t.law_edition = "jp-appi-2025"; });
}

TEST_CASE("CheckTerms: text that could forge a line or a link is refused") {
  const auto a = AnonymizedTerms();
  using T = ReleaseTerms&;
  CheckRefused(a, "release.publisher.name.ja holds a line break",
               [](T t) { t.publisher.name.ja = "甲\n御中"; });
  CheckRefused(a, "release.population.en holds a line break",
               [](T t) { t.population.en = "a\u202Eb"; });
  CheckRefused(a, "release.population.en is longer than 2000 bytes",
               [](T t) { t.population.en = std::string(1000000, '1'); });
  CHECK(Refusal(a, [](T t) { t.population.en = std::string(2000, '1'); }) ==
        "");
  CheckRefused(a, "release.recipient.en is not UTF-8",
               [](T t) { t.recipient.en = "\xFF"; });
  CheckRefused(a, "release.contact.url is not a web address",
               [](T t) { t.contact.url = "javascript:alert(1)"; });
  CheckRefused(a, "release.contact.email is not",
               [](T t) { t.contact.email = "a b@c"; });
  CheckRefused(a, "release.contact.phone is not",
               [](T t) { t.contact.phone = "call me"; });
  CheckRefused(a, "release.id must be", [](T t) { t.id = "../etc"; });
  CheckRefused(a, "release.safety_measures[0].en seems to give a parameter",
               [](T t) { t.safety_measures[0].en = "k-anonymity"; });
}

TEST_CASE("Label check: values, ranges and bins are seen in both scripts") {
  for (const char* const label :
       {"20-29",    "２０〜２９歳", "20歳〜",     "〜29歳",   "20–29",
        "20歳以上", "65 or over",   "under 20",   "aged 40",  "20代",
        "二十代",   "20s",          "65+",        "<20",      "≧65",
        "1,000円",  "5千円未満",    "100-0001",   "1980年代", "2026-10-01",
        "20 to 29", "up to 5 GB",   "2026/10/01", "10から20", "130**"}) {
    INFO(label);
    CHECK(internal::ShowsValue(label));
  }
}

TEST_CASE("Label check: categories pass, also with digits in them") {
  for (const char* const label :
       {"生年代", "年齢層", "性別", "5Gサービスの利用状況", "5G service use",
        "契約プラン", "Wi-Fi利用の有無", "Decade of birth",
        "郵便番号の上位の桁", "第1回線の契約プラン", "Age band",
        "Kind of device (main line)", "4K放送の視聴の有無", "データ通信量",
        "利用者の世代", "Over-the-top services", "IPv6 use"}) {
    INFO(label);
    CHECK_FALSE(internal::ShowsValue(label));
    CHECK_FALSE(internal::ShowsParameter(label));
  }
}

TEST_CASE("Label check: parameters are seen") {
  for (const char* const text :
       {"k=5", "ｋ＝５", "l = 3", "ε=1", "epsilon = 1", "k-anonymity",
        "k-匿名性", "L-diversity", "salted", "ソルト", "差分プライバシー"}) {
    INFO(text);
    CHECK(internal::ShowsParameter(text));
  }
}

TEST_CASE("CheckTerms: accepts what only some releases have") {
  CHECK(Refusal(test::ContinuingTerms(), [](ReleaseTerms&) {}) == "");
  CHECK(Refusal(test::JointUseTerms(), [](ReleaseTerms&) {}) == "");
}

TEST_CASE("CheckTerms: a later version names an earlier one") {
  const auto c = test::ContinuingTerms();
  using T = ReleaseTerms&;
  CheckRefused(c, "release.manifest.supersedes is missing",
               [](T t) { t.supersedes.reset(); });
  CheckRefused(c, "must be an earlier version",
               [](T t) { t.supersedes->version = 2; });
  CheckRefused(c, "must be an earlier version",
               [](T t) { t.supersedes->version = 0; });
  CheckRefused(c, "release.manifest.version must be",
               [](T t) { t.manifest.version = 0; });
  CheckRefused(c, "release.manifest.id must be",
               [](T t) { t.manifest.id = "../visits"; });
  CheckRefused(c, "release.manifest.url is not a web address",
               [](T t) { t.manifest_url = "javascript:alert(1)"; });
  // Another publication may be replaced by a first version.
  CHECK(Refusal(c, [](T t) {
          t.manifest.version = 1;
          t.supersedes = {.id = "visits-2025", .version = 7};
        }) == "");
}

TEST_CASE(
    "CheckTerms: location of a telecom's users is not released without a way "
    "to keep out of it") {
  const auto c = test::ContinuingTerms();
  using T = ReleaseTerms&;
  CheckRefused(c, "release.exclusion is missing",
               [](T t) { t.exclusion.reset(); });
  CheckRefused(c, "release.exclusion has no way to ask", [](T t) {
    t.exclusion->url.clear();
    t.exclusion->phone.clear();
  });
  CheckRefused(c, "release.exclusion.cut_off is empty",
               [](T t) { t.exclusion->cut_off.clear(); });
  CheckRefused(c, "release.exclusion.url is not a web address",
               [](T t) { t.exclusion->url = "javascript:alert(1)"; });
  CHECK(Refusal(c, [](T t) {
          t.exclusion.reset();
          t.telecom_location = false;
        }) == "");
}

TEST_CASE(
    "CheckTerms: of joint creators the public learns all, and who answers") {
  const auto c = test::ContinuingTerms();
  using T = ReleaseTerms&;
  CheckRefused(c, "has one entry", [](T t) { t.creators.pop_back(); });
  CheckRefused(c, "exactly one", [](T t) { t.creators[0].answers = false; });
  CheckRefused(c, "exactly one", [](T t) { t.creators[1].answers = true; });
  CheckRefused(c, "release.creators[1].address.ja is empty",
               [](T t) { t.creators[1].party.address.ja.clear(); });
  CheckRefused(test::JointUseTerms(), "release.creators must be left out",
               [&](T t) { t.creators = c.creators; });
}

TEST_CASE(
    "CheckTerms: joint use and a changed purpose are of pseudonymized "
    "information") {
  const auto j = test::JointUseTerms();
  using T = ReleaseTerms&;
  CheckRefused(j, "release.joint_use.range is empty",
               [](T t) { t.joint_use->range = {}; });
  CheckRefused(j, "release.joint_use.users[1].en is empty",
               [](T t) { t.joint_use->users[1].en.clear(); });
  CheckRefused(j, "release.joint_use.responsible.name is empty",
               [](T t) { t.joint_use->responsible = Publisher(); });
  CheckRefused(j, "release.purpose_change.former.en is empty",
               [](T t) { t.purpose_change->former.en.clear(); });
  CheckRefused(j, "release.purpose_change.changed_on is not a date",
               [](T t) { t.purpose_change->changed_on = "2026-11-31"; });
  CheckRefused(AnonymizedTerms(), "release.joint_use must be left out",
               [&](T t) { t.joint_use = j.joint_use; });
  CheckRefused(AnonymizedTerms(), "release.purpose_change must be left out",
               [&](T t) { t.purpose_change = j.purpose_change; });
}

}  // namespace
}  // namespace anon
