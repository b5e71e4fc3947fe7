// SPDX-License-Identifier: Apache-2.0
#include "anon/release/seal.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <functional>

#include "anon/base/digest.h"
#include "release/sample.h"
#include "release/sealable.h"
#include "support/support.h"

namespace anon {
namespace {

namespace fs = std::filesystem;

using test::kData;
using test::Sealable;

// What Seal says after `change`; nothing may have been published then.
std::string Refusal(const std::function<void(Sealable&)>& change) {
  Sealable sealable;
  change(sealable);
  const auto release = sealable.TrySeal();
  CHECK_FALSE(fs::exists(sealable.dir / "publish/SHA256SUMS"));
  return release.ok() ? "" : std::string(Message(release.status()));
}

TEST_CASE("Seal: writes notice, item list and check sums") {
  const Sealable sealable;
  const auto release = sealable.TrySeal();
  REQUIRE_MESSAGE(release.ok(), Message(release.status()));
  CHECK(release->sha256.size() == 14);
  for (const auto& [name, sha256] : release->sha256) {
    CHECK(sha256 == ToHex(Sha256(test::Read(sealable.dir / name))));
  }
  const std::string notice = test::Read(sealable.dir / "provide/notice.en.txt");
  CHECK(notice.find(release->sha256.at("provide/data.csv")) !=
        std::string::npos);
}

TEST_CASE("Seal: sha256sum agrees with SHA256SUMS") {
  for (const auto& terms :
       {test::AnonymizedTerms(), test::PseudonymizedTerms()}) {
    const Sealable sealable(terms);
    REQUIRE(sealable.TrySeal().ok());
    const std::string publish = (sealable.dir / "publish").string();
    const std::string sums = test::Read(publish + "/SHA256SUMS");
    CHECK(std::count(sums.begin(), sums.end(), '\n') == 14);
    if (std::system("command -v sha256sum > /dev/null") != 0) {
      MESSAGE("SKIPPED: no sha256sum");
      return;
    }
    const std::string check =
        "cd '" + publish + "' && sha256sum --strict --status -c SHA256SUMS";
    CHECK(std::system(check.c_str()) == 0);
    test::Write(sealable.dir / "provide/data.csv", "other bytes");
    CHECK(std::system((check + " 2> /dev/null").c_str()) != 0);
  }
}

TEST_CASE("Seal: refuses what the assessment does not stand for") {
  CHECK(Refusal([](Sealable& s) { s.assessment.satisfied = false; }) ==
        "not sealed: a model is not met");
  CHECK(Refusal([](Sealable& s) { s.assessment = {}; }) ==
        "not sealed: a model is not met");
  CHECK(Refusal([](Sealable& s) {
          test::Write(s.dir / "provide/data.csv", std::string(kData) + "x");
        }) ==
        "not sealed: the assessment is of other bytes than the staged data");
  CHECK(Refusal([](Sealable& s) { s.assessment.attributes.pop_back(); }) ==
        "not sealed: the assessment is of a table with other columns");
  CHECK(Refusal([](Sealable& s) {
          std::swap(s.assessment.attributes[0], s.assessment.attributes[1]);
        }) == "not sealed: the assessment is of a table with other columns");
  CHECK(Refusal([](Sealable& s) { s.assessment.verdicts.clear(); }) ==
        "not sealed: no model was judged");
}

TEST_CASE("Seal: refuses anonymized data in source order or with a live key") {
  CHECK(Refusal([](Sealable& s) { s.staged.shuffled = false; }) ==
        "not sealed: the records stand in the order of their source");
  CHECK(Refusal([](Sealable& s) { s.staged.destruction.reset(); }) ==
        "not sealed: the key of the run has not been destroyed");
}

TEST_CASE("Seal: refuses an item list that does not match the columns") {
  CHECK(Refusal([](Sealable& s) {
          s.terms.items.pop_back();
        }).find("columns.device.item") != std::string::npos);
  CHECK(Refusal([](Sealable& s) {
          s.terms.items.push_back({"phone", {"電話", "Phone"}, {}});
        }).find("columns.phone.item") != std::string::npos);
}

TEST_CASE("Seal: a staged file that is not there is an error") {
  CHECK_FALSE(
      Refusal([](Sealable& s) { s.staged.data_name = "none.csv"; }).empty());
}

TEST_CASE("Seal: pseudonymized data keep their key and may have no model") {
  Sealable sealable(test::PseudonymizedTerms());
  sealable.assessment.verdicts.clear();
  const auto release = sealable.TrySeal();
  REQUIRE_MESSAGE(release.ok(), Message(release.status()));
}

}  // namespace
}  // namespace anon
