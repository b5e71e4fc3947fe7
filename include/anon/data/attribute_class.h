// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_DATA_ATTRIBUTE_CLASS_H_
#define ANON_DATA_ATTRIBUTE_CLASS_H_

#include <optional>
#include <span>
#include <string_view>

namespace anon {

// What the law sees in a column, whatever its role in classes. A legal profile
// says which treatment each class demands (see policy/legal_profile.h).
enum class AttributeClass {
  kIndividualIdentificationCode,  // 個人識別符号: passport, My Number, licence
  kPropertyDamageRisk,   // 財産的被害のおそれ: card number, password
  kContact,              // 連絡先: phone, e-mail, address
  kLinkingCode,          // 連結符号: joins tables
  kSpecialCareRequired,  // 要配慮個人情報
  kLocation,             // 位置情報
  kFreeText,             // 自由記述
  kIdiosyncratic,        // 特異な記述等: tells one person by rarity
  kOther,                // none of these
};

// "individual_identification_code", ..., "other".
std::string_view ToString(AttributeClass attribute_class);
std::optional<AttributeClass> ParseAttributeClass(std::string_view text);
std::span<const AttributeClass> AllAttributeClasses();

// Where location and communications data come from (appendix to class
// location): decides whether the secrecy of communications is touched.
enum class DataOrigin {
  kUnstated,
  kGpsApp,                // a positioning app, by its user's consent
  kLocationRegistration,  // 位置登録情報: the network knows a terminal's area
  kCallSession,           // made with a call or a session: 通信の秘密
};

// "", "gps_app", "location_registration", "call_session".
std::string_view ToString(DataOrigin origin);

}  // namespace anon

#endif  // ANON_DATA_ATTRIBUTE_CLASS_H_
