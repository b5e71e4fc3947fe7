// SPDX-License-Identifier: Apache-2.0
#include "anon/base/decimal.h"

#include <doctest/doctest.h>

#include <random>
#include <string>

namespace anon {
namespace {

using Toward = Decimal::Toward;

TEST_CASE("a decimal keeps the digits it was written with") {
  CHECK(Decimal::Parse("12.50")->ToString() == "12.50");
  CHECK(Decimal::Parse("-0.05")->ToString() == "-0.05");
  CHECK(Decimal::Parse("+7")->ToString() == "7");
  CHECK(Decimal::Parse("007")->ToString() == "7");
  CHECK(Decimal::Parse("-0")->ToString() == "0");
  CHECK(Decimal::Parse("1.50") == Decimal::Parse("1.5"));
  CHECK(*Decimal::Parse("-2") < *Decimal::Parse("-1.99"));
}

TEST_CASE("what is not a plain decimal number is refused") {
  for (const char* text : {"", "-", ".", "1.", ".5", "1e3", "1,000", " 1", "1 ",
                           "0x1", "--1", "1.2.3", "１２", "NaN"}) {
    CAPTURE(text);
    CHECK_FALSE(Decimal::Parse(text).has_value());
  }
  CHECK(Decimal::Parse("999999999999999999").has_value());
  CHECK_FALSE(Decimal::Parse("1000000000000000000").has_value());
  CHECK(Decimal::Parse("0.000000000000000001").has_value());
  CHECK_FALSE(Decimal::Parse("0.0000000000000000001").has_value());
}

TEST_CASE("rounding goes to the multiple it should") {
  const auto round = [](const char* value, const char* base, Toward toward) {
    return Decimal::Parse(value)
        ->RoundTo(*Decimal::Parse(base), toward)
        ->ToString();
  };
  CHECK(round("1250", "100", Toward::kNearest) == "1300");
  CHECK(round("-1250", "100", Toward::kNearest) == "-1300");
  CHECK(round("1249.99", "100", Toward::kNearest) == "1200");
  CHECK(round("-1", "100", Toward::kDown) == "-100");
  CHECK(round("-99", "100", Toward::kUp) == "0");
  CHECK(round("0.374", "0.25", Toward::kNearest) == "0.25");
  CHECK(round("0.375", "0.25", Toward::kNearest) == "0.50");
  CHECK_FALSE(Decimal(999999999999999999)
                  .RoundTo(Decimal(1000), Toward::kUp)
                  .has_value());
}

TEST_CASE("a distance is 0 of equal numbers only") {
  CHECK(Decimal::Distance(Decimal(150, 2), Decimal(15, 1)) == 0);
  CHECK(Decimal::Distance(Decimal(-1), Decimal(25, 1)) == 3.5);
  CHECK(Decimal::Distance(Decimal(3), Decimal(-4)) == -7);
  // One double stands for both.
  CHECK(Decimal::Distance(Decimal(100000000000000001),
                          Decimal(100000000000000002)) == 1);
  CHECK(Decimal::Distance(Decimal(999999999999999999, 18), Decimal(1)) ==
        1e-18);
  CHECK(Decimal::Distance(Decimal(-999999999999999999),
                          Decimal(999999999999999999)) == 2e18);
}

TEST_CASE("a sum is exact, with the longer fraction, or does not exist") {
  const auto sum = [](std::string_view a, std::string_view b) {
    const auto made = Decimal::Parse(a)->Plus(*Decimal::Parse(b));
    return made ? made->ToString() : "none";
  };
  CHECK(sum("0.1", "0.2") == "0.3");
  CHECK(sum("1.50", "-0.5") == "1.00");
  CHECK(sum("-0", "+007") == "7");
  CHECK(sum("999999999999999998", "1") == "999999999999999999");
  CHECK(sum("999999999999999999", "1") == "none");
  CHECK(sum("-999999999999999999", "-1") == "none");
  CHECK(sum("999999999999999999", "0.1") == "none");
  CHECK(sum("0.999999999999999999", "-1.0") == "-0.000000000000000001");
}

TEST_CASE("rounding agrees with integers, whatever the scale") {
  std::mt19937_64 chance(7);  // NOLINT(cert-msc51-cpp)
  for (int i = 0; i < 20000; ++i) {
    const auto value =
        static_cast<std::int64_t>(chance() % 2'000'001) - 1'000'000;
    const auto base = static_cast<std::int64_t>(chance() % 999) + 1;
    const auto down =
        Decimal(value, 3).RoundTo(Decimal(base, 2), Toward::kDown);
    const auto up = Decimal(value, 3).RoundTo(Decimal(base, 2), Toward::kUp);
    const auto nearest =
        Decimal(value, 3).RoundTo(Decimal(base, 2), Toward::kNearest);
    REQUIRE(down.has_value());
    CHECK(down->units() % base == 0);
    CHECK(*down <= Decimal(value, 3));
    CHECK(*up >= Decimal(value, 3));
    CHECK(up->units() - down->units() ==
          (Decimal(value, 3) == *down ? 0 : base));
    const std::int64_t below = value - down->units() * 10;
    const std::int64_t above = up->units() * 10 - value;
    CHECK(*nearest == (below < above             ? *down
                       : above < below           ? *up
                       : value < 0 && below != 0 ? *down
                                                 : *up));
  }
}

}  // namespace
}  // namespace anon
