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
        "alpha_k_anonymity, average_reidentification_risk, "
        "basic_beta_likeness, delta_disclosure, delta_disclosure_present, "
        "delta_presence, distinct_l_diversity, enhanced_beta_likeness, "
        "entropy_l_diversity, group_k_anonymity, "
        "highest_reidentification_risk, k_anonymity, k_map, "
        "recursive_cl_diversity, t_closeness_equal, t_closeness_hierarchical, "
        "t_closeness_ordered");
  CHECK(
      ErrorOf({"", "", {}})
          .starts_with(
              "there is no such privacy model; known are alpha_k_anonymity, "));
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
  for (const char* k : {"", "1", "0", "-5", "5.0", " 5", "5 ", "0x5", "five"}) {
    CHECK_MESSAGE(ErrorOf({"k_anonymity", "", {{"k", k}}}) ==
                      "k_anonymity needs a whole number of 2 or more for k",
                  k);
  }
  CHECK(ErrorOf({"k_anonymity", "", {{"k", "99999999999999999999"}}}) ==
        "k_anonymity takes no number of more than 63 bits for k");
}

// A specification of every model, with parameters that are in range.
const std::vector<ModelSpec>& Samples() {
  static const auto& samples = *new std::vector<ModelSpec>{
      {"alpha_k_anonymity", "s", {{"alpha", "0.5"}, {"k", "2"}}},
      {"average_reidentification_risk", "", {{"risk", "5%"}}},
      {"basic_beta_likeness", "s", {{"beta", "1.5"}}},
      {"delta_disclosure", "s", {{"delta", "2"}}},
      {"delta_disclosure_present", "s", {{"delta", "2"}}},
      {"delta_presence", "", {{"min", "0"}, {"max", "1/3"}}},
      {"distinct_l_diversity", "s", {{"l", "2"}}},
      {"enhanced_beta_likeness", "s", {{"beta", "1"}}},
      {"entropy_l_diversity", "s", {{"l", "2.5"}}},
      {"group_k_anonymity", "", {{"k", "2"}}},
      {"highest_reidentification_risk", "", {{"risk", "0.2"}}},
      {"k_anonymity", "", {{"k", "2"}}},
      {"k_map", "", {{"k", "2"}}},
      {"recursive_cl_diversity", "s", {{"c", "3"}, {"l", "2"}}},
      {"t_closeness_equal", "s", {{"t", "0.2"}}},
      {"t_closeness_hierarchical", "s", {{"t", "0.2"}}},
      {"t_closeness_ordered", "s", {{"t", "0.2"}}},
  };
  return samples;
}

TEST_CASE("MakeModel: every known model is made from its parameters") {
  std::vector<std::string> made;
  for (const ModelSpec& spec : Samples()) {
    const auto model = MakeModel(spec);
    REQUIRE_MESSAGE(model.ok(), Message(model.status()));
    CHECK((*model)->name() == spec.model);
    CHECK((*model)->attribute() == spec.attribute);
    CHECK((*model)->class_by_class() ==
          (spec.model != "average_reidentification_risk"));
    CHECK((*model)->monotone() == (spec.model != "delta_disclosure_present"));
    made.push_back(spec.model);
  }
  CHECK(made == KnownModels());
}

TEST_CASE("MakeModel: no parameter of any model may be missing or no number") {
  for (const ModelSpec& spec : Samples()) {
    for (const auto& [parameter, value] : spec.parameters) {
      ModelSpec missing = spec;
      missing.parameters.erase(parameter);
      CHECK_FALSE(MakeModel(missing).ok());
      for (const char* wrong : {"", "x", "-1", "0x2", "nan", "inf", "1e400",
                                "1/0", "99999999999999999999"}) {
        ModelSpec bad = spec;
        bad.parameters[parameter] = wrong;
        CHECK_MESSAGE(!MakeModel(bad).ok(), spec.model << ' ' << wrong);
      }
    }
  }
}

TEST_CASE("MakeModel: numbers out of range are refused with the range") {
  CHECK(ErrorOf({"t_closeness_equal", "s", {{"t", "1"}}}) ==
        "t_closeness_equal needs t to be at least 0 and below 1");
  CHECK(ErrorOf({"entropy_l_diversity", "s", {{"l", "1"}}}) ==
        "entropy_l_diversity needs l to be above 1");
  CHECK(ErrorOf({"delta_disclosure", "s", {{"delta", "0"}}}) ==
        "delta_disclosure needs delta to be above 0");
  CHECK(ErrorOf({"alpha_k_anonymity", "s", {{"alpha", "1"}, {"k", "2"}}}) ==
        "alpha_k_anonymity needs alpha to be above 0 and below 1");
  CHECK(ErrorOf({"t_closeness_ordered", "s", {{"t", "1/2"}, {"order", "x"}}}) ==
        "t_closeness_ordered needs number or text for order");
}

TEST_CASE("KnownModels: sorted, so that messages do not change by chance") {
  const auto known = KnownModels();
  CHECK(std::ranges::is_sorted(known));
}

}  // namespace
}  // namespace anon
