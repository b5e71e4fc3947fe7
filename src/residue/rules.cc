// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "residue/detector.h"

namespace anon {
namespace {

using Words = std::string_view;
constexpr Words kCardWords[] = {
    "カード番号",  "クレジット", "クレカ", "カード", "credit card",
    "card number", "card no",    "card",   "pan",    "visa",
    "mastercard",  "jcb",        "amex"};
constexpr Words kMyNumberWords[] = {"マイナンバー", "個人番号", "my number",
                                    "mynumber", "individual number"};
constexpr Words kCorporateWords[] = {"法人番号",         "法人no",
                                     "インボイス",       "登録番号",
                                     "corporate number", "corporate no"};
constexpr Words kPassportWords[] = {"パスポート", "旅券", "passport"};
constexpr Words kLicenceWords[] = {"運転免許", "免許証",  "免許",    "driver",
                                   "drivers",  "driving", "licence", "license"};
constexpr Words kPensionWords[] = {"基礎年金", "年金番号", "年金手帳",
                                   "pension"};
constexpr Words kInsuranceWords[] = {"保険者番号", "被保険者",
                                     "保険証",     "健康保険",
                                     "insurer",    "health insurance"};
constexpr Words kBankWords[] = {
    "口座", "普通",     "当座", "貯蓄",           "銀行",       "信金",
    "支店", "ゆうちょ", "bank", "account number", "account no", "bank account"};
constexpr Words kPhoneWords[] = {"電話",   "携帯", "連絡先", "ケータイ",
                                 "スマホ", "tel",  "phone",  "mobile",
                                 "cell",   "fax",  "msisdn"};
constexpr Words kIpWords[] = {"ip",      "ipv4",  "ipアドレス", "接続元",
                              "送信元",  "host",  "client",     "addr",
                              "address", "remote"};
constexpr Words kImsiWords[] = {"imsi"};
constexpr Words kImeiWords[] = {"imei", "端末識別"};
constexpr Words kIccidWords[] = {"iccid", "simカード", "sim"};

constexpr std::string_view kCode = "individual_identification_code";
constexpr std::string_view kDamage = "property_damage_risk";
constexpr std::string_view kContact = "contact";
constexpr std::string_view kLinking = "linking_code";
constexpr std::string_view kOther = "other";

constexpr std::string_view kWord = "a word names it";

// In the order of internal::RuleIndex.
constexpr ResidueRule kRules[] = {
    {"payment_card", "payment card number", "クレジットカード番号", kDamage,
     "an issuer's range with its length, Luhn",
     "a word names it, or it stands in a sentence that names no other number",
     10, kCardWords},
    {"my_number", "My Number", "個人番号（マイナンバー）", kCode,
     "12 digits, check digit", kWord, 10, kMyNumberWords},
    {"corporate_number", "corporate number", "法人番号", kOther,
     "13 digits, check digit", "a word names it, or T stands before it", 9,
     kCorporateWords},
    {"passport", "passport number", "旅券番号", kCode,
     "two letters and seven digits", kWord, 0, kPassportWords},
    {"drivers_licence", "driver's licence number", "運転免許証番号", kCode,
     "12 digits, public safety commission, check digit", kWord, 10,
     kLicenceWords},
    {"basic_pension_number", "basic pension number", "基礎年金番号", kCode,
     "four and six digits", kWord, 0, kPensionWords},
    {"health_insurance", "health-insurance symbol or insurer number",
     "被保険者証の記号・番号、保険者番号", kCode,
     "記号 and 番号 with digits, or 8 digits with Luhn", kWord, 0,
     kInsuranceWords},
    {"bank_account", "bank account", "口座番号", kDamage,
     "7 digits, bank-branch-account, or a Yucho symbol and number", kWord, 0,
     kBankWords},
    {"iban",
     "IBAN",
     "国際銀行口座番号",
     kDamage,
     "a country's length, mod 97",
     "always",
     0,
     {}},
    {"email",
     "e-mail address",
     "電子メールアドレス",
     kContact,
     "a mailbox and a domain",
     "always",
     0,
     {}},
    {"mobile_phone", "mobile or IP telephone number",
     "携帯電話番号・IP電話番号", kContact, "0x0 and eight digits, or +81",
     "separators where they belong, +81, a word, or a sentence that names no "
     "other number",
     300, kPhoneWords},
    {"fixed_phone", "fixed-line telephone number", "固定電話番号", kContact,
     "0 and nine digits, or +81", "separators where they belong, +81, a word",
     10, kPhoneWords},
    {"url_secret",
     "URL with credentials",
     "認証情報を含むURL",
     kDamage,
     "user:password@, or a query with a token, session or key",
     "always",
     0,
     {}},
    {"device_uuid",
     "advertising or device identifier (UUID)",
     "広告ID・端末ID（UUID）",
     kLinking,
     "RFC 9562 version and variant",
     "always",
     0,
     {}},
    {"cookie_id",
     "cookie identifier",
     "クッキーID",
     kLinking,
     "names and shapes of common cookies",
     "always",
     0,
     {}},
    {"ipv4", "IPv4 address", "IPv4アドレス", kLinking,
     "four numbers up to 255; not private, not called a version",
     "a word names it, or two of the last three numbers are 20 or more", 0,
     kIpWords},
    {"ipv6",
     "IPv6 address",
     "IPv6アドレス",
     kLinking,
     "RFC 4291",
     "always",
     0,
     {}},
    {"imsi", "IMSI", "IMSI", kLinking, "15 digits from 440 or 441", kWord, 500,
     kImsiWords},
    {"imei", "IMEI", "IMEI", kLinking, "15 digits, reporting body, Luhn", kWord,
     10, kImeiWords},
    {"iccid", "ICCID", "ICCID", kLinking, "19 or 20 digits from 89, Luhn",
     kWord, 10, kIccidWords},
    {"wallet_address",
     "wallet address",
     "暗号資産アドレス",
     kDamage,
     "Base58Check, bech32, or 0x and 40 hexadecimal digits",
     "always",
     0,
     {}},
};
static_assert(std::size(kRules) == internal::kRuleCount);

}  // namespace

std::span<const ResidueRule> ResidueRules() { return kRules; }

std::optional<std::size_t> FindResidueRule(std::string_view name) {
  for (std::size_t i = 0; i < std::size(kRules); ++i) {
    if (kRules[i].name == name) return i;
  }
  return std::nullopt;
}

}  // namespace anon
