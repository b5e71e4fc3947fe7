// SPDX-License-Identifier: Apache-2.0
#include "release/wording.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "release/law_editions.h"

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
      Say(Word::cited, {{"sentence", {"{citation}", "{citation}"}},
                        {"citation", {"法", "Act"}}});
  CHECK(said.ja == "{citation}（法）");
  CHECK(said.en == "{citation} (Act)");
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
