// SPDX-License-Identifier: Apache-2.0
#include "anon/model/beta_likeness.h"

#include <doctest/doctest.h>

#include <boost/multiprecision/cpp_bin_float.hpp>
#include <cmath>
#include <optional>

#include "model/model_support.h"

namespace anon {
namespace {

using test::FromCounts;
using test::Known;
using test::R;
using test::Rational;
using Float = boost::multiprecision::cpp_bin_float_100;

// The largest gain; nothing if a value breaks -ln p and `enhanced`.
std::optional<Rational> Gain(const std::vector<int>& row,
                             const std::vector<int>& whole, bool enhanced) {
  Rational most = 0;
  for (std::size_t s = 0; s < row.size(); ++s) {
    if (whole[s] == 0) continue;
    const Rational p(whole[s], test::Sum(whole));
    const Rational gain = (Rational(row[s], test::Sum(row)) - p) / p;
    if (gain <= 0) continue;
    if (enhanced && Float(gain) > -log(Float(p))) return std::nullopt;
    most = std::max(most, gain);
  }
  return most;
}

TEST_CASE("BetaLikeness: a class like its table gains nothing at all") {
  const Classes classes = FromCounts({{1, 11}, {23, 253}});
  for (const auto& model :
       {BasicBetaLikeness("s", R(1)), EnhancedBetaLikeness("s", R(1))}) {
    const auto verdict = model->Judge(classes, Known({}));
    REQUIRE(verdict.ok());
    CHECK(verdict->achieved_value == 0);
    CHECK(verdict->achieved == "0");
  }
}

TEST_CASE("BetaLikeness: ten times as many as in the table gain exactly 9") {
  const Classes classes = FromCounts({{1, 9}});
  const ModelContext context = Known({.reference = {{"000", 1}, {"001", 99}}});
  const auto nine = BasicBetaLikeness("s", R(9))->Judge(classes, context);
  REQUIRE(nine.ok());
  CHECK(nine->satisfied);
  CHECK(nine->achieved == "9");
  CHECK_FALSE(BasicBetaLikeness("s", R(8'999'999, 1'000'000))
                  ->Judge(classes, context)
                  ->satisfied);
  // -ln(1/100) is 4.6: no beta admits a gain of 9.
  const auto never =
      EnhancedBetaLikeness("s", R(1'000'000))->Judge(classes, context);
  REQUIRE(never.ok());
  CHECK_FALSE(never->satisfied);
  CHECK(never->achieved == "infinite");
}

TEST_CASE("BetaLikeness: agrees with the definition on random tables") {
  test::SeededRandom random(8);
  for (int round = 0; round < 300; ++round) {
    const auto counts = test::RandomCounts(random, 4, 8);
    const auto whole = test::Whole(counts);
    const Classes classes = FromCounts(counts);
    for (const bool enhanced : {false, true}) {
      for (const Ratio& beta : {R(1, 3), R(1), R(3, 2), R(4)}) {
        const auto model = enhanced ? EnhancedBetaLikeness("s", beta)
                                    : BasicBetaLikeness("s", beta);
        const auto on = model->On(classes);
        REQUIRE(on.ok());
        for (std::size_t i = 0; i < counts.size(); ++i) {
          const auto gain = Gain(counts[i], whole, enhanced);
          CHECK((*on)->Holds(i) == (gain && *gain <= test::Exact(beta)));
          if (gain) {
            CHECK((*on)->Figure(i) ==
                  doctest::Approx(gain->convert_to<double>()));
          } else {
            CHECK(std::isinf((*on)->Figure(i)));
          }
        }
      }
    }
  }
}

TEST_CASE("BetaLikeness: a beta of zero or less is refused") {
  const Classes classes = FromCounts({{1, 1}});
  CHECK_FALSE(BasicBetaLikeness("s", R(0))->Judge(classes).ok());
  CHECK_FALSE(EnhancedBetaLikeness("s", R(-1))->Judge(classes).ok());
  CHECK_FALSE(EnhancedBetaLikeness("", R(1))->Judge(classes).ok());
}

}  // namespace
}  // namespace anon
