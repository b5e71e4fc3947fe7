// SPDX-License-Identifier: Apache-2.0
#include "residue/check_digits.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "residue/decision.h"

using namespace anon::internal;

namespace {

// How many of the ten numbers that differ in digit `at` pass.
template <typename Check>
int Passing(std::string number, std::size_t at, Check passes) {
  int count = 0;
  for (char c = '0'; c <= '9'; ++c) {
    number[at] = c;
    count += passes(number) ? 1 : 0;
  }
  return count;
}

}  // namespace

TEST_CASE("published examples pass, and no other check digit does") {
  CHECK(PassesLuhn("4111111111111111"));
  CHECK(PassesLuhn("490154203237518"));  // an IMEI
  CHECK(Passing("4111111111111111", 15, PassesLuhn) == 1);
  CHECK(PassesMyNumber("123456789018"));
  CHECK(Passing("123456789018", 11, PassesMyNumber) == 1);
  CHECK(PassesCorporateNumber("1180301018771"));
  CHECK(PassesCorporateNumber("8700110005901"));
  CHECK(Passing("1180301018771", 0, PassesCorporateNumber) == 1);
  CHECK(PassesDriversLicence("459803358720"));
  CHECK(Passing("459803358720", 10, PassesDriversLicence) == 1);
  CHECK(PassesIban("GB82WEST12345698765432"));
  CHECK(PassesIban("DE89370400440532013000"));
  CHECK_FALSE(PassesIban("GB82WEST12345698765433"));
}

TEST_CASE("a licence is issued by a public safety commission") {
  for (const char* const known : {"10", "14", "25", "30", "49", "97"}) {
    CHECK(HasLicenceCommission(known));
  }
  for (const char* const unknown : {"00", "15", "26", "31", "56", "98"}) {
    CHECK_FALSE(HasLicenceCommission(unknown));
  }
}

TEST_CASE("a time of day is known by its digits") {
  CHECK(LooksLikeTimestamp("202402291530"));
  CHECK(LooksLikeTimestamp("20240229153059"));
  CHECK_FALSE(LooksLikeTimestamp("202413291530"));
  CHECK_FALSE(LooksLikeTimestamp("202402292530"));
  CHECK_FALSE(LooksLikeTimestamp("2024022915"));
}

TEST_CASE("chance is measured by the binomial tail") {
  // 1 - sum over i < 21 of C(100, i) 0.1^i 0.9^(100 - i) = 8.1e-4; from 24 on
  // 5.1e-5 (by an independent computation).
  CHECK_FALSE(BeyondChance(21, 100, 10));
  CHECK_FALSE(BeyondChance(23, 100, 10));
  CHECK(BeyondChance(24, 100, 10));
  CHECK_FALSE(BeyondChance(1000, 10'000, 10));
  CHECK_FALSE(BeyondChance(1100, 10'000, 10));
  CHECK(BeyondChance(1150, 10'000, 10));
  CHECK(BeyondChance(10'000, 10'000, 10));
  CHECK_FALSE(BeyondChance(0, 0, 10));
  CHECK(BeyondChance(6, 100, 500));
}
