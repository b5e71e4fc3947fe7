// SPDX-License-Identifier: Apache-2.0
#include "anon/hierarchy/municipality.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <set>

#include "hierarchy/hierarchy_support.h"

namespace anon {
namespace {

using test::CheckIsHierarchy;
using test::Ladder;
using test::Refusal;

TEST_CASE("Municipality code: check digits") {
  // As published: 札幌市, 千代田区, 横浜市, 大阪市, 那覇市, 北海道.
  for (const char* const code :
       {"011002", "131016", "141003", "271004", "472018", "010006"}) {
    const auto parsed = MunicipalityCode::Parse(code);
    REQUIRE(parsed.ok());
    CHECK(parsed->ToString() == code);
    CHECK(
        MunicipalityCode::Parse(std::string_view(code).substr(0, 5)).value() ==
        *parsed);
    for (char digit = '0'; digit <= '9'; ++digit) {
      const std::string other = std::string(code, 5) + digit;
      CHECK(MunicipalityCode::Parse(other).ok() == (other == code));
    }
  }
}

TEST_CASE("Municipality code: what is none") {
  const auto message = [](std::string_view code) {
    return std::string(Message(MunicipalityCode::Parse(code).status()));
  };
  for (const char* const code :
       {"", "1100", "1310", "0131016", "13-101", "東京都"}) {
    CHECK(message(code) ==
          "expected a municipality code of 5 or 6 digits such as 13101 or "
          "131016 (a spreadsheet may have dropped a leading 0)");
  }
  CHECK(message("00100") ==
        "expected a municipality code that begins with a prefecture, 01 to 47");
  CHECK(message("48100") == message("00100"));
  CHECK(message("131017") == "a municipality code with a wrong check digit");
  CHECK(MunicipalityCode::Parse("１３１０１６").ok());
}

TEST_CASE("Municipality code: wards belong to their designated city") {
  const auto city = [](std::string_view code) {
    return MunicipalityCode::Parse(code)->City().ToString();
  };
  CHECK(city("01101") == "011002");
  CHECK(city("14118") == "141003");
  CHECK(city("14131") == "141305");
  CHECK(city("14151") == "141500");
  CHECK(city("27128") == "271004");
  CHECK(city("27141") == "271403");
  CHECK(city("22138") == "221309");
  CHECK(city("13101") == "131016");
  CHECK(city("14201") == "142018");
  CHECK(city("01000") == "010006");
}

TEST_CASE("Municipality: 47 prefectures in 8 regions, all named apart") {
  for (const LabelLanguage language :
       {LabelLanguage::kJapanese, LabelLanguage::kEnglish}) {
    std::set<std::string_view> prefectures;
    std::set<std::string_view> regions;
    for (int p = 1; p <= 47; ++p) {
      prefectures.insert(PrefectureName(p, language));
      regions.insert(RegionName(p, language));
    }
    CHECK(prefectures.size() == 47);
    CHECK(regions.size() == 8);
  }
  CHECK(PrefectureName(47, LabelLanguage::kJapanese) == "沖縄県");
  CHECK(PrefectureName(24, LabelLanguage::kEnglish) == "Mie");
}

TEST_CASE("Municipality rule: from the code to the region") {
  CHECK(Ladder("municipality", {}, "131016") == "131016 > 東京都 > 関東 > *");
  CHECK(Ladder("municipality",
               {{"levels", "city,prefecture,region"}, {"language", "en"}},
               "27128") == "27128 > 271004 > Osaka > Kinki > *");
  CHECK(Ladder("municipality", {}, "") == " >  >  > *");
  CHECK(Refusal("municipality", {{"levels", "region,prefecture"}}) ==
        "municipality needs levels in the order city, prefecture, region");
  CheckIsHierarchy(
      *test::Rule("municipality", {{"levels", "city,prefecture,region"}}), 5000,
      [](test::SeededRandom& random) {
        return fmt::format("{:02}{:03}", 1 + random.Below(47),
                           random.Below(700));
      });
}

}  // namespace
}  // namespace anon
