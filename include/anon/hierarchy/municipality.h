// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_HIERARCHY_MUNICIPALITY_H_
#define ANON_HIERARCHY_MUNICIPALITY_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "anon/base/status.h"
#include "anon/hierarchy/hierarchy_rule.h"

namespace anon {

// A code of a local government of Japan (全国地方公共団体コード): two digits of
// the prefecture (JIS X 0401), three of the municipality (JIS X 0402; 000 is
// the prefecture itself) and, in the six-digit form, a check digit. Whether
// there is such a municipality is not known here: they merge every year. A
// value type.
class MunicipalityCode {
 public:
  // "131016" or "13101" (full-width too). A wrong check digit and a prefecture
  // that is not 01 to 47 are refused.
  static absl::StatusOr<MunicipalityCode> Parse(std::string_view code);

  int prefecture() const { return number_ / 1000; }  // 1 to 47
  int number() const { return number_; }             // 13101
  char check_digit() const;
  std::string ToString() const;  // "131016", with the check digit

  // The designated city (政令指定都市) whose ward this is, or this.
  MunicipalityCode City() const;

  friend bool operator==(const MunicipalityCode&,
                         const MunicipalityCode&) = default;

 private:
  explicit MunicipalityCode(int number) : number_(number) {}
  int number_;
};

// "東京都", "Tokyo"; "関東", "Kanto" (eight regions). Requires 1 <= prefecture
// <= 47.
std::string_view PrefectureName(int prefecture, LabelLanguage language);
std::string_view RegionName(int prefecture, LabelLanguage language);

enum class MunicipalityUnit { kCity, kPrefecture, kRegion };

// From codes to the units of `levels`, in this order: cities as six-digit
// codes, prefectures and regions by name.
struct MunicipalityRuleOptions {
  std::vector<MunicipalityUnit> levels = {MunicipalityUnit::kPrefecture,
                                          MunicipalityUnit::kRegion};
  LabelLanguage language = LabelLanguage::kJapanese;
};
absl::StatusOr<HierarchyRulePtr> MunicipalityRule(
    const MunicipalityRuleOptions& options);

}  // namespace anon

#endif  // ANON_HIERARCHY_MUNICIPALITY_H_
