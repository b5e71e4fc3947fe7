// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>

#include "anon/model/privacy_model.h"

namespace anon {
namespace {

std::string ErrorOf(const ModelSpec& spec) {
  return std::string(Message(MakeModel(spec).status()));
}

TEST_CASE("MakeModel: makes what a policy writes") {
  const auto k = MakeModel({"k_anonymity", "", {{"k", "5"}}});
  REQUIRE(k.ok());
  CHECK((*k)->name() == "k_anonymity");
  CHECK((*k)->attribute() == "");
  CHECK((*k)->asked() == "5");
  const auto l = MakeModel({"distinct_l_diversity", "plan", {{"l", "3"}}});
  REQUIRE(l.ok());
  CHECK((*l)->name() == "distinct_l_diversity");
  CHECK((*l)->attribute() == "plan");
  CHECK((*l)->asked() == "3");
}

TEST_CASE("MakeModel: an unknown name is answered with the known ones") {
  CHECK(ErrorOf({"k_anonimity", "", {{"k", "5"}}}) ==
        "there is no such privacy model, did you mean k_anonymity?; known are "
        "distinct_l_diversity, k_anonymity");
  CHECK(ErrorOf({"", "", {}}) ==
        "there is no such privacy model; known are distinct_l_diversity, "
        "k_anonymity");
}

TEST_CASE("MakeModel: missing, extra and absurd parameters are refused") {
  CHECK(ErrorOf({"k_anonymity", "", {}}) ==
        "k_anonymity needs the parameter k");
  CHECK(ErrorOf({"k_anonymity", "", {{"k", "5"}, {"l", "2"}}}) ==
        "k_anonymity takes k and no parameter l: remove it");
  CHECK(ErrorOf({"k_anonymity", "plan", {{"k", "5"}}}) ==
        "k_anonymity guards no single attribute: remove attribute");
  CHECK(ErrorOf({"distinct_l_diversity", "", {{"l", "2"}}}) ==
        "distinct_l_diversity needs an attribute: name the sensitive column "
        "it guards");
  for (const char* k : {"", "1", "0", "-5", "5.0", " 5", "5 ", "0x5", "five",
                        "99999999999999999999"}) {
    CHECK_MESSAGE(ErrorOf({"k_anonymity", "", {{"k", k}}}) ==
                      "k_anonymity needs a whole number of 2 or more for k",
                  k);
  }
}

TEST_CASE("KnownModels: sorted, so that messages do not change by chance") {
  const auto known = KnownModels();
  CHECK(std::ranges::is_sorted(known));
  CHECK(known.size() == 2);
}

}  // namespace
}  // namespace anon
