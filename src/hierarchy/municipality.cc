// SPDX-License-Identifier: Apache-2.0
//
// The check digit (総務省, 全国地方公共団体コード仕様): the five digits times
// 6, 5, 4, 3, 2 are added up; 11 less the remainder of that by 11, last digit.
// Example: 13101: 6 + 15 + 4 + 0 + 2 = 27, remainder 5, check digit 6.
#include "anon/hierarchy/municipality.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/status_macros.h"
#include "hierarchy/width.h"

namespace anon {
namespace {

struct Names {
  std::string_view japanese;
  std::string_view english;
};

struct Prefecture {
  Names names;
  std::size_t region;
};

#include "hierarchy/prefectures.inc"

constexpr int kWardsOfCity = 30;

std::string_view In(const Names& names, LabelLanguage language) {
  return language == LabelLanguage::kJapanese ? names.japanese : names.english;
}

const Prefecture& Facts(int prefecture) {
  return kPrefectures[static_cast<std::size_t>(prefecture) - 1];
}

class Municipalities final : public HierarchyRule {
 public:
  explicit Municipalities(const MunicipalityRuleOptions& options)
      : HierarchyRule(options.levels.size()), options_(options) {}

 private:
  absl::Status AddLabels(std::string_view value,
                         std::vector<std::string>& labels) const override {
    ANON_ASSIGN_OR_RETURN(const MunicipalityCode code,
                          MunicipalityCode::Parse(value));
    for (const MunicipalityUnit unit : options_.levels) {
      switch (unit) {
        case MunicipalityUnit::kCity:
          labels.push_back(code.City().ToString());
          break;
        case MunicipalityUnit::kPrefecture:
          labels.emplace_back(
              PrefectureName(code.prefecture(), options_.language));
          break;
        case MunicipalityUnit::kRegion:
          labels.emplace_back(RegionName(code.prefecture(), options_.language));
          break;
      }
    }
    return absl::OkStatus();
  }

  MunicipalityRuleOptions options_;
};

}  // namespace

absl::StatusOr<MunicipalityCode> MunicipalityCode::Parse(
    std::string_view text) {
  const std::string code = internal::FoldWidth(text);
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if ((code.size() != 5 && code.size() != 6) ||
      !std::ranges::all_of(code, digit)) {
    return InputError(
        "expected a municipality code of 5 or 6 digits such as 13101 or 131016 "
        "(a spreadsheet may have dropped a leading 0)");
  }
  int number = 0;
  for (std::size_t i = 0; i < 5; ++i) number = number * 10 + (code[i] - '0');
  if (number < 1000 || number >= 48000) {
    return InputError(
        "expected a municipality code that begins with a prefecture, 01 to 47");
  }
  const MunicipalityCode parsed(number);
  if (code.size() == 6 && code[5] != parsed.check_digit()) {
    return InputError("a municipality code with a wrong check digit");
  }
  return parsed;
}

char MunicipalityCode::check_digit() const {
  int sum = 0;
  int digits = number_;
  for (int weight = 2; weight <= 6; ++weight) {
    sum += digits % 10 * weight;
    digits /= 10;
  }
  return static_cast<char>('0' + (11 - sum % 11) % 10);
}

std::string MunicipalityCode::ToString() const {
  return fmt::format("{:05}{}", number_, check_digit());
}

MunicipalityCode MunicipalityCode::City() const {
  const auto above = std::ranges::upper_bound(kDesignatedCities, number_);
  if (above == kDesignatedCities.begin()) return *this;
  const int city = *(above - 1);
  return number_ < city + kWardsOfCity ? MunicipalityCode(city) : *this;
}

std::string_view PrefectureName(int prefecture, LabelLanguage language) {
  return In(Facts(prefecture).names, language);
}

std::string_view RegionName(int prefecture, LabelLanguage language) {
  return In(kRegions[Facts(prefecture).region], language);
}

absl::StatusOr<HierarchyRulePtr> MunicipalityRule(
    const MunicipalityRuleOptions& options) {
  if (options.levels.empty()) {
    return PolicyError("municipality needs at least one of levels");
  }
  for (std::size_t i = 1; i < options.levels.size(); ++i) {
    if (options.levels[i - 1] >= options.levels[i]) {
      return PolicyError(
          "municipality needs levels in the order city, prefecture, region");
    }
  }
  return std::make_shared<Municipalities>(options);
}

}  // namespace anon
