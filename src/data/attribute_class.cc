// SPDX-License-Identifier: Apache-2.0
#include "anon/data/attribute_class.h"

#include <array>

namespace anon {

std::string_view ToString(AttributeClass attribute_class) {
  switch (attribute_class) {
    case AttributeClass::kIndividualIdentificationCode:
      return "individual_identification_code";
    case AttributeClass::kPropertyDamageRisk:
      return "property_damage_risk";
    case AttributeClass::kContact:
      return "contact";
    case AttributeClass::kLinkingCode:
      return "linking_code";
    case AttributeClass::kSpecialCareRequired:
      return "special_care_required";
    case AttributeClass::kLocation:
      return "location";
    case AttributeClass::kFreeText:
      return "free_text";
    case AttributeClass::kIdiosyncratic:
      return "idiosyncratic";
    case AttributeClass::kOther:
      return "other";
  }
  return "";
}

std::span<const AttributeClass> AllAttributeClasses() {
  using enum AttributeClass;
  static constexpr std::array kAll = {kIndividualIdentificationCode,
                                      kPropertyDamageRisk,
                                      kContact,
                                      kLinkingCode,
                                      kSpecialCareRequired,
                                      kLocation,
                                      kFreeText,
                                      kIdiosyncratic,
                                      kOther};
  return kAll;
}

std::optional<AttributeClass> ParseAttributeClass(std::string_view text) {
  for (const AttributeClass each : AllAttributeClasses()) {
    if (ToString(each) == text) return each;
  }
  return std::nullopt;
}

std::string_view ToString(DataOrigin origin) {
  switch (origin) {
    case DataOrigin::kUnstated:
      return "";
    case DataOrigin::kGpsApp:
      return "gps_app";
    case DataOrigin::kLocationRegistration:
      return "location_registration";
    case DataOrigin::kCallSession:
      return "call_session";
  }
  return "";
}

}  // namespace anon
