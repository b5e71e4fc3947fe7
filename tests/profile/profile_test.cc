// SPDX-License-Identifier: Apache-2.0
#include "anon/profile/profile.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "anon/io/csv.h"
#include "support/support.h"

namespace {

using namespace anon;

TableProfile Profile(const std::filesystem::path& file,
                     const ProfileOptions& options = {}) {
  auto source = CsvSource::Open(file);
  REQUIRE(source.ok());
  test::SeededRandom random(3);
  auto profile = ProfileTable(**source, options, random);
  REQUIRE_MESSAGE(profile.ok(), profile.status().ToString());
  return *std::move(profile);
}

const ColumnProfile& Column(const TableProfile& profile,
                            std::string_view name) {
  const auto found =
      std::ranges::find(profile.columns, name, &ColumnProfile::name);
  REQUIRE(found != profile.columns.end());
  return *found;
}

// 600 people of 20 to 59, and one of 116.
std::string People() {
  std::string text = "age,memo,code,flag\n";
  for (int i = 0; i < 600; ++i) {
    text += fmt::format("{},{},{},{}\n", 20 + i % 40,
                        i == 7 ? "連絡先は 090-1234-5678 です。夜間のみ"
                               : fmt::format("来店しました。件数は{}件です", i),
                        fmt::format("X{:05}", i * 37), i % 2);
  }
  return text + "116,特になし。以上です,X99999,1\n";
}

}  // namespace

TEST_CASE("the generated subscribers are proposed for as their example does") {
  const TableProfile profile =
      Profile(test::SourceDir() / "examples/data/subscribers.csv");
  CHECK(profile.principal == "subscriber_id");
  CHECK(profile.principals == 6000);
  CHECK(profile.records == 7981);
  struct Expected {
    const char* name;
    Role role;
    AttributeClass attribute_class;
    const char* treatment;
  };
  for (const Expected& expected : {
           Expected{"subscriber_id", Role::kDirectIdentifier,
                    AttributeClass::kLinkingCode, "suppress"},
           {"line_id", Role::kDirectIdentifier, AttributeClass::kLinkingCode,
            "suppress"},
           {"name_kanji", Role::kDirectIdentifier, AttributeClass::kOther,
            "suppress"},
           {"phone", Role::kDirectIdentifier, AttributeClass::kContact,
            "suppress"},
           {"email", Role::kDirectIdentifier, AttributeClass::kContact,
            "suppress"},
           {"birth_date", Role::kQuasiIdentifier, AttributeClass::kOther,
            "generalize"},
           {"postal_code", Role::kQuasiIdentifier, AttributeClass::kLocation,
            "generalize"},
           {"address", Role::kDirectIdentifier, AttributeClass::kContact,
            "suppress"},
           {"plan", Role::kSensitive, AttributeClass::kOther, "keep"},
           {"device", Role::kInsensitive, AttributeClass::kOther, "keep"},
           {"imei", Role::kDirectIdentifier, AttributeClass::kLinkingCode,
            "suppress"},
           {"consent_analytics", Role::kInsensitive, AttributeClass::kOther,
            "suppress"},
       }) {
    CAPTURE(expected.name);
    const Proposal& proposal = Column(profile, expected.name).proposal;
    CHECK(proposal.role == expected.role);
    CHECK(proposal.attribute_class == expected.attribute_class);
    CHECK(proposal.treatment == expected.treatment);
    CHECK(!proposal.reason.empty());
  }
  REQUIRE(!profile.combinations.empty());
  CHECK(profile.combinations[0].attributes ==
        std::vector<std::string>{"birth_date", "postal_code"});
}

TEST_CASE("an age of 116 and a number in a memo are found, and not shown") {
  const test::TempDir dir;
  const auto file = test::Write(dir / "people.csv", People());
  const TableProfile profile = Profile(file);
  CHECK(profile.principal == "");
  CHECK(profile.principals == 601);

  const ColumnProfile& age = Column(profile, "age");
  CHECK(age.kind == ValueKind::kWholeNumber);
  CHECK(age.rare_values == 1);
  CHECK(age.rare_cells == 1);
  REQUIRE(age.extremes);
  CHECK(age.extremes->far_out == 1);
  CHECK(age.extremes->above == 1);
  CHECK(age.extremes->top == "59");
  CHECK(age.extremes->largest == "");

  const ColumnProfile& memo = Column(profile, "memo");
  CHECK(memo.kind == ValueKind::kText);
  REQUIRE(memo.residue.size() == 1);
  CHECK(memo.residue[0].stops);
  CHECK(memo.proposal.attribute_class == AttributeClass::kFreeText);
  CHECK(memo.proposal.treatment == "suppress");
  CHECK(Column(profile, "code").proposal.attribute_class ==
        AttributeClass::kLinkingCode);
  CHECK(Column(profile, "flag").proposal.treatment == "keep");

  for (const std::string& text : {ProfileText(profile), ProfileJson(profile)}) {
    CHECK(text.find("116") == std::string::npos);
    CHECK(text.find("5678") == std::string::npos);
    CHECK(text.find("X99999") == std::string::npos);
  }
  CHECK(nlohmann::json::parse(ProfileJson(profile)).at("records") == 601);

  const TableProfile shown = Profile(file, {.show_values = true});
  CHECK(Column(shown, "age").extremes->largest == "116");
  CHECK(Column(shown, "age").rare_examples == std::vector<std::string>{"116"});
  CHECK(ProfileText(shown).find("116") != std::string::npos);
}

TEST_CASE("a bound is shown only if ten principals share it") {
  const test::TempDir dir;
  // Everybody of nine has ten rows with an age of 20; fees and numbers of
  // customers are one's own.
  std::string text = "customer_id,age,fee,my_number\n";
  for (int i = 0; i < 200; ++i) {
    text +=
        fmt::format("{},{},{},{}\n", 5000 + (i < 90 ? i % 9 : i),
                    i < 90 ? 20 : 30 + i % 5, 4000 + i / 2 * 3, 7000 + i % 2);
  }
  const auto file = test::Write(dir / "t.csv", text);
  const TableProfile profile = Profile(file);
  CHECK(profile.principal == "customer_id");
  const auto& age = Column(profile, "age").extremes;
  REQUIRE(age);
  CHECK(age->bottom == "");
  CHECK(age->top == "34");
  CHECK(age->above == 0);
  const auto& fee = Column(profile, "fee").extremes;
  REQUIRE(fee);
  CHECK(fee->bottom == "");
  CHECK(fee->top == "");
  CHECK_FALSE(Column(profile, "customer_id").extremes);
  CHECK_FALSE(Column(profile, "my_number").extremes);
  for (const std::string& said : {ProfileText(profile), ProfileJson(profile)}) {
    for (const char* const value : {"4012", "4285", "5008", "5190", "7000"}) {
      CAPTURE(value);
      CHECK(said.find(value) == std::string::npos);
    }
  }
  const TableProfile shown = Profile(file, {.show_values = true});
  CHECK(Column(shown, "fee").extremes->bottom == "4012");
  CHECK(Column(shown, "age").extremes->bottom == "20");
}

TEST_CASE("a lone value behind a gap is idiosyncratic, a wide range is not") {
  const test::TempDir dir;
  std::string text = "age,fee\n";
  for (int i = 0; i < 350; ++i) {
    text += fmt::format("{},{}\n", 20 + i % 70, i * 37 % 1000);
  }
  text += "116,500\n-40,501\n";
  const TableProfile profile = Profile(test::Write(dir / "t.csv", text));
  CHECK(Column(profile, "age").rare_values == 0);  // few cells a value
  CHECK(Column(profile, "age").extremes->far_out == 2);
  CHECK(Column(profile, "age").proposal.reason.find("idiosyncratic") !=
        std::string::npos);
  CHECK(Column(profile, "fee").extremes->far_out == 0);
  CHECK(Column(profile, "fee").proposal.reason.find("idiosyncratic") ==
        std::string::npos);
  CHECK(ProfileText(profile).find(
            "idiosyncratic: 2 cells lie far from the rest\n") !=
        std::string::npos);
}

TEST_CASE("what a column holds comes before what it is called") {
  const test::TempDir dir;
  std::string text = "device,my_number,age\n";
  for (int i = 0; i < 50; ++i) {
    text += fmt::format("user{}@example.jp,none,{}\n", i, 20 + i % 3);
  }
  const TableProfile profile = Profile(test::Write(dir / "t.csv", text));
  CHECK(Column(profile, "device").proposal.attribute_class ==
        AttributeClass::kContact);
  CHECK(Column(profile, "device").proposal.treatment == "suppress");
  // A name that warns is believed, whatever stands there now.
  CHECK(Column(profile, "my_number").proposal.attribute_class ==
        AttributeClass::kIndividualIdentificationCode);
}

TEST_CASE("no records and no such principal are errors that say so") {
  const test::TempDir dir;
  test::SeededRandom random(1);
  auto source = CsvSource::Open(test::Write(dir / "e.csv", "a,b\n"));
  CHECK(absl::IsDataLoss(ProfileTable(**source, {}, random).status()));
  source = CsvSource::Open(test::Write(dir / "f.csv", "a,b\n1,2\n"));
  const auto profile = ProfileTable(**source, {.principal = "c"}, random);
  CHECK(absl::IsInvalidArgument(profile.status()));
}
