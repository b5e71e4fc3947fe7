// SPDX-License-Identifier: Apache-2.0
//
// Terms of an invented mobile operator, for both legal kinds.
#ifndef ANON_TESTS_RELEASE_SAMPLE_H_
#define ANON_TESTS_RELEASE_SAMPLE_H_

#include <string>

#include "anon/release/manifest.h"
#include "anon/release/notice.h"
#include "anon/release/terms.h"

namespace anon::test {

inline ReleaseTerms AnonymizedTerms() {
  const BilingualText subscriber = {"契約者に関する情報",
                                    "Information on the subscriber"};
  const BilingualText contract = {"契約に関する情報",
                                  "Information on the contract"};
  ReleaseTerms terms;
  terms.kind = DatasetKind::kAnonymizedPersonalInformation;
  terms.id = "subscribers-2026-11";
  terms.created = "2026-11-20";
  terms.law_edition = "jp-appi-2026";
  terms.publisher = {
      .name = {"株式会社サンプルモバイル", "Sample Mobile, Inc."},
      .address = {"東京都千代田区見本町1-2-3",
                  "1-2-3 Mihoncho, Chiyoda-ku, Tokyo"},
      .representative = {"代表取締役社長 見本 太郎", "Taro Mihon, President"}};
  terms.contact = {
      .window = {"個人情報相談窓口", "Personal Information Desk"},
      .address = {},
      .hours = {"平日 午前9時から午後5時まで（祝日及び年末年始を除く）",
                "Weekdays from 9 a.m. to 5 p.m., holidays excepted"},
      .email = "privacy@example.co.jp",
      .phone = "03-0000-0000",
      .url = "https://www.example.co.jp/privacy/"};
  terms.population = {"当社の携帯電話サービスの契約者",
                      "subscribers to its mobile telephone service"};
  terms.items = {{"birth_date", {"生年代", "Decade of birth"}, subscriber},
                 {"sex", {"性別", "Sex"}, subscriber},
                 {"municipality_code",
                  {"居住都道府県", "Prefecture of residence"},
                  subscriber},
                 {"plan", {"契約プラン", "Plan"}, contract},
                 {"device", {"利用端末の種類", "Kind of device"}, contract}};
  terms.methods_of_provision = {
      {"暗号化した電子ファイルの、アクセス制御されたサーバへのアップロード",
       "Upload of an encrypted file to an access-controlled server"}};
  terms.recipient = {"見本大学 情報学部",
                     "Mihon University, School of Informatics"};
  terms.continuity = {
      .continuing = false, .from = "2026-10-01", .to = "2026-10-31"};
  terms.safety_measures = {
      {"取扱規程の整備及び従業者の監督",
       "Handling rules and supervision of staff"},
      {"加工方法等情報へのアクセス制御",
       "Access control for information on the processing method"}};
  return terms;
}

inline ReleaseTerms PseudonymizedTerms() {
  ReleaseTerms terms = AnonymizedTerms();
  terms.kind = DatasetKind::kPseudonymizedPersonalInformation;
  terms.id = "subscribers-analysis-2026";
  terms.items.insert(terms.items.begin(),
                     {"subscriber_id",
                      {"契約者ごとの仮ID", "Pseudonym of each subscriber"},
                      {"契約者に関する情報", "Information on the subscriber"}});
  terms.purpose = {"サービスの品質の向上及び新たなサービスの開発のための分析",
                   "Analysis to improve service quality and to develop new "
                   "services"};
  terms.methods_of_provision.clear();
  terms.recipient = {};
  terms.continuity = {.continuing = true, .from = "2026-11-20", .to = ""};
  terms.safety_measures[1] = {"削除情報等の分離保管及びアクセス制御",
                              "Separate storage of the deletion information "
                              "under access control"};
  return terms;
}

// A later version of a publication that continues: location of a telecom's
// users, created by two companies.
inline ReleaseTerms ContinuingTerms() {
  ReleaseTerms terms = AnonymizedTerms();
  const BilingualText user = {"利用者に関する情報", "Information on the user"};
  terms.id = "visits-2026-11";
  terms.manifest = {.id = "visits", .version = 2};
  terms.supersedes = {.id = "visits", .version = 1};
  terms.manifest_url = "https://www.example.co.jp/privacy/anonymized/visits/";
  terms.population = {"当社の位置情報アプリの利用者",
                      "users of its positioning app"};
  terms.items = {{"place_and_time",
                  {"滞在地域及び滞在日", "Area and day of the visit"},
                  {"位置に関する情報", "Information on location"}},
                 {"age", {"年齢層", "Age band"}, user},
                 {"sex", {"性別", "Sex"}, user}};
  terms.creators = {
      {terms.publisher, true},
      {{.name = {"見本データ株式会社", "Mihon Data Ltd."},
        .address = {"大阪府大阪市北区見本2-3-4", "2-3-4 Mihon, Kita-ku, Osaka"},
        .representative = {"代表取締役 例示 花子", "Hanako Reiji, President"}},
       false}};
  terms.methods_of_provision.push_back(
      {"電磁的記録媒体の手渡し", "Handing over of electronic media"});
  terms.continuity = {.continuing = true, .from = "2026-04-01", .to = ""};
  terms.telecom_location = true;
  terms.exclusion = {.url = "https://www.example.co.jp/privacy/exclusion/",
                     .email = "",
                     .phone = "0120-000-000",
                     .cut_off = "2026-10-31"};
  return terms;
}

inline PublicationFacts PublishedSample() {
  return {.published_on = "2026-11-24",
          .url = "https://www.example.co.jp/privacy/anonymized/visits/",
          .first_provided_on = "2026-12-01",
          .ended_on = ""};
}

// Pseudonymized information that group companies use for a new purpose.
inline ReleaseTerms JointUseTerms() {
  ReleaseTerms terms = PseudonymizedTerms();
  terms.id = "subscribers-group-2026";
  terms.joint_use = {
      .range = {"サンプルグループ各社", "Companies of the Sample Group"},
      .users = {{"株式会社サンプル電気", "Sample Electric, Inc."},
                {"株式会社サンプル決済", "Sample Payments, Inc."}},
      .purpose = {},
      .responsible = {}};
  terms.purpose_change = {
      .former = {"通信サービスの提供及び料金の請求",
                 "Provision of communications services and billing"},
      .changed_on = "2026-11-25"};
  terms.erasure = ErasureMode::kPolicyStrict;
  return terms;
}

inline ManifestFacts FactsOf(const ReleaseTerms& terms) {
  ManifestFacts facts;
  for (const Item& item : terms.items) {
    facts.output_columns.push_back(item.attribute);
  }
  if (terms.kind == DatasetKind::kAnonymizedPersonalInformation) {
    facts.technique_verbs = {"shuffle_records", "suppress_attribute",
                             "generalize", "suppress_record", "generalize"};
    facts.run_key_destroyed = true;
  } else {
    facts.technique_verbs = {"suppress_attribute", "assign_pseudonym",
                             "generalize"};
  }
  facts.tool_version = "0.1.0";
  return facts;
}

inline DataFile SampleData() {
  return {
      .name = "data.csv",
      .sha256 =
          "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
      .bytes = 1234567};
}

inline constexpr std::string_view kManifestSha256 =
    "fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9";

}  // namespace anon::test

#endif  // ANON_TESTS_RELEASE_SAMPLE_H_
