// SPDX-License-Identifier: Apache-2.0
#include "release/wording.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <set>
#include <string>

#include "anon/release/wording.h"
#include "release/law_editions.h"
#include "support/support.h"

namespace anon::internal {
namespace {

std::set<std::string> Placeholders(std::string_view text) {
  std::set<std::string> names;
  for (std::size_t at = text.find('{'); at != std::string_view::npos;
       at = text.find('{', at + 1)) {
    const std::size_t end = text.find('}', at);
    REQUIRE(end != std::string_view::npos);
    names.emplace(text.substr(at + 1, end - at - 1));
  }
  return names;
}

TEST_CASE("Wording: both languages are there and fill in the same names") {
  std::set<std::string_view> keys;
  for (const Wording& wording : AllWordings()) {
    INFO(wording.key);
    CHECK(keys.insert(wording.key).second);
    CHECK_FALSE(wording.ja.empty());
    CHECK_FALSE(wording.en.empty());
    CHECK(Placeholders(wording.ja) == Placeholders(wording.en));
  }
}

TEST_CASE("Wording: article numbers are in the law table, not in sentences") {
  for (const Wording& wording : AllWordings()) {
    INFO(wording.key);
    CHECK(wording.ja.find("条第") == std::string_view::npos);
    CHECK(wording.en.find("Article ") ==
          (wording.key == "law_as_of" ? 0 : std::string_view::npos));
  }
}

TEST_CASE("Say: what is filled in is not looked at again") {
  const BilingualText said =
      Wordbook()(Word::cited, {{"sentence", {"{citation}", "{citation}"}},
                               {"citation", {"法", "Act"}}});
  CHECK(said.ja == "{citation}（法）");
  CHECK(said.en == "{citation} (Act)");
}

std::string WordingRefusal(std::string_view key, BilingualText text) {
  const absl::Status status = CheckWording(key, text);
  return status.ok() ? "" : std::string(Message(status));
}

bool Holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

TEST_CASE("CheckWording: every standard sentence may stand for itself") {
  for (const Wording& wording : AllWordings()) {
    INFO(wording.key);
    CHECK(WordingRefusal(wording.key, {std::string(wording.ja),
                                       std::string(wording.en)}) == "");
  }
}

TEST_CASE("CheckWording: names what a sentence of the publisher's own lacks") {
  CHECK(Holds(WordingRefusal("contakt", {"窓口", "Desk"}),
              "did you mean 'contact'?"));
  CHECK(Holds(WordingRefusal("contact", {"窓口", ""}), "contact.en is empty"));
  CHECK(Holds(WordingRefusal("law_as_of", {"法による。", "By the Act."}),
              "law_as_of.ja lacks {date}"));
  CHECK(Holds(WordingRefusal("contact", {"{name}窓口", "Desk"}),
              "contact.ja holds a {name} that nothing is filled into"));
  CHECK(Holds(WordingRefusal("contact", {"窓口}", "Desk"}),
              "without its partner"));
  CHECK(Holds(WordingRefusal("contact", {"窓口\n", "Desk"}), "line break"));
  CHECK(Holds(WordingRefusal("contact", {"窓口（k=5）", "Desk"}), "parameter"));
  // A page that no longer says what the data are would not be the statement
  // that the Act asks for.
  CHECK(Holds(WordingRefusal("notice_anonymized_statement",
                             {"{act}のデータです。", "Data under {act}."}),
              "no longer names the legal kind"));
}

TEST_CASE("Wordbook: own sentences take the place of the standard ones") {
  const Wordbook say({{"contact", {"お客さま窓口", "Customer Desk"}}});
  CHECK(say(Word::contact).ja == "お客さま窓口");
  CHECK(say(Word::contact).en == "Customer Desk");
  CHECK(say(Word::publisher).en == "Publisher");
}

TEST_CASE("WordingTemplate: is what docs/wording.yaml shows") {
  const auto path = test::SourceDir() / "docs" / "wording.yaml";
  const char* const update = std::getenv("ANON_UPDATE_GOLDEN");
  if (update != nullptr) test::Write(path, WordingTemplate());
  CHECK(test::Read(path) == WordingTemplate());
}

TEST_CASE("Law editions: known by id, unverified until counsel signs") {
  REQUIRE_FALSE(LawEditions().empty());
  const auto edition = FindLawEdition("jp-appi-2026");
  REQUIRE(edition.ok());
  CHECK_FALSE(edition->verified());
  CHECK(edition->as_of == "2026-11-22");
  const auto unknown = FindLawEdition("jp-appi-2062");
  REQUIRE_FALSE(unknown.ok());
  CHECK(Message(unknown.status()).find("use one of jp-appi-2026") !=
        std::string_view::npos);
}

TEST_CASE("Law editions: a recalled citation waits for verification") {
  LawEdition edition = *FindLawEdition("jp-appi-2026");
  CHECK(Citation(edition, Duty::kAnonymizedItems).has_value());
  CHECK_FALSE(Citation(edition, Duty::kAnonymizedContinuity).has_value());
  edition.verified_by = "Counsel";
  edition.verified_on = "2026-12-01";
  CHECK(Citation(edition, Duty::kAnonymizedContinuity).has_value());
  CHECK_FALSE(Citation(edition, Duty::kNone).has_value());
}

TEST_CASE("Law editions: every edition has a row for every duty") {
  for (LawEdition edition : LawEditions()) {
    edition.verified_by = "Counsel";
    edition.verified_on = "2026-12-01";
    for (int duty = 1; duty <= static_cast<int>(Duty::kComplaints); ++duty) {
      INFO(edition.id << " " << duty);
      CHECK(Citation(edition, static_cast<Duty>(duty)).has_value());
    }
  }
}

}  // namespace
}  // namespace anon::internal
