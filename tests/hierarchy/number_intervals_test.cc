// SPDX-License-Identifier: Apache-2.0
#include "anon/hierarchy/number_intervals.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "hierarchy/decimal.h"
#include "hierarchy/hierarchy_support.h"

namespace anon {
namespace {

using internal::FloorOfDecimal;
using test::CheckIsHierarchy;
using test::Ladder;
using test::Refusal;

TEST_CASE("FloorOfDecimal: exact however long the number is") {
  CHECK(FloorOfDecimal("1.5", 10) == 15);
  CHECK(FloorOfDecimal("-1.5", 10) == -15);
  CHECK(FloorOfDecimal("-1.51", 10) == -16);
  CHECK(FloorOfDecimal("+0.999", 1) == 0);
  CHECK(FloorOfDecimal("-0.0", 10) == 0);
  CHECK(FloorOfDecimal("-0.0000000000000000001", 1000) == -1);
  CHECK(FloorOfDecimal("0.3333333333333333333333333333333333333333", 3) == 0);
  CHECK(FloorOfDecimal("0.3333333333333333333333333333333333333334", 3) == 1);
  CHECK(FloorOfDecimal("900000000000", 1'000'000) == 900'000'000'000'000'000);
  CHECK(FloorOfDecimal("000000000000000000000001", 1) == 1);
  for (const char* const text :
       {"", "-", ".", "1.", ".1", "1e3", "1,000", " 1", "1 ", "--1", "0x1",
        "inf", "１", "99999999999999999999"}) {
    CHECK_FALSE(FloorOfDecimal(text, 1'000'000).has_value());
  }
}

TEST_CASE("Interval rule: an interval holds its lower bound only") {
  const std::map<std::string, std::string> tens = {{"widths", "10,100"}};
  CHECK(Ladder("interval", tens, "10") ==
        "10 > 10以上20未満 > 0以上100未満 > *");
  CHECK(Ladder("interval", tens, "9.99999999999999999") ==
        "9.99999999999999999 > 0以上10未満 > 0以上100未満 > *");
  CHECK(Ladder("interval", tens, "-0.00000001") ==
        "-0.00000001 > -10以上0未満 > -100以上0未満 > *");
  CHECK(Ladder("interval", {{"widths", "0.25"}, {"language", "en"}}, "0.3") ==
        "0.3 > [0.25, 0.5) > *");
  CHECK(Ladder("interval",
               {{"widths", "10"}, {"origin", "5"}, {"language", "en"}},
               "4.9") == "4.9 > [-5, 5) > *");
  CHECK(Ladder("interval", tens, "") == " >  >  > *");
  for (const char* const text :
       {"ten", "1,000", "1e3", "９", "99999999999999", "-99999999999999"}) {
    CHECK(Ladder("interval", tens, text) ==
          "expected a decimal number such as 1980 or -0.5");
  }
}

TEST_CASE("Interval rule: whole numbers have labels that end on the last") {
  std::map<std::string, std::string> ages = {
      {"widths", "1,5,20"}, {"whole", "true"}, {"bottom", "0"}, {"top", "80"}};
  CHECK(Ladder("interval", ages, "39") == "39 > 39 > 35-39 > 20-39 > *");
  CHECK(Ladder("interval", ages, "40") == "40 > 40 > 40-44 > 40-59 > *");
  CHECK(Ladder("interval", ages, "80") == "80 > 80以上 > 80以上 > 80以上 > *");
  CHECK(Ladder("interval", ages, "-1") == "-1 > 0未満 > 0未満 > 0未満 > *");
  CHECK(Ladder("interval", ages, "39.0") == "39.0 > 39 > 35-39 > 20-39 > *");
  CHECK(Ladder("interval", ages, "39.5") == "expected a whole number");
  CHECK(Ladder("interval", ages, "39.00000001") == "expected a whole number");
  ages["language"] = "en";
  CHECK(Ladder("interval", ages, "116") == "116 > 80+ > 80+ > 80+ > *");
  CHECK(Ladder("interval", ages, "-5") == "-5 > <0 > <0 > <0 > *");
  CHECK(Ladder("interval", {{"widths", "10"}, {"whole", "true"}}, "-5") ==
        "-5 > -10..-1 > *");
}

TEST_CASE("Interval rule: edges of every level") {
  const std::map<std::string, std::string> fees = {
      {"edges", "1000,3000, 5000,10000|3000,10000"}};
  CHECK(Ladder("interval", fees, "999") == "999 > 1000未満 > 3000未満 > *");
  CHECK(Ladder("interval", fees, "3000") ==
        "3000 > 3000以上5000未満 > 3000以上10000未満 > *");
  CHECK(Ladder("interval", fees, "10000") ==
        "10000 > 10000以上 > 10000以上 > *");
  CHECK(Refusal("interval", {{"edges", "1,2|3"}}) ==
        "interval needs the edges of a level among those of the level before");
  CHECK(Refusal("interval", {{"edges", "2,1"}}) ==
        "interval needs edges that grow, in every level");
  CHECK(Refusal("interval", {{"edges", "1"}, {"top", "3"}}) ==
        "interval with edges takes no origin, bottom or top: the first and the "
        "last edge are the bounds");
}

TEST_CASE("Interval rule: parameters that make no hierarchy are refused") {
  CHECK(Refusal("interval", {}) == "interval needs either widths or edges");
  CHECK(Refusal("interval", {{"widths", "5"}, {"edges", "1"}}) ==
        "interval needs either widths or edges");
  for (const char* const widths : {"0", "-5", "5,7", "5,5", "10,5"}) {
    CHECK(Refusal("interval", {{"widths", widths}}) ==
          "interval needs widths above 0, each a multiple of the one before");
  }
  CHECK(Refusal("interval", {{"widths", "wide"}}) ==
        "interval needs decimal numbers with at most six decimals for widths");
  CHECK(Refusal("interval", {{"widths", "0.0000001"}}) ==
        "interval needs decimal numbers with at most six decimals for widths");
  CHECK(Refusal("interval", {{"widths", "0.5"}, {"whole", "true"}}) ==
        "interval with whole: true needs whole numbers for widths");
  CHECK(Refusal("interval", {{"widths", "5,20"}, {"top", "90"}}) ==
        "interval needs a top that is an edge of the widest intervals: origin "
        "and a multiple of 20");
  CHECK(Refusal("interval",
                {{"widths", "10"}, {"bottom", "10"}, {"top", "10"}}) ==
        "interval needs a bottom below its top");
  CHECK(Refusal("interval", {{"widths", "900000000000"}}) ==
        "interval needs parameters below 10^11");
}

TEST_CASE("Interval rule: any numbers get a hierarchy") {
  const auto number = [](test::SeededRandom& random) {
    return fmt::format("{}{}.{:03}", random.Below(2) ? "-" : "",
                       random.Below(2000), random.Below(1000));
  };
  CheckIsHierarchy(*test::Rule("interval", {{"widths", "0.5,7,70"},
                                            {"origin", "3.5"},
                                            {"bottom", "-696.5"},
                                            {"top", "703.5"}}),
                   3000, number);
  CheckIsHierarchy(*test::Rule("interval", {{"edges", "-5,-1,0,8,900|-1,8|8"}}),
                   3000, number);
}

}  // namespace
}  // namespace anon
