// SPDX-License-Identifier: Apache-2.0
#include "profile/cues.h"

#include <string>

#include "residue/cell.h"

namespace anon::internal {
namespace {

constexpr Role kDirect = Role::kDirectIdentifier;
constexpr Role kQuasi = Role::kQuasiIdentifier;
constexpr Role kSensitive = Role::kSensitive;
constexpr Role kNone = Role::kInsensitive;

// The more telling first: "passport name" is about a passport.
constexpr Cue kCues[] = {
    {"passport|パスポート|旅券|my number|mynumber|マイナンバー|個人番号|免許|"
     "driver|licence no|license no|pension|年金番号|被保険者|保険証|保険者番号",
     AttributeClass::kIndividualIdentificationCode, kDirect, "suppress",
     "個人識別符号", "Individual identification code",
     "its name says it holds an individual identification code, which must be "
     "removed whole"},
    {"card no|card number|pan|cvv|カード番号|クレジット|口座|iban|bank account|"
     "account no|account number|password|passwd|パスワード|暗証|pin|wallet",
     AttributeClass::kPropertyDamageRisk, kDirect, "suppress", "決済情報",
     "Payment information",
     "its name says that misuse may cause property damage"},
    {"phone|tel|mobile no|電話|携帯番号|fax|msisdn", AttributeClass::kContact,
     kDirect, "suppress", "電話番号", "Telephone number",
     "a telephone number reaches and names a person"},
    {"email|e mail|mail|メール|eメール", AttributeClass::kContact, kDirect,
     "suppress", "電子メールアドレス", "E-mail address",
     "an e-mail address reaches and names a person"},
    {"address|住所|番地|street", AttributeClass::kContact, kDirect, "suppress",
     "住所", "Address", "a full address names a household"},
    {"imei|imsi|iccid|uuid|idfa|gaid|aaid|cookie|device id|端末id|ip|ip "
     "address|"
     "mac|mac address|advertising id|広告id|session|セッション|url",
     AttributeClass::kLinkingCode, kDirect, "suppress", "端末・回線の識別符号",
     "Identifier of a device or line",
     "a code of a device or line links tables and services"},
    {"name|氏名|姓名|名前|お名前|^姓|^名|カナ|フリガナ|ふりがな|kana|kanji|"
     "first name|last name|surname|full name|契約者名",
     AttributeClass::kOther, kDirect, "suppress", "氏名", "Name",
     "a name names the person"},
    {"memo|備考|メモ|コメント|comment|comments|note|notes|remark|remarks|"
     "自由記述|"
     "問い合わせ内容|free text|本文|message|description",
     AttributeClass::kFreeText, kDirect, "suppress", "自由記述", "Free text",
     "free text may hold anything about anyone"},
    {"race|人種|民族|religion|信条|宗教|病歴|疾病|傷病|診断|disease|diagnosis|"
     "障害|disability|犯罪|前科|criminal|social status|社会的身分|労働組合",
     AttributeClass::kSpecialCareRequired, kQuasi, "suppress", "要配慮個人情報",
     "Special care-required information",
     "special care-required personal information: keep it only with a ground "
     "and a model that guards it"},
    {"latitude|longitude|lat|lon|lng|緯度|経度|gps|mesh|メッシュ|cell "
     "id|基地局|"
     "位置",
     AttributeClass::kLocation, kQuasi, "suppress", "位置情報", "Location",
     "places over time single people out: grid them first"},
    {"birth|birthday|birthdate|dob|生年月日|誕生日", AttributeClass::kOther,
     kQuasi, "generalize", "生年月日", "Date of birth",
     "known to many, and one of the three that identify most people"},
    {"age|年齢", AttributeClass::kOther, kQuasi, "generalize", "年齢", "Age",
     "known to many who know the person"},
    {"sex|gender|性別", AttributeClass::kOther, kQuasi, "generalize", "性別",
     "Sex", "known to all who know the person"},
    {"zip|zipcode|zip code|postal|postal code|postcode|郵便番号",
     AttributeClass::kLocation, kQuasi, "generalize", "郵便番号", "Postal code",
     "known to many, and near to an address"},
    {"municipality|市区町村|自治体|prefecture|都道府県|city|region|地域|エリア|"
     "area|country|国籍|出身|native country",
     AttributeClass::kLocation, kQuasi, "generalize", "居住地域",
     "Region of residence", "known to many who know the person"},
    {"marital|marital "
     "status|婚姻|education|学歴|workclass|勤務先|職種|occupation|"
     "職業|job|業種|家族|世帯|household",
     AttributeClass::kOther, kQuasi, "generalize", "属性", "Attribute",
     "known to many who know the person"},
    {"salary|income|給与|年収|所得|wage|plan|プラン|契約内容|diagnose|score|"
     "スコア|評価",
     AttributeClass::kOther, kSensitive, "keep", "契約・所得",
     "Contract or income",
     "what a recipient should not learn about one person"},
    {"consent|同意|opt out|opt in|許諾", AttributeClass::kOther, kNone,
     "suppress", "同意", "Consent",
     "a note to the processing, of no use to a recipient"},
};

bool IsWordAt(std::string_view name, std::size_t at, std::size_t length) {
  const auto letter = [&](std::size_t i) {
    return i < name.size() && IsLetter(name[i]);
  };
  return (at == 0 || !letter(at - 1)) && !letter(at + length);
}

bool Says(std::string_view name, std::string_view word) {
  if (word.starts_with('^')) return name == word.substr(1);
  const bool ascii = static_cast<unsigned char>(word[0]) < 0x80;
  for (std::size_t at = name.find(word); at != std::string_view::npos;
       at = name.find(word, at + 1)) {
    if (!ascii || IsWordAt(name, at, word.size())) return true;
  }
  return false;
}

bool SaysAny(std::string_view name, std::string_view words) {
  while (!words.empty()) {
    const std::size_t end = words.find('|');
    if (Says(name, words.substr(0, end))) return true;
    if (end == std::string_view::npos) return false;
    words.remove_prefix(end + 1);
  }
  return false;
}

}  // namespace

const Cue* FindCue(std::string_view attribute) {
  const std::string name = ContextName(attribute);
  for (const Cue& cue : kCues) {
    if (SaysAny(name, cue.words)) return &cue;
  }
  return nullptr;
}

bool NamesPrincipal(std::string_view attribute) {
  return SaysAny(ContextName(attribute),
                 "subscriber id|customer id|customer no|user id|member id|"
                 "member no|person id|patient id|principal id|client id|"
                 "顧客番号|顧客id|会員番号|会員id|契約者番号|契約者id|"
                 "利用者番号|利用者id|お客様番号|患者番号|^id");
}

}  // namespace anon::internal
